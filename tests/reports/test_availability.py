"""Hours available against a loop over every quarter of an hour, and the leads got in them."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from routing.models import Assignment, Calendar, PeopleChange, Rep, TimeOff
from tests.cast import cast, lead_of, person, rep
from tests.reports.conftest import table
from tests.reports.past import NOW

QUARTER = timedelta(minutes=15)
SINCE = datetime(2026, 4, 21, 5, tzinfo=UTC)
"""When the last thirty days began in Chicago."""
OFFICE = {day: [["09:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
NIGHTS = {"fri": [["22:00", "06:00"]], "sat": [["22:00", "06:00"]]}
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def is_open(hours: dict[str, list[list[str]]] | None, zone: ZoneInfo, closed: list[str], at: datetime) -> bool:
    """Whether a wall clock stands within a span of its day, or within one of the night before."""
    if hours is None:
        return True
    local = at.astimezone(zone)
    minute = local.hour * 60 + local.minute
    for day, shift in ((local.date(), 0), (local.date() - timedelta(days=1), 1440)):
        if day.isoformat() in closed:
            continue
        for first, last in hours.get(DAYS[day.weekday()], []):
            end = minutes(last) + (1440 if minutes(last) <= minutes(first) else 0)
            if minutes(first) <= minute + shift < end:
                return True
    return False


@pytest.fixture
def office(db: None) -> SimpleNamespace:
    """Laura is in the office and was away, paused and switched off; Daniel has no calendar; Emma works at night, came
    in May and was out of business for some days; Omar changed from nights to the office, whose hours changed too."""
    people = cast()
    people.root = person("root", is_superuser=True)
    chicago = Calendar.objects.create(slug="office", timezone="America/Chicago", hours=OFFICE, closed=["2026-05-01"])
    berlin = Calendar.objects.create(slug="nights", timezone="Europe/Berlin", hours=NIGHTS)
    Rep.objects.filter(pk__in=[people.laura.pk, people.omar.pk]).update(calendar=chicago)
    Rep.objects.filter(pk=people.emma.pk).update(calendar=berlin)

    def logged(kind: str, who: Rep | None, day: float, before: Any, after: Any) -> None:
        PeopleChange.objects.create(kind=kind, rep=who, at=SINCE + timedelta(days=day), before=before, after=after)

    on = {"accepting": True, "paused_until": None}
    until = (SINCE + timedelta(days=7, hours=15)).isoformat()
    logged("switch", people.laura, 7.5, on, {"accepting": False, "paused_until": until})
    logged("switch", people.laura, 20.5, {"accepting": False, "paused_until": until},
           {"accepting": False, "paused_until": None})  # fmt: skip
    logged("switch", people.laura, 25.25, {"accepting": False, "paused_until": None}, on)
    logged("switch", people.daniel, 28.5, on, {"accepting": False, "paused_until": None})
    Rep.objects.filter(pk=people.daniel.pk).update(accepting=False)
    logged("rep", people.emma, 10.25, None, {"active": True, "calendar": "nights"})
    logged("active", people.emma, 18, True, False)
    logged("active", people.emma, 25, False, True)
    logged("calendar", people.omar, 12.5, "nights", "office")
    document = {"calendar": "office", "timezone": "America/Chicago", "holidays": None, "closed": ["2026-05-01"]}
    short = {day: [["09:00", "12:00"]] for day in OFFICE}
    logged("hours", None, 15.25, document | {"hours": short}, document | {"hours": OFFICE})
    for starts, ends in (("2026-05-11T00:00:00", "2026-05-13T00:00:00"), ("2026-05-12T09:00:00", "2026-05-12T12:00:00"),
                         ("2026-05-15T13:15:00", "2026-05-16T00:00:00"), ("2026-04-01T00:00:00", "2026-04-22T00:00:00"),
                         ("2026-05-20T00:00:00", "2026-06-20T00:00:00")):  # fmt: skip
        TimeOff.objects.create(rep=people.laura, starts_local=starts, ends_local=ends)
    return people


def expected(office: SimpleNamespace) -> dict[str, dict[str, float]]:
    """Hours by rep, counted quarter by quarter: first whether they worked, then what kept them from leads."""
    chicago, berlin = ZoneInfo("America/Chicago"), ZoneInfo("Europe/Berlin")
    away = [(time.starts_local, time.ends_local) for time in TimeOff.objects.all()]
    found: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    at = SINCE
    while at < NOW:
        day = (at - SINCE) / timedelta(days=1)
        in_office = is_open(OFFICE if day >= 15.25 else {d: [["09:00", "12:00"]] for d in OFFICE}, chicago,
                            ["2026-05-01"], at)  # fmt: skip
        at_night = is_open(NIGHTS, berlin, [], at)
        local = at.astimezone(chicago).replace(tzinfo=None).isoformat()
        off = {
            "laura": 7.5 <= day < 7.5 + 3 / 24 or 20.5 <= day < 25.25,
            "daniel": day >= 28.5,
        }
        works = {
            "laura": in_office,
            "daniel": True,
            "emma": at_night and day >= 10.25 and not 18 <= day < 25,
            "omar": in_office if day >= 12.5 else at_night,
        }
        for name, working in works.items():
            if working:
                found[name]["working"] += 0.25
                if name == "laura" and any(first <= local < last for first, last in away):
                    found[name]["time_off"] += 0.25
                elif off.get(name):
                    found[name]["switched_off"] += 0.25
                else:
                    found[name]["available"] += 0.25
        at += QUARTER
    return found


KEYS = ("working", "time_off", "switched_off", "available")


def test_hours_are_what_a_loop_over_quarters_counts(office: SimpleNamespace) -> None:
    counted = expected(office)
    assert counted["laura"]["time_off"] and counted["laura"]["switched_off"] and counted["emma"]["working"]
    told = table("availability", office.root, group="rep", period="last-30-days")
    assert {row.key for row in told.rows} == {"laura", "daniel", "emma", "omar"}
    for row in told.rows:
        assert {key: row.values[key] / 3600 for key in KEYS} == {key: counted[row.key][key] for key in KEYS}, row.key
    assert told.total is not None
    for key in KEYS:
        assert told.total.values[key] / 3600 == sum(hours[key] for hours in counted.values())
    assert told.notes == ("Without a calendar, so counted as open around the clock: Daniel Weiss.",)


def test_leads_are_those_got_in_the_period_by_available_hour(office: SimpleNamespace) -> None:
    mia = rep("mia", "Mia Costa")
    for team, count in ((office.inside, 2), (office.outside, 1)):
        team.memberships.create(rep=mia, position=9)
        for number in range(count):
            lead_of(mia, team=team, assigned_at=NOW - timedelta(days=number + 1))
    lead_of(mia, team=office.inside, assigned_at=NOW - timedelta(days=31))
    gone = lead_of(mia, team=office.inside, assigned_at=NOW - timedelta(days=1))
    Assignment.objects.filter(lead=gone).update(ended_at=NOW, ended_because="withdrawn")
    by_rep = {row.key: row.values for row in table("availability", office.root, period="last-30-days").rows}
    assert by_rep["mia"]["leads"] == 3 and by_rep["laura"]["leads"] == 0
    assert by_rep["mia"]["leads_per_hour"] == pytest.approx(3 / (by_rep["mia"]["available"] / 3600))
    told = table("availability", office.root, group="team", period="last-30-days")
    by_team = {row.key: row.values for row in told.rows}
    assert (by_team["inside"]["leads"], by_team["outside"]["leads"], told.total.values["leads"]) == (2, 1, 3)
    inside = ("laura", "daniel", "emma", "mia")
    assert by_team["inside"]["available"] == pytest.approx(sum(by_rep[name]["available"] for name in inside))
    assert told.total.values["working"] == pytest.approx(sum(values["working"] for values in by_rep.values()))


def test_the_period_ends_now_and_all_time_begins_with_the_first_lead(office: SimpleNamespace) -> None:
    def daniels(**asked: str) -> float:
        rows = {row.key: row.values for row in table("availability", office.root, **asked).rows}
        return float(rows["daniel"]["working"] / 3600)

    assert daniels(period="today") == 10
    assert daniels(period="between", since="2026-05-21", until="2026-05-30") == daniels(period="all-time") == 0
    lead_of(office.laura, team=office.inside, assigned_at=NOW - timedelta(hours=5))
    assert daniels(period="all-time") == 5


def test_who_left_before_the_period_is_not_told_of(office: SimpleNamespace) -> None:
    Rep.objects.filter(pk=office.omar.pk).update(active=False)
    assert "omar" not in {row.key for row in table("availability", office.root, period="last-30-days").rows}


def test_a_rep_is_told_of_themselves_and_a_manager_of_their_teams(office: SimpleNamespace) -> None:
    assert {row.key for row in table("availability", office.dana, group="rep").rows} == {"laura", "daniel", "emma"}
    told = table("availability", office.laura.user, group="team", period="last-30-days")
    assert [row.key for row in told.rows] == ["inside"] and told.notes == ()
    assert told.rows[0].values["working"] / 3600 == expected(office)["laura"]["working"]
