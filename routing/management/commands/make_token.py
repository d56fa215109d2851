"""Make a token of the API."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from routing.engine.fields import SLUG
from routing.intake import tokens
from routing.models import Source, User


class Command(BaseCommand):
    """Prints the secret of a new token on standard output: this once, and never again."""

    help = "Makes a token of the API and prints its secret, which is shown this once. A source that is new is made."

    def add_arguments(self, parser: ArgumentParser) -> None:
        whose = parser.add_mutually_exclusive_group(required=True)
        whose.add_argument("--source", metavar="SLUG", help="A source that brings leads in (scope leads:write).")
        whose.add_argument("--user", metavar="USERNAME", help="A person (scopes leads:read and leads:work).")
        parser.add_argument("--scope", action="append", metavar="SCOPE", help="Only this scope; may be repeated.")
        parser.add_argument("--name", default="", help="What it is for.")
        parser.add_argument("--days", type=int, metavar="N", help="It expires after N days. Default: never.")

    def handle(self, *args: Any, **options: Any) -> None:
        at = now()
        source = user = None
        if slug := options["source"]:
            if not SLUG.fullmatch(slug):
                raise CommandError(f"{slug!r} is no slug: letters, digits, hyphens and underscores only.")
            source, made = Source.objects.get_or_create(slug=slug, defaults={"name": slug, "channel": "api"})
            if made:
                self.stderr.write(f"made the source {slug}")
        else:
            user = User.objects.filter(username=options["user"]).first()
            if user is None:
                raise CommandError(f"There is nobody with the username {options['user']!r}.")
        try:
            token, secret = tokens.make(
                name=options["name"] or slug or options["user"],
                at=at,
                source=source,
                user=user,
                scopes=options["scope"],
                expires_at=at + timedelta(days=options["days"]) if options["days"] else None,
            )
        except ValueError as error:
            raise CommandError(str(error)) from error
        self.stderr.write(f"token {token.prefix} for {token.name}, {', '.join(token.scopes)}")
        self.stdout.write(secret)
