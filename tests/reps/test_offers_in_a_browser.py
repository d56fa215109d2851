"""An offer as two reps meet it, and as one does who reads mail on a phone; a breach as the manager meets it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils.timezone import now
from playwright.sync_api import expect

from reps.offer_links import path_of
from routing import assignment, pipeline
from routing.deadlines import steps
from routing.models import Lead, Offer
from tests.cast import lead
from tests.proofs.company import publish
from tests.reps.browser import DESKTOP, PHONE, findings_in_both_schemes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

OFFERS = """
plan: 1
name: Acme
rules: [{name: Offers, to: inside, delivery: offer, offer_minutes: 10, hide_contact: true, sla: golden}]
sla: {golden: {clock: always, steps: [{after: 5m, do: breach}]}}
"""


@pytest.fixture
def offered(people, redis_away):
    """A lead on offer to Laura."""
    publish(OFFERS)
    made = lead(first_name="Priya", company="Northwind Clinics", email="priya@northwind.example", captured_at=now())
    pipeline.route_leads([made.pk])
    return Lead.objects.get(pk=made.pk)


def test_an_offer_counts_down_is_declined_and_appears_at_the_next_rep(people, visit, offered):
    laura, daniel = visit(people.laura), visit(people.daniel)
    card = laura.locator(f"#offer-{offered.pk}")
    expect(card.get_by_text("Northwind Clinics").first).to_be_visible()
    assert "Priya" not in laura.content()
    left = card.locator(".figures").inner_text()
    expect(card.locator(".figures")).not_to_have_text(left, timeout=3_000)
    assert findings_in_both_schemes(laura) == []
    card.get_by_text("Decline").first.click()
    card.get_by_label("Because").select_option("not my field")
    card.get_by_role("button", name="Decline").last.click()
    expect(laura.get_by_text("Declined. Somebody else will be asked.")).to_be_visible()
    pipeline.route()
    theirs = daniel.locator(f"#offer-{offered.pk}")
    expect(theirs).to_be_visible(timeout=5_000)
    theirs.get_by_role("button", name="Accept").click()
    expect(daniel.get_by_role("heading", name="Priya")).to_be_visible()
    expect(daniel.locator(".clock .figures").first).to_be_visible()
    expect(daniel.get_by_text("priya@northwind.example").first).to_be_visible()


def test_the_link_in_the_mail_is_answered_at_phone_width_without_logging_in(people, browser, live_server, offered):
    context = browser.new_context(base_url=live_server.url, viewport=PHONE)
    page = context.new_page()
    link = path_of(Offer.objects.get())
    page.goto(link)  # as a mail scanner would
    assert Lead.objects.get().status == "offered"
    assert "Priya" not in page.content()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert findings_in_both_schemes(page) == []
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_role("heading", name="It is yours")).to_be_visible()
    assert Lead.objects.get().owner == people.laura
    page.goto(link)
    expect(page.get_by_text("You accepted this lead.")).to_be_visible()
    context.close()


def test_the_link_takes_a_decline_with_its_reason_and_is_dead_afterwards(people, browser, live_server, offered):
    context = browser.new_context(base_url=live_server.url, viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    link = path_of(Offer.objects.get())
    page.goto(link)
    page.get_by_text("Decline").first.click()
    page.get_by_label("Because").select_option("no time now")
    page.get_by_role("button", name="Decline").click()
    expect(page.get_by_role("heading", name="Declined")).to_be_visible()
    assert Offer.objects.get().reason == "no time now"
    page.goto(link)
    expect(page.get_by_text("You declined this lead.")).to_be_visible()
    context.close()


def test_a_breach_shows_on_the_managers_dashboard(people, browser, live_server, offered):
    people.dana.groups.add(Group.objects.get(name="manager"))
    at = now() - timedelta(minutes=6)
    Offer.objects.update(offered_at=at, expires_at=at + timedelta(minutes=10))
    assignment.accept(lead_id=offered.pk, rep=people.laura, at=at)
    steps.take_due(now())
    context = browser.new_context(base_url=live_server.url, viewport=DESKTOP)
    page = context.new_page()
    page.goto("/")
    page.get_by_label("User name").fill("dana")
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Log in").click()
    tile = page.locator("a.lo-tile", has_text="late to answer")
    expect(tile).to_contain_text("1")
    expect(tile).to_contain_text("1 breach today")
    tile.click()
    expect(page.get_by_role("link", name="Priya").first).to_be_visible()
    context.close()
