"""Leads for a simulation, from a CSV whose headers are field names."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Final

from routing.engine.fields import COMPUTED, FIELDS, kind_of, parse_instant

from .run import Arrival

IGNORED: Final = COMPUTED | {"captured_at"}


class BadLeads(ValueError):
    """A file of leads that cannot be simulated; says where and why."""


def read_arrivals(
    lines: Iterable[str], *, start: datetime, every: Fraction = Fraction(1), time_column: str | None = None
) -> Iterator[Arrival]:
    """The leads of a CSV in input order, each with the instant it arrives: at its time column, or `every` seconds
    apart.

    Naive times are UTC, a date alone its midnight. A lead without an id is called by its place, from 0. Raises BadLeads
    for an unknown header, a row that is too long, or a time that is missing, unreadable or before the one above it.
    """
    reader = csv.reader(lines, strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        _check_header(header, time_column)
        place, before = 0, None
        for row in reader:
            if not row:
                continue
            if len(row) > len(header):
                raise BadLeads(f"line {reader.line_num}: {len(row)} cells under {len(header)} headers")
            cells = dict(zip(header, row, strict=False))
            if time_column is None:
                at = start + timedelta(microseconds=round(place * every * 1_000_000))
            else:
                at = _time(cells.get(time_column, ""), time_column, reader.line_num)
                if before is not None and at < before:
                    raise BadLeads(f"line {reader.line_num}: {time_column} goes back; rows must be in time order")
                before = at
            yield Arrival(cells.get("id", "").strip() or str(place), at, _values(cells, time_column))
            place += 1
    except csv.Error as error:
        raise BadLeads(f"line {reader.line_num}: {error}") from error
    except OverflowError as error:
        raise BadLeads(f"line {reader.line_num}: the time is out of range") from error
    except UnicodeDecodeError as error:
        raise BadLeads(f"the file is not UTF-8 text: {error}") from error


def _check_header(header: list[str], time_column: str | None) -> None:
    if not header:
        raise BadLeads("the file is empty: the first line names the columns")
    unknown = [
        name for name in header if name not in ("id", time_column) and name not in FIELDS and kind_of(name) is None
    ]
    if unknown:
        raise BadLeads(f"line 1: {', '.join(map(repr, unknown))}: no such field")
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise BadLeads(f"line 1: {', '.join(map(repr, twice))}: named twice")
    if time_column is not None and time_column not in header:
        raise BadLeads(f"line 1: there is no column {time_column!r} for the time")


def _time(text: str, column: str, line: int) -> datetime:
    at = parse_instant(text)
    if at is None:
        raise BadLeads(f"line {line}: {column} is {text!r}, which is no date or date-time")
    return at


def _values(cells: dict[str, str], time_column: str | None) -> dict[str, object]:
    return {
        name: text
        for name, text in cells.items()
        if name != "id" and name not in IGNORED and (name in FIELDS or kind_of(name) is not None) and text.strip()
    }
