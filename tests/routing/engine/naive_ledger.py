"""The ledger as the domain tells it, word by word, with fractions and no cleverness: what the fast one must equal."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from math import floor

Weights = dict[str, int]


class NaiveLedger:
    """lag = owed minus got; every share is added up lead by lead."""

    def __init__(self) -> None:
        self.lags: dict[str, Fraction] = {}
        self.last: dict[str, datetime] = {}

    def next(self, owed: Weights, takers: list[str]) -> str:
        """Among eligible reps whose lag, this lead's share included, is above zero, the smallest
        floor((1 - lag) / share); ties: the larger lag, then whoever waited longest, then position; if no lag is above
        zero, the largest.
        """
        total = sum(owed.values())
        share = {rep: Fraction(owed[rep], total) for rep in takers}
        lag = {rep: self.lags.get(rep, Fraction(0)) for rep in takers}

        def waited(rep: str) -> tuple[bool, float]:
            return rep in self.last, self.last[rep].timestamp() if rep in self.last else 0.0

        short = [rep for rep in takers if lag[rep] + share[rep] > 0]
        if short:
            return min(
                short,
                key=lambda rep: (floor((1 - lag[rep]) / share[rep]), -lag[rep], waited(rep), takers.index(rep)),
            )
        return min(takers, key=lambda rep: (-(lag[rep] + share[rep]), -lag[rep], waited(rep), takers.index(rep)))

    def post(self, owed: Weights, winner: str, at: datetime, sign: int = 1) -> None:
        """Everybody owed gets their share, the winner is charged one; backwards with sign -1."""
        total = sum(owed.values())
        for rep, weight in owed.items():
            self.lags[rep] = self.lags.get(rep, Fraction(0)) + sign * Fraction(weight, total)
        self.lags[winner] = self.lags.get(winner, Fraction(0)) - sign
        if sign == 1:
            self.last[winner] = at
