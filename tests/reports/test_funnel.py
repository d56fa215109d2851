"""How far leads get, counted one by one."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from reports.charts.funnel import Funnel
from reports.registry import reports
from routing.models import Lead
from tests.cast import lead, lead_of
from tests.reports import slow
from tests.reports.conftest import asked, logged_in, table
from tests.reports.past import NOW

KINDS = ("contacted", "meeting", "opportunity", "proposal", "won")


def of(rows: slow.Rows) -> dict[str, Any]:
    counts = {kind: sum(slow.reached(row, kind) for row in rows) for kind in KINDS}
    lost = sum(row["lost_at"] is not None for row in rows)
    steps = [len(rows), *counts.values()]
    return {
        "leads": len(rows),
        **counts,
        "lost": lost,
        **{f"to_{kind}": slow.part(steps[place + 1], steps[place]) for place, kind in enumerate(KINDS)},
        "conversion": slow.part(counts["won"], len(rows)),
        "close_rate": slow.part(counts["won"], counts["won"] + lost),
    }


@pytest.mark.parametrize("group", ["source", "rep", "team", "band", "score", "rule", "channel", "country", "month"])
def test_each_step_is_counted_as_one_by_one(past: SimpleNamespace, group: str) -> None:
    rows = slow.leads()
    groups = slow.grouped(rows, slow.KEYS[group])
    slow.agrees(table("funnel", past.root, group=group), {key: of(some) for key, some in groups.items()}, of(rows))


def test_a_lead_that_went_past_a_stage_has_reached_it(cast: SimpleNamespace) -> None:
    """Won without a meeting ever noted; and proposed, with nothing noted before."""
    lead_of(cast.laura, won_at=NOW)
    lead_of(cast.laura, proposal_at=NOW)
    lead_of(cast.laura)
    total = table("funnel", cast.root).total
    assert total is not None
    steps = ("contacted", "meeting", "opportunity", "proposal", "won")
    assert [total.values[kind] for kind in steps] == [2, 2, 2, 2, 1]


def test_nothing_went_on_from_nothing(cast: SimpleNamespace) -> None:
    lead()
    total = table("funnel", cast.root).total
    assert total is not None
    assert (total.values["to_contacted"], total.values["to_meeting"], total.values["close_rate"]) == (0, None, None)


def test_the_picture_is_as_wide_as_the_counts(past: SimpleNamespace) -> None:
    question = asked("funnel", past.root)
    drawn = reports()["funnel"].chart(question, found := table("funnel", past.root))
    assert isinstance(drawn, Funnel) and found.total is not None
    leads = found.total.values["leads"]
    for step, key in zip(drawn.steps, ("leads", *KINDS), strict=True):
        assert step.width == pytest.approx(100 * found.total.values[key] / leads, abs=0.01)
        assert step.start == pytest.approx(50 - step.width / 2, abs=0.01)
    assert [step.passed for step in drawn.steps] == [
        "", *(f"{found.total.values[f'to_{kind}']:.2f}" for kind in KINDS)
    ]  # fmt: skip


def test_the_picture_shows_where_the_days_before_ended(past: SimpleNamespace, still: Any) -> None:
    page = logged_in(past.root).get("/reports/funnel/?period=last-30-days&compare=1").content.decode()
    assert page.count('class="mark"') == 12
    assert 'class="mark"' not in logged_in(past.root).get("/reports/funnel/").content.decode()


def test_without_leads_there_is_no_picture(cast: SimpleNamespace) -> None:
    question = asked("funnel", cast.root)
    assert reports()["funnel"].chart(question, table("funnel", cast.root)) is None


def test_a_rep_has_their_own_funnel_beside_the_teams(past: SimpleNamespace, still: Any) -> None:
    mine = [row for row in slow.leads() if row["owner__username"] == "laura"]
    answer = logged_in(past.laura.user).get("/api/v1/reports/funnel/?period=all-time").json()
    assert answer["total"]["values"]["won"] == of(mine)["won"]
    team = Lead.objects.filter(owner__in=[past.laura, past.daniel, past.emma, past.mia], won_at__isnull=False)
    assert answer["team"]["values"]["won"] == team.count() > of(mine)["won"]


def test_what_was_captured_before_the_period_does_not_count(past: SimpleNamespace) -> None:
    since = (NOW - timedelta(days=29)).date()
    recent = [row for row in slow.leads() if row["captured_at"].astimezone(slow.CHICAGO).date() >= since]
    assert 0 < len(recent) < len(slow.leads())
    total = table("funnel", past.root, period="last-30-days").total
    assert total is not None and total.values["leads"] == len(recent)
