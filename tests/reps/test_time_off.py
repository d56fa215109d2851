"""Reps book time off for themselves, and see when colleagues are away."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from routing.models import TimeOff
from tests.cast import rep

TODAY = now().date()


def day(ahead: int) -> str:
    return (TODAY + timedelta(days=ahead)).isoformat()


def away(who, first: int, last: int, **more) -> TimeOff:
    return TimeOff.objects.create(
        rep=who, starts_local=f"{day(first)}T00:00:00", ends_local=f"{day(last)}T00:00:00", **more
    )


@pytest.mark.parametrize(
    ("sent", "span"),
    [
        ({"kind": "days", "first": day(3), "last": day(5)}, (f"{day(3)}T00:00:00", f"{day(6)}T00:00:00")),
        ({"kind": "days", "first": day(3)}, (f"{day(3)}T00:00:00", f"{day(4)}T00:00:00")),
        ({"kind": "morning", "first": day(3)}, (f"{day(3)}T00:00:00", f"{day(3)}T12:00:00")),
        ({"kind": "afternoon", "first": day(3)}, (f"{day(3)}T12:00:00", f"{day(4)}T00:00:00")),
        (
            {"kind": "times", "first": day(3), "starts": "10:00", "ends": "11:30"},
            (f"{day(3)}T10:00:00", f"{day(3)}T11:30:00"),
        ),
    ],
    ids=["days", "a day", "morning", "afternoon", "times"],
)
def test_time_off_is_booked(people, desk_of, sent, span):
    answer = desk_of(people.laura).post("/availability/time-off/", {**sent, "cover": people.emma.pk, "note": "Skiing"})
    assert answer.headers["Location"] == "/availability/"
    booked = TimeOff.objects.get()
    assert (booked.starts_local, booked.ends_local) == span
    assert (booked.rep, booked.cover, booked.note, booked.booked_by) == (
        people.laura,
        people.emma,
        "Skiing",
        people.laura.user,
    )


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ({"kind": "days", "first": ""}, "This field is required"),
        ({"kind": "days", "first": day(3), "last": day(2)}, "end after it starts"),
        ({"kind": "times", "first": day(3), "starts": "10:00"}, "Say the time"),
        ({"kind": "days", "first": day(-9), "last": day(-8)}, "over already"),
        ({"kind": "days", "first": "9999-12-31"}, "no date to plan with"),
        ({"kind": "forever", "first": day(3)}, "Select a valid choice"),
    ],
    ids=["no date", "ends first", "no time", "over", "no such year", "no such kind"],
)
def test_what_is_wrong_is_said_and_nothing_is_booked(people, desk_of, sent, why):
    answer = desk_of(people.laura).post("/availability/time-off/", sent)
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert not TimeOff.objects.exists()


def test_nobody_of_another_team_covers(people, desk_of):
    browser = desk_of(people.laura)
    assert "Omar" not in browser.get("/availability/").content.decode()
    answer = browser.post("/availability/time-off/", {"kind": "days", "first": day(3), "cover": people.omar.pk})
    assert answer.status_code == 422
    assert not TimeOff.objects.exists()


def test_it_is_changed_and_cancelled(people, desk_of):
    booked, browser = away(people.laura, 3, 5), desk_of(people.laura)
    page = browser.get(f"/availability/time-off/{booked.pk}/").content.decode()
    assert f'value="{day(3)}"' in page
    assert f'value="{day(4)}"' in page
    browser.post(f"/availability/time-off/{booked.pk}/", {"kind": "afternoon", "first": day(3)})
    booked.refresh_from_db()
    assert booked.starts_local == f"{day(3)}T12:00:00"
    browser.post(f"/availability/time-off/{booked.pk}/", {"cancel": "yes"})
    assert not TimeOff.objects.exists()


def test_what_is_over_stays(people, desk_of):
    old, browser = away(people.laura, -9, -7), desk_of(people.laura)
    for sent in ({"cancel": "yes"}, {"kind": "days", "first": day(9)}):
        answer = browser.post(f"/availability/time-off/{old.pk}/", sent)
        assert answer.status_code == 422
        assert "Your manager can put it right" in answer.content.decode()
    assert TimeOff.objects.get().starts_local == old.starts_local


@pytest.mark.parametrize("sent", [{"cancel": "yes"}, {"kind": "days", "first": day(9)}], ids=["cancel", "change"])
def test_colleagues_absences_are_not_ones_own_to_change(people, desk_of, sent):
    hers = away(people.daniel, 3, 5)
    browser = desk_of(people.laura)
    assert browser.get(f"/availability/time-off/{hers.pk}/").status_code == 404
    assert browser.post(f"/availability/time-off/{hers.pk}/", sent).status_code == 404
    assert TimeOff.objects.get().starts_local == hers.starts_local


def test_colleagues_read_when_and_never_why(people, desk_of):
    away(people.daniel, 3, 5, note="Surgery", cover=people.laura)
    away(people.omar, 3, 5, note="Wedding")
    away(people.emma, -9, -7, note="Flu")
    away(people.emma, 300, 301, note="Sabbatical")
    page = desk_of(people.laura).get("/availability/").content.decode()
    colleagues = page[page.index("Colleagues away") :]
    assert "Daniel Weiss" in colleagues
    assert "covered by you" in colleagues
    assert "Emma" not in colleagues
    assert "Omar" not in page
    for why in ("Surgery", "Wedding", "Flu", "Sabbatical"):
        assert why not in page
    assert "You cover for" in page


def test_ones_own_note_is_there_for_oneself(people, desk_of):
    away(people.laura, 3, 5, note="Surgery")
    away(people.laura, -9, -8, note="Flu")
    page = desk_of(people.laura).get("/availability/").content.decode()
    assert "Surgery" in page
    assert "Flu" in page


def test_it_costs_the_same_however_many_are_away(people, desk_of):
    browser = desk_of(people.laura)

    def cost() -> int:
        browser.get("/availability/")
        with CaptureQueriesContext(connection) as queries:
            browser.get("/availability/")
        return len(queries)

    def more(count: int, start: int) -> None:
        for number in range(start, start + count):
            mate = rep(f"mate{number}", f"Mate {number}")
            people.inside.memberships.create(rep=mate, position=number + 10)
            away(mate, 3, 5, cover=people.laura)
            away(people.laura, 10 + 2 * number, 11 + 2 * number, cover=mate)
            away(people.laura, -9 - 2 * number, -8 - 2 * number)

    more(2, 0)
    few = cost()
    more(20, 2)
    assert cost() == few
    assert len(re.findall("Mate", browser.get("/availability/").content.decode())) > 20
