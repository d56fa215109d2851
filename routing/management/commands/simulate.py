"""manage.py simulate: what a plan would do with a file of leads."""

import csv
import sys
from argparse import ArgumentParser
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from routing.engine.fields import parse_instant, parse_number
from routing.intake.freemail import FREE_MAIL_DOMAINS
from routing.plan.document import load
from routing.simulate import COLUMNS, BadLeads, read_arrivals, simulate


class Command(BaseCommand):
    help = "What a plan would do with leads: people and plan from a file, leads from a CSV; writes no database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--plan", required=True, help="the configuration file (YAML)")
        parser.add_argument("--leads", required=True, help="a CSV whose headers are field names")
        parser.add_argument("--start", default="2026-01-05T15:00:00Z", help="when the first lead arrives (ISO 8601)")
        parser.add_argument("--every", default="1", help="seconds between leads (default 1)")
        parser.add_argument("--time-column", help="take each lead's time from this column instead")
        parser.add_argument("--out", help="where to write the CSV (default: standard output)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            text = Path(options["plan"]).read_bytes()
        except OSError as error:
            raise CommandError(f"{options['plan']}: {error.strerror}") from error
        document, findings = load(text)
        if document is None:
            raise CommandError("\n".join(str(finding) for finding in findings if finding.is_error))
        start, every = parse_instant(options["start"]), parse_number(options["every"])
        if start is None:
            raise CommandError(f"--start: {options['start']!r} is no date or date-time")
        if every is None or every < 0:
            raise CommandError(f"--every: {options['every']!r} is no number of seconds")
        try:
            with Path(options["leads"]).open(encoding="utf-8-sig", newline="") as leads:
                arrivals = read_arrivals(leads, start=start, every=Fraction(every), time_column=options["time_column"])
                rows = list(simulate(document, arrivals, free_mail_domains=FREE_MAIL_DOMAINS, progress=self._progress))
        except OSError as error:
            raise CommandError(f"{options['leads']}: {error.strerror}") from error
        except BadLeads as error:
            raise CommandError(f"{options['leads']}: {error}") from error
        if options["out"]:
            with Path(options["out"]).open("w", encoding="utf-8", newline="") as out:
                self._write(out, rows)
        else:
            self._write(self.stdout, rows)

    def _write(self, out: Any, rows: list[tuple[str, ...]]) -> None:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)

    def _progress(self, done: int) -> None:
        if done % 1000 == 0 and sys.stderr.isatty():
            self.stderr.write(f"{done} leads", ending="\r")
