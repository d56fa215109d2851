"""manage.py route_leads: routes all that waits, in this process."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from routing import pipeline
from routing.models import Revision


class Command(BaseCommand):
    help = "Routes all that waits, in this process."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--limit", type=int, help="at most so many leads")
        parser.add_argument("--batch", type=int, help="leads a transaction (default: 500; on SQLite 200)")

    def handle(self, *args: Any, **options: Any) -> None:
        for name in ("limit", "batch"):
            if options[name] is not None and options[name] < 1:
                raise CommandError(f"--{name}: {options[name]} is less than 1")
        if not Revision.objects.filter(plan__gt=0).exists():
            raise CommandError("No plan is published yet: load_plan FILE --publish makes and publishes one.")
        done = pipeline.route(limit=options["limit"], batch=options["batch"])
        self.stdout.write(
            f"routed {done.routed}, waiting {done.waiting}, disqualified {done.disqualified}, in {done.seconds:.1f} s"
        )
        if done.parked:
            self.stderr.write(f"{done.parked} leads made routing fail; they are parked with their errors")
