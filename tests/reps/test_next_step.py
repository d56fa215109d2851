"""What comes next with a lead, and that a call was started."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.timezone import localtime, now

from reps import work
from reps.models import Activity, NextStep
from routing.models import LeadChange
from tests.cast import MONDAY_MORNING, lead_of


@pytest.fixture
def lauras(people):
    return lead_of(people.laura, team=people.inside, first_name="Priya", phone="+15125550142")


def plan(people, lead, due_at, **fields):
    return work.plan_next(
        **{"lead_id": lead.pk, "at": MONDAY_MORNING, "due_at": due_at, "what": "call", "by": people.laura.user} | fields
    )


def send(browser, lead, **filled):
    return browser.post(reverse("next-step", args=[lead.pk]), filled, follow=True)


@pytest.mark.parametrize(("when", "hour"), [("hour", None), ("tomorrow", 9), ("week", 9)])
def test_one_press_sets_a_usual_time_in_the_reps_own_zone(people, lauras, desk_of, when, hour):
    people.laura.user.timezone = "America/Chicago"
    people.laura.user.save()
    page = send(desk_of(people.laura), lauras, when=when, what="send the quote").content.decode()
    step = NextStep.objects.get()
    assert "send the quote" in page
    assert step.at > now()
    if hour:
        from_chicago = localtime(step.at, timezone=ZoneInfo("America/Chicago"))
        assert (from_chicago.hour, from_chicago.minute) == (hour, 0)


def test_a_new_one_takes_the_place_of_the_last(people, lauras):
    for hours in (1, 2):
        plan(people, lauras, MONDAY_MORNING + timedelta(hours=hours))
    assert [step.at for step in NextStep.objects.all()] == [MONDAY_MORNING + timedelta(hours=2)]


def test_it_is_still_to_come(people, lauras, desk_of):
    with pytest.raises(ValidationError):
        plan(people, lauras, MONDAY_MORNING)
    answer = send(desk_of(people.laura), lauras, at="2020-01-01T10:00", what="send the quote")
    assert answer.status_code == 422
    assert b"still to come" in answer.content
    assert b"send the quote" in answer.content


def test_without_a_time_it_asks_for_one(people, lauras, desk_of):
    assert b"Say when." in send(desk_of(people.laura), lauras, what="call").content
    assert not NextStep.objects.exists()


def test_done_it_is_gone(people, lauras, desk_of):
    plan(people, lauras, MONDAY_MORNING + timedelta(hours=1))
    send(desk_of(people.laura), lauras, done="on")
    assert not NextStep.objects.exists()


def test_what_is_due_today_and_what_was_left_over_stands_on_the_queue_and_tomorrow_does_not(people, lauras, desk_of):
    tomorrow = lead_of(people.laura, first_name="Jonas")
    plan(people, lauras, MONDAY_MORNING + timedelta(hours=1), what="second call")
    plan(people, tomorrow, now() + timedelta(days=1, minutes=1), what="not yet")
    page = desk_of(people.laura).get("/").content.decode()
    assert "second call" in page
    assert "overdue" in page
    assert "not yet" not in page


def test_a_plan_ends_with_having_the_lead(people, lauras, desk_of):
    plan(people, lauras, MONDAY_MORNING + timedelta(hours=1), what="second call")
    type(lauras).objects.filter(pk=lauras.pk).update(owner=people.daniel)
    for rep in (people.laura, people.daniel):
        assert b"second call" not in desk_of(rep).get("/").content
    assert b"second call" not in desk_of(people.daniel).get(reverse("lead", args=[lauras.pk])).content


def test_a_tapped_number_is_noted_once_and_asked_about_until_it_is_logged(people, lauras, desk_of):
    browser, page = desk_of(people.laura), reverse("lead", args=[lauras.pk])
    for _ in range(2):
        assert browser.post(reverse("call-started", args=[lauras.pk])).status_code == 204
    assert LeadChange.objects.count() == 1
    assert not Activity.objects.exists()
    text = browser.get(page).content.decode()
    assert "You started a call" in text
    assert "Call started" in text
    work.log(lead_id=lauras.pk, kind="call", at=now(), by=people.laura.user, rep=people.laura)
    assert "You started a call" not in browser.get(page).content.decode()


def test_nobody_else_starts_a_call(people, lauras, desk_of):
    assert desk_of(people.daniel).post(reverse("call-started", args=[lauras.pk])).status_code == 404
    assert not LeadChange.objects.exists()
