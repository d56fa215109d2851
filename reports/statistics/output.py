"""Output: won / expected wins, what it is allowing for luck, with its interval, and the order of reps by it.

Choices that were measured (tests/reports/statistics/test_skill_recovered.py, docs/decisions/0020-output.md):

* A rep's own leads stay in the rates of their kinds. Leaving them out ("leave-one-out") recovers skill no better, and
  gives everybody a yardstick of their own, so that expected wins no longer add up to what was won.
* The order is by output allowing for luck, and who has too few leads has no place in it. To order by the lower end of
  the interval keeps the lucky down as well, but recovers skill less well, as it favours whoever has most leads.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from math import fsum
from typing import Final, TypeVar

from .gamma import value_at
from .shrinkage import Count, Kind, Rates, expected_wins, shrunk_rates

Who = TypeVar("Who", bound=Hashable)

INTERVAL: Final = 0.8
"""How sure the interval is: in four of five cases the true output lies within."""

ENOUGH_EXPECTED: Final = 1.0
ENOUGH_LEADS: Final = 10
"""From how many expected wins, and how many leads, on there is something to say of somebody. Two lucky wins of a few
leads are below it, of whatever kind the leads are."""

WEAKEST: Final = 4.0
STRONGEST: Final = 16.0
"""The prior's strength, in expected wins, lies between these: true outputs are taken to spread by a half (1 / sqrt(4))
at most, and by a quarter (1 / sqrt(16)) at least. A team is too few people to be told by its own numbers that nobody
differs; without the upper bound an interval of 80 % held the true output in 60 % of generated cases."""


@dataclass(frozen=True, slots=True)
class Output:
    """What somebody made of their leads, measured by what was to be expected of these."""

    leads: int
    won: int
    expected: float
    allowing_for_luck: float
    """Won / expected wins, shrunk towards 1: the mean of what the true output may be."""

    low: float
    high: float

    @property
    def plain(self) -> float | None:
        """Won / expected wins; None where no win was to be expected."""
        return self.won / self.expected if self.expected else None

    @property
    def wins_per_100(self) -> float | None:
        return 100 * self.won / self.leads if self.leads else None

    @property
    def is_enough(self) -> bool:
        """Whether there were leads enough to tell skill from luck at all."""
        return self.leads >= ENOUGH_LEADS and self.expected >= ENOUGH_EXPECTED


def outputs(work: Mapping[Who, Mapping[Kind, Count]], rates: Rates[Kind] | None = None) -> dict[Who, Output]:
    """The output of each of these people, by their leads of each kind.

    `rates` are those of the whole scope of the comparison; left out, they are computed from the work given, which then
    must be everybody's. The prior comes from the work given as well.
    """
    yardstick = rates or shrunk_rates(by_kind(work.values()))
    totals = {who: sum(kinds.values(), Count()) for who, kinds in work.items()}
    expected = {
        who: expected_wins({kind: count.leads for kind, count in kinds.items()}, yardstick)
        for who, kinds in work.items()
    }
    strength = prior_strength([(totals[who].won, expected[who]) for who in work])
    return {who: output_of(totals[who], expected[who], strength) for who in work}


def by_kind(work: Iterable[Mapping[Kind, Count]]) -> dict[Kind, Count]:
    """Everybody's leads together, by kind."""
    together: dict[Kind, Count] = {}
    for kinds in work:
        for kind, count in kinds.items():
            together[kind] = together.get(kind, Count()) + count
    return together


def prior_strength(won_and_expected: Iterable[tuple[int, float]]) -> float:
    """How strongly outputs are shrunk towards 1, in expected wins, from how much people differ.

    Wins are taken to be Poisson around true output * expected wins, true outputs gamma distributed around 1 (Clayton
    and Kaldor, "Empirical Bayes estimates of age-standardized relative risks", Biometrics 43, 1987). Their variance,
    which is 1 / strength, by the method of moments: sum (won - expected)^2 / expected is expected to be
    (k - 1) + variance * (E - sum expected^2 / E), E the sum of expected (DerSimonian and Laird, 1986).
    """
    pairs = [(won, expected) for won, expected in won_and_expected if expected > 0]
    total = fsum(expected for _, expected in pairs)
    room = total - fsum(expected**2 for _, expected in pairs) / total if pairs else 0.0
    if room <= 0:
        return STRONGEST
    beyond_chance = fsum((won - expected) ** 2 / expected for won, expected in pairs) - (len(pairs) - 1)
    return min(max(room / beyond_chance, WEAKEST), STRONGEST) if beyond_chance > 0 else STRONGEST


def output_of(total: Count, expected: float, strength: float) -> Output:
    """One person's output: true output is gamma distributed with shape strength + won and rate strength + expected."""
    shape, rate = strength + total.won, strength + expected
    tail = (1 - INTERVAL) / 2
    return Output(
        leads=total.leads,
        won=total.won,
        expected=expected,
        allowing_for_luck=shape / rate,
        low=value_at(tail, shape) / rate,
        high=value_at(1 - tail, shape) / rate,
    )


def in_order(people: Mapping[Who, Output]) -> list[tuple[Who, int | None]]:
    """Everybody, the best first, with their place from 1; those with the same numbers share one.

    By output allowing for luck. Who has too few leads to say has no place and comes last, however lucky.
    """
    ranked = sorted(people, key=lambda who: (people[who].is_enough, people[who].allowing_for_luck), reverse=True)
    placed: list[tuple[Who, int | None]] = []
    for number, who in enumerate(ranked, 1):
        if not people[who].is_enough:
            placed.append((who, None))
        elif placed and people[who].allowing_for_luck == people[placed[-1][0]].allowing_for_luck:
            placed.append((who, placed[-1][1]))
        else:
            placed.append((who, number))
    return placed
