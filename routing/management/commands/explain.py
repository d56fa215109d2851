"""manage.py explain: why a lead is where it is."""

import json
from argparse import ArgumentParser
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from routing.explain import explanation, in_leads
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
            self.stdout.write(f"  {rep['words'] if rep['against'] else ranked(rep)}")


def ranked(rep: dict[str, Any]) -> str:
    """What a rep who could take it was ranked by, in words."""
    said = []
    if "lag" in rep:
        said.append(f"{in_leads(Fraction(rep['lag']))}, a share of {float(Fraction(rep['share'])):.0%}")
    if "open" in rep:
        said.append(f"{rep['open']} of {rep['open_cap']} open leads")
    if "levels" in rep:
        levels = ", ".join(f"{skill} {level}" for skill, level in rep["levels"].items()) or "none of the wanted skills"
        said.append(f"{levels}, seniority {rep['seniority']}")
    last = rep.get("last_lead_at")
    said.append(
        f"last lead {datetime.fromisoformat(last):%Y-%m-%d %H:%M} UTC" if last else "no lead from this team yet"
    )
    return f"{rep['rep']} could take it: {'; '.join(said)}"
