"""No page of the desk has a serious or critical finding of axe-core, in light or dark, empty or full."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from reps import planning, work
from routing.people_changes import set_accepting
from tests.cast import lead_in_pool, lead_of
from tests.reps.browser import DESKTOP, PHONE, findings, pages_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_full_pages_are_without_findings(people, visit, routed, scheme, viewport):
    at = now()
    hers = routed(first_name="Priya", email="p@clinic.example", phone="+15125550142", company="Northwind Clinics")
    work.log(lead_id=hers.pk, kind="call", outcome="reached", seconds=95, at=at, rep=people.laura, by=people.laura.user)
    planning.plan_next(lead_id=hers.pk, at=at, due_at=at + timedelta(minutes=1), what="call", by=people.laura.user)
    for band, minutes in (("hot", 1), ("warm", 4), ("cold", 9)):
        lead_of(
            people.laura,
            first_name=band,
            band=band,
            assigned_at=at - timedelta(minutes=minutes),
            phone=f"+1512555010{minutes}",
        )
    lying = [lead_in_pool(people.inside, delivery, first_name="Jonas", band="hot") for delivery in ("claim", "pick")]
    won = lead_of(people.laura, first_name="Ann")
    work.win(lead_id=won.pk, at=at, value=1200, by=people.laura.user)
    page = visit(people.laura, color_scheme=scheme, viewport=viewport)
    for path in pages_of(hers, *lying, won):
        page.goto(path)
        page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true })")
        assert findings(page) == [], path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_empty_pages_and_open_sheets_are_without_findings(people, visit, scheme):
    set_accepting(people.laura, False, at=now(), paused_until=now() + timedelta(minutes=30))
    page = visit(people.laura, color_scheme=scheme)
    for path in pages_of():
        page.goto(path)
        assert findings(page) == [], path
    for sheet in (".switch", ".menu"):
        page.locator(f"{sheet} summary").click()
        assert findings(page) == [], sheet


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_refusal_is_without_findings_and_has_the_focus(people, visit, scheme):
    hers = lead_of(people.laura, first_name="Priya")
    page = visit(people.laura, color_scheme=scheme)
    page.goto(f"/leads/{hers.pk}/")
    page.locator("summary", has_text="E-mail, message").click()
    page.get_by_role("radio", name="note").check()
    page.get_by_role("button", name="Log it").click()
    page.get_by_role("alert").wait_for()
    assert page.evaluate("document.activeElement.id") == "refused"
    assert findings(page) == []


def test_the_tool_finds_what_is_wrong(people, visit):
    page = visit(people.laura)
    page.evaluate("document.querySelector('main').innerHTML += '<input><img src=\"/static/leadops/mark.svg\">'")
    assert len(findings(page)) >= 2
