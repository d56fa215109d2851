"""No page of the admin has a serious or critical finding of axe-core, in light or dark."""

import pytest

from tests.reps.browser import findings_in_both_schemes

from .walk import REFUSED, SHOWN, pages

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def without_findings(furnished, opened_by, addresses) -> int:
    """Looks at these pages, in light and dark; how many were shown."""
    page = opened_by(furnished.root)
    found, shown = {}, 0
    for address in addresses:
        answer = page.goto(address)
        assert answer.status in (SHOWN, REFUSED), address
        shown += answer.status == SHOWN
        found[address] = findings_in_both_schemes(page)
    assert {address: here for address, here in found.items() if here} == {}
    return shown


def test_every_fifth_page_of_the_admin_has_no_findings(furnished, opened_by):
    assert without_findings(furnished, opened_by, list(pages())[::5]) > 15


@pytest.mark.slow
def test_no_page_of_the_admin_has_findings(furnished, opened_by):
    assert without_findings(furnished, opened_by, pages()) > 80


def test_nor_has_what_they_answer(furnished, opened_by):
    page = opened_by(furnished.root)
    found = {}

    def look(what: str) -> None:
        page.wait_for_load_state()
        found[what] = findings_in_both_schemes(page)

    page.goto("/admin/routing/plansettings/try/")
    page.get_by_label("Country", exact=True).fill("US")
    page.get_by_role("button", name="Try it").click()
    page.locator("#result h2").first.wait_for()
    look("a lead was tried")
    page.goto("/admin/routing/plansettings/publish/")
    page.locator("form[method=post] [name=note]").evaluate("(box) => { box.value = ''; box.form.noValidate = true }")
    page.get_by_role("button", name="Publish").click()
    look("published without a note")
    page.goto("/admin/routing/lead/manual/")
    page.get_by_label("Choose Manual").check()
    page.get_by_label("To", exact=True).select_option(index=1)
    page.get_by_role("button", name="Hand out").click()
    look("leads were handed out")
    page.goto("/admin/routing/rule/add/")
    page.evaluate("document.querySelector('#rule_form').noValidate = true")
    page.get_by_role("button", name="Save", exact=True).click()
    look("a rule that is refused")
    page.goto("/admin/routing/user/add/")
    page.evaluate("document.querySelector('#user_form').noValidate = true")
    page.get_by_role("button", name="Save", exact=True).click()
    look("a user that is refused")
    page.goto(f"/admin/routing/team/{furnished.people.inside.pk}/change/")
    page.locator("#memberships-group").get_by_text("Add another").click()
    look("a row was added")
    page.locator("[id=id_calendar] + .select2-container").click()
    page.locator(".select2-results__option").first.wait_for()
    look("a list is open")
    page.goto("/admin/routing/lead/?band__exact=nothing")
    look("a list is empty")
    assert {what: here for what, here in found.items() if here} == {}


def test_what_is_searched_while_typing_says_for_what(furnished, opened_by):
    page = opened_by(furnished.root)
    page.goto(f"/admin/routing/rep/{furnished.people.laura.pk}/change/")
    page.get_by_role("combobox", name="Calendar: chicago").click()
    page.locator(".select2-dropdown").get_by_role("searchbox", name="Calendar").fill("off")
    page.get_by_role("option", name="office").click()
    assert page.get_by_role("combobox", name="Calendar: office").count() == 1
    assert page.get_by_role("spinbutton", name="Weight").count() >= 1
