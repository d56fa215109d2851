"""The switch "I'm taking leads"."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from reps.desk import Desk
from routing.models import PeopleChange


@pytest.mark.parametrize(("to", "accepting", "minutes"), [("off", False, None), ("30", False, 30), ("90", False, 90)])
def test_it_turns_off_and_pauses(people, desk_of, to, accepting, minutes):
    desk_of(people.laura).post("/availability/", {"to": to})
    people.laura.refresh_from_db()
    assert people.laura.accepting is accepting
    until = people.laura.paused_until
    assert until is None if minutes is None else abs(until - now() - timedelta(minutes=minutes)) < timedelta(seconds=30)
    assert PeopleChange.objects.get().by == people.laura.user


def test_it_turns_on_again(people, desk_of):
    browser = desk_of(people.laura)
    browser.post("/availability/", {"to": "off"})
    assert b"Not taking leads" in browser.get("/").content
    browser.post("/availability/", {"to": "on"})
    people.laura.refresh_from_db()
    assert people.laura.accepting
    assert b"Taking leads" in browser.get("/").content


@pytest.mark.parametrize(
    ("accepting", "until", "taking"),
    [(True, None, True), (False, None, False), (False, 1, False), (False, -1, True)],
    ids=["on", "off", "paused", "pause is over"],
)
def test_whether_it_is_on_now(people, accepting, until, taking):
    at = now()
    people.laura.accepting = accepting
    people.laura.paused_until = None if until is None else at + timedelta(minutes=until)
    assert Desk(user=people.laura.user, rep=people.laura, at=at).taking is taking


def test_it_goes_back_to_the_page_it_was_turned_on(people, desk_of):
    answer = desk_of(people.laura).post("/availability/", {"to": "30", "next": "/claims/"})
    assert answer.headers["Location"] == "/claims/"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_it_never_leads_out_of_the_house(people, desk_of, elsewhere):
    answer = desk_of(people.laura).post("/availability/", {"to": "30", "next": elsewhere})
    assert answer.headers["Location"] == "/"


def test_it_knows_only_its_own_positions(people, desk_of):
    assert desk_of(people.laura).post("/availability/", {"to": "45"}).status_code == 400
    people.laura.refresh_from_db()
    assert people.laura.accepting
