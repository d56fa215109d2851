"""What leads are worth, one by one."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from reports.registry import reports
from tests.cast import lead
from tests.reports import slow
from tests.reports.conftest import CHICAGO, asked, table


def of(rows: slow.Rows) -> dict[str, Any]:
    won = [row for row in rows if row["won_at"] is not None]
    days = [
        (row["won_at"].astimezone(CHICAGO).date() - row["captured_at"].astimezone(CHICAGO).date()).days for row in won
    ]
    revenue = sum(float(row["value"] or 0) for row in won)
    return {
        "leads": len(rows),
        "won": len(won),
        "conversion": slow.part(len(won), len(rows)),
        "revenue": revenue,
        "revenue_per_lead": revenue / len(rows),
        "mean_days": slow.mean(days),
        "median_days": slow.percentile(days, 0.5),
    }


@pytest.mark.parametrize(
    "group", ["source", "channel", "band", "score", "industry", "country", "rule", "rep", "week", "month"]
)
def test_each_number_is_counted_as_one_by_one(past: SimpleNamespace, group: str) -> None:
    rows = slow.leads()
    groups = slow.grouped(rows, slow.KEYS[group])
    found = table("lead-quality", past.root, group=group)
    slow.agrees(found, {key: of(some) for key, some in groups.items()}, of(rows))


def test_it_is_told_by_whatever_a_source_sends(past: SimpleNamespace) -> None:
    groups = slow.grouped(slow.leads(), lambda row: row["attributes"].get("origin") or "")
    found = table("lead-quality", past.root, group="attributes.origin")
    told = {row.key: row.values["won"] for row in found.rows if row.key}
    assert told == {key: of(some)["won"] for key, some in groups.items() if key} and set(told) == {"fair", "web, too"}


@pytest.mark.parametrize(("zone", "days"), [("UTC", 1), ("America/Chicago", 0), ("Asia/Tokyo", 0)])
def test_days_are_those_of_the_viewers_zone(cast: SimpleNamespace, zone: str, days: int) -> None:
    """Two minutes over midnight in UTC are a day there, and none where it is evening or morning."""
    lead(captured_at=datetime(2026, 3, 8, 23, 59, tzinfo=UTC), won_at=datetime(2026, 3, 9, 0, 1, tzinfo=UTC))
    question = asked("lead-quality", cast.root, ZoneInfo(zone))
    total = reports()["lead-quality"].total(question)
    assert total is not None and total.values["mean_days"] == total.values["median_days"] == days


def test_a_day_with_a_clock_change_is_one_day(cast: SimpleNamespace) -> None:
    lead(captured_at=datetime(2026, 3, 7, 12, tzinfo=CHICAGO), won_at=datetime(2026, 3, 9, 0, 30, tzinfo=CHICAGO))
    total = table("lead-quality", cast.root).total
    assert total is not None and total.values["mean_days"] == 2


def test_value_of_what_is_not_won_is_no_revenue(cast: SimpleNamespace) -> None:
    lead(value=900)
    lead(value=None, won_at=datetime(2026, 3, 9, tzinfo=UTC))
    total = table("lead-quality", cast.root).total
    assert total is not None and total.values["revenue"] == 0 and total.values["conversion"] == 50
