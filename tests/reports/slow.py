"""The same numbers without the database's help: one row after the other, in plain Python."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from reports.table import Table
from routing.models import Lead
from tests.reports.conftest import CHICAGO

LATER = ("contacted_at", "meeting_at", "opportunity_at", "proposal_at", "won_at")

Rows = Sequence[Mapping[str, Any]]


def leads() -> Rows:
    """All leads that count anywhere, with the names of whose they are."""
    named = ("source__slug", "owner__username", "team__slug")
    every = [name.attname for name in Lead._meta.concrete_fields]
    return [row for row in Lead.objects.values(*every, *named) if row["status"] != "withdrawn"]


def decile(score: int) -> str:
    lowest = min(score // 10, 9) * 10
    return f"{lowest}-{100 if lowest == 90 else lowest + 9}"


def monday(at: datetime) -> str:
    day = at.astimezone(CHICAGO).date()
    return str(day - timedelta(days=day.weekday()))


KEYS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "source": lambda row: row["source__slug"],
    "rep": lambda row: row["owner__username"] or "",
    "team": lambda row: row["team__slug"] or "",
    "band": lambda row: row["band"],
    "score": lambda row: decile(row["score"]),
    "rule": lambda row: row["rule"],
    "channel": lambda row: row["channel"],
    "country": lambda row: row["country"],
    "industry": lambda row: row["industry"],
    "week": lambda row: monday(row["captured_at"]),
    "month": lambda row: f"{row['captured_at'].astimezone(CHICAGO):%Y-%m}",
}


def grouped(rows: Rows, key: Callable[[Mapping[str, Any]], str]) -> dict[str, Rows]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return dict(found)


def percentile(values: Iterable[float], share: float) -> float | None:
    """Linear between the two nearest, counted from the lowest."""
    in_order = sorted(values)
    if not in_order:
        return None
    place = share * (len(in_order) - 1)
    below = int(place)
    rest = place - below
    return in_order[below] if not rest else in_order[below] * (1 - rest) + in_order[below + 1] * rest


def mean(values: Iterable[float]) -> float | None:
    every = list(values)
    return sum(every) / len(every) if every else None


def part(of: float, whole: float) -> float | None:
    return 100 * of / whole if whole else None


def reached(row: Mapping[str, Any], kind: str) -> bool:
    """Whether a lead got to a stage of this kind or a later one."""
    later = LATER[LATER.index(f"{kind}_at") :]
    return any(row[name] is not None for name in later)


def seconds(row: Mapping[str, Any], since: str, until: str) -> list[float]:
    """From one moment to another; nothing where one of them is not known."""
    if row[since] is None or row[until] is None:
        return []
    return [(row[until] - row[since]).total_seconds()]


def agrees(table: Table, of_groups: Mapping[str, Mapping[str, Any]], of_all: Mapping[str, Any]) -> None:
    """Every row of the table is one of these groups and says the same, and so does the row of all."""
    assert sorted(row.key for row in table.rows) == sorted(of_groups)
    assert table.total is not None
    for row in (*table.rows, table.total):
        wanted = of_all if row is table.total else of_groups[row.key]
        for key, value in wanted.items():
            found = row.values[key]
            assert (found is None) == (value is None), (row.key, key, found, value)
            assert value is None or float(found) == pytest.approx(float(value), rel=1e-9, abs=1e-9), (row.key, key)
