"""The rows of an uploaded file as they wait in the database, some hundreds together, and the dry run's verdicts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from routing.intake.file_rows import Verdict, storable
from routing.intake.tabular import Row, RowProblem
from routing.models import ImportPart

ROWS: Final = 500


def rows_as_text(rows: Iterable[Row | RowProblem], headers: Sequence[str]) -> str:
    """Rows as one text: of a row its line, its cells in the headers' order, those without a header, and notes."""
    return json.dumps([_listed(row, headers) for row in rows], separators=(",", ":"))


def _listed(row: Row | RowProblem, headers: Sequence[str]) -> list[Any]:
    if isinstance(row, RowProblem):
        return [row.line, None, row.reason, row.text]
    named = set(headers)
    nameless = {name: cell for name, cell in row.cells.items() if name not in named}
    return [row.line, [row.cells.get(header, "") for header in headers], nameless, row.notes]


def rows_of(part: ImportPart, headers: Sequence[str]) -> list[Row | RowProblem]:
    """The rows again. Each header stands for its column, made storable."""
    names = [storable(header) for header in headers]
    rows: list[Row | RowProblem] = []
    for line, cells, beside, rest in json.loads(part.rows):
        if cells is None:
            rows.append(RowProblem(line, beside, rest))
        else:
            rows.append(Row(line, dict(zip(names, cells, strict=True)) | beside, tuple(rest)))
    return rows


def verdicts_as_text(verdicts: Iterable[Verdict]) -> str:
    """Verdicts as one text."""
    listed = [[str(verdict.status), verdict.why, verdict.lead_id] for verdict in verdicts]
    return json.dumps(listed, separators=(",", ":"))


def verdicts_of(part: ImportPart) -> list[Verdict]:
    """The verdicts on a part's rows, in their order; none while it was not looked at."""
    return [Verdict(*one) for one in json.loads(part.verdicts or "[]")]
