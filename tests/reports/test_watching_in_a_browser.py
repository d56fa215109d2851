"""Dana sets a target and has a report mailed to her, with a mouse; the second time without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from reports.models import Subscription, Target
from reports.targets.metrics import metrics
from reports.targets.setting import set_target
from reports.targets.watching import WEEK, due_on
from reps.models import Delivery
from routing.models import User
from tests.cast import cast
from tests.reports.targets.weeks import LAST, a_week
from tests.reps.browser import findings_in_both_schemes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def log_in(page: Page, live_server, username: str) -> None:
    page.goto(f"{live_server.url}/log-in/")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_load_state()


@pytest.fixture
def people(transactional_db):
    company = cast()
    User.objects.filter(pk=company.dana.pk).update(email="dana@acme.example")
    return company


def test_a_target_is_set_and_marked(people, live_server, page: Page):
    a_week(people.inside, people.laura, LAST, quick=4)
    a_week(people.inside, people.daniel, LAST, quick=18)
    log_in(page, live_server, "dana")
    page.goto(f"{live_server.url}/reports/")
    page.get_by_role("link", name="Targets and warnings").click()
    page.get_by_text("Set a target").click()
    page.get_by_label("Metric").select_option("speed-to-lead.within_five")
    page.get_by_label("Value").fill("60")
    page.get_by_role("button", name="Set", exact=True).click()
    expect(page.get_by_text("Within five minutes at least 60 %")).to_be_visible()
    assert Target.objects.get().value == 60
    assert findings_in_both_schemes(page) == []
    page.goto(f"{live_server.url}/reports/speed-to-lead/?period=all-time&group=rep")
    row = page.get_by_role("row", name="Laura Ortiz")
    expect(row.locator("[data-column=within_five]")).to_contain_text("misses the target")
    expect(page.get_by_role("row", name="Daniel Weiss")).not_to_contain_text("misses the target")
    assert findings_in_both_schemes(page) == []
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_view_is_mailed_weekly_without_javascript(people, live_server, browser: Browser, redis_away):
    a_week(people.inside, people.laura, LAST, quick=4)
    set_target(
        team=people.inside, metric=metrics()["speed-to-lead.within_five"], value=60, settles_weeks=0, by=people.dana,
        at=due_on(LAST) + WEEK / 7,
    )  # fmt: skip
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    log_in(page, live_server, "dana")
    page.goto(f"{live_server.url}/reports/speed-to-lead/?period=all-time&group=rep")
    page.get_by_role("link", name="Mail this weekly").click()
    page.get_by_label("Every").select_option("Friday")
    page.get_by_label("Laura").check()
    page.get_by_role("button", name="Send it every week").click()
    expect(page.get_by_text("Every Friday at 08:00")).to_be_visible()
    one = Subscription.objects.get()
    assert (one.query, one.addressees.count()) == ("period=all-time&group=rep", 2)
    page.get_by_role("button", name="Send me one now").click()
    expect(page.get_by_text("on its way to dana@acme.example")).to_be_visible()
    assert Delivery.objects.count() == 1
    page.get_by_text("Delete", exact=True).click()
    page.get_by_role("button", name="Delete this mail").click()
    expect(page.get_by_text("No weekly mails of yours.")).to_be_visible()
    context.close()
