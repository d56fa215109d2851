"""What teams and reps make of their leads, one by one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from reps.models import Activity
from routing.models import Lead
from tests.cast import lead_in_pool, lead_of
from tests.reports import slow
from tests.reports.conftest import logged_in, table
from tests.reports.past import NOW


def of(rows: slow.Rows, wins: slow.Rows, all_wins: int, met: set[int]) -> dict[str, Any]:
    meetings = sum(slow.reached(row, "meeting") or row["id"] in met for row in rows)
    opportunities = sum(slow.reached(row, "opportunity") for row in rows)
    won = [row for row in rows if row["won_at"] is not None]
    return {
        "leads": len(rows),
        "contacted": sum(slow.reached(row, "contacted") for row in rows),
        "meetings": meetings,
        "opportunities": opportunities,
        "proposals": sum(slow.reached(row, "proposal") for row in rows),
        "won": len(won),
        "lost": sum(row["lost_at"] is not None for row in rows),
        "to_meeting": slow.part(meetings, len(rows)),
        "to_opportunity": slow.part(opportunities, len(rows)),
        "to_close": slow.part(len(won), len(rows)),
        "revenue": sum(float(row["value"] or 0) for row in won),
        "won_in_period": len(wins),
        "share_of_wins": slow.part(len(wins), all_wins),
        "revenue_in_period": sum(float(row["value"] or 0) for row in wins),
    }


def met() -> set[int]:
    return {row["lead_id"] for row in Activity.objects.values("lead_id", "kind") if row["kind"] == "meeting"}


@pytest.mark.parametrize("group", ["rep", "team", "source", "band", "rule"])
@pytest.mark.parametrize("period", ["all-time", "last-30-days"])
def test_each_number_is_counted_as_one_by_one(past: SimpleNamespace, group: str, period: str) -> None:
    owned = [row for row in slow.leads() if row["owner_id"] is not None]
    first = (NOW - timedelta(days=29)).astimezone(slow.CHICAGO).date()

    def within(name: str) -> slow.Rows:
        known = [row for row in owned if row[name] is not None]
        if period == "all-time":  # until the end of today
            return [row for row in known if row[name].astimezone(slow.CHICAGO).date() <= NOW.date()]
        return [row for row in known if first <= row[name].astimezone(slow.CHICAGO).date() <= NOW.date()]

    rows, wins = within("captured_at"), within("won_at")
    by = slow.KEYS[group]
    of_rows, of_wins = slow.grouped(rows, by), slow.grouped(wins, by)
    groups = {
        key: of(of_rows.get(key, []), of_wins.get(key, []), len(wins), met()) for key in {*of_rows, *of_wins}
    }  # fmt: skip
    found = table("team-performance", past.root, group=group, period=period)
    slow.agrees(found, groups, of(rows, wins, len(wins), met()))
    assert 0 < len(wins) < len([row for row in owned if row["won_at"]]) or period == "all-time"


def test_a_win_counts_in_the_month_it_was_won(cast: SimpleNamespace) -> None:
    """Whatever the month of its capture, and by the calendar of whoever asks: in Chicago it is still April."""
    lead_of(cast.laura, captured_at=NOW - timedelta(days=70), won_at=datetime(2026, 5, 1, 2, tzinfo=UTC))
    found = table("team-performance", cast.root, group="month")
    told = {row.key: (row.values["leads"], row.values["won"], row.values["won_in_period"]) for row in found.rows}
    assert told == {"2026-03": (1, 1, 0), "2026-04": (0, 0, 1)}


def test_a_meeting_counts_once_whether_it_was_logged_or_the_stage_says_so(cast: SimpleNamespace) -> None:
    staged, logged, both, none = (lead_of(cast.laura, captured_at=NOW) for _ in range(4))
    Lead.objects.filter(pk__in=[staged.pk, both.pk]).update(meeting_at=NOW)
    for lead in (logged, logged, both):
        Activity.objects.create(lead=lead, rep=cast.laura, kind="meeting", at=NOW, logged_at=NOW)
    Activity.objects.create(lead=none, rep=cast.laura, kind="call", at=NOW, logged_at=NOW)
    (laura,) = table("team-performance", cast.root, group="rep").rows
    assert (laura.values["meetings"], laura.values["leads"], laura.values["to_meeting"]) == (3, 4, 75)


def test_what_nobody_owns_is_nobodys_performance(cast: SimpleNamespace) -> None:
    lead_in_pool(cast.inside, captured_at=NOW, won_at=NOW)
    lead_of(cast.omar, team=cast.outside, captured_at=NOW)
    found = table("team-performance", cast.root, group="team")
    assert [(row.key, row.values["leads"], row.values["won_in_period"]) for row in found.rows] == [("outside", 1, 0)]


def test_a_rep_is_told_of_their_own_beside_the_team(past: SimpleNamespace, still: Any) -> None:
    mine = [row for row in slow.leads() if row["owner__username"] == "laura"]
    answer = logged_in(past.laura.user).get("/api/v1/reports/team-performance/?period=all-time").json()
    assert answer["total"]["values"]["leads"] == len(mine) < answer["team"]["values"]["leads"]
    assert [row["key"] for row in answer["rows"]] == ["inside"]
