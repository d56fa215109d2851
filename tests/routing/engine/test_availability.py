"""From the log of changes to the times in which somebody was switched off."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.engine.availability import Changed, inactive, length, over, switched_off

SINCE = datetime(2026, 1, 5, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=1)


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-01-05T{clock}:00+00:00")


def on() -> dict:
    return {"accepting": True, "paused_until": None}


def off(until: str | None = None) -> dict:
    return {"accepting": False, "paused_until": at(until).isoformat() if until else None}


@pytest.mark.parametrize(
    ("changes", "present", "hours"),
    [
        ([], on(), []),
        ([], off(), [("00:00", "24:00")]),
        ([("09:00", on(), off()), ("11:00", off(), on())], on(), [("09:00", "11:00")]),
        ([("09:00", off(), on())], on(), [("00:00", "09:00")]),
        ([("09:00", on(), off())], off(), [("09:00", "24:00")]),
        ([("09:00", on(), off("09:30"))], off("09:30"), [("09:00", "09:30")]),
        ([("09:00", on(), off("09:30")), ("09:30", off("09:30"), on())], on(), [("09:00", "09:30")]),
        ([("09:00", on(), off("10:00")), ("09:20", off("10:00"), on())], on(), [("09:00", "09:20")]),
        (
            [("09:00", on(), off("09:30")), ("12:00", off("09:30"), off())],
            off(),
            [("09:00", "09:30"), ("12:00", "24:00")],
        ),
        ([("09:00", on(), off("09:30")), ("09:10", off("09:30"), off("10:10"))], off("10:10"), [("09:00", "10:10")]),
        ([("09:00", None, off()), ("10:00", off(), on())], on(), [("09:00", "10:00")]),
    ],
    ids=[
        "on all day",
        "off all day",
        "off for two hours",
        "off before the log began",
        "off to this day",
        "a pause ends by itself",
        "a pause that was ended when it was over",
        "a pause cut short",
        "off again long after a pause",
        "a pause made longer",
        "somebody who came",
    ],
)
def test_when_a_switch_was_off(changes, present, hours) -> None:
    log = [Changed(at(clock), before, after) for clock, before, after in changes]
    wanted = [(at(first), UNTIL if last == "24:00" else at(last)) for first, last in hours]
    assert switched_off(log, present, since=SINCE, until=UNTIL) == wanted


def test_only_what_falls_into_the_period_counts() -> None:
    log = [Changed(SINCE - timedelta(days=2), on(), off()), Changed(UNTIL + timedelta(hours=1), off(), on())]
    assert switched_off(log, on(), since=SINCE, until=UNTIL) == [(SINCE, UNTIL)]
    assert switched_off(log, on(), since=UNTIL, until=UNTIL) == []


def test_when_somebody_was_not_active() -> None:
    log = [Changed(at("08:00"), None, True), Changed(at("12:00"), True, False)]
    assert inactive(log, False, since=SINCE, until=UNTIL) == [(SINCE, at("08:00")), (at("12:00"), UNTIL)]


@given(
    minutes=st.lists(st.integers(-300, 1800), max_size=8),
    pauses=st.lists(st.one_of(st.none(), st.integers(1, 300)), min_size=9, max_size=9),
    first=st.booleans(),
)
def test_it_agrees_with_a_walk_minute_by_minute(minutes, pauses, first) -> None:
    """Every minute asks the last change before it: on, off, or off until a moment that has passed."""

    def state(accepting, begun, pause):
        ends = None if accepting or pause is None else (begun + timedelta(minutes=pause)).isoformat()
        return {"accepting": accepting, "paused_until": ends}

    moments = [SINCE + timedelta(minutes=minute) for minute in sorted(minutes)]
    states = [state(first, SINCE - timedelta(days=1), pauses[0])]
    for place, moment in enumerate(moments, 1):
        states.append(state(not states[-1]["accepting"], moment, pauses[place]))
    log = [Changed(moment, states[place], states[place + 1]) for place, moment in enumerate(moments)]
    until = SINCE + timedelta(minutes=1500)
    intervals = switched_off(log, states[-1], since=SINCE, until=until)
    walked = timedelta()
    for minute in range(1500):
        now = SINCE + timedelta(minutes=minute)
        holds = states[sum(moment <= now for moment in moments)]
        ends = holds["paused_until"]
        is_off = not holds["accepting"] and (ends is None or now < datetime.fromisoformat(ends))
        walked += timedelta(minutes=1) if is_off else timedelta()
        assert any(start <= now < end for start, end in intervals) == is_off
    assert length(intervals) == walked


def test_values_over_time_leave_no_gap() -> None:
    log = [Changed(at("09:00"), "office", "late"), Changed(at("15:00"), "late", "office")]
    spells = over(log, "office", since=SINCE, until=UNTIL)
    assert [(one.since, one.until, one.value) for one in spells] == [
        (SINCE, at("09:00"), "office"),
        (at("09:00"), at("15:00"), "late"),
        (at("15:00"), UNTIL, "office"),
    ]
