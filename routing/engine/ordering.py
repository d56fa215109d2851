"""Who is next among those who can take a lead: the six orders."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Callable
from datetime import datetime
from math import lcm
from typing import Any, Final

from .eligibility import Ask, Eligibles
from .fairness import NEVER
from .roster import Roster

FAIR_SHARE: Final = frozenset({"round_robin", "weighted"})
ORDERS: Final = ("round_robin", "weighted", "least_loaded", "best_match", "priority", "random")
Rank = tuple[Any, ...]


class Ranking:
    """Finds the best of some reps by a key that changes only for whoever just got a lead: a heap, corrected lazily."""

    __slots__ = ("_heap", "_key", "_keys", "_seen")

    def __init__(self, takers: tuple[str, ...], key: Callable[[str], Rank], seen: int) -> None:
        self._key = key
        self._keys = {rep: key(rep) for rep in takers}
        self._heap = [(rank, rep) for rep, rank in self._keys.items()]
        heapq.heapify(self._heap)
        self._seen = seen

    def best(self, changed: list[str]) -> str:
        """The best now; `changed` lists, in order, everybody whose key may have changed since the beginning."""
        for rep in changed[self._seen :]:
            if rep in self._keys:
                rank = self._keys[rep] = self._key(rep)
                heapq.heappush(self._heap, (rank, rep))
        self._seen = len(changed)
        while True:
            rank, rep = self._heap[0]
            if self._keys[rep] is rank or self._keys[rep] == rank:
                return rep
            heapq.heappop(self._heap)


class Orders:
    """Answers who is next, for one roster. Remembers rankings while the same reps can take leads."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster
        self._rankings: dict[tuple[Ask, str, frozenset[str]], tuple[Eligibles, Ranking]] = {}
        self._changed: list[str] = []

    def next(self, order: str, eligibles: Eligibles, *, lead_id: str, wanted: frozenset[str], at: datetime) -> str:
        """The rep to whom an order gives the lead. `wanted` are the skills that best_match adds up."""
        takers = eligibles.takers
        if eligibles.ask.team is None or (len(takers) == 1 and order not in FAIR_SHARE):
            return takers[0]
        if order in FAIR_SHARE:
            return self._roster.ledger(eligibles.ask.team).next(self._roster.owed(eligibles, at))
        if order == "priority":
            return takers[0]
        if order == "random":
            return takers[chance(lead_id) % len(takers)]
        slot = (eligibles.ask, order, wanted if order == "best_match" else frozenset())
        kept = self._rankings.get(slot)
        if kept is None or kept[0] is not eligibles:
            ranking = Ranking(takers, self.key(order, eligibles, wanted), len(self._changed))
            kept = self._rankings[slot] = (eligibles, ranking)
        return kept[1].best(self._changed)

    def key(self, order: str, eligibles: Eligibles, wanted: frozenset[str]) -> Callable[[str], Rank]:
        """What reps are ranked by, the smallest first: least_loaded and best_match. Ties:
        waited longest, then position.
        """
        roster, team = self._roster, eligibles.ask.team or ""
        place = {rep: position for position, rep in enumerate(eligibles.takers)}
        last = roster.ledger(team).last
        if order == "least_loaded":
            caps = {rep: open_cap(roster, team, rep) for rep in eligibles.takers}
            common = lcm(*caps.values())
            scale = {rep: common // cap for rep, cap in caps.items()}
            return lambda rep: (roster.load(rep).open * scale[rep], last.get(rep, NEVER), place[rep])
        reps = roster.people.reps
        return lambda rep: (
            -sum(level for skill, level in reps[rep].skills.items() if skill in wanted),
            -reps[rep].seniority,
            last.get(rep, NEVER),
            place[rep],
        )

    def took(self, rep: str) -> None:
        """A rep got a lead: their place in the rankings may have changed."""
        self._changed.append(rep)


def open_cap(roster: Roster, team: str, rep: str) -> int:
    """A rep's own open cap; who has none counts with the team's largest, or 100 where nobody has one."""
    own = roster.people.reps[rep].caps.get("open")
    return own if own else roster.largest_open_cap(team)


def chance(lead_id: str) -> int:
    """A number that looks like chance and can be worked out again: the sha256 of the lead's id."""
    return int.from_bytes(hashlib.sha256(lead_id.encode()).digest(), "big")
