"""Phone numbers: E.164 where the number is complete, the text as it came where it is not."""

import re
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers

from routing.engine.facts import match_key

from .email import NOTHING

LONGEST = 100
FEWEST_DIGITS = 5
NORTH_AMERICA = 1
_INTERNATIONAL = re.compile(r"[(\s]*(?:[+＋]|011)")
_PREFIX = re.compile(r"(?:p|tel|phone|mobile|whatsapp|cell|fax|t|m)\s*:\s*", re.IGNORECASE)
_SEVERAL = re.compile(r"\s*(?::::|[;,|\n]|\s/\s|\s(?:or|oder|ou|o)\s)\s*")


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone number as read. `key` is None where equal keys would not mean the same person."""

    text: str | None = None
    key: str | None = None
    extension: str | None = None
    problem: str | None = None
    note: str | None = None


@lru_cache(maxsize=20_000)
def read_phone(text: str, region: str | None) -> Phone:
    """A number as `text` holds it; `region` (ISO alpha-2) is the country of a number that names none."""
    text = _PREFIX.sub("", text, count=1) if _PREFIX.match(text) else text
    text = text.strip().strip("'\"").strip()
    if not text or text.lower() in NOTHING:
        return Phone()
    if text.startswith("<test lead:"):
        return Phone(problem="holds dummy data of a test lead")
    digits = sum(char.isdigit() for char in text)
    letters = sum(char.isalpha() for char in text)
    if digits == 0 or (digits < FEWEST_DIGITS and digits + letters < 7):
        return Phone(problem=f"{text[:40]!r} is no phone number")
    note = None
    if len(pieces := [piece for piece in _SEVERAL.split(text) if piece]) > 1:
        text, note = pieces[0], "holds more than one number; the first is used"
    if len(text) > LONGEST:
        return Phone(problem=f"is longer than {LONGEST} characters")
    return _parsed(text, region, note)


def _parsed(text: str, region: str | None, note: str | None) -> Phone:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not number.country_code:
        return _as_it_came(text, note, "is no number that can be dialled from abroad; kept as it came")
    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible == phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
        return _as_it_came(text, note, "has no area code; kept as it came")
    if possible != phonenumbers.ValidationResult.IS_POSSIBLE:
        return _as_it_came(text, note, "has too few or too many digits; kept as it came")
    valid = phonenumbers.is_valid_number(number)
    if not valid and number.country_code == NORTH_AMERICA and not _INTERNATIONAL.match(text):
        # Ten digits of any other country would pass for a North American number.
        return _as_it_came(text, note, "is not a number of this country; kept as it came")
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if _is_dummy(str(number.national_number)):
        return Phone(e164, None, number.extension, note="looks like a made-up number; nobody is recognised by it")
    if note is None and not valid:
        note = "is a number that is not in use"
    return Phone(e164, match_key(e164), number.extension, note=note)


def _as_it_came(text: str, note: str | None, why: str) -> Phone:
    digits = "".join(char for char in text if char.isdigit())
    key = match_key(text)
    if len(digits) < FEWEST_DIGITS or len(key) > LONGEST or _is_dummy(digits):
        return Phone(text, None, note=f"{why}; nobody is recognised by it")
    return Phone(text, key, note=note or why)


def _is_dummy(national: str) -> bool:
    return len(set(national)) == 1 or national in (
        "123456789",
        "1234567890",
        "12345678",
        "1234567",
        "123456",
        "0123456789",
    )
