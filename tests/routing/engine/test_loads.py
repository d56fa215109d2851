"""How full a rep is, and that what is kept about who can take a lead is never stale."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from routing.engine.loads import Load
from routing.engine.periods import UNITS, period_keys
from routing.engine.roster import Roster

from .small_plan import DAYS, Desk, document, hours, rule, team, when

ZONE = ZoneInfo("America/Chicago")
CAPS = st.dictionaries(st.sampled_from(["open", *UNITS]), st.integers(0, 4), max_size=3)


@settings(max_examples=100, deadline=None)
@given(
    caps=CAPS,
    steps=st.lists(st.sampled_from([0, 60, 1800, 3600, 86_400, 604_800]), min_size=1, max_size=25),
    start=st.sampled_from(["2026-11-01T04:00", "2026-01-31T12:00", "2026-03-08T05:30"]),
)
def test_a_load_counts_what_a_list_of_leads_would(caps: dict[str, int], steps: list[int], start: str) -> None:
    at, load, got = datetime.fromisoformat(start).replace(tzinfo=UTC), Load(), []
    for step in steps:
        at += timedelta(seconds=step)
        keys = period_keys(at, ZONE)
        counted = Counter(key for lead_keys in got for key in zip(UNITS, lead_keys, strict=True))
        counts = {"open": len(got)} | {unit: counted[unit, key] for unit, key in zip(UNITS, keys, strict=True)}
        assert load.full(caps, keys) is any(counts[unit] >= cap for unit, cap in caps.items())
        load = Load(load.open, load.keys, load.counts)  # as it comes back from where it was stored
        load.take(keys)
        got.append(keys)


SHIFT = st.sampled_from([[], [["09:00", "17:00"]], [["22:00", "06:00"]], [["00:00", "24:00"]], [["01:30", "02:15"]]])
REP = st.fixed_dictionaries(
    {
        "calendar": st.sampled_from([None, "one", "two"]),
        "caps": CAPS,
        "accepting": st.sampled_from([True, True, True, False]),
        "time_off": st.sampled_from(
            [
                [],
                [{"from": "2026-10-31T12:00:00", "to": "2026-11-01T01:30:00"}],
                [{"from": "2026-11-01T00:00:00", "to": "2026-11-03T00:00:00"}],
            ]
        ),
    }
)


@settings(max_examples=80, deadline=None)
@given(
    reps=st.tuples(REP, REP, REP, REP),
    member_caps=st.tuples(CAPS, CAPS, CAPS),
    weeks=st.tuples(st.lists(SHIFT, min_size=7, max_size=7), st.lists(SHIFT, min_size=7, max_size=7)),
    steps=st.lists(
        st.tuples(st.sampled_from([0, 1, 60, 899, 901, 3600, 20_000, 90_000]), st.booleans()), min_size=1, max_size=40
    ),
)
def test_an_answer_that_was_kept_is_the_one_that_would_be_found_anew(
    reps: tuple[dict[str, Any], ...],
    member_caps: tuple[dict[str, int], ...],
    weeks: tuple[list[Any], ...],
    steps: list[tuple[int, bool]],
) -> None:
    zones = ("America/Chicago", "Australia/Lord_Howe")
    calendars = {
        slug: {"timezone": zone, "hours": hours(**dict(zip(DAYS, week, strict=True))), "holidays": None, "closed": []}
        for slug, zone, week in zip(("one", "two"), zones, weeks, strict=True)
    }
    names = ("laura", "daniel", "emma", "omar")
    plan = document(
        calendars=calendars,
        reps=dict(zip(names, reps, strict=True)),
        inside={name: {"caps": caps} for name, caps in zip(names, member_caps, strict=False)},
        teams={"second": team(["emma", "laura"])},
        rules=[
            rule(
                "second",
                "second",
                order="least_loaded",
                when=when("industry", "is_set"),
                when_nobody={"team": "outside"},
            ),
            rule("shift", requires={"on_shift": True}, when_nobody="anyone"),
        ],
    )
    desk = Desk(plan)
    at = datetime(2026, 10, 31, 20, 0, tzinfo=UTC)
    for seconds, second in steps:
        at += timedelta(seconds=seconds)
        values = {"industry": "x"} if second else {}
        roster = desk.roster
        anew = Desk(
            plan,
            roster=Roster(roster.people, loads=roster.loads, team_loads=roster.team_loads, ledgers=roster.ledgers),
        ).decide(at=at, **values)  # type: ignore[arg-type]
        kept = desk.route(at=at, **values)  # type: ignore[arg-type]
        assert [eligibles.reasons for step in kept.steps for eligibles in step.eligibles] == [
            eligibles.reasons for step in anew.steps for eligibles in step.eligibles
        ]
        assert (kept.rep, kept.reason) == (anew.rep, anew.reason)
