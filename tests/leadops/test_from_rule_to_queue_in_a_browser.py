"""From a rule by the form to a lead in the right queue, in Chromium: its place, check, note, and the hosted form."""

import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import django_rq
import pytest
from django.contrib.auth.models import Group
from playwright.sync_api import Browser, Locator, Page, expect
from rq import SimpleWorker

from routing.models import Lead, PlanVersion, Rule
from routing.plan.publish import publish
from tests.cast import MONDAY_MORNING, cast, source

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

ASKED = [
    {"field": "first_name", "label": "First name"},
    {"field": "email", "label": "E-mail", "required": True},
    {"field": "company_size", "label": "Employees"},
    {"field": "industry", "label": "Industry"},
]


@pytest.fixture
def people(db: None) -> SimpleNamespace:
    """The cast; two rules are in force, and both send leads to Inside. Dana manages; the website has a form."""
    people = cast()
    people.dana.groups.add(Group.objects.get(name="manager"))
    for position, (slug, name, when) in enumerate(
        [
            ("retail", "Shops", {"all": [{"field": "industry", "op": "is", "value": "retail"}]}),
            ("german", "In German", {"all": [{"field": "language", "op": "is", "value": "de"}]}),
            ("rest", "The rest", None),
        ]
    ):
        Rule.objects.create(slug=slug, name=name, when=when, to_team=people.inside, position=position)
    publish(at=MONDAY_MORNING)
    source(form_open=True, form_fields=ASKED)
    return people


@pytest.fixture
def visit(browser: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """A page in which somebody has logged in; without a name, a stranger's. No page may have an error of its own."""
    contexts, errors = [], []

    def visited(username: str = "") -> Page:
        context = browser.new_context(base_url=live_server.url, viewport={"width": 1200, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        if username:
            page.goto("/")
            page.get_by_label("User name").fill(username)
            page.get_by_label("Password").fill("correct horse")
            page.get_by_role("button", name="Log in").click()
        return page

    yield visited
    for context in contexts:
        context.close()
    assert errors == []


def names(page: Page) -> Locator:
    return page.locator(".lo-list .lo-name")


def condition(page: Page, number: int, fact: str, compared: str, value: str) -> None:
    row = page.locator(".lo-condition").nth(number)
    row.get_by_label("Fact", exact=True).select_option(label=fact)
    row.get_by_label("How it is compared").select_option(label=compared)
    row.locator("[aria-label^=Value]:visible").fill(value)


def add_the_rule(page: Page) -> None:
    page.goto("/admin/routing/rule/")
    page.get_by_role("link", name="Add a rule").first.click()
    page.get_by_label("Name", exact=False).first.fill("Large clinics")
    page.get_by_role("button", name="Add a condition").click()
    condition(page, 0, "company size", "is at least", "1000")
    page.get_by_role("button", name="Add a condition").click()
    condition(page, 1, "industry", "is", "healthcare")
    page.locator("select[name=to]").select_option(label="Outside")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(names(page)).to_have_text(["Shops", "In German", "Large clinics", "The rest"])


def test_a_rule_is_made_put_in_its_place_published_and_brings_its_lead(people, visit, redis):
    dana = visit("dana")
    add_the_rule(dana)
    said = dana.get_by_text("If company size is at least 1000 and industry is healthcare, then Outside, round robin.")
    expect(said).to_be_visible()

    rows = dana.locator(".lo-row")
    rows.nth(2).drag_to(rows.nth(0), target_position={"x": 200, "y": 4})
    expect(names(dana)).to_have_text(["Large clinics", "Shops", "In German", "The rest"])
    dana.reload()
    expect(names(dana)).to_have_text(["Large clinics", "Shops", "In German", "The rest"])
    dana.get_by_role("button", name="Move Large clinics down").click()
    expect(names(dana)).to_have_text(["Shops", "Large clinics", "In German", "The rest"])
    dana.get_by_role("button", name="Move Large clinics up").click()
    expect(names(dana)).to_have_text(["Large clinics", "Shops", "In German", "The rest"])

    dana.get_by_role("link", name="Check", exact=True).click()
    expect(dana.get_by_text("Nothing to say against the draft.")).to_be_visible()
    dana.get_by_role("link", name="Publish…").click()
    dana.get_by_label("Note").fill("Large clinics have a team of their own")
    dana.get_by_role("button", name="Publish").click()
    expect(dana.get_by_text("Version 2 is in force. New leads follow it from now on.")).to_be_visible()
    assert PlanVersion.objects.get(number=2).note == "Large clinics have a team of their own"

    omar = visit("omar")
    expect(omar).to_have_title(re.compile("My queue"))
    stranger = visit()
    stranger.goto("/f/web/")
    for label, text in (
        ("First name", "Priya"),
        ("E-mail", "priya@clinic.example"),
        ("Employees", "1200"),
        ("Industry", "Healthcare"),
    ):
        stranger.get_by_label(label).fill(text)
    stranger.wait_for_timeout(2_100)  # who is quicker is no person
    stranger.get_by_role("button", name="Send").click()
    expect(stranger).to_have_title(re.compile("Thank you"))
    django_rq.get_worker("routing", worker_class=SimpleWorker).work(burst=True)
    expect(omar.get_by_role("link", name="Priya", exact=True)).to_be_visible(timeout=5_000)
    assert Lead.objects.get().owner == people.omar


def test_nothing_is_dragged_behind_the_catch_all_and_it_is_dragged_nowhere(people, visit):
    dana = visit("dana")
    dana.goto("/admin/routing/rule/")
    rows = dana.locator(".lo-row")
    rows.nth(0).drag_to(rows.nth(2), target_position={"x": 200, "y": 60})
    expect(names(dana)).to_have_text(["In German", "Shops", "The rest"])
    rows.nth(2).drag_to(rows.nth(0), target_position={"x": 200, "y": 4})
    dana.reload()
    expect(names(dana)).to_have_text(["In German", "Shops", "The rest"])
