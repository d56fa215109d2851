"""The pages of exports: a small file at once, a large one later, its progress, its download by its person alone."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from reports.exports import working
from reports.exports.asked import Asked
from reports.exports.requests import ask
from reports.models import ExportRun
from tests.reports.exports.reading import body, browser


@pytest.fixture
def everything_is_large(monkeypatch):
    monkeypatch.setattr("reports.exports.requests.AT_ONCE", 0)


def written(by):
    run = ask(sheet="leads", by=by, asked=Asked(), bom=False, at=now())
    working.work_all(now())
    run.refresh_from_db()
    return run


def test_the_page_offers_the_three_and_leads_back(house: SimpleNamespace):
    page = browser(house.users["dana"]).get("/reports/exports/").content.decode()
    for slug in ("leads", "assignments", "activities"):
        assert f'formaction="/reports/exports/{slug}.csv"' in page
    assert "not part of yours" not in page
    assert 'href="/reports/exports/"' in browser(house.users["dana"]).get("/reports/").content.decode()


def test_an_analyst_is_told_what_is_missing(house):
    assert "are not part of yours" in browser(house.users["nora"]).get("/reports/exports/").content.decode()


def test_teams_of_others_are_not_offered(house):
    page = browser(house.users["dana"]).get("/reports/exports/").content.decode()
    assert 'value="inside"' in page
    assert 'value="outside"' not in page
    assert 'value="outside"' in browser(house.users["nora"]).get("/reports/exports/").content.decode()


def test_a_large_one_is_asked_for_and_fetched_later(house, everything_is_large):
    client = browser(house.users["dana"])
    page = client.get("/reports/exports/leads.csv?team=inside&bom=on")
    assert "This one is large" in page.content.decode()
    assert "csv" not in page["Content-Type"]
    answer = client.post("/reports/exports/leads/later/", {"team": "inside", "bom": "on"})
    run = ExportRun.objects.get()
    assert answer.headers["Location"] == f"/reports/exports/{run.pk}/"
    assert (run.asked["team"], run.bom, run.expected) == ("inside", True, 2)
    page = client.get(f"/reports/exports/{run.pk}/").content.decode()
    assert "0 of about 2 rows are written." in page
    assert '<meta http-equiv="refresh"' in page, "without a script the page loads itself anew"
    working.work_all(now())
    polled = client.get(f"/reports/exports/{run.pk}/?state=writing", headers={"HX-Request": "true"})
    assert polled.headers["HX-Refresh"] == "true"
    assert f'href="/reports/exports/{run.pk}/file/"' in client.get(f"/reports/exports/{run.pk}/").content.decode()
    file = client.get(f"/reports/exports/{run.pk}/file/")
    sent = b"".join(file.streaming_content)
    assert int(file["Content-Length"]) == len(sent)
    assert sent.startswith(b"\xef\xbb\xbfid,")
    assert sent.count(b"\r\n") == 3


def test_the_fragment_says_how_far_it_is(house):
    run = ask(sheet="leads", by=house.users["dana"], asked=Asked(), bom=False, at=now())
    ExportRun.objects.update(rows=1)
    polled = browser(house.users["dana"]).get(
        f"/reports/exports/{run.pk}/?state=writing", headers={"HX-Request": "true"}
    )
    assert "1 of about 2 rows are written." in polled.content.decode()
    assert "<html" not in polled.content.decode()


@pytest.mark.parametrize("who", ["laura", "omar", "nora"])
def test_nobody_else_sees_it_is_given_it_or_deletes_it(house, who):
    run, client = written(house.users["dana"]), browser(house.users[who])
    for page in ("", "file/"):
        assert client.get(f"/reports/exports/{run.pk}/{page}").status_code == 404
    assert client.post(f"/reports/exports/{run.pk}/delete/").status_code == 404
    assert f"/reports/exports/{run.pk}/" not in client.get("/reports/exports/").content.decode()


def test_ops_see_to_all_of_them(house):
    run, client = written(house.users["dana"]), browser(house.users["olga"])
    assert f"/reports/exports/{run.pk}/" in client.get("/reports/exports/").content.decode()
    assert client.get(f"/reports/exports/{run.pk}/file/").status_code == 200


def test_it_is_deleted_on_the_page_even_while_it_is_written(house):
    dana = house.users["dana"]
    run = ask(sheet="leads", by=dana, asked=Asked(), bom=False, at=now())
    half = working.parts(working.take_due())
    next(half)
    browser(dana).post(f"/reports/exports/{run.pk}/delete/")
    assert not ExportRun.objects.exists()
    with pytest.raises(working.Lost):
        next(half)


def test_too_many_at_a_time_are_refused_in_a_sentence(house, everything_is_large):
    client = browser(house.users["dana"])
    for _ in range(4):
        answer = client.post("/reports/exports/leads/later/", follow=True)
    assert "3 exports are being written for you already." in answer.content.decode()
    assert ExportRun.objects.count() == 3


@pytest.mark.parametrize("who", ["dana", "olga"])
def test_the_page_costs_the_same_with_many_exports(house, who):
    client = browser(house.users[who])

    def queries(count: int) -> int:
        while ExportRun.objects.count() < count:
            ExportRun.objects.create(sheet="leads", by=house.users["dana"], rights="x", state="ready", due_at=now())
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/reports/exports/").status_code == 200
        return len(asked)

    queries(1)
    assert queries(2) == queries(20)


def test_what_the_list_offers_is_what_is_sent(house):
    assert body(browser(house.users["dana"]), "leads", team="inside").count(b"\r\n") == 3
