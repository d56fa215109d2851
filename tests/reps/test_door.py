"""Who comes in, and where everybody else is sent."""

import pytest
from django.urls import reverse

from tests.cast import person

PAGES = ["queue", "claims", "pool", "availability"]


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_is_asked_to_log_in(client, db, page):
    assert client.get(reverse(page)).headers["Location"] == f"{reverse('login')}?next={reverse(page)}"


def test_a_poll_of_a_stranger_renews_the_whole_page(client, db):
    answer = client.get(reverse("claims"), headers={"HX-Request": "true"})
    assert (answer.headers["HX-Refresh"], answer.content) == ("true", b"")


def test_logging_in_leads_to_the_queue(client, people):
    answer = client.post(reverse("login"), {"username": "laura", "password": "correct horse"})
    assert answer.headers["Location"] == "/"


def test_a_wrong_password_is_told_without_saying_which_part_was_wrong(client, people):
    answer = client.post(reverse("login"), {"username": "laura", "password": "wrong"})
    assert b"Please enter a correct username and password" in answer.content


def test_a_manager_who_is_no_rep_is_sent_to_the_admin(client, db):
    client.force_login(person("mara", is_staff=True))
    assert client.get("/").headers["Location"] == "/admin/"


def test_somebody_who_is_neither_is_told_why_there_is_no_desk(client, db):
    client.force_login(person("nobody"))
    answer = client.get("/")
    assert answer.status_code == 403
    assert b"There is no desk for you yet" in answer.content


def test_a_rep_who_left_has_no_desk(people, desk_of):
    people.laura.active = False
    people.laura.save()
    assert desk_of(people.laura).get("/").status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_every_page_shows_the_switch(people, desk_of, page):
    assert b"Taking leads" in desk_of(people.laura).get(reverse(page)).content


@pytest.mark.parametrize("page", [*PAGES, "login"])
def test_no_page_carries_inline_scripts_or_styles(people, desk_of, page, client):
    browser = client if page == "login" else desk_of(people.laura)
    text = browser.get(reverse(page)).content.decode()
    assert "<style" not in text
    assert " style=" not in text
    assert " on" + "click=" not in text
    assert "<script>" not in text


def test_logging_out_takes_a_post(people, desk_of):
    browser = desk_of(people.laura)
    assert browser.get(reverse("logout")).status_code == 405
    assert browser.post(reverse("logout")).headers["Location"] == reverse("login")
