"""The starter plans: files to begin with, laid over what is there. Today's people stay as they are."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from routing.models import User

from .document import load, plan_half, write
from .load import Loaded, load_file
from .publish import configuration

FOLDER: Final = Path(__file__).resolve().parents[2] / "examples"


@dataclass(frozen=True, slots=True)
class Starter:
    """One starter plan: its file's name, its title and first lines, and what is in it."""

    key: str
    name: str
    words: str
    document: dict[str, Any]


class NoSuchStarter(Exception):
    """There is no starter plan of that name."""


def starters() -> Iterator[Starter]:
    """Every starter plan that reads without errors, by its file's name."""
    for path in sorted(FOLDER.glob("*.yaml")):
        found = _read(path)
        if found is not None:
            yield found


def start_from(key: str, *, with_people: bool, at: datetime, by: User | None) -> Loaded:
    """Makes the draft what a starter plan says. Teams and calendars that it needs and nobody has yet are made; its
    example reps come only `with_people`. Raises NoSuchStarter, and PlanRefused where the two do not go together."""
    path = FOLDER / f"{key}.yaml"
    starter = _read(path) if re.fullmatch(r"[\w-]+", key) and path.is_file() else None
    if starter is None:
        raise NoSuchStarter(f"There is no starter plan {key!r}.")
    today = configuration()
    people = starter.document if with_people else _without_people(starter.document, today)
    merged = {**plan_half(people)}
    for section in ("calendars", "reps", "teams"):
        merged[section] = {**people[section], **today[section]}
    return load_file(write(merged), at=at, by=by, prune=True)


def _without_people(document: dict[str, Any], today: dict[str, Any]) -> dict[str, Any]:
    """The same plan for people of one's own: its teams stand empty, and nothing names its reps."""
    known = today["reps"]
    return {
        **document,
        "reps": {},
        "teams": {
            slug: {**team, "managers": [], "members": {}, "credit": team["credit"]}
            for slug, team in document["teams"].items()
        },
        "territories": {
            slug: {**one, "reps": [rep for rep in one["reps"] or () if rep in known] or None}
            for slug, one in document["territories"].items()
        },
        "rules": [rule for rule in document["rules"] if rule["to"].get("rep") is None or rule["to"]["rep"] in known],
    }


def _read(path: Path) -> Starter | None:
    text = path.read_text(encoding="utf-8")
    document, _ = load(text)
    if document is None or not document["rules"]:
        return None
    comment = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        comment.append(line.lstrip("# ").strip())
    return Starter(path.stem, document["name"] or path.stem, " ".join(" ".join(comment).split()), document)
