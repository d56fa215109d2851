"""The claim board: the first has it, the others are told who was first and by how much."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from reps.views.claims import earlier
from routing import assignment
from routing.models import Lead
from tests.cast import lead_in_pool, lead_of


@pytest.fixture
def lying(people):
    return lead_in_pool(people.inside, first_name="Priya", last_name="Raman")


def claim(browser, lead):
    return browser.post(reverse("claim", args=[lead.pk]), follow=True)


def test_the_board_shows_what_lies_there_for_my_teams_only(people, lying, desk_of):
    assert b"Priya Raman" in desk_of(people.laura).get("/claims/").content
    board = desk_of(people.omar).get("/claims/").content
    assert b"Priya" not in board
    assert b"appear here by themselves" in board


def test_a_lead_of_another_delivery_is_not_on_the_board(people, desk_of):
    for delivery in ("pick", "blind"):
        lead_in_pool(people.inside, delivery, first_name="Priya")
    assert b"Priya" not in desk_of(people.laura).get("/claims/").content


def test_whoever_claims_has_it_and_sees_it(people, lying, desk_of):
    answer = claim(desk_of(people.laura), lying)
    assert answer.redirect_chain[-1][0] == reverse("lead", args=[lying.pk])
    assert "Priya Raman is yours." in answer.content.decode()
    assert Lead.objects.get(pk=lying.pk).owner == people.laura


def test_the_loser_is_told_who_was_first_and_how_many_seconds_before(people, lying, desk_of):
    assignment.claim(lead_id=lying.pk, rep=people.daniel, at=now() - timedelta(seconds=4))
    page = claim(desk_of(people.laura), lying).content.decode()
    assert "Daniel Weiss was first, 4." in page
    assert "seconds before you" in page


def test_claiming_twice_leads_to_the_lead(people, lying, desk_of):
    browser = desk_of(people.laura)
    claim(browser, lying)
    assert claim(browser, lying).redirect_chain[-1][0] == reverse("lead", args=[lying.pk])


def test_what_lies_there_for_another_team_does_not_exist_for_me(people, lying, desk_of):
    assert desk_of(people.omar).post(reverse("claim", args=[lying.pk])).status_code == 404
    assert Lead.objects.get(pk=lying.pk).owner is None


def test_an_assigned_lead_of_a_colleague_cannot_be_claimed(people, desk_of):
    theirs = lead_of(people.daniel, team=people.inside)
    assert desk_of(people.laura).post(reverse("claim", args=[theirs.pk])).status_code == 404


def test_a_new_card_appears_at_the_next_poll(people, lying, desk_of):
    browser, poll = desk_of(people.laura), {"HX-Request": "true"}
    seen = browser.get("/claims/").context["digest"]
    assert browser.get("/claims/", {"seen": seen}, headers=poll).status_code == 204
    lead_in_pool(people.inside, first_name="Jonas")
    answer = browser.get("/claims/", {"seen": seen}, headers=poll).content
    assert b"Jonas" in answer
    assert b"2 leads to claim" in answer


def test_hidden_contact_details_are_nowhere_on_the_board(people, desk_of):
    lying = lead_in_pool(
        people.inside,
        hide_contact=True,
        first_name="Priya",
        email="priya@clinic.example",
        phone="+15125550142",
        company="Northwind Clinics",
    )
    browser = desk_of(people.laura)
    for path in ("/claims/", reverse("lead", args=[lying.pk])):
        page = browser.get(path).content
        assert b"Northwind Clinics" in page
        assert not any(secret in page for secret in (b"Priya", b"priya@", b"5550142", b"tel:", b"mailto:"))


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (timedelta(0), "0.1 seconds before you"),
        (timedelta(seconds=3.21), "3.2 seconds before you"),
        (timedelta(seconds=42), "42 seconds before you"),
        (timedelta(minutes=12), "12 min before you"),
    ],
)
def test_how_much_earlier_is_said_in_seconds_while_it_hurts(gap, words):
    assert earlier(gap) == words
