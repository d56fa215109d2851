"""manage.py explain: why a lead is where it is."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from routing.explain import explanation
from routing.models import Lead


class Command(BaseCommand):
    help = "Why a lead is where it is: the rules asked, the reps considered, the ledger before and after."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("lead_id", type=int)
        parser.add_argument("--json", action="store_true", help="everything, as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if not Lead.objects.filter(pk=options["lead_id"]).exists():
            raise CommandError(f"There is no lead {options['lead_id']}.")
        found = explanation(options["lead_id"])
        if options["json"]:
            self.stdout.write(json.dumps(found, indent=2, ensure_ascii=False))
            return
        for sentence in found["words"]:
            self.stdout.write(sentence)
        for rep in found.get("reps", ()):
            against = rep.get("words") or ", ".join(
                f"{key} {value}" for key, value in rep.items() if key not in ("rep", "against")
            )
            self.stdout.write(f"  {rep['rep']}: {against}")
