"""My queue: who is first."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from reps import work
from reps.desk import Desk
from tests.cast import MONDAY_MORNING, lead_of

LATER = MONDAY_MORNING + timedelta(hours=1)


def names(people):
    return [lead.first_name for lead in Desk(user=people.laura.user, rep=people.laura, at=LATER).queue()]


def hers(people, name, minutes=0, **fields):
    return lead_of(people.laura, first_name=name, assigned_at=MONDAY_MORNING + timedelta(minutes=minutes), **fields)


def test_unanswered_leads_come_first_by_time_left_then_band(people):
    hers(people, "third", 2, band="hot")
    hers(people, "second", 1, band="cold")
    hers(people, "first", 1, band="hot")
    assert names(people) == ["first", "second", "third"]


def test_an_import_waits_behind_live_leads(people):
    hers(people, "imported", 0, urgent=False, timed=False)
    hers(people, "live", 5)
    assert names(people) == ["live", "imported"]


def test_leads_in_hand_follow_and_the_longest_quiet_is_first(people):
    for name, minutes in (("quiet", 10), ("just called", 50)):
        found = hers(people, name)
        work.log(
            lead_id=found.pk,
            kind="call",
            at=MONDAY_MORNING + timedelta(minutes=minutes),
            rep=people.laura,
            by=people.laura.user,
        )
    hers(people, "unanswered", 30)
    assert names(people) == ["unanswered", "quiet", "just called"]


def test_closed_leads_and_leads_of_others_are_not_in_it(people):
    lead_of(people.daniel, first_name="Daniels")
    work.lose(lead_id=hers(people, "lost").pk, at=LATER, reason="not now")
    hers(people, "open")
    assert names(people) == ["open"]


def test_an_empty_queue_says_what_will_appear(people, desk_of):
    assert b"appears here by itself" in desk_of(people.laura).get("/").content


def test_the_clock_shows_words_and_the_moment_it_ends(people, desk_of):
    found = lead_of(people.laura, first_name="Priya", assigned_at=now() - timedelta(minutes=1))
    page = desk_of(people.laura).get("/").content.decode()
    assert f'data-due="{(found.assigned_at + timedelta(minutes=5)).isoformat()}"' in page
    assert "to respond" in page


def test_times_are_in_the_viewers_zone(people, desk_of):
    people.laura.user.timezone = "America/Chicago"
    people.laura.user.save()
    lead_of(people.laura, first_name="Priya")
    assert b'title="Mon 5 Jan 2026, 09:00:00 CST"' in desk_of(people.laura).get("/").content


def test_a_poll_is_silent_until_something_moves(people, desk_of):
    hers(people, "Priya")
    browser, poll = desk_of(people.laura), {"HX-Request": "true"}
    seen = browser.get("/").context["digest"]
    assert browser.get("/", {"seen": seen}, headers=poll).status_code == 204
    hers(people, "Jonas")
    answer = browser.get("/", {"seen": seen}, headers=poll)
    assert answer.status_code == 200
    assert b"Jonas" in answer.content
    assert b"<html" not in answer.content


@pytest.mark.parametrize(("path", "words"), [("/", b"51 to 51 of 51"), ("/?page=9", b"51 to 51 of 51")])
def test_a_long_queue_is_paged(people, desk_of, path, words):
    for number in range(51):
        hers(people, f"lead {number}")
    browser = desk_of(people.laura)
    assert b"1 to 50 of 51" in browser.get("/").content
    assert words in browser.get("/?page=2" if path == "/" else path).content
