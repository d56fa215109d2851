"""What a list shows, as CSV that a spreadsheet opens without running anything in it."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from django.http import StreamingHttpResponse

_RUNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_answer(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """A download of these rows, written while it is sent."""

    def lines() -> Iterator[str]:
        yield "\ufeff"  # so that spreadsheets read it as UTF-8
        yield _line(header)
        for row in rows:
            yield _line([harmless(value) for value in row])

    answer = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def harmless(value: Any) -> Any:
    """A cell as a spreadsheet shows it instead of running it: a text that looks like a formula gets an apostrophe."""
    if isinstance(value, str) and value.startswith(_RUNS):
        return f"'{value}"
    return "" if value is None else value


def _line(row: Sequence[Any]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow(row)
    return written.getvalue()
