"""The hosted form as somebody on a website meets it: on a phone, without JavaScript, within another page."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from routing.models import Lead, Source
from tests.reps.browser import findings_in_both_schemes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def phone(browser: Browser, live_server) -> Iterator[Page]:
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 390, "height": 844}, java_script_enabled=False
    )
    yield context.new_page()
    context.close()


def test_somebody_on_a_phone_without_javascript_becomes_a_lead(phone, transactional_db):
    Source.objects.create(slug="web", name="Web", form_open=True, form_consent="I agree to be called.")
    phone.goto("/f/web/")
    phone.get_by_label("E-mail").fill("emma(at)oldmill")
    phone.get_by_label("First name").fill("Emma")
    phone.wait_for_timeout(2_100)
    phone.get_by_role("button", name="Send").click()
    expect(phone.get_by_text("This is no e-mail address")).to_be_visible()
    expect(phone.get_by_label("First name")).to_have_value("Emma")
    phone.get_by_label("E-mail").fill("emma@oldmill.example")
    phone.get_by_label("I agree").check()
    phone.get_by_role("button", name="Send").click()
    expect(phone).to_have_title(re.compile("Thank you"))
    assert Lead.objects.get().consent.startswith("I agree to be called.")


def test_the_form_and_its_answers_are_without_findings(page, live_server, transactional_db):
    asked = [
        {"field": "email", "required": True},
        {"field": "company_size", "help": "A guess will do."},
        {"field": "product", "choices": ["EHR", "Billing"]},
        {"field": "attributes.wants", "label": "What do you need?", "long": True},
    ]
    about = {"form_intro": "We answer within the hour.", "form_consent": "I agree to be called."}
    Source.objects.create(slug="web", name="Web", form_open=True, form_fields=asked, **about)
    page.goto(f"{live_server.url}/f/web/")
    assert findings_in_both_schemes(page) == []
    page.get_by_label("E-mail").fill("emma(at)oldmill")
    page.wait_for_timeout(2_100)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert findings_in_both_schemes(page) == []
    page.goto(f"{live_server.url}/f/web/thanks/")
    assert findings_in_both_schemes(page) == []


def test_only_the_sites_that_are_named_embed_it(browser, live_server, transactional_db):
    theirs = live_server.url.replace("localhost", "127.0.0.1")
    Source.objects.create(slug="open", name="Open", form_open=True, form_origins=[theirs])
    Source.objects.create(slug="shut", name="Shut", form_open=True)
    shown = {}
    for slug in ("open", "shut"):
        page = browser.new_page()
        page.route(f"{theirs}/contact", answered(f"<iframe src='{live_server.url}/f/{slug}/'></iframe>"))
        page.goto(f"{theirs}/contact")
        page.wait_for_timeout(500)
        shown[slug] = page.frame_locator("iframe").get_by_role("button", name="Send").count()
        page.close()
    assert shown == {"open": 1, "shut": 0}


def answered(body: str) -> Callable[[Route], None]:
    """Somebody else's site, with this page."""
    return lambda route: route.fulfill(body=body, content_type="text/html")
