"""Countries, regions and postcodes in the forms that rules compare."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

import holidays

_FILE = Path(__file__).with_name("countries.txt")
_STATES_FILE = Path(__file__).with_name("us_states.txt")
_APART = re.compile(r"[^\w]+")
_SILENT = re.compile(r"[.'’`´]")
_IN_BRACKETS = re.compile(r"\s*\([^()]*\)\s*\**\s*$")
_FULL_REGION = re.compile(r"([A-Za-z]{2})-([A-Za-z0-9]{1,3})")
_CODE = re.compile(r"[A-Za-z0-9]{1,3}")
_ZIP_CUT = re.compile(r"\d{3,4}")
_ZIP4_CUT = re.compile(r"\d{7,8}")
_FRACTION_OF_ZERO = re.compile(r"(\d+)\.0+")


def folded(text: str) -> str:
    """A name as it is looked up: no accents, no dots, no capitals, words parted by one space."""
    text = unicodedata.normalize("NFKD", text.casefold())
    text = "".join(char for char in text if not unicodedata.combining(char))
    return " ".join(_APART.sub(" ", _SILENT.sub("", text.replace("&", " and "))).split())


def _read() -> tuple[dict[str, str], frozenset[str]]:
    names: dict[str, str] = {}
    alpha3s: dict[str, str] = {}
    codes = set()
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        alpha2, alpha3, written = line.split(" ", 2)
        codes.add(alpha2)
        alpha3s[alpha3.lower()] = alpha2
        for name in written.split("|"):
            names[folded(name)] = alpha2
    # Codes last: NO is Norway and NGA is Nigeria, whatever they say as words (Russia, in Vietnamese).
    names.update(alpha3s)
    names.update({code.lower(): code for code in codes})
    return names, frozenset(codes)


def _read_states() -> Mapping[str, str]:
    lines = [line for line in _STATES_FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return MappingProxyType({name: line[:2] for line in lines for name in line[3:].split("|")})


_COUNTRIES, COUNTRY_CODES = _read()
US_STATES: Final = _read_states()


@lru_cache(maxsize=4_096)
def read_country(text: str) -> str | None:
    """The ISO 3166-1 alpha-2 code of a country given by code or by name in one of many languages; None if unknown."""
    if not text or len(text) > 100:
        return None
    # `Bolivia (Plurinational State of)` is Bolivia; `Saint Martin (Dutch part)` is not the French one.
    for candidate in (text,) if "part" in text.casefold() else (text, _IN_BRACKETS.sub("", text)):
        name = folded(candidate)
        for form in (
            name,
            name.removeprefix("the ").removesuffix(" the"),
            f" {name} ".replace(" st ", " saint ").strip(),
        ):
            if found := _COUNTRIES.get(form):
                return found
    return None


@lru_cache(maxsize=4_096)
def read_region(text: str, country: str | None, default: str | None) -> tuple[str, str | None, str | None]:
    """The region's code where it is known, the country it names (`US-TX`), and a note.

    `default` is the country of a region whose lead names none; without either, names of US states are understood."""
    full = _FULL_REGION.fullmatch(text)
    if full and full.group(1).upper() in COUNTRY_CODES:
        named, code = full.group(1).upper(), full.group(2).upper()
        if country is None or country == named:
            return code, named, None
        return text.upper(), None, f"{text!r} is not in the country {country}; kept as it came"
    name = folded(text)
    within = country or default or "US"
    if within == "US" and (state := US_STATES.get(name)):
        return state, None, None
    if _CODE.fullmatch(text):
        return text.upper(), None, None
    if (country or default) and (code := subdivisions(within).get(name)):
        return code, None, None
    return text, None, None


@lru_cache(maxsize=300)
def subdivisions(country: str) -> Mapping[str, str]:
    """Names of a country's subdivisions -> the part of their ISO 3166-2 code after the hyphen, as far as known."""
    try:
        calendar = holidays.country_holidays(country)
    except (NotImplementedError, AttributeError, KeyError):
        return {}
    known = getattr(calendar, "subdivisions_aliases", {})
    return {folded(name): code for name, code in known.items()}


def read_postcode(text: str, country: str | None) -> tuple[str, str | None]:
    """A postcode in capitals; of a US one the zeros that a spreadsheet took away from its start are put back."""
    code = " ".join(text.upper().split())
    if whole := _FRACTION_OF_ZERO.fullmatch(code):
        code = whole.group(1)
    if country == "US" and _ZIP_CUT.fullmatch(code):
        return code.zfill(5), f"{text!r} has lost the zeros at its start; read as {code.zfill(5)}"
    if country == "US" and _ZIP4_CUT.fullmatch(code):
        return code.zfill(9), f"{text!r} has lost the zeros at its start; read as {code.zfill(9)}"
    return code, None
