"""A manager without a desk who follows a link: reads the lead, and touches nothing."""

import pytest
from django.test import Client
from django.urls import reverse

from reps import work
from tests.cast import MONDAY_MORNING, lead_in_pool, lead_of, person


@pytest.fixture
def dana(people):
    browser = Client()
    browser.force_login(people.dana)
    return browser


def test_she_reads_it_with_its_whole_past(people, dana):
    theirs = lead_of(people.laura, team=people.inside, first_name="Priya", phone="+15125550142", lost_reason="")
    work.log(lead_id=theirs.pk, kind="note", body="wants a demo", at=MONDAY_MORNING, by=people.laura.user)
    page = dana.get(reverse("lead", args=[theirs.pk])).content.decode()
    assert "Priya" in page
    assert "+15125550142" in page
    assert "wants a demo" in page
    assert "Laura Ortiz has this lead" in page
    assert "<form" not in page.replace(f'<form method="post" action="{reverse("logout")}">', "")
    assert "tel:" not in page


@pytest.mark.parametrize("delivery", ["claim", "pick", "blind", "manual"])
def test_what_lies_in_a_pool_of_hers_is_read_too(people, dana, delivery):
    lying = lead_in_pool(people.inside, delivery, first_name="Priya", hide_contact=True)
    page = dana.get(reverse("lead", args=[lying.pk])).content.decode()
    assert "Priya" in page
    assert "Timeline" in page
    assert dana.get(reverse("lead-why", args=[lying.pk])).status_code == 200


def test_leads_of_other_teams_do_not_exist_for_her(people, dana):
    for theirs in (lead_of(people.omar, team=people.outside), lead_in_pool(people.outside)):
        for page in ("lead", "lead-why"):
            assert dana.get(reverse(page, args=[theirs.pk])).status_code == 404


@pytest.mark.parametrize(
    "page", ["log", "stage", "win", "lose", "give-back", "claim", "pick", "next-step", "call-started"]
)
def test_she_does_nothing_there(people, dana, page):
    theirs = lead_of(people.laura, team=people.inside)
    assert dana.post(reverse(page, args=[theirs.pk]), {"reason": "other"}).status_code == 403
    theirs.refresh_from_db()
    assert theirs.owner == people.laura
    assert not theirs.activities.exists()


def test_somebody_who_manages_nothing_finds_nothing(people):
    browser = Client()
    browser.force_login(person("nobody"))
    assert browser.get(reverse("lead", args=[lead_of(people.laura).pk])).status_code == 404


def test_a_rep_who_left_looks_at_nothing(people, desk_of):
    hers = lead_of(people.laura, first_name="Priya")
    people.laura.active = False
    people.laura.save()
    answer = desk_of(people.laura).get(reverse("lead", args=[hers.pk]))
    assert answer.status_code == 403
    assert b"Priya" not in answer.content
