"""Which working time a step of an SLA is counted in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from routing.engine.calendars import Calendar
from routing.engine.clocks import CLOCKS, Clock, counting, own_hours
from routing.engine.people import Rep, people_from
from routing.engine.working_time import Schedule, add, is_open

from .small_plan import document, office, rep, team

CHICAGO = ZoneInfo("America/Chicago")
TEAM = Calendar.from_document("office", office())
EARLY = Calendar.from_document("early", office("Europe/Berlin"))
FRIDAY = datetime(2026, 1, 9, 16, 30, tzinfo=CHICAGO).astimezone(UTC)
HOUR = timedelta(hours=1)
LAURA = Rep("laura", calendar=EARLY, time_off=((datetime(2026, 1, 12, tzinfo=UTC), datetime(2026, 1, 13, tzinfo=UTC)),))
NEW_HERE = Rep("emma", time_off=((FRIDAY, FRIDAY + 2 * HOUR),))


@pytest.mark.parametrize(
    ("clock", "of_team", "owner", "due"),
    [
        ("always", TEAM, LAURA, "2026-01-09T23:30"),
        ("team", TEAM, LAURA, "2026-01-12T15:30"),  # Monday half past nine in Chicago
        ("team", None, LAURA, "2026-01-09T23:30"),
        ("team", TEAM, None, "2026-01-12T15:30"),
        ("owner", TEAM, LAURA, "2026-01-13T09:00"),  # Tuesday ten o'clock in Berlin: she has Monday off
        ("owner", None, LAURA, "2026-01-13T09:00"),
        ("owner", TEAM, NEW_HERE, "2026-01-10T01:30"),  # no calendar of her own, two hours off
        ("owner", TEAM, None, "2026-01-12T15:30"),
        ("owner", None, None, "2026-01-09T23:30"),
        ("always", None, None, "2026-01-09T23:30"),
    ],
)
def test_an_hour_is_counted_by_the_clock_of_the_policy(
    clock: Clock, of_team: Calendar | None, owner: Rep | None, due: str
) -> None:
    hours = counting(clock, team=of_team, owner=owner)
    assert add(hours, FRIDAY, HOUR) == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_an_unknown_clock_is_refused() -> None:
    with pytest.raises(ValueError, match="'teams' is no clock: one of always, team, owner"):
        counting("teams", team=TEAM, owner=LAURA)  # type: ignore[arg-type]
    assert get_args(Clock) == CLOCKS


def test_the_people_of_the_file_bring_their_clocks() -> None:
    people = people_from(
        document(
            calendars={"office": office()},
            reps={"laura": rep(calendar="office", time_off=[{"from": "2026-01-12", "to": "2026-01-13"}])},
            teams={"inside": team(["laura"], calendar="office"), "outside": team(["laura"])},
        )
    )
    monday = datetime(2026, 1, 12, 12, tzinfo=CHICAGO)
    laura = people.reps["laura"]
    assert is_open(counting("team", team=people.teams["inside"].calendar, owner=laura), monday)
    assert not is_open(counting("owner", team=people.teams["inside"].calendar, owner=laura), monday)
    assert people.teams["inside"].calendar is people.calendars["office"]
    assert people.teams["outside"].calendar is None
    assert own_hours(laura) == Schedule(people.calendars["office"], laura.time_off)
