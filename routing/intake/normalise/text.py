"""Text as it can be stored and compared: no control characters, no lone surrogates, one space between words."""

import re
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID

_SURROGATES = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")  # they make a text look like another
_MOST_DIGITS = 1_000


class NotText(ValueError):
    """A value that is no single text; the message says what it is instead."""


def as_text(value: object) -> str:
    """A single value as text; '' for None. Raises NotText for a structure, and for what JSON and tables never hold."""
    if value is None:
        return ""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        if abs(value).bit_length() > _MOST_DIGITS:
            raise NotText("is a number of hundreds of digits")
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, Decimal):
        if not value.is_finite() or abs(value.adjusted()) > _MOST_DIGITS:
            return str(value)
        return f"{value:f}"
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes | bytearray):
        return bytes(value).decode("utf-8", "replace")
    if isinstance(value, list | tuple):
        if any(isinstance(item, list | tuple | dict | set) for item in value):
            raise NotText("holds a structure where one text is wanted")
        return ", ".join(filter(None, (as_text(item).strip() for item in value)))
    if isinstance(value, dict):
        raise NotText("holds a structure where one text is wanted")
    raise NotText(f"holds a value of the kind {type(value).__name__}, which is no text")


def clean(text: str) -> str:
    """Text without what no database or screen should get; line breaks and inner spaces stay."""
    if text.isascii() and text.isprintable():
        return text
    text = _SURROGATES.sub("\ufffd", text)
    text = _CONTROL.sub("", text)
    text = _DIRECTION.sub("", text)
    return unicodedata.normalize("NFC", text)


def one_line(text: str) -> str:
    """Clean text, trimmed, with one space wherever there was any."""
    return " ".join(clean(text).split())
