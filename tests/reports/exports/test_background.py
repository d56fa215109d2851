"""Large exports: written part by part, gone on with after a worker died, given out only whole, thrown away in time."""

import time
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils.timezone import now

from reports.exports import working
from reports.exports.asked import Asked
from reports.exports.requests import MOST_WAITING, TooMany, ask
from reports.models import ExportPart, ExportRun
from reps.models import Notification
from reps.notify.words import said_to, with_news
from routing import due
from routing.models import Lead, Team
from tests.cast import lead_of
from tests.reports.exports.reading import body, browser


@pytest.fixture(autouse=True)
def small_parts(monkeypatch):
    monkeypatch.setattr("reports.exports.sheets.AT_ONCE", 2)


@pytest.fixture
def olga(house):
    for _ in range(4):
        lead_of(house.laura, team=house.inside)
    return house.users["olga"]


def asked(by, sheet="leads", **told):
    return ask(sheet=sheet, by=by, asked=Asked(**told), bom=False, at=now())


def file_of(run):
    return b"".join(working.file_of(ExportRun.objects.get(pk=run.pk)))


def test_it_is_written_and_is_the_file_that_is_sent_at_once(olga):
    run = asked(olga)
    assert run.expected == 7
    working.work_all(now())
    run.refresh_from_db()
    assert (run.state, run.rows) == ("ready", 7)
    assert file_of(run) == body(browser(olga), "leads")
    assert run.size == len(file_of(run))
    assert ExportPart.objects.count() == 5  # the header, and seven rows by two


def test_it_is_due_work_of_the_long_lane(olga):
    run = asked(olga)
    assert due.due_since(due.LONG, now()) == run.asked_at
    due.do_all(due.LONG, now())
    run.refresh_from_db()
    assert run.state == "ready"
    assert due.due_since(due.LONG, now()) is None


def test_after_a_worker_died_it_goes_on_and_no_row_is_there_twice(olga):
    run = asked(olga)
    taken = working.take_due()
    half = working.parts(taken)
    next(half), next(half)
    half.close()
    assert working.take_due() is None, "whoever died is waited for a while"
    ExportRun.objects.update(due_at=now())
    lead_of(olga_rep := Lead.objects.first().owner, team=olga_rep.memberships.get().team)
    working.work_all(now())
    run.refresh_from_db()
    assert (run.state, run.rows) == ("ready", 8)
    assert file_of(run) == body(browser(olga), "leads")


def test_whoever_was_slow_writes_nothing_once_somebody_else_has_it(olga):
    asked(olga)
    slow = working.take_due()
    half = working.parts(slow)
    next(half)
    ExportRun.objects.update(due_at=now())
    other = working.take_due()
    with pytest.raises(working.Lost):
        next(half)
    working.write(other, until=time.monotonic() + 60)
    assert file_of(other) == body(browser(olga), "leads")


def test_half_a_file_is_never_given_out(olga):
    run = asked(olga)
    next(working.parts(working.take_due()))
    answer = browser(olga).get(f"/reports/exports/{run.pk}/file/")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/reports/exports/{run.pk}/")


def test_others_of_the_lane_have_their_turn(olga, monkeypatch):
    run = asked(olga)
    working.write(working.take_due(), until=0)
    run.refresh_from_db()
    assert (run.state, run.rows) == ("writing", 2)
    assert run.due_at <= now()


def test_its_person_is_told_when_it_is_there(olga):
    asked(olga)
    working.work_all(now())
    assert Notification.objects.get().user == olga
    (said,) = said_to(olga, list(with_news(Notification.objects.all())))
    assert (said.text, said.link) == ("The export you asked for is ready to be downloaded.", "/reports/exports/")
    assert said.text in browser(olga).get("/notifications/").content.decode()


def test_it_is_thrown_away_after_seven_days(olga):
    run = asked(olga)
    working.work_all(now())
    working.work_all(now() + timedelta(days=6, hours=23))
    assert ExportRun.objects.filter(pk=run.pk).exists()
    assert working.oldest(now() + timedelta(days=7, minutes=1)) is not None
    working.work_all(now() + timedelta(days=7, minutes=1))
    assert not ExportRun.objects.exists()
    assert not ExportPart.objects.exists()


def test_what_somebody_may_no_longer_see_is_neither_written_nor_given_out(house):
    dana = house.users["dana"]
    written, waiting = asked(dana), asked(dana, "activities")
    working.write(working.take_due(), until=time.monotonic() + 60)
    Team.objects.get(slug="inside").managers.remove(dana)
    Team.objects.get(slug="outside").managers.add(dana)
    working.work_all(now())
    waiting.refresh_from_db()
    assert (waiting.state, waiting.error[:25]) == ("failed", "What you may see has chan")
    answer = browser(dana).get(f"/reports/exports/{written.pk}/file/")
    assert answer.headers["Location"] == "/reports/exports/"


def test_a_file_that_would_be_too_large_is_given_up_in_a_sentence(olga, monkeypatch):
    monkeypatch.setattr(working, "LARGEST", 600)
    run = asked(olga)
    working.work_all(now())
    run.refresh_from_db()
    assert run.state == "failed"
    assert "Choose a shorter period." in browser(olga).get(f"/reports/exports/{run.pk}/").content.decode()
    assert not ExportPart.objects.exists()


@pytest.mark.parametrize(
    "words", ["database or disk is full", 'could not extend file "base/1": No space left on device']
)
def test_a_full_disk_is_told_in_a_sentence(olga, monkeypatch, words):
    def full(**_):
        raise OperationalError(words)

    monkeypatch.setattr(ExportPart.objects, "create", full)
    run = asked(olga)
    working.work_all(now())
    run.refresh_from_db()
    assert (run.state, "no room left" in run.error) == ("failed", True)


def test_a_database_that_is_away_is_waited_for(olga, monkeypatch):
    def away(**_):
        raise OperationalError("server closed the connection unexpectedly")

    run = asked(olga)
    with monkeypatch.context() as patched:
        patched.setattr(ExportPart.objects, "create", away)
        with pytest.raises(OperationalError):
            working.work_all(now())
    ExportRun.objects.update(due_at=now())
    working.work_all(now())
    run.refresh_from_db()
    assert run.state == "ready"


def test_what_fails_is_tried_again_and_then_given_up(olga, monkeypatch):
    def broken(**_):
        raise ValueError("a mistake of ours")

    monkeypatch.setattr(ExportPart.objects, "create", broken)
    run = asked(olga)
    for _ in range(working.MOST_TRIES):
        run.refresh_from_db()
        assert run.state == "writing"
        ExportRun.objects.update(due_at=now())
        working.work_all(now())
    run.refresh_from_db()
    assert run.state == "failed"


def test_nobody_has_more_than_some_written_at_a_time(olga, house):
    for _ in range(MOST_WAITING):
        asked(olga)
    with pytest.raises(TooMany):
        asked(olga)
    asked(house.users["laura"])
