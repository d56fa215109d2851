"""The desk as a rep meets it: in Chromium, by keyboard, on a phone, and without JavaScript."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils.timezone import now
from playwright.sync_api import Browser, Page, expect

from reps.moments import RESPOND_WITHIN
from routing.models import Lead, Rep
from tests.cast import lead_in_pool, lead_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def visit(browser: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """A page in which this rep has logged in; every complaint of the browser fails the test."""
    complaints: list[str] = []
    contexts = []

    def visited(rep: Rep, **context) -> Page:
        opened = browser.new_context(base_url=live_server.url, **{"viewport": PHONE} | context)
        contexts.append(opened)
        page = opened.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/")
        page.get_by_label("User name").fill(rep.username)
        page.get_by_label("Password").fill("correct horse")
        page.get_by_role("button", name="Log in").click()
        expect(page).to_have_title(re.compile("My queue"))
        return page

    yield visited
    for context in contexts:
        context.close()
    assert complaints == []


def test_a_card_appears_by_itself_one_wins_it_and_the_other_learns_who(people, visit):
    laura, daniel = visit(people.laura), visit(people.daniel)
    laura.goto("/claims/")
    expect(laura.get_by_text("The board is clear.")).to_be_visible()
    lying = lead_in_pool(people.inside, first_name="Priya", last_name="Raman")
    daniel.goto(f"/leads/{lying.pk}/")
    laura.get_by_role("button", name="Claim Priya Raman").click(timeout=3_000)
    expect(laura.get_by_text("Priya Raman is yours.")).to_be_visible()
    daniel.get_by_role("button", name="Claim").click()
    expect(daniel.get_by_text(re.compile(r"Laura Ortiz was first, [\d.]+ seconds before you"))).to_be_visible()


def test_a_phone_shows_everything_without_scrolling_sideways(people, visit):
    lead_in_pool(people.inside, first_name="Priya", company="An extraordinarily long company name " * 3)
    hers = lead_of(people.laura, first_name="A" * 120, email="b" * 100 + "@clinic.example", phone="+15125550142")
    page = visit(people.laura)
    for path in ("/", "/claims/", "/pool/", "/availability/", f"/leads/{hers.pk}/"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path


def test_a_call_is_logged_by_keyboard_alone(people, visit):
    hers = lead_of(people.laura, first_name="Priya", phone="+15125550142")
    page = visit(people.laura)
    page.goto(f"/leads/{hers.pk}/")
    page.get_by_label("Notes").focus()
    page.keyboard.type("wants a demo")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Reached")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Call: reached")).to_be_visible()
    assert Lead.objects.get(pk=hers.pk).stage.kind == "contacted"


def test_all_of_it_works_without_javascript(people, visit):
    lead_in_pool(people.inside, first_name="Priya")
    page = visit(people.laura, java_script_enabled=False)
    page.get_by_label("Desk").get_by_role("link", name="Claim board").click()
    page.get_by_role("button", name="Claim Priya").click()
    page.get_by_text("Won", exact=True).first.click()
    page.get_by_label("Value").fill("1200")
    page.get_by_role("button", name="Won").click()
    expect(page.get_by_text("Won for 1,200")).to_be_visible()
    page.get_by_text("Taking leads").click()
    page.get_by_role("button", name="30 min").click()
    expect(page.get_by_text("Paused")).to_be_visible()


def test_the_clock_of_a_lead_runs_and_turns(people, visit):
    lead_of(people.laura, first_name="Priya", assigned_at=now() - RESPOND_WITHIN + timedelta(seconds=4))
    page = visit(people.laura)
    clock = page.locator(".clock")
    expect(clock).to_contain_text("to respond")
    expect(clock).to_contain_text("late", timeout=8_000)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_switch_pauses_from_any_page(people, visit, scheme):
    page = visit(people.laura, color_scheme=scheme)
    page.goto("/pool/")
    page.get_by_text("Taking leads").click()
    page.get_by_role("button", name="60 min").click()
    expect(page).to_have_url(re.compile("/pool/$"))
    expect(page.get_by_text("No new leads until")).to_be_visible()
