"""Bring a file of leads in."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections.abc import Collection
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from routing import pipeline
from routing.engine.fields import SLUG
from routing.imports.history import import_history
from routing.imports.owners import UnknownOwners
from routing.intake.importing import BadMapping, Counts, NotATable, Rejects, import_leads, source_for
from routing.intake.mapping import ColumnMapping, read_mapping
from routing.intake.past import ALSO

SECONDS_BETWEEN_NEWS: Final = 2


class Command(BaseCommand):
    """Prints `read N, created N, duplicates N, rejected N` on standard output, and how it goes on standard error."""

    help = (
        "Brings in a file of leads, CSV (any common encoding and delimiter) or XLSX. Columns are recognised by their "
        "headers, or named by --map; a column that is no field becomes an attribute. The same file again creates none."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--source", default="import", metavar="SLUG", help="Whose leads they are (%(default)s).")
        parser.add_argument(
            "--map", type=Path, metavar="FILE", help="YAML, one `column: field` a line; `ignore` leaves a column out."
        )
        parser.add_argument("--dry-run", action="store_true", help="Only say what would come of it; write nothing.")
        parser.add_argument(
            "--rejects",
            type=Path,
            metavar="FILE",
            help="Write the rows that cannot come in there, with line and reason.",
        )
        parser.add_argument("--no-route", action="store_true", help="Do not route them here.")
        parser.add_argument(
            "--history",
            action="store_true",
            help="They come with their past from another system, and are not routed. Columns beside the lead's facts: "
            "owner (user name or name), stage (slug, name or kind), captured_at, assigned_at, first_touch_at, won_at, "
            "lost_at, value.",
        )
        parser.add_argument(
            "--make-reps",
            action="store_true",
            help="With --history: make a rep, not active and without a log-in, of each owner that is none yet.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not SLUG.fullmatch(options["source"]):
            raise CommandError(f"{options['source']!r} is no slug: letters, digits, hyphens and underscores only.")
        if options["make_reps"] and not options["history"]:
            raise CommandError("--make-reps is for --history: other leads come without an owner.")
        counts = self.bring_in(**options)
        for note in counts.notes:
            self.stderr.write(f"note: {note}")
        self.stdout.write(str(counts))
        if counts.created and not (options["dry_run"] or options["no_route"] or options["history"]):
            routed = pipeline.route()
            self.stderr.write(f"routed {routed.routed}, waiting {routed.waiting}, disqualified {routed.disqualified}")

    def bring_in(self, *, file: Path, dry_run: bool, rejects: Path | None, **options: Any) -> Counts:
        """Import the file; what is wrong with it as a whole is told in one sentence."""
        if rejects is not None and rejects.resolve() == file.resolve():
            raise CommandError("--rejects must be another file than the one that is read.")
        try:
            with Rejects(rejects) if rejects else nullcontext() as turned_away:
                come_in = partial(import_history, make=options["make_reps"]) if options["history"] else import_leads
                return come_in(
                    file,
                    source=source_for(options["source"]),
                    mapping=self.mapping(options["map"], also=ALSO if options["history"] else ()),
                    dry_run=dry_run,
                    rejects=turned_away,
                    progress=Progress(self),
                )
        except (NotATable, BadMapping) as error:
            raise CommandError(f"{file}: {error}") from error
        except UnknownOwners as unknown:
            raise CommandError(nobody_is_called(file, unknown)) from unknown
        except OSError as error:
            raise CommandError(f"{error.filename or file}: {error.strerror or error}") from error
        except KeyboardInterrupt as interrupt:
            raise CommandError(
                "Interrupted. What was read is kept; the same command again brings the rest, each row once."
            ) from interrupt

    def mapping(self, path: Path | None, *, also: Collection[str]) -> ColumnMapping | None:
        """The mapping of a file, checked. Columns it does not name become attributes."""
        if path is None:
            return None
        try:
            return read_mapping(path.read_text(encoding="utf-8"), keep_rest=True, also=also)
        except BadMapping as bad:
            raise CommandError("\n".join(f"{path}: {problem}" for problem in bad.problems)) from bad
        except UnicodeDecodeError as error:
            raise CommandError(f"{path}: the mapping is no UTF-8 text") from error


def nobody_is_called(file: Path, unknown: UnknownOwners) -> str:
    """Who the owners are that are no reps, all of them."""
    listed = [f"  {name} ({count:,} {'row' if count == 1 else 'rows'})" for name, count in unknown.names.items()]
    words = (
        "These owners are no reps, or more than one rep is called so. Add them, write their user names into the file, "
        "or make them with --make-reps. Nothing was written."
    )
    return "\n".join([f"{file}: {words}", *listed])


class Progress:
    """How far it is, on standard error, every few seconds."""

    def __init__(self, command: BaseCommand) -> None:
        self.command = command
        self.told_at = time.monotonic()

    def __call__(self, counts: Counts) -> None:
        if time.monotonic() - self.told_at >= SECONDS_BETWEEN_NEWS:
            self.told_at = time.monotonic()
            self.command.stderr.write(f"{counts} ...")
