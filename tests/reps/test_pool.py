"""The pool: leads to pick, and the button of the blind pool."""

import csv
import io
from datetime import timedelta

from django.urls import reverse
from django.utils.timezone import now

from reps.pool_order import COLUMNS, SORTS
from routing import assignment
from routing.access import CONTACT
from routing.models import Lead
from tests.cast import lead_in_pool, team


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


def shown(browser, **query):
    return [lead.company for lead in browser.get("/pool/", query).context["page"]]


def test_the_list_is_sorted_both_ways(people, desk_of):
    at = now()
    for company, size, country, minutes in (("Bravo", 20, "US", 9), ("alpha", 300, "DE", 5), ("Zulu", None, "", 1)):
        band = "hot" if company == "Zulu" else "cold"
        made = lead_in_pool(
            people.inside, "pick", company=company, band=band, company_size=size, country=country, captured_at=at
        )
        Lead.objects.filter(pk=made.pk).update(pooled_at=at - timedelta(minutes=minutes))
    browser = desk_of(people.laura)
    assert shown(browser)[0] == "Zulu"
    assert shown(browser, sort="-band")[-1] == "Zulu"
    assert shown(browser, sort="company") == ["alpha", "Bravo", "Zulu"]
    assert shown(browser, sort="-company") == ["Zulu", "Bravo", "alpha"]
    assert shown(browser, sort="-people") == ["alpha", "Bravo", "Zulu"], "what is not known comes last"
    assert shown(browser, sort="people") == ["Bravo", "alpha", "Zulu"]
    assert shown(browser, sort="place") == ["alpha", "Bravo", "Zulu"]
    assert shown(browser, sort="-place") == ["Bravo", "alpha", "Zulu"]
    assert shown(browser, sort="lying") == ["Bravo", "alpha", "Zulu"]
    assert shown(browser, sort="-lying") == ["Zulu", "alpha", "Bravo"]


def test_nothing_is_sorted_by_what_may_be_hidden(people, desk_of):
    read = {name for columns in COLUMNS.values() for name in columns}
    assert read.isdisjoint(CONTACT)
    assert {sort.removeprefix("-") for sort in SORTS if sort} == COLUMNS.keys()
    for name, company in (("Aaron", "Zulu"), ("Zoe", "Alpha")):
        lead_in_pool(
            people.inside, "pick", first_name=name, email=f"{name}@a.example", company=company, hide_contact=True
        )
    browser = desk_of(people.laura)
    usual = shown(browser)
    for sort in ("first_name", "-first_name", "email", "-email", "last_name", "pk"):
        assert shown(browser, sort=sort) == usual, sort


def test_the_list_is_filtered_by_team_and_only_by_ones_own(people, desk_of):
    team("second", members=(people.laura,))
    lead_in_pool(people.inside, "pick", company="Ours")
    lead_in_pool(people.outside, "pick", company="Theirs")
    browser = desk_of(people.laura)
    assert shown(browser, team="inside") == ["Ours"]
    assert shown(browser, team="second") == []
    assert shown(browser, team="outside") == ["Ours"], "there is no such team for her"


def test_the_download_is_what_the_list_shows_and_no_more(people, desk_of):
    lead_in_pool(people.inside, "pick", company="=HYPERLINK(1)", company_size=1200, industry="retail", band="hot")
    lead_in_pool(
        people.inside,
        "pick",
        first_name="Priya",
        email="p@x.example",
        phone="+15125550142",
        company="Northwind",
        hide_contact=True,
        attributes={"secret": "told"},
    )
    lead_in_pool(people.inside, "blind", company="Unseen")
    lead_in_pool(people.outside, "pick", company="Theirs")
    answer = desk_of(people.laura).get("/pool/", {"format": "csv", "sort": "company"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["company"], row["people"], row["industry"]) for row in rows] == [
        ("'=HYPERLINK(1)", "1200", "retail"),
        ("Northwind", "", ""),
    ]
    assert not any(secret in text for secret in ("Priya", "p@x", "5550142", "told", "Unseen", "Theirs"))


def test_the_download_follows_the_filter(people, desk_of):
    lead_in_pool(people.inside, "pick", company="Northwind", band="hot")
    lead_in_pool(people.inside, "pick", company="Kessler", band="cold")
    page = desk_of(people.laura).get("/pool/", {"band": "hot", "sort": "company"}).content.decode()
    assert "?band=hot&amp;sort=company&amp;format=csv" in page
