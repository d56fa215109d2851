"""What a list shows, as CSV that a spreadsheet opens without running anything in it."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import StreamingHttpResponse

from routing.spreadsheet_cells import harmless

__all__ = ["csv_answer", "harmless"]


def csv_answer(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """A download of these rows, written while it is sent."""

    def lines() -> Iterator[str]:
        yield "\ufeff"  # so that spreadsheets read it as UTF-8
        yield _line([harmless(name) for name in header])
        for row in rows:
            yield _line([harmless(value) for value in row])

    answer = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _line(row: Sequence[Any]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow(row)
    return written.getvalue()
