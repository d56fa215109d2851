"""The bell in a real browser: it counts by itself, the browser tells what is urgent, and people choose how."""

import re

import pytest
from django.utils.timezone import now
from playwright.sync_api import expect

from reps.models import Preference
from reps.notify import dispatch
from routing import outbox
from tests.cast import lead_of
from tests.reps.browser import DESKTOP

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

RECORD = """
window.said = [];
window.Notification = class {
  static permission = "default";
  static async requestPermission() { return (Notification.permission = "granted"); }
  constructor(title, options) { window.said.push([title, options.body, options.tag]); }
  close() {}
};
"""


def tell(people, **fields):
    hers = lead_of(people.laura, team=people.inside, **fields)
    outbox.tell("lead.assigned", at=now(), lead_id=hers.pk, team_id=people.inside.pk, rep_id=people.laura.pk)
    dispatch.dispatch(now())
    return hers


def test_the_bell_counts_by_itself_and_leads_to_the_lead(people, visit):
    page = visit(people.laura)
    expect(page.locator("#bell")).to_have_attribute("aria-label", "Notifications")
    hers = tell(people, first_name="Priya")
    expect(page.locator("#bell")).to_have_attribute("aria-label", "Notifications, 1 unread", timeout=15_000)
    page.locator("#bell").click()
    page.get_by_role("link", name="Priya is yours.").click()
    expect(page).to_have_url(re.compile(f"/leads/{hers.pk}/"))
    expect(page.locator("#bell")).to_have_attribute("aria-label", "Notifications")


def test_the_list_grows_by_itself_and_all_of_it_is_marked_read(people, visit):
    page = visit(people.laura, viewport=DESKTOP)
    page.goto("/notifications/")
    expect(page.get_by_text("Nobody has told you anything yet.")).to_be_visible()
    tell(people, first_name="Priya")
    expect(page.get_by_role("link", name="Priya is yours.")).to_be_visible(timeout=15_000)
    page.get_by_role("button", name="Mark all read").click()
    expect(page.locator(".told.unread")).to_have_count(0)
    expect(page.get_by_role("link", name="Priya is yours.")).to_be_visible()


def test_the_browser_tells_once_after_it_was_let(people, visit):
    page = visit(people.laura)
    page.add_init_script(RECORD)
    page.goto("/notifications/")
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_role("button", name="Turn on")).to_be_hidden()
    tell(people, first_name="Priya")
    expect(page.locator("#bell [data-fresh]")).to_have_count(1, timeout=15_000)
    assert [words[:2] for words in page.evaluate("said")] == [["A new lead is yours", "Priya is yours."]]
    tell(people, first_name="Jonas")
    expect(page.locator("#bell [data-fresh]")).to_have_count(2, timeout=15_000)
    assert [words[1] for words in page.evaluate("said")] == ["Priya is yours.", "Jonas is yours."]


def test_how_one_is_told_is_chosen_by_taps(people, visit):
    page = visit(people.laura)
    page.goto("/notifications/settings/")
    row = page.get_by_role("group", name="A new lead is mine")
    row.get_by_role("checkbox", name="E-mail").uncheck()
    page.get_by_label("From").fill("22:00")
    page.get_by_label("Until").fill("07:00")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("From now on you are told so.")).to_be_visible()
    expect(row.get_by_role("checkbox", name="E-mail")).not_to_be_checked()
    assert Preference.objects.get().chosen == {"lead.assigned": ["page", "browser"]}
