"""A lead's page: for whom it is there, and what its owner does on it."""

import uuid

import pytest
from django.urls import reverse

from reps.models import Activity
from routing.models import Lead, Membership
from tests.cast import lead_in_pool, lead_of


@pytest.fixture
def lauras(people):
    return lead_of(people.laura, team=people.inside, first_name="Priya", phone="+15125550142", email="p@clinic.example")


def send(browser, page, lead, **filled):
    return browser.post(reverse(page, args=[lead.pk]), filled, follow=True)


def call(**filled):
    return {"kind": "call", "outcome": "reached", "minutes": "", "body": "", "key": str(uuid.uuid4())} | filled


def test_its_owner_sees_it_and_nobody_else_does(people, lauras, desk_of):
    page = reverse("lead", args=[lauras.pk])
    assert b"Priya" in desk_of(people.laura).get(page).content
    for other in (people.daniel, people.omar):
        assert desk_of(other).get(page).status_code == 404


@pytest.mark.parametrize("page", ["log", "stage", "win", "lose", "give-back"])
def test_nobody_else_works_it(people, lauras, desk_of, page):
    assert desk_of(people.omar).post(reverse(page, args=[lauras.pk]), call()).status_code == 404
    assert not Activity.objects.exists()


def test_who_sees_a_lead_that_lies_there_does_not_work_it(people, desk_of):
    lying = lead_in_pool(people.inside, "pick")
    assert desk_of(people.laura).post(reverse("log", args=[lying.pk]), call()).status_code == 403


def test_a_selling_manager_looks_but_does_not_touch(people, lauras, desk_of):
    people.inside.managers.add(people.omar.user)
    browser = desk_of(people.omar)
    page = browser.get(reverse("lead", args=[lauras.pk])).content.decode()
    assert "Laura Ortiz has this lead" in page
    assert "What happened?" not in page
    assert browser.post(reverse("log", args=[lauras.pk]), call()).status_code == 403


def test_a_call_is_logged_with_outcome_duration_and_words(people, lauras, desk_of):
    page = send(desk_of(people.laura), "log", lauras, **call(minutes="3.5", body="wants a demo")).content.decode()
    found = Activity.objects.get()
    assert (found.kind, found.outcome, found.seconds, found.rep) == ("call", "reached", 210, people.laura)
    assert "Call: reached, 3 min 30 s" in page
    assert "wants a demo" in page


def test_the_back_button_logs_nothing_twice(people, lauras, desk_of):
    browser, same = desk_of(people.laura), call()
    send(browser, "log", lauras, **same)
    send(browser, "log", lauras, **same)
    assert Activity.objects.count() == 1


def test_what_was_typed_survives_a_refusal(people, lauras, desk_of):
    answer = send(desk_of(people.laura), "log", lauras, **call(minutes="-1", body="wants a demo"))
    assert answer.status_code == 422
    assert b"wants a demo" in answer.content
    assert b'role="alert"' in answer.content
    assert not Activity.objects.exists()


def test_an_empty_note_is_refused_in_words(people, lauras, desk_of):
    answer = send(desk_of(people.laura), "log", lauras, **call(kind="note", outcome=""))
    assert b"A note without words says nothing." in answer.content


def test_it_is_won_for_a_value(people, lauras, desk_of):
    page = send(desk_of(people.laura), "win", lauras, value="1200.50").content.decode()
    assert "Won for 1,200.5" in page
    assert not Lead.objects.get(pk=lauras.pk).is_open


def test_it_is_lost_for_a_reason_and_can_be_reopened(people, lauras, desk_of):
    browser = desk_of(people.laura)
    assert b"Lost: no budget" in send(browser, "lose", lauras, reason="no budget").content
    send(browser, "stage", lauras, stage="contacted")
    assert Lead.objects.get(pk=lauras.pk).is_open


def test_the_timeline_tells_where_it_moved_and_who_moved_it(people, lauras, desk_of):
    browser = desk_of(people.laura)
    send(browser, "stage", lauras, stage="meeting")
    page = " ".join(browser.get(reverse("lead", args=[lauras.pk])).content.decode().split())
    assert "<strong>Moved to Meeting</strong>" in page
    assert "Assigned to Laura Ortiz in Inside" in page
    assert "Arrived from Web" in page


def test_losing_without_a_reason_changes_nothing(people, lauras, desk_of):
    assert send(desk_of(people.laura), "lose", lauras, reason="").status_code == 422
    assert Lead.objects.get(pk=lauras.pk).is_open


def test_won_is_no_stage_to_move_to(people, lauras, desk_of):
    assert send(desk_of(people.laura), "stage", lauras, stage="won").status_code == 422


def test_giving_back_ends_it_and_leads_to_the_queue(people, lauras, desk_of, redis_away):
    answer = send(desk_of(people.laura), "give-back", lauras, reason="bad_data")
    assert answer.redirect_chain[-1][0] == "/"
    assert Lead.objects.get(pk=lauras.pk).owner is None


def test_giving_back_takes_a_reason_of_the_list(people, lauras, desk_of):
    assert send(desk_of(people.laura), "give-back", lauras, reason="because").status_code == 422
    assert Lead.objects.get(pk=lauras.pk).owner == people.laura


def test_a_lead_that_lies_there_offers_the_one_act(people, desk_of):
    lying = lead_in_pool(people.inside, "claim")
    page = desk_of(people.laura).get(reverse("lead", args=[lying.pk])).content.decode()
    assert reverse("claim", args=[lying.pk]) in page
    assert "Timeline" not in page
    Membership.objects.filter(rep=people.laura).delete()
    assert desk_of(people.laura).get(reverse("lead", args=[lying.pk])).status_code == 404


def test_markup_in_facts_and_words_is_shown_and_not_run(people, desk_of):
    nasty = "<script>alert(1)</script>"
    hers = lead_of(people.laura, first_name=nasty, company=nasty, attributes={nasty: nasty})
    browser = desk_of(people.laura)
    send(browser, "log", hers, **call(body=nasty))
    for path in ("/", reverse("lead", args=[hers.pk])):
        text = browser.get(path).content.decode()
        assert nasty not in text
        assert "&lt;script&gt;" in text
