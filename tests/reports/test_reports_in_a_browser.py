"""Every page of reports in a browser: no finding of axe-core in light or dark, none wider than a phone. Nora asks a
question, compares, sorts, and takes the file away.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from playwright.sync_api import Page, expect

from reports.registry import reports
from reports.rewarding import proposing
from tests.cast import person
from tests.reports.past import NOW, a_past
from tests.reports.test_watching_in_a_browser import log_in
from tests.reps.browser import findings_in_both_schemes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
OTHERS = ("", "exports/", "weights/", "weights/inside/", "targets/", "mails/")


@pytest.fixture
def past(transactional_db):
    company = a_past()
    company.dana.groups.add(Group.objects.get(name="manager"))
    since = min(lead.captured_at for lead in company.leads)
    proposing.make(team=company.inside, since=since, until=NOW, at=NOW, by=company.dana)
    return company


def test_no_page_of_reports_has_findings_or_is_wider_than_a_phone(past, live_server, page: Page):
    log_in(page, live_server, "dana")
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    asked = "?since=2026-03-01&until=2026-05-20&compare=1"
    paths = [
        *OTHERS,
        *(f"{slug}/{asked}" for slug in reports()),
        f"calls/{asked}&group=hour",
        f"funnel/{asked}&group=week",
    ]
    for path in paths:
        page.set_viewport_size({"width": 1200, "height": 900})
        page.goto(f"{live_server.url}/reports/{path}")
        page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true })")
        assert findings_in_both_schemes(page) == [], path
        page.set_viewport_size({"width": 390, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert complaints == []


def test_an_analyst_asks_compares_sorts_and_takes_the_file_away(past, live_server, page: Page, tmp_path: Path):
    person("nora").groups.add(Group.objects.get(name="analyst"))
    log_in(page, live_server, "nora")
    page.goto(f"{live_server.url}/reports/")
    page.get_by_role("link", name="Lead quality").click()
    page.get_by_label("Period").select_option("between")
    page.locator("[name=since]").fill("2026-04-01")
    page.locator("[name=until]").fill("2026-05-20")
    page.locator("[name=group]").select_option("band")
    page.get_by_label("Compare with the days before").check()
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("1 April 2026 to 20 May 2026")).to_be_visible()
    page.get_by_role("link", name="Leads", exact=True).click()
    seen = [int(cell) for cell in page.locator("tbody td[data-column=leads] > data").all_inner_texts()]
    assert len(seen) == 3 and seen == sorted(seen)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download CSV").click()
    waiting.value.save_as(tmp_path / "quality.csv")
    header, *lines = csv.reader((tmp_path / "quality.csv").open(encoding="utf-8-sig"))
    assert header[:3] == ["band", "leads", "leads before"]
    assert [int(line[1]) for line in lines[:3]] == seen
    page.reload()
    expect(page.get_by_text("1 April 2026 to 20 May 2026")).to_be_visible()
