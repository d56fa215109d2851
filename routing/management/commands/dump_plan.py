"""`dump_plan`: people and plan as a file."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from routing.management.plan_file import write_text
from routing.plan.document import write
from routing.plan.people import people_document
from routing.plan.publish import NoSuchVersion, configuration, version


class Command(BaseCommand):
    help = "Write today's people and the draft of the plan as a YAML file, which load_plan reads."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """`--version` is ours here; Django's own, which tells its version, steps aside."""
        return super().create_parser(prog_name, subcommand, **{**kwargs, "conflict_handler": "resolve"})

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--version", type=int, metavar="N", dest="number", help="The plan as published in version N, not the draft."
        )
        parser.add_argument("--out", metavar="FILE", help="Where to write; else it is printed.")

    def handle(self, *, number: int | None, out: str | None, **options: Any) -> None:
        if number is None:
            document = configuration()
        else:
            try:
                document = {**json.loads(version(number).document), **people_document()}
            except NoSuchVersion as error:
                raise CommandError(str(error)) from error
        text = write(document)
        if out is None:
            self.stdout.write(text, ending="")
        else:
            write_text(out, text)
            self.stdout.write(f"Wrote {out}.")
