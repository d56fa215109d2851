"""A customer answers on a phone, from the mail, with and without JavaScript; nobody logged in."""

import pytest
from playwright.sync_api import expect

from reps.feedback.links import opt_out_path_of, path_of
from reps.models import FeedbackOptOut, FeedbackRequest
from tests.reps.browser import PHONE, findings_in_both_schemes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def phone(browser, live_server):
    """A page as a phone shows it, where scripts are switched off."""
    context = browser.new_context(base_url=live_server.url, viewport=PHONE, java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_a_rating_is_tapped_in_the_mail_changed_on_the_page_and_sent_once(asked, phone):
    phone.goto(f"{path_of(asked)}?rating=4")
    expect(phone.get_by_role("radio", name="4 Happy", exact=True)).to_be_checked()
    assert FeedbackRequest.objects.get().rating is None
    for choice in phone.locator(".ratings label").all():
        box = choice.bounding_box()
        assert box is not None and box["height"] >= 48 and box["width"] > 300
    phone.get_by_role("radio", name="2 Unhappy", exact=True).check()
    phone.get_by_label("What was good, what was not?").fill("I had to ask twice.")
    phone.get_by_role("button", name="Send").click()
    expect(phone.get_by_role("heading", name="Thank you")).to_be_visible()
    answered = FeedbackRequest.objects.get()
    assert (answered.rating, answered.words) == (2, "I had to ask twice.")
    phone.goto(path_of(asked))
    expect(phone.get_by_role("heading", name="You have answered already")).to_be_visible()


def test_forgetting_to_choose_is_said_and_the_words_are_still_there(asked, phone):
    phone.goto(path_of(asked))
    phone.get_by_label("What was good, what was not?").fill("Quick.")
    phone.get_by_role("button", name="Send").click()
    expect(phone.get_by_text("Please choose one of the five.")).to_be_visible()
    expect(phone.get_by_label("What was good, what was not?")).to_have_value("Quick.")
    phone.get_by_role("radio", name="5 Very happy").check()
    phone.get_by_role("button", name="Send").click()
    expect(phone.get_by_role("heading", name="Thank you")).to_be_visible()


def test_who_does_not_want_to_be_asked_says_so_in_two_taps(asked, phone):
    phone.goto(path_of(asked))
    phone.get_by_role("link", name="Do not ask me again").click()
    assert not FeedbackOptOut.objects.exists()
    phone.get_by_role("button", name="Do not ask me again").click()
    expect(phone.get_by_role("heading", name="You will not be asked again")).to_be_visible()
    assert FeedbackOptOut.objects.count() == 1


def test_no_page_of_it_is_wider_than_a_phone_or_has_a_serious_finding(asked, browser, live_server):
    context = browser.new_context(base_url=live_server.url, viewport=PHONE)
    page = context.new_page()
    for address in (f"{path_of(asked)}?rating=4", opt_out_path_of(asked), "/feedback/forged/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert findings_in_both_schemes(page) == []
    context.close()
