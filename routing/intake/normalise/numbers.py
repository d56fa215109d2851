"""Numbers as people write them. What could mean two numbers is refused, never guessed."""

import re
from decimal import Decimal, InvalidOperation

LARGEST = Decimal(10) ** 15
PLACES = Decimal("0.000001")
_SPACES = re.compile("[\\s\u00a0\u2009\u202f'’]")
_CURRENCY = re.compile(
    r"(?:us|ca|au|nz|hk|s|r)?[$€£¥₹₽₩₺₪฿₫₴₦](?!\w*[$€£¥])|\b(?:usd|eur|gbp|chf|cad|aud|nzd|jpy|cny|inr|brl|mxn|sek|nok|dkk|pln|czk|huf|"
    r"zar|aed|sar|sgd|hkd|try|ils|employees|employee|people|staff|mitarbeiter|empleados|employés|funcionários)\b",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_GROUPED = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})+,\d{3})(?:\.\d+)?", re.ASCII)
_GROUPED_DOTS = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+,\d+|[+-]?\d{1,3}(?:\.\d{3}){2,}", re.ASCII)
_COMMA = re.compile(r"[+-]?\d+,\d+", re.ASCII)
_AMBIGUOUS = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}", re.ASCII)
_RANGE = re.compile(
    r"\D*\d[\d.,]*\s*(?:-|–|—|to|bis|a|à)\s*\D*\d[\d.,]*\D*|\D*\d[\d.,]*\s*\+\D*|\s*[<>≤≥].*", re.IGNORECASE
)
_THOUSANDS = re.compile(r"(.*\d)\s*([km])$", re.IGNORECASE)


class NotANumber(ValueError):
    """A text that holds no number, or one that could be two; the message says which."""


def read_number(value: object) -> int | Decimal:
    """A finite number of at most fifteen digits before and six after the point. Raises NotANumber."""
    if isinstance(value, bool):
        raise NotANumber("is yes or no, and no number")
    if isinstance(value, int):
        number = Decimal(value) if abs(value).bit_length() < 64 else LARGEST
    elif isinstance(value, Decimal):
        number = value
    elif isinstance(value, float):
        number = Decimal(repr(value))
    else:
        number = _from_text(str(value))
    if not number.is_finite():
        raise NotANumber("is no finite number")
    if abs(number) >= LARGEST:
        raise NotANumber("is too large a number")
    number = number.quantize(PLACES) if number.as_tuple().exponent < -6 else number  # type: ignore[operator]
    return int(number) if number == number.to_integral_value() else number.normalize()


def _from_text(text: str) -> Decimal:
    shown = repr(text[:60])
    if len(text) > 100:
        raise NotANumber("is far too long to be a number")
    bare = _SPACES.sub("", text)
    if not _PLAIN.fullmatch(bare):
        bare = _SPACES.sub("", _CURRENCY.sub("", text))
    times = 1
    if thousands := _THOUSANDS.fullmatch(bare):
        bare, times = thousands.group(1), {"k": 1_000, "m": 1_000_000}[thousands.group(2).lower()]
    elif _AMBIGUOUS.fullmatch(bare):
        raise NotANumber(
            f"{shown} can be {bare.replace('.', '')} or {bare.rstrip('0').rstrip('.')}; write it without the point"
        )
    if _PLAIN.fullmatch(bare):
        plain = bare
    elif _GROUPED.fullmatch(bare):
        plain = bare.replace(",", "")
    elif _GROUPED_DOTS.fullmatch(bare):
        plain = bare.replace(".", "").replace(",", ".")
    elif _COMMA.fullmatch(bare):
        plain = bare.replace(",", ".")
    elif _RANGE.fullmatch(text):
        raise NotANumber(f"{shown} is a range and no single number; map the column to an attribute to keep it as text")
    else:
        raise NotANumber(f"{shown} is no number")
    try:
        return Decimal(plain) * times
    except InvalidOperation as error:
        raise NotANumber(f"{shown} is no number") from error
