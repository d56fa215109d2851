"""Speed to lead, response time and system delay, against slow loops over the same past."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from reps.models import Activity
from routing.models import Assignment, Lead
from tests.cast import lead_of, person
from tests.reports.conftest import table
from tests.reports.past import NOW
from tests.reports.plain import Line, agrees, mean, part, percentile, seconds

GROUPS = ("rep", "team", "source", "band", "rule", "hour", "week")
FIVE = timedelta(minutes=5)


def leads() -> list[dict[str, Any]]:
    """The leads that count, each with what was done before it was answered."""
    found = []
    for lead in Lead.objects.exclude(status="withdrawn").values():
        touched = lead["first_touch_at"]
        touches = [
            act["self_reported"]
            for act in Activity.objects.filter(lead=lead["id"]).values()
            if touched is not None
            and act["at"] <= touched
            and act["kind"] != "note"
            and act["direction"] == "out"
            and act["rep_id"] is not None
        ]
        found.append(
            lead
            | {"rep": lead["owner_id"], "team": lead["team_id"], "source": lead["source_id"], "at": lead["captured_at"]}
            | {"touches": touches}
        )
    return found


def of_leads(lines: Sequence[Line]) -> Mapping[str, Any]:
    waits = [seconds(line["captured_at"], line["first_touch_at"]) for line in lines]
    working = [line["working_wait"] for line in lines]
    logged = [line["touches"] for line in lines if line["touches"]]
    quick = sum(1 for wait in waits if wait is not None and wait <= FIVE.total_seconds())
    return {
        "leads": len(lines),
        "answered": sum(1 for wait in waits if wait is not None),
        "within_five": part(quick, len(lines)),
        "median_response": percentile(waits, 0.5),
        "p90_response": percentile(waits, 0.9),
        "mean_response": mean(waits),
        "median_working": percentile(working, 0.5),
        "p90_working": percentile(working, 0.9),
        "mean_working": mean(working),
        "self_reported": part(sum(1 for touches in logged if all(touches)), len(logged)),
    }


@pytest.mark.parametrize("group", GROUPS)
def test_speed_to_lead_is_what_a_loop_counts(past: SimpleNamespace, group: str) -> None:
    assert agrees(table("speed-to-lead", past.root, group=group), leads(), group, of_leads) > 1


def test_a_touch_that_a_system_saw_is_not_self_reported(past: SimpleNamespace) -> None:
    """Nor is one that was told as well; notes, mail that came in and what came after the first touch say nothing."""
    Lead.objects.update(captured_at=NOW - timedelta(days=500))

    def self_reported(*acts: Mapping[str, Any]) -> float | None:
        Lead.objects.update(captured_at=NOW - timedelta(days=500))
        answered = lead_of(past.laura, captured_at=NOW, assigned_at=NOW, first_touch_at=NOW)
        for act in acts:
            Activity.objects.create(lead=answered, **{"rep": past.laura, "kind": "call", "at": NOW} | act)
        told: float | None = table("speed-to-lead", past.root, period="today").total.values["self_reported"]
        return told

    seen, later = {"self_reported": False}, {"at": NOW + timedelta(seconds=1)}
    assert self_reported() is None
    assert self_reported({}) == 100
    assert self_reported(seen) == 0
    assert self_reported({}, {}, seen) == 0
    assert self_reported({}, seen | later) == 100
    assert self_reported({}, seen | {"direction": "in"}) == 100
    assert self_reported({}, seen | {"kind": "note", "direction": ""}) == 100
    assert self_reported({}, seen | {"rep": None}) == 100
    assert self_reported({"at": NOW - timedelta(hours=1)}) == 100
    assert self_reported(later) is None


def assignments() -> list[dict[str, Any]]:
    lead_by_id = {lead["id"]: lead for lead in Lead.objects.values()}
    return [
        line
        | {"rep": line["rep_id"], "team": line["team_id"], "at": line["assigned_at"]}
        | {"source": lead_by_id[line["lead_id"]]["source_id"], "band": lead_by_id[line["lead_id"]]["band"]}
        for line in Assignment.objects.values()
        if line["ended_because"] != "withdrawn"
    ]


def of_assignments(lines: Sequence[Line]) -> Mapping[str, Any]:
    waits = [seconds(line["assigned_at"], line["first_touch_at"]) for line in lines]
    working = [line["working_wait"] for line in lines]
    quick = sum(1 for wait in waits if wait is not None and wait <= FIVE.total_seconds())
    return {
        "assignments": len(lines),
        "answered": sum(1 for wait in waits if wait is not None),
        "within_five": part(quick, len(lines)),
        "median_response": percentile(waits, 0.5),
        "p90_response": percentile(waits, 0.9),
        "mean_response": mean(waits),
        "median_working": percentile(working, 0.5),
        "p90_working": percentile(working, 0.9),
        "mean_working": mean(working),
    }


@pytest.mark.parametrize("group", GROUPS)
def test_response_time_is_what_a_loop_counts(past: SimpleNamespace, group: str) -> None:
    assert agrees(table("response-time", past.root, group=group), assignments(), group, of_assignments) > 1


def test_whoever_had_a_lead_before_has_their_own_line(past: SimpleNamespace) -> None:
    """Laura did not answer in time and lost it; Daniel did."""
    lead = lead_of(past.daniel, team=past.inside, assigned_at=NOW - timedelta(minutes=3), captured_at=NOW)
    lead.assignments.update(first_touch_at=NOW)
    Assignment.objects.create(lead=lead, rep=past.laura, team=past.inside, method="assign",
                              assigned_at=NOW - timedelta(minutes=9), ended_at=NOW - timedelta(minutes=3),
                              ended_because="sla")  # fmt: skip
    Assignment.objects.exclude(lead=lead).delete()
    rows = {row.key: row.values for row in table("response-time", past.root, group="rep").rows}
    assert (rows["daniel"]["answered"], rows["daniel"]["within_five"]) == (1, 100)
    assert (rows["laura"]["assignments"], rows["laura"]["within_five"]) == (1, 0)
    assert rows["laura"]["median_response"] is None


@pytest.mark.parametrize("slug", ["speed-to-lead", "response-time"])
def test_of_how_many_the_working_time_is_known_is_said(past: SimpleNamespace, slug: str) -> None:
    lines = leads() if slug == "speed-to-lead" else assignments()
    answered = [line for line in lines if line["first_touch_at"]]
    timed = sum(1 for line in answered if line["working_wait"] is not None)
    words = f"Working time is known of {timed} of the {len(answered)} answered: it is stored at the touch."
    assert table(slug, past.root).notes == (words,)
    Lead.objects.update(working_wait=1)
    Assignment.objects.update(working_wait=1)
    assert table(slug, past.root).notes == ()


def first_assignments() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for lead in Lead.objects.exclude(status="withdrawn").values():
        lines = sorted(
            Assignment.objects.filter(lead=lead["id"]).values(), key=lambda line: (line["assigned_at"], line["id"])
        )
        if lines:
            found.append(
                lead
                | {"rep": lead["owner_id"], "team": lead["team_id"], "source": lead["source_id"]}
                | {"at": lead["captured_at"], "delay": seconds(lead["captured_at"], lines[0]["assigned_at"])}
            )
    return found


def of_first(lines: Sequence[Line]) -> Mapping[str, Any]:
    delays = [line["delay"] for line in lines]
    return {
        "leads": len(lines),
        "within_a_minute": part(sum(1 for delay in delays if delay <= 60), len(lines)),
        "median_delay": percentile(delays, 0.5),
        "p90_delay": percentile(delays, 0.9),
        "mean_delay": mean(delays),
    }


@pytest.mark.parametrize("period", ["all-time", "last-90-days"])  # joined, and looked up
@pytest.mark.parametrize("group", ["team", "source", "hour", "week"])
def test_system_delay_is_what_a_loop_counts(past: SimpleNamespace, group: str, period: str) -> None:
    first = Assignment.objects.filter(ended_at__isnull=False).first()
    assert first is not None
    Assignment.objects.create(lead=first.lead, rep=first.rep, method="assign", assigned_at=first.assigned_at,
                              ended_at=NOW)  # fmt: skip  # two at one moment are one lead
    told = table("system-delay", past.root, group=group, period=period)
    assert agrees(told, first_assignments(), group, of_first) > 1


def test_a_rep_is_told_their_own_speed_beside_the_team(past: SimpleNamespace) -> None:
    own = [line for line in leads() if line["rep"] == past.laura.pk]
    assert table("speed-to-lead", past.laura.user, group="source").total.values["leads"] == len(own)
    lines = [line for line in assignments() if line["rep"] == past.laura.pk]
    assert table("response-time", past.laura.user, group="source").total.values["assignments"] == len(lines)


@pytest.mark.parametrize("slug", ["speed-to-lead", "response-time", "system-delay"])
def test_of_nothing_nothing_is_said(db: None, slug: str) -> None:
    told = table(slug, person("root", is_superuser=True), group="source")
    assert told.rows == () and told.total is not None
    assert not any(told.total.values.values())
