"""A next step that falls due is reminded of once, and told on once as overdue, however many look."""

import threading
from datetime import timedelta

import pytest
from django.db import connections

from reps import planning, reminding, work
from reps.models import NextStep
from routing import assignment, due
from routing.models import Event
from tests.cast import MONDAY_MORNING, cast, lead_of

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def planned(people, *, due_at=MONDAY_MORNING + HOUR, rep=None, **facts):
    rep = rep or people.laura
    lead = lead_of(rep, team=people.inside, **facts)
    return planning.plan_next(lead_id=lead.pk, at=MONDAY_MORNING, due_at=due_at, what="call", by=rep.user)


def told(kind):
    return list(Event.objects.filter(kind=kind).values_list("lead_id", "team_id", "rep_id", "detail__step"))


def test_what_is_due_is_told_once_and_what_is_not_is_not(people):
    step = planned(people)
    planned(people, due_at=MONDAY_MORNING + 2 * HOUR)
    assert reminding.to_remind_since(MONDAY_MORNING) is None
    assert reminding.to_remind_since(MONDAY_MORNING + HOUR) == step.at
    assert [reminding.remind(MONDAY_MORNING + HOUR) for _ in range(2)] == [1, 0]
    assert told("next_step.due") == [(step.lead_id, people.inside.pk, people.laura.pk, step.pk)]
    assert reminding.to_remind_since(MONDAY_MORNING + HOUR) is None


def test_put_off_it_is_told_again_at_its_new_time(people):
    step = planned(people)
    reminding.remind(MONDAY_MORNING + HOUR)
    later = MONDAY_MORNING + 3 * HOUR
    planning.plan_next(lead_id=step.lead_id, at=MONDAY_MORNING + HOUR, due_at=later, what="call", by=people.laura.user)
    assert reminding.remind(later - timedelta(seconds=1)) == 0
    assert reminding.remind(later) == 1


def test_overdue_is_told_once_after_the_hours_of_the_setting(people, settings):
    settings.NEXT_STEP_OVERDUE_HOURS = 4
    step = planned(people)
    at = step.at + 4 * HOUR
    assert reminding.call_overdue(at - timedelta(seconds=1)) == 0
    assert reminding.to_call_overdue_since(at + HOUR) == at
    assert [reminding.call_overdue(at) for _ in range(2)] == [1, 0]
    assert told("next_step.overdue") == [(step.lead_id, people.inside.pk, people.laura.pk, step.pk)]
    assert list(NextStep.objects.overdue()) == [step]


def test_nobody_is_reminded_of_a_lead_they_no_longer_have_or_that_is_closed(people):
    handed, closed = planned(people), planned(people)
    assignment.hand_over(
        lead_id=handed.lead_id, rep=people.daniel, by=people.dana, at=MONDAY_MORNING + timedelta(minutes=1)
    )
    assignment.move(lead_id=closed.lead_id, stage=work.first_stage("lost"), at=MONDAY_MORNING + timedelta(minutes=1))
    assert reminding.remind(MONDAY_MORNING + HOUR) == 0
    assert reminding.call_overdue(MONDAY_MORNING + 9 * DAY) == 0
    assert told("next_step.due") == []
    assert dict(NextStep.objects.values_list("pk", "outcome")) == {handed.pk: "moved_on", closed.pk: "closed"}
    assert NextStep.objects.get(pk=handed.pk).ended_at == MONDAY_MORNING + timedelta(minutes=1)


def test_the_clock_looks_after_both():
    names = [work.name for work in due.registered(due.ROUTING)]
    assert {"reminders of next steps", "overdue next steps", "recycling"} <= set(names)


def test_a_batch_costs_the_same_at_2_and_at_20_steps(people, django_assert_num_queries):
    def cost(steps):
        for _ in range(steps):
            planned(people)
        with django_assert_num_queries(5):
            assert reminding.remind(MONDAY_MORNING + HOUR) == steps

    cost(2)
    cost(20)


@pytest.mark.django_db(transaction=True)
def test_of_many_sweepers_at_once_each_step_is_told_by_one():
    people = cast()
    steps = [planned(people).pk for _ in range(60)]
    start = threading.Barrier(6)

    def sweep():
        try:
            start.wait()
            reminding.remind(MONDAY_MORNING + HOUR)
            reminding.call_overdue(MONDAY_MORNING + 9 * DAY)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=sweep) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for kind in ("next_step.due", "next_step.overdue"):
        assert sorted(row[3] for row in told(kind)) == steps
