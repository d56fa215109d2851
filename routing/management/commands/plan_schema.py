"""`plan_schema`: the JSON Schema of the plan file, for editors and other programs."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from routing.management.plan_file import bytes_of, write_text
from routing.plan import document

KEPT_AT = str(Path(document.__file__).parents[1] / "plan.schema.json")


class Command(BaseCommand):
    help = "Print the JSON Schema of the plan file. The project keeps it at routing/plan/plan.schema.json."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument(
            "--out", nargs="?", const=KEPT_AT, metavar="FILE", help="Write it there, else where it is kept."
        )
        choice.add_argument(
            "--check",
            nargs="?",
            const=KEPT_AT,
            metavar="FILE",
            help="Only say whether the file holds the present schema.",
        )

    def handle(self, *, out: str | None, check: str | None, **options: Any) -> None:
        text = json.dumps(document.json_schema(), indent=2, ensure_ascii=False) + "\n"
        if check is not None:
            if bytes_of(check) != text.encode():
                raise CommandError(f"{check} is not the present schema; write it with plan_schema --out {check}")
            self.stdout.write(f"{check} is the present schema.")
        elif out is not None:
            write_text(out, text)
            self.stdout.write(f"Wrote {out}.")
        else:
            self.stdout.write(text, ending="")
