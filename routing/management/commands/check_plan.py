"""`check_plan [FILE]`: everything wrong or doubtful, one finding a line."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from routing.management.plan_file import bytes_of
from routing.plan.load import read_over
from routing.plan.publish import check_draft


class Command(BaseCommand):
    help = (
        "Check the draft with today's people, or what a file would make of them; nothing is written. "
        "Prints one finding a line; the exit status is 1 where one is an error."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", metavar="FILE", help="A plan file; - reads it from the input.")
        parser.add_argument("--prune", action="store_true", help="As load_plan --prune would read the file.")

    def handle(self, *, file: str | None, prune: bool, **options: Any) -> None:
        document, findings = check_draft() if file is None else read_over(bytes_of(file), prune=prune, and_publish=True)
        for finding in findings:
            self.stdout.write(finding.line)
        if document is None:
            sys.exit(1)
