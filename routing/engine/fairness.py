"""The ledger of a team: what each rep was owed and got, exactly, and who is next by fair share.

*lag* = owed minus got, in leads. The next lead goes to the rep who would soonest be a whole lead short: among eligible
reps whose lag, this lead's share included, is above zero, the smallest floor((1 - lag) / share); ties: the larger lag,
then whoever waited longest since their last lead from the team, then position; if no lag is above zero, the largest.
While the eligible reps and their weights stay the same every lag stays strictly between -1 and 1: the Pfair bound of
Baruah, Cohen, Plaxton and Varvel, "Proportionate progress: a notion of fairness in resource allocation" (1996).

Lags are whole numerators over one denominator. While the same reps are owed, all lags grow in step, so that nothing
has to be added up lead by lead: reps of one weight keep their order, and only the winner's place changes.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from math import gcd
from typing import Any

from .calendars import NEVER


@dataclass(frozen=True, slots=True, eq=False)
class Owed:
    """Reps who are owed a share of one lead, with weights, in position order; `takers` are those who can take it now.

    Made once for each different set, and told apart by identity.
    """

    members: tuple[tuple[str, int], ...]
    takers: tuple[str, ...]
    total: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "total", sum(weight for _, weight in self.members))

    def share(self, rep: str) -> Fraction:
        """What a rep is owed of one lead; 0 for whoever is not in the set."""
        return next((Fraction(weight, self.total) for name, weight in self.members if name == rep), Fraction(0))


@dataclass(slots=True)
class Absence:
    """An absence that is being made up: what it has brought so far, and when the first lead was missed."""

    brought: Fraction
    since: datetime


class _Race:
    """Everybody's place while one set of reps is owed: a heap for each weight, the largest lag on top."""

    __slots__ = ("base", "heaps", "keys", "owed", "position", "run", "step", "weight")

    def __init__(self, owed: Owed, ledger: Ledger) -> None:
        self.owed = owed
        self.run = 0
        self.weight = dict(owed.members)
        self.step = {weight: weight * ledger.denominator // owed.total for weight in set(self.weight.values())}
        self.base = {rep: ledger.lags.get(rep, 0) for rep in self.weight}
        self.position = {rep: place for place, rep in enumerate(owed.takers)}
        self.keys: dict[str, tuple[int, datetime, int, str]] = {}
        self.heaps: dict[int, list[tuple[int, datetime, int, str]]] = {}
        for rep, place in self.position.items():
            key = self.keys[rep] = (-self.base[rep], ledger.last.get(rep, NEVER), place, rep)
            self.heaps.setdefault(self.weight[rep], []).append(key)
        for heap in self.heaps.values():
            heapq.heapify(heap)

    def moved(self, rep: str, last: datetime) -> None:
        """Puts a rep in their new place after their lag or last lead changed."""
        place = self.position.get(rep)
        if place is not None:
            key = self.keys[rep] = (-self.base[rep], last, place, rep)
            heapq.heappush(self.heaps[self.weight[rep]], key)

    def winner(self, denominator: int) -> str:
        """Who is next. Looks only at the first of each weight: within one, the largest lag is due first."""
        due: tuple[int, int, datetime, int, str] | None = None
        ahead: tuple[int, int, datetime, int, str] | None = None
        for weight, heap in self.heaps.items():
            while heap[0] is not self.keys[heap[0][3]]:
                heapq.heappop(heap)
            minus_base, last, place, rep = heap[0]
            step = self.step[weight]
            lag = self.run * step - minus_base
            if lag + step > 0:
                candidate = ((denominator - lag) // step, -lag, last, place, rep)
                if due is None or candidate < due:
                    due = candidate
            elif due is None:
                candidate = (-(lag + step), -lag, last, place, rep)
                if ahead is None or candidate < ahead:
                    ahead = candidate
        best = due or ahead
        assert best is not None, "nobody is eligible"
        return best[4]


class Ledger:
    """A team's balances. Reps it has never seen stand at 0, the team's average."""

    __slots__ = ("_race", "absences", "changed", "denominator", "lags", "last")

    def __init__(
        self,
        *,
        denominator: int = 1,
        lags: Mapping[str, int] | None = None,
        last: Mapping[str, datetime] | None = None,
        absences: Mapping[str, Absence] | None = None,
    ) -> None:
        self.denominator = denominator
        self.lags: dict[str, int] = dict(lags or {})
        self.last: dict[str, datetime] = dict(last or {})
        self.absences: dict[str, Absence] = dict(absences or {})
        self.changed = False
        self._race: _Race | None = None

    def lag(self, rep: str) -> Fraction:
        """Owed minus got, in leads, before the next lead."""
        race = self._race
        if race is not None and rep in race.base:
            return Fraction(race.base[rep] + race.run * race.step[race.weight[rep]], self.denominator)
        return Fraction(self.lags.get(rep, 0), self.denominator)

    def all_lags(self) -> dict[str, Fraction]:
        """Everybody's lag whom the ledger knows."""
        self._settle()
        return {rep: Fraction(lag, self.denominator) for rep, lag in self.lags.items()}

    def next(self, owed: Owed) -> str:
        """Who gets the next lead of those who can take it."""
        return self._racing(owed).winner(self.denominator)

    def post(self, owed: Owed, winner: str, at: datetime) -> None:
        """One lead delivered by fair share: everybody owed gets their share, the winner is charged one."""
        race = self._racing(owed)
        race.run += 1
        if winner in race.base:
            race.base[winner] -= self.denominator
        else:
            self.lags[winner] = self.lags.get(winner, 0) - self.denominator
        self.touch(winner, at)

    def reverse(self, members: Iterable[tuple[str, int]], winner: str) -> None:
        """Takes a posting back: nobody was owed, nobody charged."""
        self._settle()
        listed = list(members)
        total = sum(weight for _, weight in listed)
        self._make_divisible(total)
        for rep, weight in listed:
            self.lags[rep] = self.lags.get(rep, 0) - weight * self.denominator // total
            if (absence := self.absences.get(rep)) is not None:  # what it brought them is taken back too
                absence.brought = max(Fraction(0), absence.brought - Fraction(weight, total))
        self.lags[winner] = self.lags.get(winner, 0) + self.denominator
        self.changed = True

    def touch(self, rep: str, at: datetime) -> None:
        """A rep's last lead from this team, whatever the order."""
        self.changed = True
        self.last[rep] = at
        if self._race is not None:
            self._race.moved(rep, at)

    def to_state(self) -> dict[str, Any]:
        """The balances as JSON keeps them, in lowest terms."""
        self._settle()
        common = gcd(self.denominator, *self.lags.values())
        return {
            "denominator": self.denominator // common,
            "lags": {rep: lag // common for rep, lag in self.lags.items()},
            "last": {rep: at.isoformat() for rep, at in self.last.items()},
            "absences": {
                rep: [one.brought.numerator, one.brought.denominator, one.since.isoformat()]
                for rep, one in self.absences.items()
            },
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Ledger:
        """The ledger that `to_state` wrote; an empty state is a new ledger."""
        return cls(
            denominator=state.get("denominator", 1),
            lags=state.get("lags"),
            last={rep: datetime.fromisoformat(at) for rep, at in state.get("last", {}).items()},
            absences={
                rep: Absence(Fraction(numerator, denominator), datetime.fromisoformat(since))
                for rep, (numerator, denominator, since) in state.get("absences", {}).items()
            },
        )

    def _racing(self, owed: Owed) -> _Race:
        if self._race is None or self._race.owed is not owed:
            self._settle()
            self._make_divisible(owed.total)
            self._race = _Race(owed, self)
        return self._race

    def _settle(self) -> None:
        race = self._race
        if race is not None:
            for rep, base in race.base.items():
                self.lags[rep] = base + race.run * race.step[race.weight[rep]]
            self._race = None

    def _make_divisible(self, total: int) -> None:
        factor = total // gcd(self.denominator, total)
        if factor > 1:
            self.denominator *= factor
            self.lags = {rep: lag * factor for rep, lag in self.lags.items()}
