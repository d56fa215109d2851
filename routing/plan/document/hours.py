"""Opening hours: days and ranges as a manager writes them, the seven days of the canonical document, and back."""

import re
from typing import Any, Final

from .finding import BAD, Bad, Findings, below

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALWAYS: Final = {day: [["00:00", "24:00"]] for day in WEEKDAYS}
"""A calendar that says nothing of its hours is open all week."""

_SPAN = re.compile(r"(\d{1,2}):(\d\d)\s*-\s*(\d{1,2}):(\d\d)", re.ASCII)
_WHOLE_DAY = 24 * 60


def read_hours(node: Any, place: str, found: Findings) -> dict[str, list[list[str]]] | Bad:
    """Hours of all seven days. Days that are not named are closed; of a day named twice the later entry counts."""
    if not isinstance(node, dict):
        found.error(place, 'must be a mapping of days, like {mon-thu: "09:00-17:30", fri: "09:00-15:00"}')
        return BAD
    hours: dict[str, list[list[str]]] = {day: [] for day in WEEKDAYS}
    for name, spans in node.items():
        here = below(place, name)
        days = _days(name)
        if days is None:
            found.error(here, f"{name!r} is not a day; use mon, tue, wed, thu, fri, sat, sun or a range like mon-thu")
        read = _spans(spans, here, found)
        for day in days or ():
            hours[day] = [list(span) for span in read]
    return hours


def write_hours(hours: dict[str, list[list[str]]]) -> dict[str, Any]:
    """Hours in their short form: days that are alike as a range, one span as a text, closed days left out."""
    short: dict[str, Any] = {}
    first = 0
    while first < len(WEEKDAYS):
        spans = hours[WEEKDAYS[first]]
        last = first
        while last + 1 < len(WEEKDAYS) and hours[WEEKDAYS[last + 1]] == spans:
            last += 1
        if spans:
            name = WEEKDAYS[first] if first == last else f"{WEEKDAYS[first]}-{WEEKDAYS[last]}"
            texts = ["-".join(span) for span in spans]
            short[name] = texts[0] if len(texts) == 1 else texts
        first = last + 1
    return short


def minutes_of(span: list[str]) -> tuple[int, int]:
    """A span as minutes from its day's midnight; one that crosses midnight ends after 24 hours."""
    start, end = (int(time[:2]) * 60 + int(time[3:]) for time in span)
    return start, end if end > start else end + _WHOLE_DAY


def _days(name: str) -> list[str] | None:
    """The days that a name or range names; a range may wrap (`sat-mon`)."""
    parts = [part.strip().lower() for part in name.split("-")]
    if not 1 <= len(parts) <= 2 or any(part not in WEEKDAYS for part in parts):
        return None
    first, last = WEEKDAYS.index(parts[0]), WEEKDAYS.index(parts[-1])
    if last < first:
        last += len(WEEKDAYS)
    return [WEEKDAYS[index % len(WEEKDAYS)] for index in range(first, last + 1)]


def _spans(node: Any, place: str, found: Findings) -> list[list[str]]:
    if node is None or node == "":
        return []
    items = node if isinstance(node, list) else [node]
    spans: list[list[str]] = []
    for index, item in enumerate(items):
        here = f"{place}[{index}]" if isinstance(node, list) else place
        span = _span(item, here, found)
        if span is None:
            continue
        start, end = minutes_of(span)
        clash = next((other for other in spans if start < minutes_of(other)[1] and minutes_of(other)[0] < end), None)
        if clash is not None:
            found.error(here, f"{'-'.join(span)} overlaps {'-'.join(clash)}")
            continue
        spans.append(span)
    return sorted(spans)


def _span(node: Any, place: str, found: Findings) -> list[str] | None:
    match = _SPAN.fullmatch(node) if isinstance(node, str) else None
    if match is None:
        found.error(place, f'{node!r} is not a span of hours, like "09:00-17:30"')
        return None
    from_hour, from_minute, to_hour, to_minute = (int(part) for part in match.groups())
    start, end = from_hour * 60 + from_minute, to_hour * 60 + to_minute
    if from_minute > 59 or to_minute > 59 or start >= _WHOLE_DAY or end > _WHOLE_DAY:
        found.error(place, f"{node!r} is no time of day; hours go from 00:00 to 24:00, and 24:00 is only an end")
        return None
    if start == end:
        found.error(place, f'{node!r} is empty; for the whole day write "00:00-24:00"')
        return None
    return [f"{from_hour:02}:{from_minute:02}", f"{to_hour:02}:{to_minute:02}"]
