"""What a replay says, in words and figures: per rule, per place, and lead by lead."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.cache import cache

from routing.engine.decide import DISQUALIFIED, POOL, RETURNING, WAITING
from routing.engine.sentences import Names
from routing.plan.document import canonical
from routing.simulate.replay import NOWHERE, End, Moved, Past, digest_of, everybody_on, moved, replay

KEPT_SECONDS: Final = 600
POOLS: Final = {"claim": "claim board", "pick": "pool to pick from", "blind": "blind pool", "manual": "manual queue"}


@dataclass(frozen=True, slots=True)
class Replayed:
    """Leads by the plan in force and by the draft, in the order in which they came."""

    before: list[End]
    after: list[End]
    moved: list[Moved]


@dataclass(frozen=True, slots=True)
class Count:
    """How many leads by the plan in force, and how many by the draft."""

    words: str
    before: int
    after: int
    address: str = ""

    @property
    def difference(self) -> str:
        """+3, −3, or 0."""
        change = self.after - self.before
        return f"{change:+d}".replace("-", "\N{MINUS SIGN}") if change else "0"


def replayed(leads: Sequence[Past], draft: Mapping[str, Any], in_force: Mapping[str, Any] | None) -> Replayed:
    """Both runs over these leads; kept a while, so that the next page of the same does not run them again."""
    said = "|".join((digest_of(leads), canonical(dict(draft)), json.dumps(in_force)))
    key = f"replay-{hashlib.sha256(said.encode()).hexdigest()}"
    ends = cache.get(key)
    if ends is None:
        people = everybody_on(draft)
        before = [NOWHERE] * len(leads) if in_force is None else replay(leads, in_force, people)
        ends = before, replay(leads, draft, people)
        cache.set(key, ends, KEPT_SECONDS)
    before, after = ends
    return Replayed(before, after, moved(leads, before, after))


@dataclass(frozen=True, slots=True)
class Spoken:
    """Ends in words. Reps who are not `known` to the reader are somebody of their team."""

    called: Names
    rules: Mapping[str, str]
    known: Collection[str]

    def place(self, end: End) -> str:
        """Where it ended."""
        team = self.called.teams.get(end.team, end.team)
        if end.outcome == DISQUALIFIED:
            return "Set aside"
        if end.outcome == WAITING:
            return f"Waits for somebody of {team}" if team else "Waits"
        if end.outcome == POOL:
            return f"{team}: {POOLS[end.delivery]}"
        if end.rep in self.known:
            return self.called.reps.get(end.rep, end.rep)
        return f"Somebody of {team}" if team else "Somebody of another team"

    def rule(self, end: End) -> str:
        """What sent it there."""
        if end.outcome == DISQUALIFIED:
            return "Set aside before the rules"
        if end.rule == RETURNING:
            return "Returned to their owner"
        return self.rules.get(end.rule, end.rule) or "No rule"

    def counts(
        self, ends: Replayed, words_of: Callable[[End], str], *, first: Iterable[str], addresses: Mapping[str, str]
    ) -> list[Count]:
        """How many leads each rule or place had, and would have: those named `first` in their order, then the rest."""
        before, after = Counter(map(words_of, ends.before)), Counter(map(words_of, ends.after))
        rest = sorted({*before, *after})
        listed = dict.fromkeys([words for words in first if words in before or words in after] + rest)
        return [Count(words, before[words], after[words], addresses.get(words, "")) for words in listed]
