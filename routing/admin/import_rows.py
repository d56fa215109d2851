"""The rows of an import as a page lists them: before it comes in with the dry run's verdicts, after it as captures."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from routing import access
from routing.intake.file_rows import Verdict, in_words
from routing.intake.parts import rows_of, verdicts_of
from routing.intake.reading import ROW
from routing.intake.tabular import Row, RowProblem
from routing.models import Capture, ImportPart, ImportRun, Lead, User

PER_PAGE: Final = 50
COLUMNS_SHOWN: Final = 4
FIRST: Final = ("full_name", "first_name", "last_name", "email", "phone", "company", "external_id")
"""What says best who is on a row."""

STATUSES: Final[dict[str, tuple[str, ...]]] = {
    "created": (Capture.Status.LEAD,),
    "duplicates": (Capture.Status.DUPLICATE,),
    "rejected": (Capture.Status.REJECTED, Capture.Status.FAILED),
}
WORDS: Final = {
    Capture.Status.LEAD: ("new lead", "lo-good"),
    Capture.Status.DUPLICATE: ("duplicate", "lo-warn"),
    Capture.Status.REJECTED: ("rejected", "lo-bad"),
    Capture.Status.FAILED: ("in the inbox", "lo-bad"),
    Capture.Status.STORED: ("being read", ""),
    Capture.Status.WITHDRAWN: ("withdrawn", ""),
}


@dataclass(slots=True)
class Shown:
    """One row."""

    line: int
    verdict: Verdict
    cells: list[str]
    lead: Lead | None = None

    @property
    def words(self) -> str:
        return WORDS[Capture.Status(self.verdict.status)][0]

    @property
    def look(self) -> str:
        return WORDS[Capture.Status(self.verdict.status)][1]


def columns_shown(run: ImportRun) -> list[str]:
    """The columns that say best who is on a row."""
    by_field = {field: header for header, field in reversed(run.mapping.items())}
    first = [by_field[field] for field in FIRST if field in by_field]
    return list(dict.fromkeys([*first, *run.headers]))[:COLUMNS_SHOWN]


def page_of(run: ImportRun, user: User, *, only: str, number: int) -> list[Shown]:
    """One page of rows, all or those of one verdict. A lead is named where this person may see it."""
    source = _from_parts if run.parts.exists() else _from_captures
    shown = list(source(run, only, (number - 1) * PER_PAGE))
    leads = access.visible_to(user).in_bulk([row.verdict.lead_id for row in shown if row.verdict.lead_id])
    for row in shown:
        row.lead = leads.get(row.verdict.lead_id or 0)
    return shown


def rejected_rows(run: ImportRun) -> Iterator[list[Any]]:
    """Every row that was turned away, or would be: line, reason, and its cells in the file's order."""
    if run.parts.exists():
        for part in ImportPart.objects.filter(run=run, rejected__gt=0).order_by("number").iterator(1):
            for row, verdict in zip(rows_of(part, run.headers), verdicts_of(part), strict=True):
                if verdict.status == Capture.Status.REJECTED:
                    cells = row.text if isinstance(row, RowProblem) else row.cells
                    yield _reject(run, row.line, verdict.why, cells)
        return
    turned_away = run.captures.filter(status__in=STATUSES["rejected"]).order_by("row", "pk")
    for capture in turned_away.only("row", "error", "body").iterator(500):
        yield _reject(run, capture.row or 0, in_words(capture.error), _cells(capture))


def _reject(run: ImportRun, line: int, why: str, cells: dict[str, str] | str) -> list[Any]:
    if isinstance(cells, str):
        return [line, why, cells]
    nameless = [cell for name, cell in cells.items() if name not in run.headers]
    return [line, why, *(cells.get(header, "") for header in run.headers), *nameless]


def _from_parts(run: ImportRun, only: str, skip: int) -> Iterator[Shown]:
    """Parts that lie before the page are passed over by their counts."""
    wanted, left = STATUSES.get(only), PER_PAGE
    counts = ImportPart.objects.filter(run=run).exclude(verdicts="").order_by("number")
    for pk, *numbers in counts.values_list("pk", "created", "duplicates", "rejected"):
        here = dict(zip(STATUSES, numbers, strict=True)).get(only, sum(numbers))
        if here <= skip:
            skip -= here
            continue
        part = ImportPart.objects.get(pk=pk)
        for row, verdict in zip(rows_of(part, run.headers), verdicts_of(part), strict=True):
            if wanted is not None and verdict.status not in wanted:
                continue
            if skip:
                skip -= 1
                continue
            cells = row.text if isinstance(row, RowProblem) else row.cells
            yield Shown(row.line, verdict, _short(run, cells))
            left -= 1
            if left == 0:
                return


def _from_captures(run: ImportRun, only: str, skip: int) -> Iterator[Shown]:
    rows = run.captures.order_by("row", "pk")
    if only in STATUSES:
        rows = rows.filter(status__in=STATUSES[only])
    for capture in rows[skip : skip + PER_PAGE]:
        verdict = Verdict(capture.status, in_words(capture.error), capture.lead_id)
        yield Shown(capture.row or 0, verdict, _short(run, _cells(capture)))


def _cells(capture: Capture) -> dict[str, str] | str:
    """A row as it stood in the file; the text of one that was none."""
    try:
        return dict(json.loads(capture.body)[ROW])
    except (ValueError, KeyError, TypeError):
        return capture.body


def _short(run: ImportRun, cells: dict[str, str] | str) -> list[str]:
    if isinstance(cells, str):
        return [cells[:200]]
    return [cells.get(header, "")[:80] for header in columns_shown(run)]


__all__: Sequence[str] = ["PER_PAGE", "Row", "Shown", "columns_shown", "page_of", "rejected_rows"]
