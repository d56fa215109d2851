"""Whose the leads of a file were: reps that are known, and those that are made for the sake of their past."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from routing.intake.mapping import ColumnMapping, apply
from routing.intake.past import Names, owners_named
from routing.intake.tabular import Row, RowProblem
from routing.models import Rep, User
from routing.people_changes import recorded

LONGEST_USERNAME: Final = 120
LONGEST_NAME: Final = 200


class UnknownOwners(Exception):
    """A file names owners whom nobody knows; `names` says how many rows each has, the commonest first."""

    def __init__(self, names: dict[str, int]) -> None:
        super().__init__(f"{len(names):,} owners are no reps")
        self.names = names


def unknown_owners(rows: Iterable[Row | RowProblem], columns: ColumnMapping) -> dict[str, int]:
    """The owners in a file that are no rep's name, or more than one's, with how many rows name them."""
    named = ColumnMapping({header: field for header, field in columns.columns.items() if field == "owner"})
    if not named.columns:
        return {}
    found = (apply(named, row.cells).get("owner") for row in rows if isinstance(row, Row))
    return owners_named(str(owner) for owner in found if owner)


def ambiguous(names: dict[str, int]) -> dict[str, int]:
    """Those of these names that more than one rep has: they are for a person to tell apart."""
    known = Names() if names else None
    return {name: count for name, count in names.items() if known is not None and known.is_taken_twice(name)}


def make_reps(names: Sequence[str], *, at: datetime, by: User | None) -> list[Rep]:
    """Reps of these names: without a log-in, and not active, so that no lead comes to them until somebody says so."""
    if not names:
        return []
    taken = {username.casefold() for username in Rep.objects.values_list("username", flat=True)}
    with recorded(at=at, by=by):
        return [
            Rep.objects.create(username=_username(name, taken), name=name[:LONGEST_NAME], active=False)
            for name in names
        ]


def _username(name: str, taken: set[str]) -> str:
    """A user name made from a name: its letters and digits, parted by hyphens; with a number where it is taken."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = wanted = re.sub(r"[^a-z0-9._@+]+", "-", plain).strip("-")[:LONGEST_USERNAME] or "rep"
    number = 2
    while wanted in taken:
        wanted = f"{base}-{number}"
        number += 1
    taken.add(wanted)
    return wanted
