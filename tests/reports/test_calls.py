"""Calls, first calls and calls until somebody was reached, against slow loops over the same past."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from reports.charts import Heat
from reports.registry import reports
from reps.models import Activity
from routing.models import Lead
from tests.cast import person
from tests.reports.conftest import CHICAGO, asked, table
from tests.reports.plain import Line, agrees, part

GROUPS = ("rep", "team", "source", "band", "rule", "hour", "week")


def calls() -> list[dict[str, Any]]:
    """Every call by a person; of those made, its turn with its lead, and its turn where it was the first to reach."""
    lead_by_id = {lead["id"]: lead for lead in Lead.objects.values()}
    turns: dict[int, int] = {}
    reached: set[int] = set()
    found = []
    for act in sorted(Activity.objects.values(), key=lambda act: (act["at"], act["id"])):
        lead = lead_by_id[act["lead_id"]]
        if act["kind"] != "call" or act["rep_id"] is None or lead["status"] == "withdrawn":
            continue
        made = act["direction"] == "out"
        turn = reach = None
        if made:
            turn = turns[lead["id"]] = turns.get(lead["id"], 0) + 1
            if act["outcome"] == "reached" and lead["id"] not in reached:
                reached.add(lead["id"])
                reach = turn
        found.append(
            act
            | {"rep": act["rep_id"], "team": lead["team_id"], "source": lead["source_id"], "band": lead["band"]}
            | {"rule": lead["rule"], "made": made, "turn": turn, "reach": reach}
        )
    return found


def counted(lines: Sequence[Line]) -> Mapping[str, Any]:
    made = [line for line in lines if line["made"]]
    reached = [line for line in made if line["outcome"] == "reached"]
    firsts = [line for line in made if line["turn"] == 1]
    reaches = [line["reach"] for line in made if line["reach"] is not None]
    lengths = [line["seconds"] for line in lines if line["seconds"] is not None]
    return {
        "calls": len(made),
        "reached": len(reached),
        "reach_rate": part(len(reached), len(made)),
        "leads_called": len(firsts),
        "first_reach_rate": part(sum(1 for line in firsts if line["outcome"] == "reached"), len(firsts)),
        "calls_until_reached": sum(reaches) / len(reaches) if reaches else None,
        "inbound": len(lines) - len(made),
        "talk": sum(lengths),
        "mean_duration": sum(lengths) / len(lengths) if lengths else None,
    }


@pytest.fixture
def called(past: SimpleNamespace) -> SimpleNamespace:
    """The past, with calls that came in, calls by nobody, by colleagues, and several at one moment."""
    for number, act in enumerate(list(Activity.objects.filter(kind="call").order_by("pk")[:40])):
        again = Activity(lead=act.lead, kind="call", rep=act.rep, at=act.at, outcome="reached", seconds=number)
        if number % 4 == 0:
            again.direction, again.at = "in", act.at - timedelta(days=1)
        elif number % 4 == 1:
            again.rep = None
        elif number % 4 == 2:
            again.rep, again.at = past.daniel, act.at - timedelta(minutes=number)
        again.logged_at = again.at
        again.save()
    return past


@pytest.mark.parametrize("group", GROUPS)
def test_calls_are_what_a_loop_counts(called: SimpleNamespace, group: str) -> None:
    lines = calls()
    assert counted(lines)["inbound"] and 0 < counted(lines)["reach_rate"] < 100
    assert counted(lines)["calls_until_reached"] > 1
    assert agrees(table("calls", called.root, group=group), lines, group, counted) > 1


def test_a_lead_counts_in_the_period_of_its_first_call(called: SimpleNamespace) -> None:
    """A call of this month to somebody who was called in March is no first call."""
    lines = calls()
    second = next(
        line
        for line in lines
        if line["turn"] == 2
        and any(
            other["lead_id"] == line["lead_id"] and other["turn"] == 1 and line["at"] - other["at"] > timedelta(days=1)
            for other in lines
        )
    )
    since = second["at"].astimezone(CHICAGO).date()
    then = [line for line in lines if line["at"].astimezone(CHICAGO).date() >= since]
    assert second in then
    for until in ("2026-06-15", "2027-12-31"):  # looked up, and joined
        told = table("calls", called.root, group="rep", period="between", since=since.isoformat(), until=until)
        assert agrees(told, then, "rep", counted) > 1


def test_the_first_call_is_whoevers_made_it(called: SimpleNamespace) -> None:
    """Asked about one rep, a colleague's earlier call still was the first."""
    mine = [line for line in calls() if line["rep"] == called.laura.pk]
    assert {line["turn"] for line in mine} > {1}
    told = table("calls", called.root, group="source", rep="laura")
    assert agrees(told, mine, "source", counted) > 1
    assert table("calls", called.laura.user, group="source") == told


def test_of_no_calls_nothing_is_said(db: None) -> None:
    told = table("calls", person("root", is_superuser=True), group="rep")
    assert told.rows == () and told.total is not None and not any(told.total.values.values())


def test_the_heat_map_tells_when_calls_reach_people(called: SimpleNamespace) -> None:
    question = asked("calls", called.root, group="hour")
    report = reports()["calls"]
    drawn = report.chart(question, report.table(question))
    assert isinstance(drawn, Heat) and drawn.title == "Reach rate"
