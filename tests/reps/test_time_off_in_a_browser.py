"""Time off is booked on a phone: what is asked for fits what is booked, and the page is without findings."""

from datetime import timedelta

import pytest
from django.utils.timezone import now
from playwright.sync_api import expect

from routing.models import TimeOff
from tests.reps.browser import findings

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_afternoon_is_booked_changed_and_cancelled(people, visit, scheme):
    ahead = (now() + timedelta(days=3)).date().isoformat()
    page = visit(people.laura, color_scheme=scheme)
    page.goto("/availability/")
    expect(page.get_by_label("From what time")).to_be_hidden()
    page.get_by_text("Exact times").click()
    expect(page.get_by_label("From what time")).to_be_visible()
    page.get_by_text("An afternoon").click()
    expect(page.get_by_label("Until, included")).to_be_hidden()
    page.get_by_label("From", exact=True).fill(ahead)
    page.get_by_label("Who covers").select_option(label="Emma Novak")
    assert findings(page) == []
    page.get_by_role("button", name="Book", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("afternoon (from 12:00)")
    expect(page.get_by_text("Covered by Emma Novak")).to_be_visible()
    assert findings(page) == []
    page.get_by_role("link", name="Change").click()
    expect(page.get_by_label("An afternoon")).to_be_checked()
    assert findings(page) == []
    page.get_by_text("Cancel it").click()
    page.get_by_role("button", name="Cancel this time off").click()
    expect(page.get_by_role("status")).to_contain_text("cancelled")
    assert not TimeOff.objects.exists()
