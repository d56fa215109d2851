"""SLA compliance and unclaimed leads, against slow loops over the same past."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from routing.models import Assignment, Lead, SlaClock, SlaStep
from tests.cast import cast, lead_of, person
from tests.reports.conftest import table
from tests.reports.past import NOW
from tests.reports.plain import Line, agrees, mean, part, percentile, seconds

MINUTE = timedelta(minutes=1)


def clocks(kind: str) -> list[dict[str, Any]]:
    lead_by_id = {lead["id"]: lead for lead in Lead.objects.values()}
    line_by_id = {line["id"]: line for line in Assignment.objects.values()}
    steps = list(SlaStep.objects.values())
    found = []
    for clock in SlaClock.objects.filter(kind=kind).values():
        lead, line = lead_by_id[clock["lead_id"]], line_by_id.get(clock["assignment_id"])
        if lead["status"] != "withdrawn":
            found.append(
                clock
                | {"source": lead["source_id"], "band": lead["band"], "rule": (line or lead)["rule"]}
                | {"rep": clock["rep_id"], "team": clock["team_id"], "at": clock["started_at"]}
                | {"touched": line and line["first_touch_at"]}
                | {"did": [step["do"] for step in steps if step["clock_id"] == clock["id"]]}
            )
    return found


def done(lines: Sequence[Line], do: str) -> int:
    return sum(line["did"].count(do) for line in lines)


def of_assignments(lines: Sequence[Line]) -> Mapping[str, Any]:
    due = in_time = 0
    for line in lines:
        breach_at = line["breach_at"]
        if breach_at is None:
            continue
        answered = line["touched"] is not None and line["touched"] <= breach_at
        ran_out = breach_at <= NOW and (line["stopped_at"] is None or line["stopped_at"] >= breach_at)
        in_time += answered
        due += answered or ran_out
    return {
        "assignments": len(lines),
        "due": due,
        "in_time": in_time,
        "compliance": part(in_time, due),
        "breaches": due - in_time,
        "reminders": done(lines, "remind"),
        "escalations": done(lines, "escalate"),
        "reassigned": done(lines, "reassign"),
        "released": done(lines, "release"),
    }


@pytest.mark.parametrize("group", ["rep", "team", "policy", "source", "band", "rule", "hour", "week"])
def test_compliance_is_what_a_loop_counts(past: SimpleNamespace, group: str) -> None:
    lines = clocks("response")
    counted = of_assignments(lines)
    assert 0 < counted["in_time"] < counted["due"] < counted["assignments"] and counted["reassigned"]
    assert agrees(table("sla-compliance", past.root, group=group), lines, group, of_assignments) > 1


@pytest.fixture
def laura(db: None) -> SimpleNamespace:
    """Laura got one lead that is to be answered within five minutes, ten minutes ago."""
    root = person("root", is_superuser=True)
    people = cast()
    lead = lead_of(people.laura, team=people.inside, assigned_at=NOW - 10 * MINUTE)
    line = lead.assignments.get()
    clock = SlaClock.objects.create(kind="response", lead=lead, assignment=line, rep=people.laura, team=people.inside,
                                    plan_version_id=1, policy="golden", started_at=line.assigned_at,
                                    breach_at=NOW - 5 * MINUTE)  # fmt: skip
    return SimpleNamespace(root=root, line=line, clock=clock)


@pytest.mark.parametrize(
    ("touched", "stopped", "due", "in_time"),
    [
        (None, None, 1, 0),
        (NOW - 5 * MINUTE, NOW - 5 * MINUTE, 1, 1),
        (NOW - 4 * MINUTE, NOW - 4 * MINUTE, 1, 0),
        (NOW - 6 * MINUTE, NOW - 4 * MINUTE, 1, 1),
        (None, NOW - 6 * MINUTE, 0, 0),
        (None, NOW - 5 * MINUTE, 1, 0),
    ],
    ids=["unanswered", "in the last second", "a minute late", "told late, done in time", "given back before", "taken"],
)
def test_what_is_due_and_what_is_in_time(
    laura: SimpleNamespace, touched: datetime | None, stopped: datetime | None, due: int, in_time: int
) -> None:
    Assignment.objects.update(first_touch_at=touched)
    SlaClock.objects.update(stopped_at=stopped)
    total = table("sla-compliance", laura.root, group="rep").total.values
    assert (total["due"], total["in_time"], total["breaches"]) == (due, in_time, due - in_time)


def test_what_may_still_be_answered_is_not_due_yet(laura: SimpleNamespace) -> None:
    SlaClock.objects.update(breach_at=NOW + MINUTE)
    assert table("sla-compliance", laura.root, group="rep").total.values["due"] == 0
    SlaClock.objects.update(breach_at=None)
    assert table("sla-compliance", laura.root, group="rep").total.values["due"] == 0


def of_stays(lines: Sequence[Line]) -> Mapping[str, Any]:
    taken = [line for line in lines if line["stopped_because"] in ("taken", "routed")]
    waits = [seconds(line["started_at"], line["stopped_at"]) for line in taken]
    return {
        "stays": len(lines),
        "taken": len(taken),
        "lying": sum(1 for line in lines if line["stopped_at"] is None),
        "median_wait": percentile(waits, 0.5),
        "p90_wait": percentile(waits, 0.9),
        "mean_wait": mean(waits),
        "reminders": done(lines, "remind"),
        "escalations": done(lines, "escalate"),
        "released": done(lines, "release"),
    }


@pytest.mark.parametrize("group", ["team", "policy", "rule", "source", "band", "hour", "week"])
def test_unclaimed_is_what_a_loop_counts(past: SimpleNamespace, group: str) -> None:
    lines = clocks("unclaimed")
    counted = of_stays(lines)
    assert 0 < counted["taken"] < counted["stays"] and counted["lying"]
    assert agrees(table("unclaimed", past.root, group=group), lines, group, of_stays) > 1


def test_a_manager_is_told_of_their_teams_clocks(past: SimpleNamespace) -> None:
    """Those of Inside, and those of its members wherever they are; a rep their own."""
    members = set(past.inside.memberships.values_list("rep", flat=True))
    lines = clocks("response")
    hers = [line for line in lines if line["team"] == past.inside.pk or line["rep"] in members]
    assert table("sla-compliance", past.dana).total.values["assignments"] == len(hers) < len(lines)
    lauras = [line for line in lines if line["rep"] == past.laura.pk]
    told = table("sla-compliance", past.laura.user, group="source").total.values
    assert told["assignments"] == len(lauras) and told["reminders"] == done(lauras, "remind")


@pytest.mark.parametrize("slug", ["sla-compliance", "unclaimed"])
def test_of_nothing_nothing_is_said(db: None, slug: str) -> None:
    told = table(slug, person("root", is_superuser=True), group="source")
    assert told.rows == () and told.total is not None and not any(told.total.values.values())
