"""The facts of a lead that conditions may read: each field's kind, the operators that fit it, and how a value is read.

The file, the admin, the API and the engine all ask here, so that none accepts what another refuses.
"""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Final, TypeAlias


class Kind(StrEnum):
    """What a field holds, which decides the operators that fit it."""

    TEXT = "text"
    NUMBER = "number"
    DATETIME = "datetime"
    YES_NO = "yes_no"
    POSTCODE = "postcode"
    ATTRIBUTE = "attribute"


@dataclass(frozen=True, slots=True)
class Field:
    """One fact of a lead. `computed` ones are worked out by LeadOps and never sent by a source."""

    name: str
    label: str
    kind: Kind = Kind.TEXT
    computed: bool = False


ATTRIBUTE_PREFIX: Final = "attributes."

FIELDS: Final[Mapping[str, Field]] = MappingProxyType(
    {
        field.name: field
        for field in (
            Field("external_id", "external id"),
            Field("source", "source"),
            Field("channel", "channel"),
            Field("email", "e-mail"),
            Field("email_domain", "e-mail domain", computed=True),
            Field("free_mail", "free mail", Kind.YES_NO, computed=True),
            Field("phone", "phone"),
            Field("first_name", "first name"),
            Field("last_name", "last name"),
            Field("job_title", "job title"),
            Field("company", "company"),
            Field("company_size", "company size", Kind.NUMBER),
            Field("industry", "industry"),
            Field("country", "country"),
            Field("region", "region"),
            Field("city", "city"),
            Field("postcode", "postcode", Kind.POSTCODE),
            Field("language", "language"),
            Field("timezone", "time zone"),
            Field("product", "product"),
            Field("budget", "budget", Kind.NUMBER),
            Field("current_solution", "current solution"),
            Field("engagement", "engagement", Kind.NUMBER),
            Field("score", "score", Kind.NUMBER, computed=True),
            Field("band", "band", computed=True),
            Field("stage", "stage"),
            Field("captured_at", "captured at", Kind.DATETIME),
            Field("territory", "territory", computed=True),
        )
    }
)

COMPUTED: Final = frozenset(field.name for field in FIELDS.values() if field.computed)

OPERATORS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "is": "is",
        "is_not": "is not",
        "in": "is one of",
        "not_in": "is none of",
        "contains": "contains",
        "not_contains": "does not contain",
        "starts_with": "starts with",
        "ends_with": "ends with",
        "at_least": "is at least",
        "at_most": "is at most",
        "more_than": "is more than",
        "less_than": "is less than",
        "between": "is between",
        "within_hours": "is within the hours of",
        "outside_hours": "is outside the hours of",
        "in_ranges": "is in the ranges",
        "is_set": "is set",
        "is_not_set": "is not set",
    }
)
"""Every operator, with the words a sentence uses for it."""

_TEXT_OPS = ("is", "is_not", "in", "not_in", "contains", "not_contains", "starts_with", "ends_with")
_ORDER_OPS = ("at_least", "at_most", "more_than", "less_than", "between")
_SET_OPS = ("is_set", "is_not_set")

OPERATORS_OF: Final[Mapping[Kind, tuple[str, ...]]] = MappingProxyType(
    {
        Kind.TEXT: (*_TEXT_OPS, *_SET_OPS),
        Kind.NUMBER: ("is", "is_not", *_ORDER_OPS, *_SET_OPS),
        Kind.DATETIME: ("is", "is_not", *_ORDER_OPS, "within_hours", "outside_hours", *_SET_OPS),
        Kind.YES_NO: ("is", "is_not", *_SET_OPS),
        Kind.POSTCODE: (*_TEXT_OPS, "in_ranges", *_SET_OPS),
        Kind.ATTRIBUTE: (*_TEXT_OPS, *_ORDER_OPS, *_SET_OPS),
    }
)

WITHOUT_VALUE: Final = frozenset(_SET_OPS)
WITH_LIST: Final = frozenset({"in", "not_in", "in_ranges"})
WITH_CALENDAR: Final = frozenset({"within_hours", "outside_hours"})

SCORING_CANNOT_READ: Final = frozenset({"score", "band", "territory"})
TERRITORIES_CANNOT_READ: Final = frozenset({"territory"})

SLUG: Final = re.compile(r"[-a-zA-Z0-9_]{1,80}", re.ASCII)

Number: TypeAlias = int | Fraction
Value: TypeAlias = str | int | list[str] | list[str | int]


class BadCondition(ValueError):
    """A condition that cannot be kept, in words a manager understands. `part` says where: field, op or value."""

    def __init__(self, message: str, part: str = "value") -> None:
        super().__init__(message)
        self.message = message
        self.part = part


def kind_of(field: str) -> Kind | None:
    """The kind of a field, or None where there is no such field. Any `attributes.NAME` is one, if NAME is not blank."""
    known = FIELDS.get(field)
    if known is not None:
        return known.kind
    if field.startswith(ATTRIBUTE_PREFIX) and field.removeprefix(ATTRIBUTE_PREFIX).strip():
        return Kind.ATTRIBUTE
    return None


def label_of(field: str) -> str:
    """The field in words, as a sentence says it."""
    known = FIELDS.get(field)
    return known.label if known is not None else field.removeprefix(ATTRIBUTE_PREFIX)


def operators_of(field: str) -> tuple[str, ...]:
    """The operators that fit a field; raises BadCondition where no such field exists."""
    kind = kind_of(field)
    if kind is None:
        raise BadCondition(f"{field!r} is not a field{_meant(field, FIELDS)}", "field")
    return OPERATORS_OF[kind]


def read_value(field: str, op: str, raw: object = None) -> Value | None:
    """The value of a condition as the canonical document holds it; None for an operator that takes none.

    `raw` is text or a list of texts as a person wrote them (numbers and true/false are taken too); None is no value.
    Reading what this returned gives the same again. Raises BadCondition for an unknown field or operator, an operator
    that does not fit the field, or a value of the wrong type.
    """
    fitting = operators_of(field)
    if op not in OPERATORS:
        raise BadCondition(f"{op!r} is not an operator; for {field} use {_listed(fitting)}", "op")
    if op not in fitting:
        raise BadCondition(f"{op!r} does not fit {field}; use {_listed(fitting)}", "op")
    if op in WITHOUT_VALUE:
        if raw is not None and raw != "":
            raise BadCondition(f"{op} takes no value")
        return None
    if raw is None:
        raise BadCondition(f"a value is missing: {op} wants {_wanted(field, op)}")
    if op in WITH_LIST:
        return _read_list(field, op, raw)
    if op == "between":
        return _read_between(field, raw)
    if isinstance(raw, list | tuple):
        raise BadCondition(f"{op} wants one value, not a list; to allow several, use `in`")
    return _read_one(field, op, raw)


def parse_number(raw: object) -> Number | None:
    """A number as people write it (`1500`, `-1.5`, `1e3`), exactly; None for anything else.

    ASCII digits only; no thousands separators, no underscores, no NaN. Whole numbers come as int, others as Fraction.
    """
    if isinstance(raw, bool) or raw is None:
        return None
    if isinstance(raw, int):
        return raw
    if isinstance(raw, Decimal):
        if not raw.is_finite():
            return None
        whole, parts = raw.as_integer_ratio()
        return whole if parts == 1 else Fraction(whole, parts)
    text = str(raw).strip()
    if len(text) > _LONGEST_NUMBER:
        return None
    if text.isascii() and text.isdigit():
        return int(text)
    match = _NUMBER.fullmatch(text)
    if match is None or abs(int(match["exponent"] or 0)) > _LARGEST_EXPONENT:
        return None
    number = Fraction(text)
    return number.numerator if number.denominator == 1 else number


def parse_instant(text: str) -> datetime | None:
    """An ISO 8601 date or date-time as an aware UTC datetime; None for anything else.

    One without an offset is UTC; a date alone is its midnight.
    """
    match = _INSTANT.fullmatch(text.strip())
    if match is None:
        return None
    try:
        moment = datetime(int(match["year"]), int(match["month"]), int(match["day"]), tzinfo=UTC)
        if match["hour"] is None:
            return moment
        moment = moment.replace(
            hour=int(match["hour"]),
            minute=int(match["minute"]),
            second=int(match["second"] or 0),
            microsecond=int((match["fraction"] or "0").ljust(6, "0")[:6]),
        )
        if match["sign"]:
            offset = timedelta(hours=int(match["ahead"]), minutes=int(match["ahead_minutes"] or 0))
            moment = moment.replace(tzinfo=timezone(offset if match["sign"] == "+" else -offset)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment


def write_number(number: Number) -> str | int:
    """A number as the canonical document holds it: an int, or the exact decimal as text where it is not whole."""
    if isinstance(number, int):
        return number
    # A decimal's denominator holds only twos and fives: widen it to a power of ten.
    twos, fives, rest = 0, 0, number.denominator
    while rest % 2 == 0:
        twos, rest = twos + 1, rest // 2
    while rest % 5 == 0:
        fives, rest = fives + 1, rest // 5
    if rest != 1:
        raise ValueError(f"{number} is not a finite decimal")
    places = max(twos, fives)
    digits = str(abs(number.numerator) * 10**places // number.denominator).rjust(places + 1, "0")
    return f"{'-' if number < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def write_instant(moment: datetime) -> str:
    """An aware datetime as the canonical document holds it: `2026-01-05T15:00:00Z`."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def plain_postcode(text: str) -> str:
    """A postcode as ranges compare it: without spaces and hyphens, in capitals."""
    return re.sub(r"[\s-]+", "", text).upper()


def read_postcode_range(entry: str) -> tuple[str, str]:
    """One entry of `in_ranges` as its two inclusive ends; a prefix (`752*`) comes as (`752*`, ``), a bare code twice.

    Raises BadCondition for what is none of these.
    """
    text = entry.strip()
    if "*" in text:
        prefix = plain_postcode(text[:-1])
        if not text.endswith("*") or "*" in prefix or not prefix:
            raise BadCondition(f"{entry!r}: the * comes once, at the end of a prefix, like 752*")
        return prefix + "*", ""
    ends = [plain_postcode(end) for end in text.split("-")]
    if not all(ends):
        raise BadCondition(f"{entry!r} is not a postcode, a prefix like 752* or a range like 75000-75399")
    if len(ends) == 1:
        return ends[0], ends[0]
    single = f"; a single code is written without its hyphen: {plain_postcode(text)}"
    if len(ends) > 2:
        raise BadCondition(f"{entry!r} has more than one hyphen: write the ends of a range without hyphens{single}")
    low, high = ends
    if len(low) != len(high):
        raise BadCondition(f"{entry!r}: both ends of a range must be equally long{single}")
    if low > high:
        raise BadCondition(f"{entry!r}: the range's end comes before its start")
    return low, high


_LONGEST_VALUE = 1000
_LONGEST_NUMBER = 200
_LARGEST_EXPONENT = 400
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE](?P<exponent>[+-]?\d{1,6}))?", re.ASCII)
_INSTANT = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
    r"(?:[Tt ](?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?:[Zz]|(?P<sign>[+-])(?P<ahead>\d\d)(?::?(?P<ahead_minutes>\d\d))?)?)?",
    re.ASCII,
)
_YES_NO = {"yes": "yes", "true": "yes", "no": "no", "false": "no"}


def _read_one(field: str, op: str, raw: object) -> str | int:
    text = _as_text(raw, field)
    kind = kind_of(field)
    if op in WITH_CALENDAR:
        if not SLUG.fullmatch(text):
            raise BadCondition(f"{text!r} is not a calendar's slug")
        return text
    if kind is Kind.YES_NO:
        answer = _YES_NO.get(text.lower())
        if answer is None:
            raise BadCondition(f"{text!r} is not yes or no")
        return answer
    if kind is Kind.NUMBER or (kind is Kind.ATTRIBUTE and op in _ORDER_OPS):
        number = parse_number(text)
        if number is None:
            raise BadCondition(f"{text!r} is not a number")
        return write_number(number)
    if kind is Kind.DATETIME:
        moment = parse_instant(text)
        if moment is None:
            raise BadCondition(f"{text!r} is not a date or date-time, like 2026-01-05 or 2026-01-05T15:00:00Z")
        return write_instant(moment)
    return text


def _read_list(field: str, op: str, raw: object) -> list[str]:
    if not isinstance(raw, list | tuple):
        raise BadCondition(f"{op} wants {_wanted(field, op)}")
    if not raw:
        raise BadCondition(f"{op} wants at least one value")
    texts = [_as_text(item, field) for item in raw]
    if op == "in_ranges":
        for text in texts:
            read_postcode_range(text)
    return texts


def _read_between(field: str, raw: object) -> list[str | int]:
    if not isinstance(raw, list | tuple) or len(raw) != 2:
        raise BadCondition(f"between wants {_wanted(field, 'between')}")
    low, high = (_read_one(field, "between", end) for end in raw)
    read = parse_instant if kind_of(field) is Kind.DATETIME else parse_number
    first, last = read(str(low)), read(str(high))
    if first > last:  # type: ignore[operator]  # both were just read, and are of one kind
        raise BadCondition(f"between wants the lower end first: [{high}, {low}]")
    return [low, high]


def _as_text(raw: object, field: str) -> str:
    if isinstance(raw, bool):
        if kind_of(field) is not Kind.YES_NO:
            raise BadCondition(f"{raw!r} is not a value for {field}")
        return "yes" if raw else "no"
    if raw is None or isinstance(raw, str | int | float):
        text = "" if raw is None else str(raw).strip()
        if not text:
            raise BadCondition("a blank value is not allowed; to ask whether there is one, use is_set or is_not_set")
        if len(text) > _LONGEST_VALUE:
            raise BadCondition(f"a value of more than {_LONGEST_VALUE} characters is not allowed")
        return text
    raise BadCondition(f"a value for {field} is a single text or number")


def _wanted(field: str, op: str) -> str:
    if op == "in_ranges":
        return 'a list of postcodes, prefixes or ranges, like ["75000-75399", "752*"]'
    if op in WITH_LIST:
        return "a list, like [a, b]"
    if op in WITH_CALENDAR:
        return "a calendar's slug"
    kind = kind_of(field)
    if op == "between":
        return "two dates, like [2026-01-01, 2026-06-30]" if kind is Kind.DATETIME else "two numbers, like [10, 50]"
    if kind is Kind.YES_NO:
        return "yes or no"
    if kind is Kind.DATETIME:
        return "a date or date-time"
    if kind is Kind.NUMBER or (kind is Kind.ATTRIBUTE and op in _ORDER_OPS):
        return "a number"
    return "a text"


def _listed(names: tuple[str, ...]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"


def _meant(name: str, known: Mapping[str, object]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
