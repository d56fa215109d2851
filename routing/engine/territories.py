"""Which piece of the market a lead belongs to: the deepest territory that holds, with all above it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from .conditions import Group, compile_group
from .facts import Facts
from .index import Index


@dataclass(frozen=True, slots=True)
class Territory:
    """A named piece of the market. `team` is its own or the nearest one above; `reps` are its own only."""

    slug: str
    name: str
    depth: int
    order: int
    where: Group | None
    team: str | None
    reps: tuple[str, ...] | None
    starts: datetime | None
    ends: datetime | None

    def in_force(self, at: datetime) -> bool:
        """Whether an instant lies within its dates (UTC; the last excluded)."""
        return (self.starts is None or self.starts <= at) and (self.ends is None or at < self.ends)


class Territories:
    """The tree of territories of a plan."""

    __slots__ = ("_children", "boundaries", "by_slug")

    def __init__(self, document: Mapping[str, Mapping[str, Any]]) -> None:
        self.by_slug: dict[str, Territory] = {}
        for order, slug in enumerate(document):
            line = _line_of(slug, document)
            team = next((document[above]["team"] for above in line if document[above].get("team")), None)
            entry = document[slug]
            self.by_slug[slug] = Territory(
                slug,
                entry["name"],
                depth=len(line),
                order=order,
                where=compile_group("all", entry["where"]) if entry.get("where") else None,
                team=team,
                reps=tuple(entry["reps"]) if entry.get("reps") else None,
                starts=_midnight(entry.get("from")),
                ends=_midnight(entry.get("to")),
            )
        below: dict[str | None, list[Territory]] = {}
        for slug, entry in document.items():
            below.setdefault(entry.get("parent"), []).append(self.by_slug[slug])
        self._children = {
            parent: (Index([child.where for child in listed]), listed) for parent, listed in below.items()
        }
        self.boundaries = sorted(
            {end for one in self.by_slug.values() for end in (one.starts, one.ends) if end is not None}
        )

    def next_boundary(self, at: datetime) -> datetime | None:
        """The next instant after this one at which a territory begins or ends."""
        place = bisect_right(self.boundaries, at)
        return self.boundaries[place] if place < len(self.boundaries) else None

    def turned(self, since: datetime, at: datetime) -> bool:
        """Whether a territory began or ended from one instant until another, both included."""
        return bisect_left(self.boundaries, since) < bisect_right(self.boundaries, at)

    def of(self, facts: Facts, at: datetime) -> Territory | None:
        """The deepest territory whose conditions and all whose ancestors' hold;
        among equally deep ones, the first listed.
        """
        best: Territory | None = None
        stack: list[str | None] = [None]
        while stack:
            known = self._children.get(stack.pop())
            if known is None:
                continue
            index, listed = known
            for number in index.candidates(facts):
                territory = listed[number]
                if not territory.in_force(at) or (territory.where is not None and not territory.where.holds(facts)):
                    continue
                if best is None or (-territory.depth, territory.order) < (-best.depth, best.order):
                    best = territory
                stack.append(territory.slug)
        return best


def _line_of(slug: str, document: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """A territory and those above it, nearest first."""
    line = [slug]
    while (parent := document[line[-1]].get("parent")) is not None:
        line.append(parent)
    return line


def _midnight(day: str | None) -> datetime | None:
    return datetime.combine(date.fromisoformat(day), time(), UTC) if day else None
