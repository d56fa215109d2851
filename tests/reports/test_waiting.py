"""What waits and lies unclaimed now, against slow loops over the same past."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from reports.registry import reports_for
from routing.models import Lead
from tests.cast import lead_in_pool, person
from tests.reports.conftest import logged_in, table
from tests.reports.past import NOW
from tests.reports.plain import Line, agrees, mean, percentile, seconds

DAY = 24 * 3600


def unowned() -> list[dict[str, Any]]:
    found = []
    for lead in Lead.objects.values():
        if lead["status"] in ("pooled", "waiting"):
            pooled = lead["status"] == "pooled"
            since = lead["pooled_at"] if pooled else lead["waiting_since"]
            found.append(
                lead
                | {"team": lead["team_id"], "source": lead["source_id"], "age": seconds(since, NOW)}
                | {"waits-for": lead["delivery"] if pooled else lead["reason"]}
            )
    return found


def counted(lines: Sequence[Line]) -> Mapping[str, Any]:
    ages = [line["age"] for line in lines]
    return {
        "leads": len(lines),
        "waiting": sum(1 for line in lines if line["status"] == "waiting"),
        "pooled": sum(1 for line in lines if line["status"] == "pooled"),
        "long": sum(1 for age in ages if age > DAY),
        "median_age": percentile(ages, 0.5),
        "p90_age": percentile(ages, 0.9),
        "mean_age": mean(ages),
        "oldest": max(ages, default=None),
    }


@pytest.mark.parametrize("group", ["team", "waits-for", "rule", "source", "band"])
def test_waiting_is_what_a_loop_counts(past: SimpleNamespace, group: str) -> None:
    Lead.objects.filter(status="pooled").update(pooled_at=NOW - timedelta(hours=24))  # ties, and a day sharp
    Lead.objects.filter(status="pooled", band="hot").update(pooled_at=NOW - timedelta(hours=25), delivery="claim")
    lines = unowned()
    assert counted(lines)["waiting"] and counted(lines)["pooled"] and counted(lines)["long"] < len(lines)
    assert agrees(table("waiting", past.root, group=group), lines, group, counted) > 1


def test_what_they_wait_for_is_said_in_words(past: SimpleNamespace) -> None:
    labels = {row.key: row.label for row in table("waiting", past.root, group="waits-for").rows}
    assert labels["off_shift"] == "Waits: reps off shift"
    lead_in_pool(past.inside, "blind", external_id="b")
    assert "Pool: to be pulled blind" in {row.label for row in table("waiting", past.root, group="waits-for").rows}


def test_no_rep_is_told_how_many_lie_in_a_pool(past: SimpleNamespace, still: object) -> None:
    """Neither by the page nor by the file nor in the list of reports; and a manager of none but their own teams."""
    client = logged_in(past.laura.user)
    assert "waiting" not in reports_for(past.laura.user) and "unclaimed" not in reports_for(past.laura.user)
    assert client.get("/reports/waiting/").status_code == 404
    assert client.get("/reports/waiting.csv").status_code == 404
    hers = [line for line in unowned() if line["team"] == past.inside.pk]
    assert table("waiting", past.dana).total.values["leads"] == len(hers) < len(unowned())


def test_where_nothing_waits_it_says_so(db: None, still: object) -> None:
    page = logged_in(person("root", is_superuser=True)).get("/reports/waiting/").content.decode()
    assert "Nothing to count here" in page
