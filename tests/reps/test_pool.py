"""The pool: leads to pick, and the button of the blind pool."""

from datetime import timedelta

from django.urls import reverse
from django.utils.timezone import now

from routing import assignment
from routing.models import Lead
from tests.cast import lead_in_pool


def test_the_list_shows_what_may_be_picked_hot_first(people, desk_of):
    lead_in_pool(people.inside, "pick", first_name="Cold", band="cold")
    lead_in_pool(people.inside, "pick", first_name="Hot", band="hot")
    page = desk_of(people.laura).get("/pool/").context["page"]
    assert [lead.first_name for lead in page] == ["Hot", "Cold"]
    assert not desk_of(people.omar).get("/pool/").context["page"].object_list


def test_the_list_is_searched_and_filtered(people, desk_of):
    lead_in_pool(people.inside, "pick", company="Northwind Clinics", band="hot")
    lead_in_pool(people.inside, "pick", company="Kessler Logistik", band="cold")
    browser = desk_of(people.laura)
    for query in ({"search": "clinic"}, {"band": "hot"}):
        page = browser.get("/pool/", query).content
        assert b"Northwind Clinics" in page
        assert b"Kessler" not in page
    assert b"No lead in the pool looks like that" in browser.get("/pool/", {"search": "zzz"}).content


def test_a_hidden_name_is_not_found_by_searching_for_it(people, desk_of):
    lead_in_pool(people.inside, "pick", first_name="Priya", company="Northwind", hide_contact=True)
    browser = desk_of(people.laura)
    assert b"Northwind" not in browser.get("/pool/", {"search": "priya"}).content
    assert b"Northwind" in browser.get("/pool/", {"search": "northwind"}).content


def test_picking_makes_it_mine(people, desk_of):
    lying = lead_in_pool(people.inside, "pick", first_name="Priya")
    answer = desk_of(people.laura).post(reverse("pick", args=[lying.pk]))
    assert answer.headers["Location"] == reverse("lead", args=[lying.pk])
    assert Lead.objects.get(pk=lying.pk).owner == people.laura


def test_what_a_colleague_picked_is_told(people, desk_of):
    lying = lead_in_pool(people.inside, "pick")
    assignment.pick(lead_id=lying.pk, rep=people.daniel, at=now() - timedelta(seconds=30))
    page = desk_of(people.laura).post(reverse("pick", args=[lying.pk]), follow=True).content.decode()
    assert "Daniel Weiss was first, 30 seconds before you." in page


def test_the_blind_pool_shows_the_same_page_full_or_empty(people, desk_of):
    browser = desk_of(people.laura)
    browser.get("/pool/")

    def page():
        text = browser.get("/pool/").content.decode()
        return [line for line in text.splitlines() if "csrfmiddlewaretoken" not in line]

    empty = page()
    lead_in_pool(people.inside, "blind", first_name="Priya", company="Northwind")
    assert page() == empty


def test_the_details_of_a_blind_lead_do_not_exist_before_it_is_mine(people, desk_of):
    lying = lead_in_pool(people.inside, "blind", first_name="Priya")
    browser = desk_of(people.laura)
    for name in ("lead",):
        assert browser.get(reverse(name, args=[lying.pk])).status_code == 404
    for name in ("claim", "pick"):
        assert browser.post(reverse(name, args=[lying.pk])).status_code == 404


def test_next_lead_gives_the_hottest_and_shows_it(people, desk_of):
    lead_in_pool(people.inside, "blind", first_name="Cold", band="cold")
    hot = lead_in_pool(people.inside, "blind", first_name="Priya", band="hot")
    answer = desk_of(people.laura).post(reverse("next-lead"), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("lead", args=[hot.pk])
    assert b"Priya is yours." in answer.content


def test_next_lead_of_an_empty_pool_says_so(people, desk_of):
    assert b"There is no lead for you" in desk_of(people.laura).post(reverse("next-lead"), follow=True).content
