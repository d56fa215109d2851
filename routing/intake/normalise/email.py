"""E-mail addresses: what people and systems write around them removed, and whether one is an address at all."""

import re
from functools import lru_cache

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

LONGEST = 320
_IN_BRACKETS = re.compile(r"<\s*([^<>]*@[^<>]*)\s*>\s*$")
_SEVERAL = re.compile(r"\s*(?::::|[;,|]|\s/\s)\s*")
_PHONE_LIKE = re.compile(r"[\d\s()+./-]{6,}")
_PLAIN = re.compile(
    r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@((?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,24})", re.IGNORECASE | re.ASCII
)
NOTHING = frozenset(
    {
        "n/a",
        "na",
        "n.a.",
        "none",
        "null",
        "nil",
        "-",
        "--",
        "---",
        ".",
        "..",
        "?",
        "??",
        "x",
        "xx",
        "xxx",
        "unknown",
        "undefined",
        "(null)",
        "#n/a",
        "no",
        "noemail",
        "no email",
        "none@none",
        "not provided",
        "not available",
        "keine",
        "kein",
        "ninguno",
        "aucun",
        "nenhum",
    }
)
"""What people write where they have nothing to say (not for countries, where NA is Namibia)."""


def read_email(text: str) -> tuple[str | None, str | None, str | None]:
    """The address, what is wrong, what to know: one of the first two is None; all three where nothing is meant."""
    if len(text) > LONGEST * 4:
        return None, "is far too long to be an e-mail address", None
    wanted = _bare(text)
    if not wanted or wanted.lower() in NOTHING:
        return None, None, None
    address, problem = _valid(wanted)
    if address:
        return address, None, None
    pieces = [_bare(piece) for piece in _SEVERAL.split(wanted) if piece]
    if len(pieces) > 1:
        first, _ = _valid(pieces[0])
        if first and all(_PHONE_LIKE.fullmatch(piece) or _valid(piece)[0] for piece in pieces[1:]):
            return first, None, "holds more than one address; the first is used"
    return None, f"{wanted[:80]!r} is no e-mail address: {problem}", None


def _bare(text: str) -> str:
    text = text.strip().strip("\u200b\u200c\u200d\u2060").strip()
    if text[:7].lower() == "mailto:":
        text = text[7:].partition("?")[0]
    found = _IN_BRACKETS.search(text)
    if found:
        text = found.group(1)
    return text.strip(" \t,;'").removeprefix("<").removesuffix(">").strip()


def _valid(text: str) -> tuple[str | None, str]:
    """The address with its domain in lower case, or why it is none."""
    if len(text) <= 254 and (plain := _PLAIN.fullmatch(text)):
        local, _, domain = text.rpartition("@")
        if len(local) <= 64 and _plain_domain(plain.group(1).lower()):
            return f"{local}@{domain.lower()}", ""
    try:
        return validate_email(text, check_deliverability=False).normalized, ""
    except EmailNotValidError as error:
        return None, str(error)
    except (ValueError, IndexError, RecursionError) as error:
        return None, f"it cannot be read ({type(error).__name__})"


@lru_cache(maxsize=20_000)
def _plain_domain(domain: str) -> bool:
    """Whether a domain of letters, digits and single hyphens needs no closer look."""
    special = any(domain == name or domain.endswith(f".{name}") for name in SPECIAL_USE_DOMAIN_NAMES)
    return not special and all(len(label) <= 63 for label in domain.split("."))
