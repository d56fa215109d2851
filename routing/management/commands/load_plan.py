"""`load_plan FILE`: people and plan from a file."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from routing.management.plan_file import bytes_of
from routing.plan.load import load_file
from routing.plan.publish import PlanRefused, PublishedMeanwhile


class Command(BaseCommand):
    help = (
        "Make or update people and plan from a YAML file. People take effect at once, the plan when it is published. "
        "The same file again changes nothing; a file with errors is refused whole."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", metavar="FILE", help="The plan file (docs: the configuration file); - reads it from the input."
        )
        parser.add_argument("--publish", action="store_true", help="Publish the plan too, as a new version.")
        parser.add_argument("--prune", action="store_true", help="Archive what the file leaves out.")
        parser.add_argument(
            "--move-clocks",
            action="store_true",
            help="SLA clocks that run go by the new policies; without it they stay as they were.",
        )
        parser.add_argument("--note", default="", metavar="TEXT", help="What is new, for the list of versions.")

    def handle(self, *, file: str, publish: bool, prune: bool, note: str, move_clocks: bool, **options: Any) -> None:
        if note and not publish:
            raise CommandError("--note is kept with a published version; give --publish as well.")
        if move_clocks and not publish:
            raise CommandError("--move-clocks is about a published version; give --publish as well.")
        if len(note) > 500:
            raise CommandError("The note is longer than 500 characters.")
        try:
            loaded = load_file(
                bytes_of(file), at=now(), prune=prune, and_publish=publish, note=note, moves_clocks=move_clocks
            )
        except PlanRefused as refused:
            for finding in refused.findings:
                self.stderr.write(str(finding))
            count = len(refused.findings)
            raise CommandError(f"{count} error{'s' if count > 1 else ''}; nothing was written.") from refused
        except PublishedMeanwhile as error:
            raise CommandError(f"{error} Nothing was written.") from error
        for warning in loaded.warnings:
            self.stderr.write(warning.line)
        self.stdout.write(f"People: {'changed' if loaded.people_changed else 'as they were'}.")
        self.stdout.write(f"Plan: {'changed' if loaded.draft_changed else 'as it was'}.")
        if loaded.version is not None:
            self.stdout.write(f"In force: version {loaded.version.number}.")
