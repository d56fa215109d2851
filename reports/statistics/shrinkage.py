"""Win rates of like leads, shrunk towards the whole, and the wins to expect from somebody's leads."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from math import fsum, inf
from typing import Generic, TypeVar

Kind = TypeVar("Kind", bound=Hashable)
"""What makes leads alike: a source and a band."""


@dataclass(frozen=True, slots=True)
class Count:
    """Leads, and how many of them were won."""

    leads: int = 0
    won: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.won <= self.leads:
            raise ValueError(f"{self.won} won of {self.leads} leads cannot be.")

    def __add__(self, other: Count) -> Count:
        return Count(self.leads + other.leads, self.won + other.won)


@dataclass(frozen=True, slots=True)
class Rates(Generic[Kind]):
    """The win rate of each kind of lead, and what it was shrunk with."""

    whole: float
    """The rate that all are shrunk towards: the mean of the kinds' rates, weighted by leads / (leads + strength)."""

    strength: float
    """How many leads at the rate of the whole each kind is given beside its own; without limit where the kinds do not
    differ by more than chance."""

    shrunk: Mapping[Kind, float]

    def of(self, kind: Kind) -> float:
        """The rate of a kind; of one never seen, the whole's."""
        return self.shrunk.get(kind, self.whole)


def shrunk_rates(kinds: Mapping[Kind, Count]) -> Rates[Kind]:
    """The win rate of each kind of lead, shrunk towards the whole by empirical Bayes.

    Kinds' true rates are taken to be beta distributed around the whole's, wins within a kind binomial. A kind's rate is
    then (won + strength * whole) / (leads + strength): with few leads nearly the whole's, with many nearly its own.
    The strength comes from the data: see `strength_of`; so does the whole, as the mean with Kleinman's weights, by
    which all leads together are expected to win exactly what they won. Of no leads at all, the whole is 0.
    """
    strength = strength_of(kinds.values())
    whole = _whole(kinds.values(), strength)
    return Rates(whole, strength, {kind: _shrunk(count, whole, strength) for kind, count in kinds.items()})


def strength_of(counts: Iterable[Count]) -> float:
    """The prior's strength (alpha + beta) of a beta-binomial, by the method of moments.

    Kleinman, "Proportions with extraneous variance: single and independent samples", JASA 68 (1973), with weights n_i:
    sum n_i (r_i - r)^2 is expected to be r (1 - r) ((k - 1) + rho (N - sum n_i^2 / N - (k - 1))), where rho =
    1 / (strength + 1) is the correlation of two leads of a kind. Without limit where rho is not above 0: one kind, no
    wins, nothing but wins, or kinds that differ by no more than chance would have them.
    """
    counts = [count for count in counts if count.leads]
    leads = sum(count.leads for count in counts)
    if not leads:
        return inf
    whole = sum(count.won for count in counts) / leads
    by_chance = len(counts) - 1
    room = leads - sum(count.leads**2 for count in counts) / leads - by_chance
    if not 0 < whole < 1 or room <= 0:
        return inf
    spread = fsum(count.leads * (count.won / count.leads - whole) ** 2 for count in counts)
    rho = (spread / (whole * (1 - whole)) - by_chance) / room
    return 1 / min(rho, 1.0) - 1 if rho > 0 else inf


def _whole(counts: Iterable[Count], strength: float) -> float:
    """Without limit to the strength all leads weigh alike: won / leads."""
    counts = [count for count in counts if count.leads]
    weights = [1.0 if strength == inf else 1 / (count.leads + strength) for count in counts]
    leads = fsum(count.leads * weight for count, weight in zip(counts, weights, strict=True))
    return fsum(count.won * weight for count, weight in zip(counts, weights, strict=True)) / leads if leads else 0.0


def _shrunk(count: Count, whole: float, strength: float) -> float:
    if strength == inf or not count.leads:
        return whole
    return min((count.won + strength * whole) / (count.leads + strength), 1.0)


def expected_wins(leads: Mapping[Kind, int], rates: Rates[Kind]) -> float:
    """How many of somebody's leads would be won if each were won at the rate of its kind."""
    return fsum(number * rates.of(kind) for kind, number in leads.items())
