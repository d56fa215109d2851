"""Single values of a plan: text in, the canonical value out, or BAD with what is wrong told to `found`."""

import difflib
import re
from collections.abc import Callable, Collection
from datetime import date, datetime
from functools import cache
from typing import Any, Final
from zoneinfo import available_timezones

import holidays

from routing.engine.fields import SLUG

from .finding import BAD, Bad, Findings, did_you_mean, listed

Read = Callable[[Any, str, Findings], Any]
"""How one value is read: the node, its place, where findings go."""

USERNAME: Final = re.compile(r"[\w.@+-]{1,150}")
REASON: Final = re.compile(r"[a-z][a-z0-9_]{0,79}", re.ASCII)

_WHOLE = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_LOCAL = re.compile(r"\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d)?)?", re.ASCII)
_DURATION = re.compile(r"(\d{1,9})\s*([smhd])", re.ASCII)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_LONGEST_DURATION = 3650 * 86400
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


def a_text(node: Any, place: str, found: Findings) -> str | Bad:
    """Any text of at most 200 characters."""
    if not isinstance(node, str):
        found.error(place, f"must be a text, not {_what(node)}")
        return BAD
    if len(node) > 200:
        found.error(place, f"is longer than 200 characters ({len(node)})")
        return BAD
    return node


def a_slug(node: Any, place: str, found: Findings) -> str | Bad:
    """A short name for machines: letters, digits, hyphens, underscores."""
    text = a_text(node, place, found)
    if isinstance(text, str) and not SLUG.fullmatch(text):
        found.error(place, f"{text!r} is not a slug; use letters, digits and hyphens, at most 80")
        return BAD
    return text


def a_username(node: Any, place: str, found: Findings) -> str | Bad:
    """A log-in name."""
    text = a_text(node, place, found)
    if isinstance(text, str) and not USERNAME.fullmatch(text):
        found.error(place, f"{text!r} is not a username; use letters, digits and . @ + - _, at most 150")
        return BAD
    return text


def an_email(node: Any, place: str, found: Findings) -> str | Bad:
    """An e-mail address; whether it exists is for the first mail to tell."""
    text = a_text(node, place, found)
    if isinstance(text, str) and not _EMAIL.fullmatch(text):
        found.error(place, f"{text!r} is not an e-mail address")
        return BAD
    return text


def a_reason(node: Any, place: str, found: Findings) -> str | Bad:
    """A short machine word, like `bad_data`."""
    text = a_text(node, place, found)
    if isinstance(text, str) and not REASON.fullmatch(text):
        found.error(place, f"{text!r} is not a reason; write it in lower case, like bad_data")
        return BAD
    return text


def a_skill(node: Any, place: str, found: Findings) -> str | Bad:
    """A skill's name: lower case, hyphens for spaces."""
    text = a_text(node, place, found)
    if not isinstance(text, str):
        return BAD
    name = skill_name(text)
    if not name or len(name) > 80:
        found.error(place, f"{text!r} is not the name of a skill")
        return BAD
    return name


def skill_name(text: str) -> str:
    """How a skill is called, however a person or a lead's value writes it."""
    return "-".join(text.lower().split())


def whole(low: int, high: int) -> Read:
    """A whole number from `low` to `high`."""

    def read(node: Any, place: str, found: Findings) -> int | Bad:
        text = str(node) if isinstance(node, int) and not isinstance(node, bool) else node
        if not isinstance(text, str) or not _WHOLE.fullmatch(text):
            found.error(place, f"{_shown(node)} is not a whole number")
            return BAD
        number = int(text)
        if not low <= number <= high:
            found.error(place, f"{number} is out of bounds; it goes from {low} to {high}")
            return BAD
        return number

    return read


def yes_or_no(node: Any, place: str, found: Findings) -> bool | Bad:
    """true or false; yes and no are understood."""
    answer = {"true": True, "yes": True, "false": False, "no": False}.get(str(node).lower())
    if answer is None:
        found.error(place, f"{_shown(node)} is not true or false")
        return BAD
    return answer


def one_of(choices: Collection[str]) -> Read:
    """One word of a closed list."""

    def read(node: Any, place: str, found: Findings) -> str | Bad:
        if not isinstance(node, str) or node not in choices:
            meant = did_you_mean(node, choices) if isinstance(node, str) else ""
            found.error(place, f"{_shown(node)} is not known here; use {listed(choices)}{meant}")
            return BAD
        return node

    return read


def a_date(node: Any, place: str, found: Findings) -> str | Bad:
    """A calendar day, as `2026-12-24`."""
    if isinstance(node, str) and _DATE.fullmatch(node):
        try:
            return date.fromisoformat(node).isoformat()
        except ValueError:
            found.error(place, f"{node!r} is no day of the calendar")
            return BAD
    found.error(place, f"{_shown(node)} is not a date, like 2026-12-24")
    return BAD


def a_local_time(node: Any, place: str, found: Findings) -> str | Bad:
    """A wall-clock moment, as `2026-01-05T00:00:00`; a date alone is its midnight."""
    if isinstance(node, str) and _LOCAL.fullmatch(node):
        try:
            return datetime.fromisoformat(node.upper()).isoformat(timespec="seconds")
        except ValueError:
            found.error(place, f"{node!r} is no moment of the calendar")
            return BAD
    found.error(
        place, f"{_shown(node)} is not a local date or date-time, like 2026-01-05 or 2026-01-05T13:00 (without a zone)"
    )
    return BAD


def a_duration(node: Any, place: str, found: Findings) -> int | Bad:
    """Seconds, from `90s`, `3m`, `2h` or `1d`."""
    match = _DURATION.fullmatch(node) if isinstance(node, str) else None
    if match is None:
        found.error(place, f"{_shown(node)} is not a duration; write 90s, 3m, 2h or 1d")
        return BAD
    seconds = int(match[1]) * _SECONDS[match[2]]
    if not 1 <= seconds <= _LONGEST_DURATION:
        found.error(place, f"{node!r} is out of bounds; it goes from 1s to 3650d")
        return BAD
    return seconds


def write_duration(seconds: int) -> str:
    """A duration in the largest unit that holds it whole."""
    unit = next(unit for unit in "dhms" if seconds % _SECONDS[unit] == 0)
    return f"{seconds // _SECONDS[unit]}{unit}"


def a_timezone(node: Any, place: str, found: Findings) -> str | Bad:
    """A zone of the IANA database, as `America/Chicago`."""
    if isinstance(node, str) and node in _zones():
        return node
    meant = did_you_mean(node, _zones()) if isinstance(node, str) else ""
    found.error(place, f"{_shown(node)} is not a time zone, like America/Chicago{meant}")
    return BAD


def a_holiday_code(node: Any, place: str, found: Findings) -> str | Bad:
    """A country or subdivision whose holidays are known, as `US` or `US-IL`."""
    text = a_text(node, place, found)
    if not isinstance(text, str):
        return BAD
    country, _, subdivision = text.partition("-")
    known = _holiday_codes().get(country.upper())
    if known is None:
        found.error(place, f"no holidays are known for {text!r}; write a country or subdivision, like US or US-IL")
        return BAD
    if not subdivision:
        if text.endswith("-"):
            found.error(place, f"{text!r} names no subdivision")
            return BAD
        return country.upper()
    exact = next((code for code in known if code.lower() == subdivision.lower()), None)
    if exact is None:
        close = difflib.get_close_matches(subdivision.upper(), known, n=1)
        hint = f"; did you mean {country.upper()}-{close[0]}?" if close else ""
        found.error(place, f"no holidays are known for {text!r}: {country.upper()} has no such subdivision{hint}")
        return BAD
    return f"{country.upper()}-{exact}"


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


@cache
def _holiday_codes() -> dict[str, list[str]]:
    return dict(holidays.list_supported_countries())


def _what(node: Any) -> str:
    if isinstance(node, dict):
        return "a mapping"
    if isinstance(node, list):
        return "a list"
    return "nothing" if node is None else f"{node!r}"


def _shown(node: Any) -> str:
    return repr(node) if isinstance(node, str | int) else _what(node)
