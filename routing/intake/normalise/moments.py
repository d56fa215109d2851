"""Dates and times: ISO 8601, and the written forms that can mean one day only."""

import re
from datetime import UTC, date, datetime, time, timedelta

EARLIEST_YEAR, LATEST_YEAR = 1970, 2100
_MONTH_NAMES = (
    ("jan", "january"),
    ("feb", "february"),
    ("mar", "march"),
    ("apr", "april"),
    ("may",),
    ("jun", "june"),
    ("jul", "july"),
    ("aug", "august"),
    ("sep", "sept", "september"),
    ("oct", "october"),
    ("nov", "november"),
    ("dec", "december"),
)
_MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, start=1) for name in names}
_CLOCK = r"(?:[ ,T]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?\s*(?P<half>[ap]\.?m\.?)?)?"
_NUMBERS = re.compile(
    rf"(?P<one>\d{{1,4}})(?P<part>[/.-])(?P<two>\d{{1,2}})(?P=part)(?P<three>\d{{1,4}}){_CLOCK}", re.I
)
_DAY_FIRST = re.compile(
    rf"(?:[a-z]+,? )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[ -](?P<month>[a-z]+)\.?,?[ -](?P<year>\d{{4}}){_CLOCK}", re.I
)
_MONTH_FIRST = re.compile(
    rf"(?:[a-z]+,? )?(?P<month>[a-z]{{3,9}})\.?[ -](?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?[ -](?P<year>\d{{4}}){_CLOCK}",
    re.I,
)
_EPOCH = re.compile(r"\d{10}|\d{13}")


class NotAMoment(ValueError):
    """A text that holds no date, or one that could be two days; the message says which."""


def read_moment(value: object) -> datetime:
    """An instant in UTC. What names no zone is UTC, a date alone its midnight. Raises NotAMoment."""
    if isinstance(value, bool):
        raise NotAMoment("is yes or no, and no date")
    if isinstance(value, datetime):
        return _within(value)
    if isinstance(value, date):
        return _within(datetime.combine(value, time()))
    if isinstance(value, int | float):
        return _epoch(value)
    text = str(value).strip()
    if len(text) > 60:
        raise NotAMoment("is far too long to be a date")
    if _EPOCH.fullmatch(text):
        return _epoch(int(text))
    if text.isascii() and not text.isdigit():
        try:
            return _within(datetime.fromisoformat(text))
        except ValueError:
            pass  # not ISO 8601: the written forms below are tried, and refused with a reason
    return _within(_written(text))


def _within(moment: datetime) -> datetime:
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        raise NotAMoment(f"is in the year {moment.year}; dates from {EARLIEST_YEAR} to {LATEST_YEAR} are taken")
    return moment.replace(tzinfo=UTC) if moment.utcoffset() is None else moment.astimezone(UTC)


def _epoch(value: int | float) -> datetime:
    """Seconds or milliseconds since 1970, as many systems send them; other numbers are no date."""
    seconds = value / 1000 if value == value and 1e12 <= value < 4.2e12 else value
    if not (1e9 <= seconds < 4.2e9):
        raise NotAMoment(f"{str(value)[:40]!r} is a number and no date")
    return _within(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds))


def _written(text: str) -> datetime:
    shown = repr(text[:60])
    words = _DAY_FIRST.fullmatch(text) or _MONTH_FIRST.fullmatch(text)
    if words:
        month = _MONTHS.get(words["month"].lower())
        if month is None:
            raise NotAMoment(f"{shown} is no date; write it like 2026-01-31")
        return _built(int(words["year"]), month, int(words["day"]), words, shown)
    numbers = _NUMBERS.fullmatch(text)
    if numbers is None:
        raise NotAMoment(f"{shown} is no date; write it like 2026-01-31 or 2026-01-31T15:00:00Z")
    one, two, three = numbers["one"], numbers["two"], numbers["three"]
    if len(one) == 4:
        return _built(int(one), int(two), int(three), numbers, shown)
    if len(three) != 4:
        raise NotAMoment(f"{shown} has no year of four digits; write it like 2026-01-31")
    first, second, year = int(one), int(two), int(three)
    if numbers["part"] == "." or first > 12 or first == second:
        return _built(year, second, first, numbers, shown)  # with points, the day comes first everywhere
    if second > 12:
        return _built(year, first, second, numbers, shown)
    raise NotAMoment(
        f"{shown} can be {year}-{first:02}-{second:02} or {year}-{second:02}-{first:02}; write dates like 2026-01-31"
    )


def _built(year: int, month: int, day: int, clock: re.Match[str], shown: str) -> datetime:
    hour = int(clock["hour"] or 0)
    if clock["half"]:
        if not 1 <= hour <= 12:
            raise NotAMoment(f"{shown} is no time of day")
        hour = hour % 12 + (12 if clock["half"].lower().startswith("p") else 0)
    try:
        return datetime(year, month, day, hour, int(clock["minute"] or 0), int(clock["second"] or 0), tzinfo=UTC)
    except ValueError as error:
        raise NotAMoment(f"{shown} is no date: {error}") from error
