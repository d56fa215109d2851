"""How long a lead waited in working time, by the hours of whoever touched it: stored at the touch."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from routing import assignment
from routing.models import Assignment, Calendar, Lead, TimeOff
from routing.people_changes import recorded
from routing.roster import directory
from tests.cast import cast, lead, lead_of

FRIDAY = datetime(2026, 1, 9, 16, 0, tzinfo=UTC)
MONDAY = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
HOUR = 3600


@pytest.fixture
def people(db):
    made = cast()
    with recorded(at=FRIDAY):
        nine_to_five = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
        made.laura.calendar = Calendar.objects.create(slug="office", timezone="UTC", hours=nine_to_five)
        made.laura.save()
        made.outside.calendar = made.laura.calendar
        made.outside.save()
    return made


def waits(of: Lead) -> tuple[int | None, int | None]:
    """What is stored on the lead, and on its present assignment."""
    line = Assignment.objects.filter(lead=of, ended_at=None).first()
    return Lead.objects.get(pk=of.pk).working_wait, line.working_wait if line else None


def test_the_lead_counts_from_capture_and_the_assignment_from_when_it_was_theirs(people):
    hers = lead_of(people.laura, captured_at=FRIDAY, assigned_at=FRIDAY + timedelta(minutes=30))
    assignment.touch(lead_id=hers.pk, at=MONDAY + timedelta(minutes=10), rep=people.laura)
    assert waits(hers) == (HOUR + 600, HOUR // 2 + 600)


def test_only_the_first_touch_counts(people):
    hers = lead_of(people.laura, captured_at=FRIDAY, assigned_at=FRIDAY)
    assignment.touch(lead_id=hers.pk, at=FRIDAY + timedelta(minutes=5), rep=people.laura)
    assignment.touch(lead_id=hers.pk, at=MONDAY, rep=people.laura)
    assert waits(hers) == (300, 300)


def test_time_off_is_no_working_time(people):
    with recorded(at=FRIDAY):
        TimeOff.objects.create(rep=people.laura, starts_local="2026-01-09T16:30", ends_local="2026-01-12T12:00")
    hers = lead_of(people.laura, captured_at=FRIDAY, assigned_at=FRIDAY)
    assignment.touch(lead_id=hers.pk, at=MONDAY + timedelta(hours=4), rep=people.laura)
    assert waits(hers) == (HOUR + HOUR // 2, HOUR + HOUR // 2)


def test_a_touch_in_the_evening_of_what_came_in_the_evening_took_no_working_time(people):
    at = FRIDAY + timedelta(hours=3)
    hers = lead_of(people.laura, captured_at=at, assigned_at=at)
    assignment.touch(lead_id=hers.pk, at=at + timedelta(minutes=20), rep=people.laura)
    assert waits(hers) == (0, 0)


def test_without_a_calendar_it_is_what_passed(people):
    hers = lead_of(people.emma, captured_at=FRIDAY, assigned_at=FRIDAY)
    assignment.touch(lead_id=hers.pk, at=MONDAY, rep=people.emma)
    assert waits(hers) == ((MONDAY - FRIDAY).total_seconds(), (MONDAY - FRIDAY).total_seconds())


def test_by_hours_that_never_open_nothing_can_be_counted(people):
    with recorded(at=FRIDAY):
        TimeOff.objects.create(rep=people.daniel, starts_local="2020-01-01", ends_local="2090-01-01")
    his = lead_of(people.daniel, captured_at=FRIDAY, assigned_at=FRIDAY)
    assignment.touch(lead_id=his.pk, at=MONDAY, rep=people.daniel)
    assert waits(his) == (None, None)
    assert Lead.objects.get(pk=his.pk).first_touch_at == MONDAY


def test_a_colleagues_touch_answers_the_capture_by_the_colleagues_hours_and_not_the_assignment(people):
    hers = lead_of(people.laura, captured_at=FRIDAY, assigned_at=FRIDAY)
    assignment.touch(lead_id=hers.pk, at=MONDAY, rep=people.emma)
    assert waits(hers) == ((MONDAY - FRIDAY).total_seconds(), None)
    assert Assignment.objects.get(lead=hers).first_touch_at is None
    assignment.touch(lead_id=hers.pk, at=MONDAY + timedelta(hours=1), rep=people.laura)
    assert waits(hers)[1] == 2 * HOUR, "her own part"


def test_where_nobody_has_it_its_teams_hours_count(people):
    nobodys = lead(team=people.outside, captured_at=FRIDAY)
    assignment.touch(lead_id=nobodys.pk, at=MONDAY)
    assert waits(nobodys) == (HOUR, None)


def test_a_touch_told_of_before_the_capture_waited_for_nothing(people):
    hers = lead_of(people.laura, captured_at=MONDAY, assigned_at=MONDAY)
    assignment.touch(lead_id=hers.pk, at=FRIDAY, rep=people.laura)
    assert waits(hers) == (0, 0)


def test_a_lead_that_goes_on_counts_again_from_its_new_owner(people):
    hers = lead_of(people.laura, captured_at=FRIDAY, assigned_at=FRIDAY)
    assignment.touch(lead_id=hers.pk, at=FRIDAY + timedelta(minutes=10), rep=people.laura)
    assignment.hand_over(lead_id=hers.pk, rep=people.emma, by=people.dana, at=MONDAY)
    assignment.touch(lead_id=hers.pk, at=MONDAY + timedelta(minutes=2), rep=people.emma)
    assert waits(hers) == (600, 120)


def test_a_touch_measures_with_one_query_more_and_a_later_one_with_fewer(people):
    hers = lead_of(people.laura, captured_at=FRIDAY, assigned_at=FRIDAY)
    directory()

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assignment.touch(lead_id=hers.pk, at=MONDAY, rep=people.laura)
        return len([one for one in captured if "SAVEPOINT" not in one["sql"]])

    assert queries() == 6, "lead, assignment, whether the people changed, both rows, the clock"
    assert queries() == 3
