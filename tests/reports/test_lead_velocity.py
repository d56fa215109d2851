"""How long leads take, one by one."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest

from tests.cast import lead, lead_of
from tests.reports import slow
from tests.reports.conftest import table
from tests.reports.past import NOW

KINDS = ("captured", "contacted", "meeting", "opportunity", "proposal", "won")


def of(rows: slow.Rows) -> dict[str, Any]:
    def times(since: str, until: str) -> list[float]:
        return [time for row in rows for time in slow.seconds(row, f"{since}_at", f"{until}_at")]

    steps = {}
    for since, until in pairwise(KINDS):
        steps[f"{since}_to_{until}"] = slow.percentile(times(since, until), 0.5)
        steps[f"{since}_to_{until}_p90"] = slow.percentile(times(since, until), 0.9)
    to_won = times("captured", "won")
    return {
        "leads": len(rows),
        "won": len(to_won),
        "median_to_won": slow.percentile(to_won, 0.5),
        "p90_to_won": slow.percentile(to_won, 0.9),
        **steps,
    }


@pytest.mark.parametrize("group", ["source", "rep", "score", "channel", "week"])
def test_each_time_is_counted_as_one_by_one(past: SimpleNamespace, group: str) -> None:
    rows = slow.leads()
    groups = slow.grouped(rows, slow.KEYS[group])
    found = table("lead-velocity", past.root, group=group)
    slow.agrees(found, {key: of(some) for key, some in groups.items()}, of(rows))
    assert found.notes == ()


def test_a_step_that_a_lead_went_past_has_no_time(cast: SimpleNamespace) -> None:
    lead_of(cast.laura, captured_at=NOW, contacted_at=NOW + timedelta(days=1), opportunity_at=NOW + timedelta(days=4))
    total = table("lead-velocity", cast.root).total
    assert total is not None
    assert total.values["captured_to_contacted"] == 86_400
    assert total.values["contacted_to_meeting"] is total.values["meeting_to_opportunity"] is None


def test_a_lead_won_before_it_was_captured_counts_as_it_is_and_is_told(cast: SimpleNamespace) -> None:
    lead(captured_at=NOW, won_at=NOW - timedelta(days=2))
    lead(captured_at=NOW, won_at=NOW + timedelta(days=4))
    found = table("lead-velocity", cast.root)
    assert found.total is not None and found.total.values["median_to_won"] == 86_400
    assert found.notes == ("1 lead was won before it was captured; its time, below zero, is counted as it is.",)
