"""What the systems that leads come from, and the people who type headers, call the fields of a lead."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Final

from routing.engine.fields import COMPUTED, FIELDS

from .normalise.places import folded

FULL_NAME: Final = "full_name"
SET_BY_THE_SOURCE: Final = frozenset({"source", "channel"})
_FILE: Final = Path(__file__).with_name("headers.txt")

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@lru_cache(maxsize=8_192)
def folded_header(header: str) -> str:
    """A header as it is looked up: `FirstName`, `first_name` and `First name:` are one."""
    return folded(_CAMEL.sub(" ", header).replace("_", " "))


def _read() -> dict[str, str]:
    """Folded header -> field, from the file beside this module."""
    fields: dict[str, str] = {}
    field = ""
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if not line.startswith(" "):
            field = line.rstrip(":")
            continue
        fields.update({folded_header(name): field for name in line.split(";") if name.strip()})
    fields.update({folded_header(name): name for name in FIELDS if name not in COMPUTED | SET_BY_THE_SOURCE})
    return fields


_FIELD_OF: Final = _read()


def known_field(header: str) -> str | None:
    """The field that a header commonly names, or None."""
    name = folded_header(header)
    return _FIELD_OF.get(name) or _FIELD_OF.get(name.replace(" ", "")) if name else None
