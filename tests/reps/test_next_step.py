"""What comes next with a lead: set, put off, done, and what remains of it."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.timezone import localtime, now

from reps import planning, work
from reps.models import NextStep
from routing import assignment
from tests.cast import MONDAY_MORNING, lead_of


@pytest.fixture
def lauras(people):
    return lead_of(people.laura, team=people.inside, first_name="Priya", phone="+15125550142")


def plan(people, lead, due_at, **fields):
    return planning.plan_next(
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


def test_a_new_one_takes_the_place_of_the_last_which_stays_in_the_history(people, lauras):
    for hours, what in ((1, "call"), (2, "call"), (3, "send the quote")):
        plan(people, lauras, MONDAY_MORNING + timedelta(hours=hours), what=what)
    told = [(step.what, step.outcome) for step in NextStep.objects.order_by("pk")]
    assert told == [("call", "postponed"), ("call", "replaced"), ("send the quote", "")]


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


@pytest.mark.parametrize(("act", "words"), [("done", "Next step done"), ("cancelled", "Next step cancelled")])
def test_ended_it_leaves_the_queue_and_stays_in_the_timeline(people, lauras, desk_of, act, words):
    plan(people, lauras, MONDAY_MORNING + timedelta(hours=1), what="second call")
    page = send(desk_of(people.laura), lauras, **{act: "on"}).content.decode()
    step = NextStep.objects.get()
    assert (step.outcome, step.ended_at is not None) == (act, True)
    assert words in page
    assert "Planned for 16:00" in page
    assert "second call" not in desk_of(people.laura).get("/").content.decode()


def test_from_the_queue_it_is_done_or_put_off_until_tomorrow_with_one_press(people, lauras, desk_of):
    plan(people, lauras, MONDAY_MORNING + timedelta(hours=1), what="second call")
    back = send(desk_of(people.laura), lauras, when="tomorrow", what="second call", next="/")
    assert back.redirect_chain == [("/", 302)]
    assert [step.outcome for step in NextStep.objects.order_by("pk")] == ["postponed", ""]
    send(desk_of(people.laura), lauras, done="on", next="/")
    assert not NextStep.objects.open().exists()


def test_only_whoever_has_the_lead_plans(people, lauras):
    with pytest.raises(ValidationError, match="Only whoever has"):
        plan(people, lauras, MONDAY_MORNING + timedelta(hours=1), by=people.daniel.user)


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
    assignment.hand_over(lead_id=lauras.pk, rep=people.daniel, by=people.dana, at=MONDAY_MORNING + timedelta(minutes=5))
    for rep in (people.laura, people.daniel):
        assert b"second call" not in desk_of(rep).get("/").content
    page = desk_of(people.daniel).get(reverse("lead", args=[lauras.pk])).content.decode()
    assert "Next step ended: the lead went to somebody else" in page
    planning.plan_next(
        lead_id=lauras.pk,
        at=MONDAY_MORNING + timedelta(hours=2),
        due_at=MONDAY_MORNING + timedelta(hours=3),
        what="",
        by=people.daniel.user,
    )
    was = NextStep.objects.get(what="second call")
    assert (was.outcome, was.ended_at) == ("moved_on", MONDAY_MORNING + timedelta(minutes=5))


@pytest.mark.parametrize("close", [work.win, lambda **lead: work.lose(**lead, reason="no need")], ids=["won", "lost"])
def test_a_plan_ends_with_the_lead(people, lauras, close):
    plan(people, lauras, MONDAY_MORNING + timedelta(hours=1))
    close(lead_id=lauras.pk, at=MONDAY_MORNING + timedelta(minutes=1), by=people.laura.user)
    assert NextStep.objects.get().outcome == "closed"
