"""Rows as CSV that a spreadsheet opens without running anything in it: the one place where any is written.

UTF-8, a byte-order mark only where it is asked for, commas, CRLF, a quote around what needs one. Moments are ISO 8601
in UTC (`2026-01-05T15:00:00+00:00`), days ISO dates, numbers bare and with a point, yes or no, and nothing for None.
Texts are made harmless (routing.spreadsheet_cells) and come back as they were in our own importer.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, TextIO

from django.http import HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header

from routing.spreadsheet_cells import harmless

__all__ = ["Figure", "cell", "csv_answer", "csv_bytes", "harmless", "rows_onto", "wants_bom"]

TYPE: Final = "text/csv; charset=utf-8"
BOM: Final = "\ufeff".encode()
TOGETHER: Final = 64 * 1024
"""Characters that are sent at once."""

_SURROGATES: Final = re.compile("[\ud800-\udfff]")


class Figure(str):
    """A number in the very digits that it is to have; it stays one in a spreadsheet."""

    __slots__ = ()


def csv_answer(
    name: str, header: Sequence[str], rows: Iterable[Sequence[Any]], *, bom: bool = False
) -> StreamingHttpResponse:
    """A download of these rows, written while it is sent, however many there are.

    `bom`: with the mark by which Excel knows UTF-8.
    """
    answer = StreamingHttpResponse(csv_bytes(header, rows, bom=bom), content_type=TYPE)
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.csv")
    return answer


def wants_bom(request: HttpRequest) -> bool:
    """Whether a download is asked for with a byte-order mark (`bom=1`)."""
    return request.GET.get("bom") == "1"


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Any]], *, bom: bool = False) -> Iterator[bytes]:
    """The file, some rows at a time: the header at once, then about 64 kB together."""
    written = io.StringIO(newline="")
    add = rows_onto(written)
    add(header)
    yield (BOM if bom else b"") + _taken(written)
    for row in rows:
        add(row)
        if written.tell() >= TOGETHER:
            yield _taken(written)
    if written.tell():
        yield _taken(written)


def rows_onto(file: TextIO) -> Callable[[Sequence[Any]], None]:
    """What adds a row to a file that is open for text, without translation of line ends."""
    write = csv.writer(file).writerow

    def add(row: Sequence[Any]) -> None:
        write([cell(value) for value in row])

    return add


def cell(value: Any) -> str:
    """One value as it stands in a CSV. Raises TypeError for what belongs in no cell."""
    write = _WRITTEN.get(type(value))
    return write(value) if write is not None else _other(value)


def _moment(value: datetime) -> str:
    return (value if value.tzinfo is UTC else value.astimezone(UTC)).isoformat()


_WRITTEN: Final[dict[type, Callable[[Any], str]]] = {
    str: harmless,
    type(None): lambda _: "",
    bool: lambda value: "yes" if value else "no",
    int: str,
    float: lambda value: repr(value) if math.isfinite(value) else "",
    Decimal: lambda value: f"{value:f}" if value.is_finite() else "",
    datetime: _moment,
    date: date.isoformat,
    timedelta: lambda value: cell(value.total_seconds()),
    Figure: str,
}
"""How what stands in nearly every cell is written."""


def _other(value: Any) -> str:
    """Kinds of these, and what is told by its name."""
    if isinstance(value, list | dict | tuple | set | bytes):
        raise TypeError(f"{type(value).__name__} belongs in no cell")
    for kind in (datetime, date, int, float, Decimal):
        if isinstance(value, kind):
            return _WRITTEN[kind](value)
    return harmless(str(value))


def _taken(written: io.StringIO) -> bytes:
    """What was written since the last time. Of letters that are none in UTF-8 a mark is left; NUL ends a cell in some
    programs and is no letter in any.
    """
    text = written.getvalue()
    written.seek(0)
    written.truncate()
    if "\0" in text:
        text = text.replace("\0", "")
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _SURROGATES.sub("\ufffd", text).encode()
