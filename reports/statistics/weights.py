"""Next period's weights, proposed from output. A manager approves them; nothing here writes any."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, fsum
from typing import Final, Generic, TypeVar

Who = TypeVar("Who", bound=Hashable)

LEAST: Final = Fraction(1, 2)
MOST: Final = Fraction(2)
"""A proposal at most halves a weight or doubles it."""

LARGEST_WEIGHT: Final = 1000
WORTH: Final = 0.05
"""Where nobody's weight would change by this much of itself, none is changed: that is noise."""

FINE: Final = 100
"""Weights are whole numbers. Where they are small they are all multiplied, so that the mean is about this: between 1
and 2 there is no 1.2."""


@dataclass(frozen=True, slots=True)
class Member(Generic[Who]):
    """Somebody in a team, as far as a proposal goes."""

    who: Who
    weight: int
    output: float | None
    """Allowing for luck, above 0; None where there are too few leads to say: such a weight keeps its share."""

    paid_for: float = 1.0
    """The output that the present weight rewards already: that of the last approved proposal, 1 without one. So the
    same output twice proposes the same weights twice, instead of adding the reward to the reward."""


def propose(members: Sequence[Member[Who]]) -> dict[Who, int]:
    """The weight to give each member next.

    1. Weights are made fine enough, all by the same factor, which changes nobody's share.
    2. Who has an output gets weight * output / output paid for already, times one number for all that leaves the sum of
       their weights as it was, bounded to half and double their (finer) weight and to 1000. So who has no output keeps
       their share exactly.
    3. Whole numbers by largest remainder; ties go to the larger weight, then to the order given.

    A weight of 0 stays 0. Where nobody would move by a twentieth of their weight, all stay as they are.
    """
    finer = finer_by([member.weight for member in members])
    fine = {member.who: member.weight * finer for member in members}
    asked = {
        member.who: fine[member.who] * member.output / member.paid_for
        for member in members
        if member.output is not None and member.weight
    }
    proposed = fine | _in_whole_numbers(_balanced(asked, fine), fine)
    worth = any(abs(proposed[who] - weight) >= weight * WORTH for who, weight in fine.items() if weight)
    return {member.who: member.weight for member in members} if not worth else proposed


def finer_by(weights: Sequence[int]) -> int:
    """The whole number that makes small weights fine: their mean about 100, and none whose double is above 1000."""
    above_zero = [weight for weight in weights if weight]
    if not above_zero:
        return 1
    mean = Fraction(sum(above_zero), len(above_zero))
    return max(1, min(floor(FINE / mean), LARGEST_WEIGHT // (2 * max(above_zero))))


def bounds(weight: int) -> tuple[int, int]:
    """The least and the most that may become of a weight."""
    return ceil(weight * LEAST), min(floor(weight * MOST), LARGEST_WEIGHT)


def _balanced(asked: Mapping[Who, float], now: Mapping[Who, int]) -> dict[Who, float]:
    """What each asks for times one number for all, within bounds, so that the sum is what it is now.

    The sum grows with that number, from half of now to twice it (or 1000 each), so halving the interval finds it.
    """

    def given(scale: float) -> dict[Who, float]:
        return {who: min(max(asked[who] * scale, bounds(now[who])[0]), bounds(now[who])[1]) for who in asked}

    total = sum(now[who] for who in asked)
    low, high = 0.0, LARGEST_WEIGHT / min(asked.values(), default=1)
    while low < (middle := (low + high) / 2) < high:
        if fsum(given(middle).values()) < total:
            low = middle
        else:
            high = middle
    return given(high)


def _in_whole_numbers(wanted: Mapping[Who, float], now: Mapping[Who, int]) -> dict[Who, int]:
    """The nearest whole numbers with the same sum. Bounds are whole, so a rounded number is within them as well."""
    # What is a whole number but for the last digits is that number.
    near = {who: round(amount, 6) for who, amount in wanted.items()}
    whole = {who: floor(amount) for who, amount in near.items()}
    left = round(sum(near.values())) - sum(whole.values())
    by_remainder = sorted(near, key=lambda who: (whole[who] - near[who], -now[who]))
    return whole | {who: whole[who] + 1 for who in by_remainder[:left]}
