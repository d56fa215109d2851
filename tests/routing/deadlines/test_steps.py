"""The steps of an SLA are taken when they are due, once, by the hours of whoever they are about."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError

from routing import assignment, pipeline
from routing.deadlines import moving, redating, steps
from routing.models import Event, Lead, Revision, SlaClock, SlaStep, Stage, TimeOff
from tests.proofs.company import leads, owners, publish, rep

GOLDEN = """
sla:
  golden:
    clock: always
    steps: [{after: 3m, do: remind}, {after: 5m, do: breach}, {after: 5m, do: escalate}, {after: 15m, do: reassign}]
    unclaimed: [{after: 10m, do: remind}, {after: 20m, do: escalate}, {after: 30m, do: release}]
rules:
  - {name: Sharks, when: {all: [{field: product, op: is, value: claim}]}, to: inside, delivery: claim, sla: golden}
  - {name: Rest, to: inside, sla: golden}
"""
OFFICE = """
calendars: {office: {timezone: UTC, hours: {mon-fri: "09:00-17:00"}}}
teams: {inside: {calendar: office}}
"""
FRIDAY_EVENING = datetime(2026, 1, 9, 16, 58, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def set_clock(monkeypatch):
    """Sets the clock that routing reads."""

    def to(at):
        monkeypatch.setattr(pipeline, "now", lambda: at)
        return at

    return to


@pytest.fixture
def start(set_clock):
    """Routes one lead at an instant, by these policies and rules."""

    def started(at=FRIDAY_EVENING, text=GOLDEN, **fields):
        publish()
        publish(text)
        set_clock(at)
        (lead,) = leads(1, **fields)
        pipeline.route()
        return lead

    return started


def taken():
    return list(SlaStep.objects.order_by("pk").values_list("key", flat=True))


def minutes(number):
    return FRIDAY_EVENING + timedelta(minutes=number)


def test_each_step_is_taken_when_it_is_due_and_once(start):
    start()
    for minute, expected in [
        (2, []),
        (3, ["remind-1"]),
        (4, ["remind-1"]),
        (5, ["remind-1", "breach-1", "escalate-1"]),
    ]:
        steps.take_due(minutes(minute))
        steps.take_due(minutes(minute))
        assert taken() == expected
    assert list(Event.objects.filter(kind__startswith="sla.").values_list("kind", "rep__username")) == [
        ("sla.remind", "laura"),
        ("sla.breach", "laura"),
        ("sla.escalate", "laura"),
    ]
    assert SlaClock.objects.get().breached_at == minutes(5)


def test_a_late_sweep_takes_all_that_is_due_in_order(start):
    start()
    steps.take_due(minutes(6))
    assert taken() == ["remind-1", "breach-1", "escalate-1"]
    assert steps.oldest(minutes(6)) is None


def test_a_touch_stops_the_clock_and_cancels_what_is_left(start):
    lead = start()
    steps.take_due(minutes(3))
    assignment.touch(lead_id=lead.pk, at=minutes(4))
    assert steps.take_due(minutes(60)) == 0
    clock = SlaClock.objects.get()
    assert (clock.stopped_because, clock.stopped_at, clock.due_at) == ("touched", minutes(4), None)


def test_unanswered_it_is_given_to_the_next_who_has_a_clock_of_their_own(start, set_clock):
    start()
    steps.take_due(minutes(15))
    set_clock(minutes(15))
    pipeline.route()
    assert owners() == ["daniel"]
    first, second = SlaClock.objects.order_by("pk")
    assert (first.stopped_because, second.started_at, second.rep) == ("sla", minutes(15), rep("daniel"))
    steps.take_due(minutes(18))
    assert taken() == ["remind-1", "breach-1", "escalate-1", "reassign-1", "remind-1"]


def test_a_touch_of_somebody_who_has_it_no_longer_stops_nobodys_clock(start):
    lead = start()
    assignment.touch(lead_id=lead.pk, at=minutes(1), rep=rep("emma"))
    assert SlaClock.objects.get().stopped_at is None
    assignment.touch(lead_id=lead.pk, at=minutes(2), rep=rep("laura"))
    assert SlaClock.objects.get().stopped_at == minutes(2)


def test_whoever_gets_a_lead_that_a_colleague_answered_has_a_clock_of_their_own(start):
    lead = start()
    assignment.touch(lead_id=lead.pk, at=minutes(1))
    assignment.hand_over(lead_id=lead.pk, rep=rep("emma"), by=None, at=minutes(2))
    running = SlaClock.objects.get(stopped_at=None)
    assert (running.rep, running.due_at) == (rep("emma"), minutes(5))


def test_a_parked_lead_has_no_clock(start, monkeypatch, set_clock):
    publish()
    for name in ("laura", "daniel", "emma"):
        person = rep(name)
        person.accepting = False
        person.save()
    lead = start()
    pipeline._park(lead.pk, ValueError("broken"))
    assert SlaClock.objects.get().stopped_because == "parked"
    assert steps.take_due(minutes(60)) == 0


def test_a_lead_that_was_closed_is_left_alone(start):
    lead = start()
    assignment.move(lead_id=lead.pk, stage=Stage.objects.get(slug="lost"), at=minutes(1), lost_reason="spam")
    assert steps.take_due(minutes(60)) == 0


def test_closed_by_mistake_and_opened_again_it_is_to_be_answered_in_the_whole_time(start):
    lead = start()
    steps.take_due(minutes(3))
    assignment.move(lead_id=lead.pk, stage=Stage.objects.get(slug="lost"), at=minutes(4), lost_reason="silent")
    assert steps.take_due(minutes(60)) == 0
    assignment.move(lead_id=lead.pk, stage=Stage.objects.get(slug="new"), at=minutes(60))
    clock = SlaClock.objects.get()
    assert (clock.stopped_at, clock.stopped_because, clock.started_at) == (None, "", minutes(60))
    assert clock.breach_at == clock.due_at == minutes(65)
    assert steps.take_due(minutes(64)) == 0
    assert taken() == ["remind-1"], "who was reminded is not reminded again"
    steps.take_due(minutes(65))
    assert taken() == ["remind-1", "breach-1", "escalate-1"]
    assert SlaClock.objects.get().breached_at == minutes(65)
    steps.take_due(minutes(75))
    pipeline.route()
    assert owners() == ["daniel"]


def test_what_was_late_when_it_was_closed_stays_late_and_is_so_once(start):
    lead = start()
    steps.take_due(minutes(6))
    assignment.move(lead_id=lead.pk, stage=Stage.objects.get(slug="lost"), at=minutes(7), lost_reason="silent")
    assignment.move(lead_id=lead.pk, stage=Stage.objects.get(slug="new"), at=minutes(60))
    clock = SlaClock.objects.get()
    assert (clock.breach_at, clock.breached_at) == (minutes(5), minutes(6))
    assert clock.due_at == minutes(75)
    steps.take_due(minutes(70))
    assert taken() == ["remind-1", "breach-1", "escalate-1"]
    assert Event.objects.filter(kind="sla.breach").count() == 1


def test_an_answered_lead_that_is_opened_again_owes_no_second_answer(start):
    lead = start()
    assignment.touch(lead_id=lead.pk, at=minutes(1))
    assignment.move(lead_id=lead.pk, stage=Stage.objects.get(slug="lost"), at=minutes(2), lost_reason="silent")
    assignment.move(lead_id=lead.pk, stage=Stage.objects.get(slug="contacted"), at=minutes(60))
    assert SlaClock.objects.get().stopped_because == "touched"
    assert steps.take_due(minutes(600)) == 0


def test_a_touch_while_it_is_closed_is_an_answer_too(start):
    lead = start()
    assignment.move(lead_id=lead.pk, stage=Stage.objects.get(slug="lost"), at=minutes(1), lost_reason="silent")
    assignment.touch(lead_id=lead.pk, at=minutes(2))
    assignment.move(lead_id=lead.pk, stage=Stage.objects.get(slug="contacted"), at=minutes(60))
    assert SlaClock.objects.get().stopped_because == "closed"


def test_nobody_claims_it_and_the_team_and_then_the_manager_is_told(start):
    lead = start(product="claim")
    steps.take_due(minutes(9))
    assert taken() == []
    steps.take_due(minutes(30))
    assert taken() == ["remind-1", "escalate-1", "release-1"]
    assert Lead.objects.get().status == "pooled"
    assignment.claim(lead_id=lead.pk, rep=rep("emma"), at=minutes(31))
    clocks = dict(SlaClock.objects.values_list("kind", "stopped_because"))
    assert clocks == {"unclaimed": "taken", "response": ""}


def test_a_waiting_lead_is_unclaimed_too_and_is_released_to_be_claimed(start, set_clock):
    publish()
    for name in ("laura", "daniel", "emma"):
        person = rep(name)
        person.accepting = False
        person.save()
    start()
    assert Lead.objects.get().status == "waiting"
    steps.take_due(minutes(30))
    lead = Lead.objects.get()
    assert (lead.status, lead.delivery, lead.team.slug) == ("pooled", "claim", "inside")
    assert taken() == ["remind-1", "escalate-1", "release-1"]


def test_released_it_hides_what_its_rule_hides(start, set_clock):
    publish()
    for name in ("laura", "daniel", "emma"):
        person = rep(name)
        person.accepting = False
        person.save()
    start(text=GOLDEN.replace("Rest, to: inside,", "Rest, to: inside, delivery: offer, hide_contact: true,"))
    steps.take_due(minutes(30))
    lead = Lead.objects.get()
    assert (lead.status, lead.hide_contact) == ("pooled", True)


def test_a_waiting_lead_that_goes_to_somebody_changes_its_clock(start, set_clock):
    publish()
    for name in ("laura", "daniel", "emma"):
        person = rep(name)
        person.accepting = False
        person.save()
    start()
    set_clock(minutes(2))
    person.accepting = True
    person.save()
    pipeline.route()
    assert [(clock.kind, clock.stopped_because) for clock in SlaClock.objects.order_by("pk")] == [
        ("unclaimed", "routed"),
        ("response", ""),
    ]


def test_by_the_teams_hours_the_weekend_does_not_count(start):
    start(text=OFFICE + GOLDEN.replace("always", "team"))
    clock = SlaClock.objects.get()
    assert clock.due_at == datetime(2026, 1, 12, 9, 1, tzinfo=UTC)  # 16:58, and three minutes of working time
    assert clock.breach_at == datetime(2026, 1, 12, 9, 3, tzinfo=UTC)


def test_by_the_owners_hours_an_absence_booked_meanwhile_puts_the_step_off(start):
    start(text=OFFICE + GOLDEN.replace("always", "owner") + "reps: {laura: {calendar: office}}\n")
    TimeOff.objects.create(rep=rep("laura"), starts_local="2026-01-12T00:00:00", ends_local="2026-01-13T00:00:00")
    assert steps.take_due(datetime(2026, 1, 12, 9, 1, tzinfo=UTC)) == 0
    assert SlaClock.objects.get().due_at == datetime(2026, 1, 13, 9, 1, tzinfo=UTC)


def test_an_absence_that_is_cancelled_brings_the_step_forward(start):
    text = OFFICE + GOLDEN.replace("always", "owner") + "reps: {laura: {calendar: office}}\n"
    publish()
    publish(OFFICE + "reps: {laura: {calendar: office}}\n")
    away = TimeOff.objects.create(
        rep=rep("laura"), starts_local="2026-01-12T00:00:00", ends_local="2026-01-13T00:00:00"
    )
    start(text=text)
    redating.redate(minutes(0))
    assert redating.oldest(minutes(0)) is None
    assert SlaClock.objects.get().breach_at == datetime(2026, 1, 13, 9, 3, tzinfo=UTC)
    away.delete()
    assert redating.oldest(minutes(1)) is not None
    assert redating.redate(minutes(1)) == 1
    assert SlaClock.objects.get().breach_at == datetime(2026, 1, 12, 9, 3, tzinfo=UTC)
    assert redating.oldest(minutes(1)) is None


def test_where_the_calendar_never_opens_it_is_counted_around_the_clock(start):
    start(text=OFFICE.replace('{mon-fri: "09:00-17:00"}', "{}") + GOLDEN.replace("always", "team"))
    assert SlaClock.objects.get().due_at == minutes(3)


def test_an_import_has_no_clock(start):
    start(timed=False)
    assert not SlaClock.objects.exists()


def test_a_changed_policy_leaves_running_clocks_as_they_were(start):
    start()
    publish(GOLDEN.replace("3m", "4m"))
    assert moving.move_due(minutes(1)) == 0
    assert SlaClock.objects.get().due_at == minutes(3)


def test_or_moves_them_and_no_step_is_taken_twice(start):
    start()
    steps.take_due(minutes(3))
    publish(GOLDEN.replace("3m", "4m").replace("{after: 5m, do: breach}", "{after: 8m, do: breach}"), moves_clocks=True)
    assert moving.move_due(minutes(4)) == 1
    clock = SlaClock.objects.get()
    assert (clock.plan_version_id, clock.breach_at) == (Revision.objects.get().plan, minutes(8))
    steps.take_due(minutes(8))
    assert taken() == ["remind-1", "escalate-1", "breach-1"]
    assert moving.oldest(minutes(8)) is None


def test_a_policy_that_is_gone_keeps_its_running_clocks(start):
    start()
    publish(moves_clocks=True, prune=True)
    assert moving.move_due(minutes(1)) == 0
    assert moving.oldest(minutes(1)) is None
    steps.take_due(minutes(3))
    assert taken() == ["remind-1"]


def test_a_step_has_one_row_whatever_happens(start):
    start()
    steps.take_due(minutes(3))
    row = SlaStep.objects.get()
    with pytest.raises(IntegrityError):
        SlaStep.objects.create(clock=row.clock, key=row.key, do=row.do, due_at=row.due_at, taken_at=row.taken_at)


def test_a_sweep_asks_as_much_of_two_leads_as_of_fifty(set_clock, django_assert_max_num_queries):
    publish()
    publish(GOLDEN)
    set_clock(FRIDAY_EVENING)
    leads(2)
    pipeline.route()
    with django_assert_max_num_queries(12) as few:
        steps.take_due(minutes(3))
    leads(50)
    pipeline.route()
    with django_assert_max_num_queries(len(few)):
        steps.take_due(minutes(3))
    assert SlaStep.objects.filter(key="remind-1").count() == 52
