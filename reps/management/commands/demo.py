"""manage.py demo: a believable company with weeks of leads, activities and outcomes."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from reps.demo.build import NotEmpty, build
from reps.demo.people import log_ins


class Command(BaseCommand):
    help = (
        "Fills an empty database with a company in its third month: people, a published plan, leads with their past, "
        "and today's work. Prints who can log in. Refuses where there are leads or people."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stderr.write("Making the demo company; this takes some seconds ...")
        began = time.perf_counter()
        try:
            built = build(at=now())
        except NotEmpty as error:
            raise CommandError(str(error)) from error
        said = f"{log_ins()}\n  The source “website” has the token {built.token}\n"
        settings.DEMO_LOGINS.write_text(said, encoding="utf-8")
        self.stderr.write(f"{built.leads:,} leads in {time.perf_counter() - began:.0f} s")
        self.stdout.write(said)
