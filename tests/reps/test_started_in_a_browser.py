"""A tapped number asks how it went once its rep is back on the page, and one tap logs it."""

import re

import pytest
from playwright.sync_api import Page, expect

from reps.models import Activity
from routing.models import LeadChange
from tests.cast import lead_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

COMES_BACK = """() => window.dispatchEvent(new Event("focus"))"""
STAYS = """() => document.addEventListener("click", (event) => {
    if (event.target.closest("a[data-started]")) event.preventDefault();
})"""


def tap(page: Page, name: str, inside: str = "main") -> None:
    """Tap on what opens a telephone or a mail program: the page itself stays."""
    page.evaluate(STAYS)
    with page.expect_response(re.compile("-started/$")):
        page.locator(inside).get_by_role("link", name=re.compile(name)).first.click()


def test_a_tap_asks_afterwards_and_one_more_logs_it(people, visit):
    lead_of(people.laura, team=people.inside, first_name="Priya", phone="+15125550142")
    page = visit(people.laura)
    asked = page.get_by_role("heading", name="How did the call with Priya go?")
    expect(asked).to_have_count(0)
    tap(page, "Call")
    page.evaluate(COMES_BACK)
    expect(asked).to_be_visible()
    expect(page.get_by_label(re.compile("Minutes"))).to_have_value("0.5")
    page.get_by_role("button", name="Reached").click()
    expect(page.get_by_text("Noted.")).to_be_visible()
    expect(page).to_have_title(re.compile("My queue"))
    expect(asked).to_have_count(0)
    call = Activity.objects.get()
    assert (call.outcome, call.seconds) == ("reached", 30)


def test_on_the_leads_page_it_asks_too_and_lets_itself_be_dismissed(people, visit):
    found = lead_of(people.laura, team=people.inside, first_name="Priya", phone="+15125550142")
    page = visit(people.laura)
    page.goto(f"/leads/{found.pk}/")
    tap(page, "Call", ".dock")
    page.evaluate(COMES_BACK)
    page.get_by_role("button", name="It did not happen").click()
    expect(page.get_by_text("The call did not happen")).to_be_visible()
    assert page.url.endswith(f"/leads/{found.pk}/")
    assert not Activity.objects.exists()
    assert LeadChange.objects.filter(kind="call_dropped").count() == 1


def test_without_javascript_the_next_page_asks(people, visit):
    found = lead_of(people.laura, team=people.inside, first_name="Priya", phone="+15125550142")
    LeadChange.objects.create(lead=found, by=people.laura.user, origin="desk", kind="call_started")
    page = visit(people.laura, java_script_enabled=False)
    page.get_by_role("button", name="Voicemail").click()
    assert Activity.objects.get().outcome == "voicemail"
