"""What is not yet theirs tells a rep nothing: blind leads, and contact details that a rule hides."""

import logging
import re

import pytest
from django.urls import reverse

from tests.cast import lead_in_pool

SECRETS = {
    "first_name": "Zephyrine",
    "last_name": "Quackenbush",
    "email": "zq@quirkwood.example",
    "phone": "+15125550199",
    "external_id": "ext-77123",
    "attributes": {"badge": "Xylotile"},
    "consent": "Yes to Vexillum",
}
FACTS = {
    "company": "Quirkwood",
    "industry": "falconry",
    "city": "Yreka",
    "product": "jesses",
    "job_title": "Austringer",
}
HIDDEN = re.compile(r"zephyrine|quackenbush|zq@|5550199|ext-77123|xylotile|vexillum|clinic", re.IGNORECASE)
BLIND = re.compile(HIDDEN.pattern + "|quirkwood|falconry|yreka|jesses", re.IGNORECASE)

PAGES = ["/", "/claims/", "/pool/", "/my-numbers/", "/how-leads-are-distributed/", "/availability/"]
ASKED = [
    f"/pool/?search={word}" for word in ("Zephyrine", "zq@quirk", "5550199", "ext-77", "Xylotile", "clinic", "Yes")
]


def pages(browser, lead):
    """Everything that a rep can ask for, whole and as a fragment, of a lead that is not theirs."""
    own = [reverse(name, args=[lead.pk]) for name in ("lead", "lead-why")]
    for path in (*PAGES, *ASKED, *own):
        for headers in ({}, {"HX-Request": "true"}):
            yield path, browser.get(path, headers=headers)


def said(answer):
    """What an answer says, but for the words that were asked."""
    text = answer.content.decode() + str(answer.headers)
    return re.sub(r'value="/pool/[^"]*"|href="[?][^"]*"|name="search" value="[^"]*"', "", text)


def test_a_blind_lead_is_nowhere(people, desk_of, caplog):
    caplog.set_level(logging.DEBUG)
    lying = lead_in_pool(people.inside, "blind", **SECRETS, **FACTS)
    browser = desk_of(people.laura)
    for path, answer in pages(browser, lying):
        assert not BLIND.search(said(answer)), path
        assert answer.status_code == (404 if f"/{lying.pk}/" in path else 200), path
    assert not [record for record in caplog.records if BLIND.search(record.getMessage())]


def test_pages_are_the_same_bytes_with_and_without_blind_leads(people, desk_of):
    browser = desk_of(people.laura)
    token = re.compile(rb'value="[0-9a-zA-Z]{64}"')

    def bytes_of(path):
        return re.sub(rb"\d\d:\d\d(:\d\d)?", b"", token.sub(b"", browser.get(path).content))

    before = {path: bytes_of(path) for path in (*PAGES, *ASKED)}
    for _ in range(3):
        lead_in_pool(people.inside, "blind", first_name="Zephyrine", company="Quirkwood", band="hot")
    assert {path: bytes_of(path) for path in before} == before


@pytest.mark.parametrize("delivery", ["claim", "pick"])
def test_hidden_contact_details_are_nowhere_until_it_is_theirs(people, desk_of, caplog, delivery):
    caplog.set_level(logging.DEBUG)
    lying = lead_in_pool(people.inside, delivery, hide_contact=True, **SECRETS, **FACTS)
    browser = desk_of(people.laura)
    shown = 0
    for path, answer in pages(browser, lying):
        assert not HIDDEN.search(said(answer)), path
        shown += "Quirkwood" in answer.content.decode()
    assert shown >= 4, "the lead itself is there to be seen"
    assert not [record for record in caplog.records if HIDDEN.search(record.getMessage())]
    browser.post(reverse(delivery, args=[lying.pk]))
    page = browser.get(reverse("lead", args=[lying.pk])).content.decode()
    assert all(secret in page for secret in ("Zephyrine", "zq@quirkwood.example", "+15125550199", "Xylotile"))


def test_the_loser_of_a_claim_learns_who_was_first_and_nothing_of_the_lead(people, desk_of):
    lying = lead_in_pool(people.inside, "claim", hide_contact=True, **SECRETS, **FACTS)
    desk_of(people.daniel).post(reverse("claim", args=[lying.pk]))
    answer = desk_of(people.laura).post(reverse("claim", args=[lying.pk]), follow=True)
    assert b"Daniel Weiss was first" in answer.content
    assert not BLIND.search(answer.content.decode())
