"""The people half of the file: calendars, reps and teams, with only the keys that the file names."""

from typing import Any

from . import defaults
from .finding import BAD, Bad, Findings, below
from .hours import read_hours
from .scalars import (
    Read,
    a_date,
    a_holiday_code,
    a_local_time,
    a_reason,
    a_skill,
    a_slug,
    a_text,
    a_timezone,
    a_username,
    an_email,
    one_of,
    whole,
    yes_or_no,
)
from .shapes import list_of, mapping_of, read_keys

levels = mapping_of(a_skill, whole(1, 3))


def a_calendar(node: Any, place: str, found: Findings) -> dict[str, Any]:
    """A time zone, hours, holidays and closed days."""
    keys: dict[str, Read] = {
        "timezone": a_timezone,
        "hours": read_hours,
        "holidays": a_holiday_code,
        "closed": _closed,
    }
    return read_keys(node, place, found, keys)


def a_rep(node: Any, place: str, found: Findings) -> dict[str, Any]:
    """Somebody who sells."""
    keys: dict[str, Read] = {
        "name": a_text,
        "email": an_email,
        "calendar": a_slug,
        "seniority": whole(1, 5),
        "skills": levels,
        "caps": _caps,
        "active": yes_or_no,
        "accepting": yes_or_no,
        "time_off": _time_off,
    }
    return read_keys(node, place, found, keys)


def a_team(node: Any, place: str, found: Findings) -> dict[str, Any]:
    """Reps who share leads."""
    keys: dict[str, Read] = {
        "name": a_text,
        "managers": list_of(a_username, unique=True),
        "calendar": a_slug,
        "members": _members,
        "counts": _counts,
        "make_up": _make_up,
        "credit": list_of(a_reason, unique=True),
    }
    return read_keys(node, place, found, keys)


def _caps(node: Any, place: str, found: Findings) -> dict[str, int] | Bad:
    """Caps in their own order, whatever the file's."""
    if not isinstance(node, dict):
        found.error(place, "must be a mapping, like {open: 40, day: 20}")
        return BAD
    keys: dict[str, Read] = dict.fromkeys(defaults.CAP_KINDS, whole(0, 1_000_000))
    read = read_keys(node, place, found, keys)
    return {kind: read[kind] for kind in defaults.CAP_KINDS if kind in read}


def _closed(node: Any, place: str, found: Findings) -> list[str] | Bad:
    days = list_of(a_date)(node, place, found)
    return BAD if isinstance(days, Bad) else sorted(set(days))


def _time_off(node: Any, place: str, found: Findings) -> list[dict[str, str]] | Bad:
    absences = list_of(_absence)(node, place, found)
    return BAD if isinstance(absences, Bad) else sorted(absences, key=lambda absence: (absence["from"], absence["to"]))


def _absence(node: Any, place: str, found: Findings) -> dict[str, str] | Bad:
    read = read_keys(node, place, found, {"from": a_local_time, "to": a_local_time}, required=("from", "to"))
    if len(read) < 2:
        return BAD
    if read["from"] >= read["to"]:
        found.error(below(place, "to"), f"must be after its start, {read['from']} (the end is excluded)")
        return BAD
    return {"from": read["from"], "to": read["to"]}


def _members(node: Any, place: str, found: Findings) -> dict[str, Any] | Bad:
    """Members by username in their positions; a plain list gives each a weight of one."""
    if isinstance(node, list):
        names = list_of(a_username, unique=True)(node, place, found)
        return BAD if isinstance(names, Bad) else {name: defaults.member() for name in names}
    members: dict[str, Any] | Bad = mapping_of(a_username, _member)(node, place, found)
    return members


def _member(node: Any, place: str, found: Findings) -> dict[str, Any]:
    keys: dict[str, Read] = {"weight": whole(0, 1000), "caps": _caps}
    return {**defaults.member(), **read_keys(node, place, found, keys)}


def _counts(node: Any, place: str, found: Findings) -> dict[str, bool]:
    keys: dict[str, Read] = dict.fromkeys(defaults.counts(), yes_or_no)
    return read_keys(node, place, found, keys)


def _make_up(node: Any, place: str, found: Findings) -> dict[str, Any] | None:
    if node in ("off", "none", "false"):
        return None
    keys: dict[str, Read] = {
        "reasons": list_of(one_of(defaults.MAKE_UP_REASONS), empty=False, unique=True),
        "leads": whole(1, 1000),
        "days": whole(1, 366),
    }
    return {**defaults.make_up(), **read_keys(node, place, found, keys, required=("reasons",))}
