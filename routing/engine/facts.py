"""The facts of a lead as conditions read them: prepared once, on first reading, whatever the number of rules."""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from .fields import ATTRIBUTE_PREFIX, FIELDS, Kind, parse_instant, parse_number, plain_postcode

if TYPE_CHECKING:
    from .calendars import Calendar

AS_NUMBER: Final = "#"
"""Before an attribute's name: the attribute read as a number. Before `postcode`: the postcode as ranges compare it."""


def normal_text(value: object) -> str | None:
    """Text as conditions compare it: trimmed, inner space collapsed, case folded; None where nothing is left."""
    if value is None:
        return None
    text = value if type(value) is str else str(value)
    return " ".join(text.split()).casefold() or None


def match_key(text: str) -> str:
    """A phone number as it is compared: its letters and digits, in lower case."""
    return "".join(char for char in text if char.isalnum()).lower()


def domain_of(email: str) -> str | None:
    """The domain of an e-mail address, in lower case; None where there is none."""
    _, at, domain = email.strip().lower().rpartition("@")
    return domain.strip() or None if at else None


def counted_postcode(postcode: str, country: str | None) -> str:
    """A postcode as ranges compare it; of a US ZIP+4 the first five digits count."""
    plain = plain_postcode(postcode)
    if len(plain) == 9 and plain.isdigit() and country in (None, "us"):
        return plain[:5]
    return plain


class Facts(dict[str, Any]):
    """What conditions read of one lead: field name to text, number, instant or None, prepared on first reading.

    `raw` holds what the lead brought (field name to value, `attributes.NAME` included); `id` decides `random`;
    `calendars` are asked by within_hours. Setting `score`, `band` and `territory` is the qualification's business.
    """

    __slots__ = ("calendars", "id", "raw")

    def __init__(
        self, raw: Mapping[str, object], *, id: str = "", calendars: Mapping[str, Calendar] | None = None
    ) -> None:
        super().__init__()
        self.raw = raw
        self.id = id
        self.calendars = calendars or {}

    def __missing__(self, key: str) -> Any:
        value = self[key] = self._prepare(key)
        return value

    def _prepare(self, key: str) -> str | int | Fraction | datetime | None:
        if key[0] == AS_NUMBER:
            name = key[1:]
            raw = self.raw.get(name)
            if name == "postcode":
                return counted_postcode(raw, self["country"]) or None if isinstance(raw, str) else None
            return parse_number(raw)
        raw = self.raw.get(key)
        if raw is None:
            return None
        field = FIELDS.get(key)
        if field is not None and field.kind is Kind.NUMBER:
            return parse_number(raw)
        if field is not None and field.kind is Kind.DATETIME:
            return raw if isinstance(raw, datetime) else parse_instant(str(raw))
        return normal_text(raw)


def lead_facts(
    values: Mapping[str, object],
    *,
    id: str,
    captured_at: datetime,
    free_mail_domains: Container[str],
    calendars: Mapping[str, Calendar],
) -> Facts:
    """The facts of a lead that is nowhere stored: what it brought, and the computed domain and free-mail answer."""
    raw = {name: value for name, value in values.items() if normal_text(value) is not None}
    raw["captured_at"] = captured_at
    domain = domain_of(str(raw["email"])) if "email" in raw else None
    if domain is not None:
        raw["email_domain"] = domain
        raw["free_mail"] = "yes" if domain in free_mail_domains else "no"
    return Facts(raw, id=id, calendars=calendars)


def is_attribute(field: str) -> bool:
    """Whether a field is one of the source's own."""
    return field.startswith(ATTRIBUTE_PREFIX)
