"""Time off is booked, changed and cancelled; each is logged, and wakes whoever waits."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from routing.absences import CannotBook, Span, away_at, book, cancel, change
from routing.models import Calendar, PeopleChange, Rep, Revision, TimeOff
from routing.plan.load import load_file
from routing.plan.people import people_document
from tests.cast import cast

pytestmark = pytest.mark.django_db

AT = datetime(2026, 1, 5, 15, tzinfo=UTC)  # Monday, nine in the morning in Chicago
WEEK = Span("2026-01-12T00:00:00", "2026-01-17T00:00:00")


@pytest.fixture
def people() -> SimpleNamespace:
    made = cast()
    made.laura.calendar = Calendar.objects.create(
        slug="chicago",
        timezone="America/Chicago",
        hours={day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    )
    made.laura.save()
    return made


def revision() -> int:
    return Revision.objects.get().people


def test_an_absence_is_booked_with_who_covers_and_logged(people):
    before = revision()
    booked = book(rep=people.laura, span=WEEK, at=AT, by=people.dana, cover=people.daniel, note="Skiing")
    assert (booked.cover, booked.booked_by, booked.created_at) == (people.daniel, people.dana, AT)
    assert revision() > before
    logged = {change.kind: change for change in PeopleChange.objects.all()}
    assert (logged["time_off"].rep, logged["time_off"].by, logged["time_off"].at) == (people.laura, people.dana, AT)
    assert (logged["time_off"].before, logged["time_off"].after) == ([], [{"from": WEEK.starts, "to": WEEK.ends}])
    assert logged["cover"].after == {"from": WEEK.starts, "to": WEEK.ends, "cover": "daniel"}
    assert not PeopleChange.objects.filter(after__icontains="Skiing").exists(), "why is nobody else's to know"


def test_a_change_and_a_cancellation_are_logged_and_wake_too(people):
    booked = book(rep=people.laura, span=WEEK, at=AT, by=None)
    before = revision()
    longer = Span(WEEK.starts, "2026-01-20T00:00:00")
    change(absence_id=booked.pk, rep=people.laura, span=longer, at=AT, by=None)
    assert revision() > before
    before = revision()
    assert cancel(absence_id=booked.pk, rep=people.laura, at=AT, by=None) is None
    assert revision() > before
    assert not TimeOff.objects.exists()
    assert [
        (len(one.before), len(one.after)) for one in PeopleChange.objects.filter(kind="time_off").order_by("pk")
    ] == [
        (0, 1),
        (1, 1),
        (1, 0),
    ]


def test_what_runs_ends_now_on_the_reps_own_clock(people):
    book(rep=people.laura, span=Span("2026-01-05T00:00:00", "2026-01-07T00:00:00"), at=AT, by=None)
    ended = cancel(absence_id=TimeOff.objects.get().pk, rep=people.laura, at=AT, by=None)
    assert ended is not None
    assert TimeOff.objects.get().ends_local == "2026-01-05T09:00:00"


@pytest.mark.parametrize(
    ("span", "why"),
    [
        (Span("2026-01-16T12:00:00", "2026-01-18T00:00:00"), "overlaps time off that is booked already: Mon 12 Jan"),
        (Span("2026-01-02T00:00:00", "2026-01-03T00:00:00"), "is over already"),
        (Span("2026-01-20T00:00:00", "2026-01-20T00:00:00"), "end after it starts"),
        (Span("2026-01-20T00:00:00", "2036-01-20T00:00:00"), "longer than three years"),
    ],
    ids=["overlaps", "is over", "has no length", "too long"],
)
def test_what_makes_no_sense_is_refused(people, span, why):
    book(rep=people.laura, span=WEEK, at=AT, by=None)
    with pytest.raises(CannotBook, match=why):
        book(rep=people.laura, span=span, at=AT, by=None)
    assert TimeOff.objects.count() == 1


def test_absences_that_touch_do_not_overlap(people):
    book(rep=people.laura, span=WEEK, at=AT, by=None)
    book(rep=people.laura, span=Span(WEEK.ends, "2026-01-18T00:00:00"), at=AT, by=None)
    assert TimeOff.objects.count() == 2


@pytest.mark.parametrize("who", ["laura", "omar", "emma"], ids=["themselves", "of another team", "inactive"])
def test_only_an_active_colleague_covers(people, who):
    Rep.objects.filter(username="emma").update(active=False)
    with pytest.raises(CannotBook, match="active colleague"):
        book(rep=people.laura, span=WEEK, at=AT, by=None, cover=getattr(people, who))


def test_a_rep_leaves_the_past_as_it_was_and_a_manager_puts_it_right(people):
    old = TimeOff.objects.create(rep=people.laura, starts_local="2026-01-02T00:00:00", ends_local="2026-01-03T00:00:00")
    running = TimeOff.objects.create(
        rep=people.laura, starts_local="2026-01-05T00:00:00", ends_local="2026-01-06T00:00:00"
    )
    tries = (
        lambda more: change(absence_id=old.pk, rep=people.laura, span=WEEK, at=AT, by=None, **more),
        lambda more: cancel(absence_id=old.pk, rep=people.laura, at=AT, by=None, **more),
    )
    for attempt in tries:
        with pytest.raises(CannotBook, match="is over"):
            attempt({})
    earlier = Span("2026-01-04T00:00:00", running.ends_local)
    with pytest.raises(CannotBook, match="has begun"):
        change(absence_id=running.pk, rep=people.laura, span=earlier, at=AT, by=None)
    for attempt in tries:
        attempt({"past_too": True})
    assert list(TimeOff.objects.all()) == [running]


def test_nobody_changes_anothers_absence(people):
    booked = book(rep=people.laura, span=WEEK, at=AT, by=None)
    for attempt in (change, cancel):
        more = {"span": Span("2026-02-01T00:00:00", "2026-02-02T00:00:00")} if attempt is change else {}
        with pytest.raises(CannotBook, match="not there any more"):
            attempt(absence_id=booked.pk, rep=people.daniel, at=AT, by=None, **more)
    assert TimeOff.objects.get().starts_local == WEEK.starts


def test_who_is_away_now_is_told_by_their_own_clocks(people):
    tonight = Span("2026-01-05T09:00:00", "2026-01-06T00:00:00")
    hers = book(rep=people.laura, span=tonight, at=AT, by=None, cover=people.daniel)
    book(rep=people.daniel, span=Span("2026-01-05T16:00:00", "2026-01-06T00:00:00"), at=AT, by=None)  # UTC
    ids = [people.laura.pk, people.daniel.pk]
    assert away_at(AT, ids) == {people.laura.pk: hers}
    assert away_at(AT.replace(hour=14), ids) == {}


WAYS = {
    "updated at once": lambda absence: TimeOff.objects.filter(pk=absence.pk).update(ends_local="2026-01-13T00:00:00"),
    "updated in bulk": lambda absence: TimeOff.objects.bulk_update([absence], ["note"]),
    "made in bulk": lambda absence: TimeOff.objects.bulk_create(
        [TimeOff(rep=absence.rep, starts_local="2026-03-01T00:00:00", ends_local="2026-03-02T00:00:00")]
    ),
    "deleted at once": lambda absence: TimeOff.objects.filter(pk=absence.pk).delete(),
    "deleted": lambda absence: absence.delete(),
    "saved": lambda absence: absence.save(),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.django_db(transaction=True)
def test_however_absences_are_written_people_have_changed(people, way):
    booked = book(rep=people.laura, span=WEEK, at=AT, by=None)
    before = revision()
    way(booked)
    assert revision() > before


def test_the_file_neither_holds_covers_nor_changes_what_is_booked(people):
    book(rep=people.laura, span=WEEK, at=AT, by=people.dana, cover=people.daniel, note="Skiing")
    document = people_document()
    assert document["reps"]["laura"]["time_off"] == [{"from": WEEK.starts, "to": WEEK.ends}]
    load_file("plan: 1\nreps: {laura: {name: Laura O., time_off: []}}\n", at=AT)
    kept = TimeOff.objects.get()
    assert (kept.cover, kept.note, kept.booked_by) == (people.daniel, "Skiing", people.dana)
