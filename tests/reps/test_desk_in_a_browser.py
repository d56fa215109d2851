"""The desk as a rep meets it: in Chromium, by keyboard, on a phone, and without JavaScript."""

import re
from datetime import timedelta

import pytest
from django.utils.timezone import now
from playwright.sync_api import expect

from reps.moments import RESPOND_WITHIN
from routing.models import Lead
from routing.people_changes import set_accepting
from tests.cast import lead_in_pool, lead_of
from tests.reps.browser import PHONE, pages_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


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


def test_a_card_is_announced_and_the_others_stay_where_they_were(people, visit):
    lead_in_pool(people.inside, first_name="Priya")
    page = visit(people.laura)
    page.goto("/claims/")
    claim = page.get_by_role("button", name="Claim Priya")
    claim.focus()
    lead_in_pool(people.inside, first_name="Jonas")
    expect(page.get_by_role("button", name="Claim Jonas")).to_be_visible(timeout=3_000)
    expect(page.get_by_role("status").filter(has_text="2 leads to claim")).to_have_count(1)
    expect(claim).to_be_focused()


def test_a_lead_stands_in_the_queue_by_itself(people, visit):
    page = visit(people.laura)
    expect(page.get_by_text("Nothing waits for you.").last).to_be_visible()
    lead_of(people.laura, first_name="Priya", assigned_at=now())
    expect(page.get_by_role("link", name="Priya", exact=True)).to_be_visible(timeout=5_000)


def test_a_blind_pull_shows_who_it_is_only_once_it_is_mine(people, visit):
    lead_in_pool(people.inside, "blind", first_name="Priya", company="Northwind Clinics")
    page = visit(people.laura)
    page.goto("/pool/")
    assert "Priya" not in page.content()
    assert "Northwind" not in page.content()
    page.get_by_role("button", name="Next lead").click()
    expect(page.get_by_role("heading", name="Priya")).to_be_visible()
    page.goto("/pool/")
    page.get_by_role("button", name="Next lead").click()
    expect(page.get_by_text("There is no lead for you in the pool just now.")).to_be_visible()


def test_a_lead_is_given_back_with_a_reason(people, visit, redis_away):
    hers = lead_of(people.laura, team=people.inside, first_name="Priya")
    page = visit(people.laura)
    page.goto(f"/leads/{hers.pk}/")
    page.get_by_text("Give back").first.click()
    page.get_by_label("Because").last.select_option("it is a duplicate")
    page.get_by_role("button", name="Give back").click()
    expect(page.get_by_text("Given back. Somebody else will get it.")).to_be_visible()
    hers.refresh_from_db()
    assert (hers.owner, hers.assignments.get().ended_because) == (None, "duplicate")


def test_the_pool_is_filtered_as_one_types(people, visit):
    for company in ("Northwind Clinics", "Kessler Logistik"):
        lead_in_pool(people.inside, "pick", company=company)
    page = visit(people.laura)
    page.goto("/pool/")
    page.get_by_label("Search").press_sequentially("clinic")
    expect(page.get_by_text("Kessler Logistik")).to_have_count(0)
    expect(page.get_by_role("link", name="Northwind Clinics")).to_be_visible()
    expect(page).to_have_url(re.compile(r"search=clinic"))
    page.reload()
    expect(page.get_by_text("Kessler Logistik")).to_have_count(0)


def test_why_me_unfolds_in_its_place(people, visit, routed):
    hers = routed(first_name="Priya")
    page = visit(people.laura)
    page.goto(f"/leads/{hers.pk}/")
    page.get_by_role("link", name="Tell me exactly").click()
    expect(page.get_by_text("Of all who could take it you were next, by fair share.")).to_be_visible()
    expect(page).to_have_url(re.compile(f"/leads/{hers.pk}/$"))


def test_a_tapped_number_is_noted(people, visit):
    hers = lead_of(people.laura, first_name="Priya", phone="+15125550142")
    page = visit(people.laura)
    page.goto(f"/leads/{hers.pk}/")
    with page.expect_response(re.compile("call-started")) as noted:
        page.locator(".dock a", has_text="Call").click()
    assert noted.value.status == 204
    page.goto(f"/leads/{hers.pk}/")
    expect(page.get_by_role("heading", name="How did the call with Priya go?")).to_be_visible()


def test_a_phone_shows_everything_without_scrolling_sideways(people, visit, routed):
    lead_in_pool(people.inside, first_name="Priya", company="An extraordinarily long company name " * 3)
    hers = routed(first_name="A" * 120, email="b" * 100 + "@clinic.example", phone="+15125550142")
    set_accepting(people.laura, False, at=now(), paused_until=now() + timedelta(minutes=90))
    page = visit(people.laura)
    for path in pages_of(hers):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path


TARGETS = "button, summary, select, .b, nav a, input:not([type=hidden], [type=radio])"
SMALL = """(targets) => [...document.querySelectorAll(targets)]
  .filter((one) => one.checkVisibility())
  .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect().height])
  .filter(([, height]) => height < 43.5)"""


def test_every_button_is_as_high_as_a_thumb(people, visit, routed):
    for delivery in ("claim", "pick"):
        lead_in_pool(people.inside, delivery, first_name="Priya")
    hers = routed(first_name="Priya", phone="+15125550142", email="p@clinic.example")
    page = visit(people.laura)
    for path in pages_of(hers):
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        assert page.evaluate(SMALL, TARGETS) == [], path


def press(page, wanted, times=80):
    """Tab on until the wanted element has the focus, and see that the focus shows."""
    for _ in range(times):
        page.keyboard.press("Tab")
        if wanted.evaluate("(one) => one === document.activeElement"):
            outline = wanted.evaluate(
                "(one) => getComputedStyle(one.matches('.chips input') ? one.nextElementSibling : one).outlineStyle"
            )
            assert outline != "none", "the focus does not show"
            return
    raise AssertionError("Tab never came there")


def test_everything_is_done_by_keyboard_alone_on_a_phone(people, visit, redis_away):
    """Claims a lead, logs a call, plans the next step, moves, pauses, gives back: no mouse, 390 pixels."""
    lead_in_pool(people.inside, "claim", first_name="Priya", phone="+15125550142")
    page = visit(people.laura)
    press(page, page.get_by_label("Desk").get_by_role("link", name="Claim board"))
    page.keyboard.press("Enter")
    press(page, page.get_by_role("button", name="Claim Priya"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Priya is yours.")).to_be_visible()

    press(page, page.get_by_label("Minutes").first)
    page.keyboard.type("3.5")
    press(page, page.get_by_label("Notes"))
    page.keyboard.type("wants a demo")
    press(page, page.get_by_role("button", name="Reached"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Call: reached, 3 min 30 s")).to_be_visible()
    found = Lead.objects.get(first_name="Priya")
    assert found.stage.kind == "contacted"

    press(page, page.locator("summary", has_text="E-mail, message"))
    page.keyboard.press("Enter")
    press(page, page.get_by_role("radio", name="e-mail"))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="meeting")).to_be_checked()
    press(page, page.get_by_role("button", name="Log it"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("list").get_by_text("Meeting", exact=True)).to_be_visible()

    press(page, page.locator("summary", has_text="Set a reminder"))
    page.keyboard.press("Enter")
    press(page, page.get_by_label("What", exact=True))
    page.keyboard.type("send the quote")
    press(page, page.get_by_role("button", name="tomorrow at 9"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("complementary").get_by_text("send the quote")).to_be_visible()

    press(page, page.get_by_label("Stage"))
    page.keyboard.type("Opp")
    press(page, page.get_by_role("button", name="Move"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Moved to Opportunity")).to_be_visible()

    press(page, page.locator("summary", has_text="Taking leads"))
    page.keyboard.press("Enter")
    press(page, page.get_by_role("button", name="90 min"))
    page.keyboard.press("Enter")
    expect(page.locator("#switch-state")).to_contain_text(re.compile(r"Paused until \d\d:\d\d"))

    press(page, page.locator("summary", has_text="Give back"))
    page.keyboard.press("Enter")
    press(page, page.get_by_label("Because").last)
    page.keyboard.type("something")
    press(page, page.get_by_role("button", name="Give back"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Given back.")).to_be_visible()
    found.refresh_from_db()
    assert found.owner is None


def test_all_of_it_works_without_javascript(people, visit):
    lead_in_pool(people.inside, first_name="Priya")
    page = visit(people.laura, java_script_enabled=False)
    page.get_by_label("Desk").get_by_role("link", name="Claim board").click()
    page.get_by_role("button", name="Claim Priya").click()
    page.get_by_text("Won", exact=True).first.click()
    page.get_by_label("Value").fill("1200")
    page.get_by_role("button", name="Won").click()
    expect(page.get_by_text("Won for 1,200")).to_be_visible()
    page.get_by_text("Taking leads", exact=True).click()
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
    page.get_by_text("Taking leads", exact=True).click()
    page.get_by_role("button", name="60 min").click()
    expect(page).to_have_url(re.compile("/pool/$"))
    expect(page.get_by_text("No new leads until")).to_be_visible()
