"""Managers are alerted: about what, when, and once an episode."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from routing import roster
from routing.alerts import EVERY, check_due
from routing.alerts.checking import look
from routing.models import (
    AlertCheck,
    AlertSettings,
    AlertState,
    Event,
    Lead,
    PlanVersion,
    Rep,
    SlaClock,
    Team,
    TimeOff,
)
from routing.people_revision import people_changed
from routing.plan.load import load_file
from tests.cast import lead, lead_in_pool, lead_of
from tests.proofs.company import publish, rep, team

pytestmark = pytest.mark.django_db

AT = datetime(2026, 1, 5, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def company():
    """Inside and Outside, at work around the clock, and the first look due."""
    roster.forget()
    publish()
    AlertCheck.objects.update(due_at=AT)


def waiting(minutes: float, **more) -> Lead:
    since = AT - timedelta(minutes=minutes)
    return lead(**{"team": team("inside"), "status": "waiting", "waiting_since": since} | more)


def told() -> list[tuple[str, str | None]]:
    events = Event.objects.filter(kind__startswith="alert.").order_by("pk")
    return [(event.kind, event.team.slug if event.team else None) for event in events]


def set_for(slug: str, **settings) -> None:
    AlertSettings.objects.update_or_create(team=team(slug), defaults=settings)


def test_a_lead_that_waits_too_long_is_told_once():
    waiting(59)
    assert check_due(AT) == []
    waiting(61)
    for minutes in range(1, 6):
        check_due(AT + timedelta(minutes=minutes))
    assert told() == [("alert.waiting", "inside")]
    event = Event.objects.get(kind="alert.waiting")
    assert event.detail["text"] == "A lead of Inside has been waiting for more than an hour (1 hour by now)."
    assert "2 leads of Inside have been waiting" in AlertState.objects.get(kind="waiting").text


def test_it_is_told_again_only_after_it_was_over():
    first = waiting(90)
    check_due(AT)
    check_due(AT + EVERY)
    Lead.objects.filter(pk=first.pk).update(status="new", waiting_since=None)
    check_due(AT + 2 * EVERY)
    state = AlertState.objects.get(kind="waiting")
    assert (state.raised_at, state.cleared_at) == (None, AT + 2 * EVERY)
    assert len(told()) == 1
    Lead.objects.filter(pk=first.pk).update(status="waiting", waiting_since=AT - timedelta(hours=3))
    check_due(AT + 3 * EVERY)
    assert told() == [("alert.waiting", "inside")] * 2
    state.refresh_from_db()
    assert (state.raised_at, state.cleared_at) == (AT + 3 * EVERY, None)


def test_it_looks_once_a_minute():
    check_due(AT)
    waiting(90)
    assert check_due(AT + timedelta(seconds=59)) == []
    assert len(check_due(AT + EVERY)) == 1


def test_two_who_look_at_once_tell_it_once(monkeypatch):
    waiting(90)
    found = look(AT)
    monkeypatch.setattr("routing.alerts.checking.look", lambda at: check_due.__globals__["_inner"](at))

    def inner(at):
        monkeypatch.setattr("routing.alerts.checking.look", lambda _: found)
        check_due(at)
        return found

    monkeypatch.setitem(check_due.__globals__, "_inner", inner)
    assert check_due(AT) == []
    assert told() == [("alert.waiting", "inside")]


def test_each_team_has_its_own_patience_and_may_turn_it_off():
    set_for("inside", waiting_minutes=10)
    set_for("outside", waiting=False)
    waiting(11)
    waiting(5000, team=team("outside"))
    waiting(61, team=None)
    check_due(AT)
    assert sorted(told(), key=str) == [("alert.waiting", "inside"), ("alert.waiting", None)]


def test_leads_that_lie_unclaimed_are_told_of():
    old = {"pooled_at": AT - timedelta(minutes=61)}
    for delivery in ("claim", "manual"):
        Lead.objects.filter(pk=lead_in_pool(team("inside"), delivery).pk).update(**old)
    Lead.objects.filter(pk=lead_in_pool(team("outside"), "pick").pk).update(pooled_at=AT)
    check_due(AT)
    assert told() == [("alert.unclaimed", "inside")]
    assert Event.objects.get().detail["count"] == 2


def test_no_alert_says_who_a_lead_is():
    waiting(90, first_name="Jane", last_name="Roe", email="jane@acme.example")
    check_due(AT)
    assert "Jane" not in str(Event.objects.values_list("detail").get())


# --- breaches -------------------------------------------------------------------------------------


def clocks(count: int, *, of: str | None = "inside", kind: str = "response", hours: float = 1, **more) -> None:
    """Clocks whose time was up so many hours ago: breached, unless `more` says otherwise."""
    up = AT - timedelta(hours=hours)
    for _ in range(count):
        made = lead_of(rep("laura"), team=team(of) if of else None)
        SlaClock.objects.create(
            lead=made,
            kind=kind,
            assignment=made.assignments.get() if kind == "response" else None,
            team=made.team,
            plan_version=PlanVersion.objects.get(),
            policy="golden",
            started_at=up - timedelta(minutes=5),
            breach_at=up,
            **{"breached_at": up} | more,
        )


IN_TIME = {"breached_at": None, "stopped_at": AT - timedelta(hours=2), "stopped_because": "touched"}


@pytest.mark.parametrize(
    ("late", "in_time", "text"),
    [
        (2, 3, "40 % of Inside's leads were not answered in time in the last 24 hours: 2 of 5."),
        (1, 3, None),
        (1, 4, None),
        (2, 6, None),
        (3, 6, "33 % of Inside's leads were not answered in time in the last 24 hours: 3 of 9."),
    ],
    ids=["too many", "too few leads", "a fifth", "a quarter is no more than a quarter", "a third"],
)
def test_a_team_that_answers_too_late_too_often_is_told_of(late, in_time, text):
    clocks(late)
    clocks(in_time, **IN_TIME)
    clocks(9, of="outside", **IN_TIME)
    assert [one.text for one in look(AT) if one.kind == "breaches"] == ([text] if text else [])


def test_only_answers_of_the_last_hours_count_and_only_those_that_were_due():
    clocks(3)
    clocks(2, **IN_TIME)
    clocks(20, hours=30, **IN_TIME)
    clocks(20, hours=30)
    clocks(20, breached_at=None, hours=-1)
    clocks(20, **IN_TIME | {"stopped_because": "handed_over"})
    clocks(20, kind="unclaimed")
    (found,) = [one for one in look(AT) if one.kind == "breaches"]
    assert (found.detail["breaches"], found.detail["due"]) == (3, 5)
    set_for("inside", breach_percent=60)
    assert [one for one in look(AT) if one.kind == "breaches"] == []


def test_it_reads_what_was_due_of_late_however_many_clocks_have_stopped():
    """Every minute: the answered of a million leads are not gone through to count those of the last hours."""
    clocks(5)
    clocks(5, **IN_TIME)
    with CaptureQueriesContext(connection) as asked:
        look(AT)
    asks = [one["sql"] for one in asked if 'FROM "routing_slaclock"' in one["sql"] and "FILTER (WHERE" in one["sql"]]
    assert len(asks) == 2
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # ten rows are read through sooner than any index
        for ask, index in zip(asks, ("clocks_breached", "clocks_answered"), strict=True):
            cursor.execute(("EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN ") + ask)
            assert index in str(cursor.fetchall())


# --- nobody on ------------------------------------------------------------------------------------

OFFICE = """
calendars:
  office: {timezone: UTC, hours: {mon-fri: "09:00-17:00"}}
  other: {timezone: UTC, hours: {mon-sun: "07:00-09:00"}}
reps: {laura: {calendar: office}, daniel: {calendar: office}, emma: {calendar: office}, omar: {calendar: office}}
"""


def office(more: str = "") -> None:
    load_file("plan: 1\n" + OFFICE + more, at=now())


def nobody(at: datetime) -> list[str]:
    return [one.text for one in look(at) if one.kind == "nobody_on"]


def test_a_team_whose_reps_are_all_off_is_told_of():
    office()
    assert nobody(AT) == []
    Rep.objects.exclude(username="omar").update(accepting=False)
    people_changed()
    assert nobody(AT) == ["Nobody of Inside takes leads within the next 4 hours."]
    check_due(AT)
    assert told() == [("alert.nobody_on", "inside")]


def test_at_night_nobody_is_expected():
    office()
    Rep.objects.update(accepting=False)
    people_changed()
    assert nobody(AT.replace(hour=18)) == []
    assert len(nobody(AT.replace(hour=6))) == 2, "the day begins within four hours"


def test_the_teams_own_calendar_says_when_somebody_should_be_there():
    office("teams: {inside: {calendar: other}}\n")
    assert nobody(AT.replace(hour=6)) == []
    TimeOff.objects.bulk_create(
        TimeOff(rep=rep(name), starts_local="2026-01-05T00:00:00", ends_local="2026-01-06T00:00:00")
        for name in ("laura", "daniel", "emma")
    )
    assert nobody(AT.replace(hour=6)) == ["Nobody of Inside takes leads within the next 4 hours."]
    assert nobody(AT.replace(hour=12)) == [], "its hours are over"


def test_whoever_comes_on_in_time_is_enough():
    office()
    Rep.objects.exclude(username="omar").update(accepting=False)
    Rep.objects.filter(username="emma").update(paused_until=AT + timedelta(minutes=30))
    people_changed()
    assert nobody(AT) == []
    set_for("inside", nobody_on_hours=1)
    Rep.objects.filter(username="emma").update(paused_until=AT + timedelta(minutes=90))
    people_changed()
    assert len(nobody(AT)) == 1


def test_a_team_that_gets_no_leads_may_be_empty():
    Team.objects.create(slug="spare", name="Spare")
    assert nobody(AT) == []
    Rep.objects.filter(username="omar").update(active=False)
    people_changed()
    assert nobody(AT) == ["Nobody of Outside takes leads within the next 4 hours."]


def test_looking_costs_the_same_whatever_there_is():
    def cost() -> int:
        AlertCheck.objects.update(due_at=AT)
        look(AT)
        with CaptureQueriesContext(connection) as queries:
            check_due(AT)
        return len(queries)

    def more(count: int, start: int) -> None:
        for number in range(start, start + count):
            made = Team.objects.create(slug=f"team{number}", name=f"Team {number}")
            AlertSettings.objects.create(team=made, waiting_minutes=10)
            mate = Rep.objects.create(username=f"mate{number}", name=f"Mate {number}")
            made.memberships.create(rep=mate)
            waiting(30, team=made)
            lead_in_pool(made)
        Lead.objects.filter(status="pooled").update(pooled_at=AT - timedelta(hours=2))

    more(2, 0)
    few = cost()
    assert len(told()) >= 4
    more(20, 2)
    assert cost() <= few + 1, "new rows and changed ones are a statement each"
