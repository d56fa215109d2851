"""A tap on a number or an address is noted, and asked about afterwards."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.timezone import now

from reps import started, work
from reps.models import Activity
from routing import assignment
from routing.models import Lead, LeadChange
from tests.cast import MONDAY_MORNING, lead_of

MINUTES = timedelta(minutes=1)
ASKS = "How did the call with"


@pytest.fixture
def lauras(people):
    return lead_of(people.laura, team=people.inside, first_name="Priya", phone="+15125550142", email="p@clinic.example")


def tap(people, lead, what=started.CALL, at=MONDAY_MORNING):
    started.start(lead_id=lead.pk, what=what, at=at, by=people.laura.user)
    return LeadChange.objects.order_by("pk").last()


def asked(people, at):
    return [
        (start.what, start.lead.pk, start.minutes)
        for start in started.under_way(rep=people.laura, by=people.laura.user, at=at)
    ]


def answer(people, start, outcome, *, seconds=None, at=MONDAY_MORNING + 4 * MINUTES):
    return started.finish(
        start_id=start.pk,
        lead_id=start.lead_id,
        rep=people.laura,
        by=people.laura.user,
        at=at,
        outcome=outcome,
        seconds=seconds,
    )


def test_a_tapped_number_is_noted_once_and_asked_about_on_queue_and_lead_page(people, lauras, desk_of):
    browser, page = desk_of(people.laura), reverse("lead", args=[lauras.pk])
    for _ in range(2):
        assert browser.post(reverse("call-started", args=[lauras.pk])).status_code == 204
    assert LeadChange.objects.count() == 1
    assert not Activity.objects.exists()
    for path in (page, "/", reverse("starts")):
        assert ASKS in browser.get(path).content.decode()
    assert "Call started" in browser.get(page).content.decode()
    work.log(lead_id=lauras.pk, kind="call", at=now(), by=people.laura.user, rep=people.laura)
    for path in (page, "/"):
        assert ASKS not in browser.get(path).content.decode()


def test_one_tap_logs_the_call_from_when_it_was_started_and_leads_back(people, lauras, desk_of):
    start = tap(people, lauras, at=now() - 3 * MINUTES)
    sent = {"start": start.pk, "outcome": "reached", "minutes": "2.5", "next": "/"}
    page = desk_of(people.laura).post(reverse("how-it-went", args=[lauras.pk]), sent, follow=True)
    assert page.redirect_chain == [("/", 302)]
    call = Activity.objects.get()
    assert (call.kind, call.outcome, call.seconds, call.at) == ("call", "reached", 150, start.at)
    assert call.is_qualifying_touch
    assert ASKS not in page.content.decode()


def test_the_duration_is_that_since_it_was_started(people, lauras):
    tap(people, lauras)
    assert asked(people, MONDAY_MORNING + 4 * MINUTES) == [("call", lauras.pk, "4")]
    assert asked(people, MONDAY_MORNING + timedelta(hours=3)) == []


def test_a_call_that_reached_nobody_has_no_length(people, lauras):
    answer(people, tap(people, lauras), "no_answer", seconds=240)
    assert Activity.objects.get().seconds is None


def test_what_did_not_happen_is_dismissed_and_counts_for_nothing(people, lauras, desk_of):
    start = tap(people, lauras)
    for _ in range(2):
        assert not answer(people, start, "none")
    assert asked(people, MONDAY_MORNING + 5 * MINUTES) == []
    assert not Activity.objects.exists()
    assert Lead.objects.get(pk=lauras.pk).first_touch_at is None
    assert b"The call did not happen" in desk_of(people.laura).get(reverse("lead", args=[lauras.pk])).content
    tap(people, lauras, at=MONDAY_MORNING + 6 * MINUTES)
    assert len(asked(people, MONDAY_MORNING + 7 * MINUTES)) == 1


def test_the_same_answer_twice_is_one_call_and_another_is_refused(people, lauras):
    start = tap(people, lauras)
    for _ in range(2):
        answer(people, start, "reached", seconds=60)
    assert Activity.objects.count() == 1
    with pytest.raises(work.KeyReused):
        answer(people, start, "voicemail", seconds=60)


def test_a_mail_is_asked_about_too(people, lauras, desk_of):
    at = now()
    start = tap(people, lauras, started.MAIL, at=at)
    assert b"Did you send the mail to" in desk_of(people.laura).get("/").content
    answer(people, start, "sent", at=at + MINUTES)
    sent = Activity.objects.get()
    assert (sent.kind, sent.direction, sent.self_reported) == ("email", "out", True)
    assert asked(people, at + 5 * MINUTES) == []


def test_nobody_else_starts_a_call_or_says_how_one_went(people, lauras, desk_of):
    for route in ("call-started", "mail-started", "how-it-went"):
        assert desk_of(people.daniel).post(reverse(route, args=[lauras.pk])).status_code == 404
    assert not LeadChange.objects.exists()
    start = tap(people, lauras)
    assert ASKS not in desk_of(people.daniel).get("/").content.decode()
    with pytest.raises(ValidationError):
        started.finish(
            start_id=start.pk,
            lead_id=lauras.pk,
            rep=people.daniel,
            by=people.daniel.user,
            at=MONDAY_MORNING + MINUTES,
            outcome="reached",
            seconds=1,
        )


def test_a_lead_that_went_to_somebody_else_is_not_asked_about(people, lauras):
    tap(people, lauras)
    assignment.hand_over(lead_id=lauras.pk, rep=people.daniel, by=people.dana, at=MONDAY_MORNING + MINUTES)
    assert asked(people, MONDAY_MORNING + 2 * MINUTES) == []


def test_what_people_reported_themselves_is_said_quietly(people, lauras, desk_of):
    for seen, body in ((True, "by hand"), (False, "by a system")):
        work.log(
            lead_id=lauras.pk,
            kind="email",
            at=MONDAY_MORNING,
            rep=people.laura,
            body=body,
            self_reported=seen,
            key=body,
        )
    page = desk_of(people.laura).get(reverse("lead", args=[lauras.pk])).content.decode()
    assert "self-reported" in page
    assert "seen by LeadOps" in page
