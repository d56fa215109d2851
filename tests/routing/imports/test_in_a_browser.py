"""An import as a manager meets it, from the file to its undoing, with a worker at work beside the browser."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import close_old_connections, connection
from playwright.sync_api import Browser, Page, expect

from routing import due, jobs
from routing.models import Lead
from tests.access.conftest import in_role
from tests.cast import source
from tests.proofs.company import publish
from tests.reps.browser import PHONE, findings

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

FILE = (
    "E-mail,Firm,Seats,Contact\n"
    "jane@clinic.example.com,Clinic,12,Jane Doe\n"
    "june@bakery.example.com,Bakery,3,June Roe\n"
    "JANE@clinic.example.com,Clinic,12,Jane again\n"
    "nobody at all,=Mill,4,Nobody\n"
)


@pytest.fixture
def worker(redis, transactional_db) -> Iterator[None]:
    """Does what is due, as the worker would."""
    stop = threading.Event()

    def run() -> None:
        while not stop.is_set():
            jobs.sweep(due.LONG)
            jobs.sweep()
            close_old_connections()
            time.sleep(0.2)
        connection.close()

    at_work = threading.Thread(target=run)
    at_work.start()
    yield
    stop.set()
    at_work.join()


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without"])
def page(request, browser: Browser, live_server, worker) -> Iterator[Page]:
    publish()
    source("fair")
    in_role("dana", "manager")
    context = browser.new_context(base_url=live_server.url, java_script_enabled=request.param)
    page = context.new_page()
    page.goto("/log-in/")
    page.locator("[name=username]").fill("dana")
    page.locator("[name=password]").fill("correct horse")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/admin/**")
    yield page
    context.close()


def test_a_file_comes_in_with_its_rejects_told_and_is_undone(page: Page, request, tmp_path: Path):
    with_script = "without" not in request.node.name
    file = tmp_path / "fair.csv"
    file.write_text(FILE)
    page.goto("/admin/routing/importrun/add/")
    page.get_by_label("File").set_input_files(file)
    page.get_by_label("Source").select_option(label="Fair")
    page.get_by_role("button", name="Upload and go on").click()

    expect(page.get_by_label("E-mail", exact=True)).to_have_value("email")
    expect(page.get_by_label("Firm", exact=True)).to_have_value("company")
    expect(page.get_by_label("Attribute's name for Seats")).to_have_value("seats")
    expect(page.get_by_label("Attribute's name for Firm")).to_be_hidden()
    page.get_by_label("Contact", exact=True).select_option("email")
    page.get_by_role("button", name="Go on to the dry run").click()
    expect(page.get_by_text("None of its first values is read as e-mail")).to_be_visible()
    page.get_by_label("Contact", exact=True).select_option("full_name")
    page.get_by_role("button", name="Go on to the dry run").click()

    expect(page.get_by_role("button", name="Import now")).to_be_visible(timeout=20_000)
    expect(page.get_by_role("link", name="2 new leads to come")).to_be_visible()
    page.get_by_role("link", name="1 rejected").click()
    expect(page.get_by_role("row")).to_have_count(2)
    expect(page.get_by_text("is no e-mail address")).to_be_visible()
    if with_script:
        assert findings(page) == []
        page.set_viewport_size(PHONE)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not Lead.objects.exists()

    page.get_by_role("button", name="Import now").click()
    expect(page.get_by_role("link", name="Undo this import…")).to_be_visible(timeout=20_000)
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download the rejects").click()
    rejects = Path(downloading.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert rejects[0] == "line,reason,E-mail,Firm,Seats,Contact"
    assert rejects[1].startswith("5,")
    assert rejects[1].endswith("nobody at all,'=Mill,4,Nobody")
    assert set(Lead.objects.values_list("status", flat=True)) == {"assigned"}

    page.get_by_role("link", name="Undo this import…").click()
    expect(page.get_by_text("2 leads that it created are withdrawn")).to_be_visible()
    page.get_by_role("button", name="Undo the import").click()
    expect(page.get_by_text("The same file may be imported again.")).to_be_visible(timeout=20_000)
    assert set(Lead.objects.values_list("status", flat=True)) == {"withdrawn"}
