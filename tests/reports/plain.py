"""What reports count, counted slowly by loops: no database's aggregate, no code of the reports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from reports.table import Table
from routing.models import Rep, Source, Team
from tests.reports.conftest import CHICAGO

Line = Mapping[str, Any]


def percentile(values: Iterable[float | None], share: float) -> float | None:
    """Linear between the two nearest of the known ones."""
    known = sorted(value for value in values if value is not None)
    if not known:
        return None
    place = share * (len(known) - 1)
    low = int(place)
    high = min(low + 1, len(known) - 1)
    return known[low] * (1 - (place - low)) + known[high] * (place - low)


def mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def part(count: float, whole: float) -> float | None:
    """As a percentage."""
    return 100 * count / whole if whole else None


def seconds(since: datetime | None, until: datetime | None) -> float | None:
    return (until - since).total_seconds() if since and until else None


def grouped(lines: Iterable[Line], group: str, *, at: str = "at") -> dict[str, list[Line]]:
    """Lines by the key that a row has: those of a rep, team, source, band or rule, or those of a time in Chicago.

    A line has the ids `rep`, `team` and `source`, the texts `band` and `rule`, and the moment `at`.
    """
    names: dict[str, dict[int | None, str]] = {
        "rep": dict(Rep.objects.values_list("pk", "username")),
        "team": dict(Team.objects.values_list("pk", "slug")),
        "source": dict(Source.objects.values_list("pk", "slug")),
    }
    found: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        if group in names:
            key = names[group].get(line[group], "")
        elif group in ("week", "hour", "day"):
            key = time_key(line[at].astimezone(CHICAGO), group)
        else:
            key = line[group]
        found[key].append(line)
    return found


def time_key(local: datetime, group: str) -> str:
    if group == "hour":
        return f"{('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun')[local.weekday()]}-{local.hour:02}"
    day = local.date() - timedelta(days=local.weekday() if group == "week" else 0)
    return day.isoformat()


def agrees(told: Table, lines: list[Line], group: str, counted: Callable[[list[Line]], Mapping[str, Any]]) -> int:
    """Asserts that each row, and the row of all, has what a loop counts over its lines; how many rows have any.

    A row without lines counts nothing.
    """
    by_key = grouped(lines, group)
    assert set(by_key) <= {row.key for row in told.rows}
    assert len(told.rows) == len({row.key for row in told.rows})
    for row in told.rows:
        if row.key in by_key:
            same(row.values, counted(by_key[row.key]), row.label)
        else:
            assert not any(row.values.get(column.key) for column in told.columns), row
    assert told.total is not None
    same(told.total.values, counted(lines), "all")
    return len(by_key)


def same(told: Mapping[str, Any], expected: Mapping[str, Any], row: str) -> None:
    for key, value in expected.items():
        assert told[key] == (None if value is None else pytest.approx(value)), (row, key)
