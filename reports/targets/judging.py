"""Whether a rep's week is worth a word to the manager. No clock, no database: numbers in, a verdict out.

Chance alone moves every number from week to week; a warning that it explains would blame somebody for nothing.

A **share** of n leads (n at least 10) is

* below the target where it misses it by more than two standard errors: 2 * sqrt(t (1 - t) / n) + 1 / 2n
  (the last is the continuity correction: leads come whole);
* well below their own last eight weeks where it is worse by more than a quarter of the share of those weeks together,
  and by more than two standard errors of the difference: 2 * sqrt(p (1 - p) (1/n + 1/N)) + 1 / 2n, with p the share of
  all n + N leads. The weeks must hold at least 30 leads, in four of them or more.

A **median** (a time, a rating) is judged by its logarithm, for times are skewed: against the median of the last eight
weekly values, and in units of their spread, 1.4826 times the median distance from it (MAD), which one odd week does not
move; never less than 5 %. It must be worse by more than three and a half spreads; against their own weeks by more than
a quarter too. Five of the eight weeks must be known, each of at least 10 leads.

Under constant skill fewer than five of a hundred such weeks are warned of (tests/reports/targets/test_judging.py).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

WEEKS_BACK: Final = 8
ENOUGH: Final = 10
"""Leads below which a week says nothing."""
ENOUGH_BEFORE: Final = 30
WEEKS_OF_SHARES: Final = 4
WEEKS_OF_MEDIANS: Final = 5
WELL: Final = 0.25
ERRORS: Final = 2.0
SPREADS: Final = 3.5
LEAST_SPREAD: Final = 0.05
MAD_TO_SD: Final = 1.4826


@dataclass(frozen=True, slots=True)
class Measured:
    """A rep's number of one week, and of how many leads it is. None: nothing known."""

    value: float | None
    leads: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a week stands. `own` is the number of the last eight weeks, None where too little is known of them."""

    below_target: bool = False
    below_own: bool = False
    own: float | None = None

    def __bool__(self) -> bool:
        return self.below_target or self.below_own


def judge_share(week: Measured, before: Sequence[Measured], *, target: float | None, more_is_better: bool) -> Verdict:
    """A week's percentage. `before` are the eight weeks before it, in any order."""
    known = [(one.value, one.leads) for one in before if one.value is not None and one.leads]
    leads_before = sum(leads for _, leads in known)
    enough = leads_before >= ENOUGH_BEFORE and len(known) >= WEEKS_OF_SHARES
    own = sum(value * leads for value, leads in known) / leads_before if enough else None
    if week.value is None or week.leads < ENOUGH:
        return Verdict(own=own)
    share, n = _as_wins(week.value, more_is_better), week.leads
    whole = 1 / (2 * n)
    below_target = below_own = False
    if target is not None:
        wanted = _as_wins(target, more_is_better)
        below_target = wanted - share > ERRORS * math.sqrt(wanted * (1 - wanted) / n) + whole
    if own is not None:
        usual = _as_wins(own, more_is_better)
        together = (share * n + usual * leads_before) / (n + leads_before)
        error = math.sqrt(together * (1 - together) * (1 / n + 1 / leads_before))
        well = abs(week.value - own) > WELL * own
        below_own = well and usual - share > ERRORS * error + whole
    return Verdict(below_target, below_own, own)


def judge_median(week: Measured, before: Sequence[Measured], *, target: float | None, more_is_better: bool) -> Verdict:
    """A week's median, of something that is never below zero. `before` are the eight weeks before it."""
    known = [one.value for one in before if one.value is not None and one.leads >= ENOUGH]
    if len(known) < WEEKS_OF_MEDIANS:
        return Verdict()
    own = median(known)
    if week.value is None or week.leads < ENOUGH:
        return Verdict(own=own)
    logs = [_log(value) for value in known]
    middle = median(logs)
    spread = max(LEAST_SPREAD, MAD_TO_SD * median(abs(log - middle) for log in logs))
    short = (middle - _log(week.value)) * (1 if more_is_better else -1)
    below_own = short > SPREADS * spread and abs(week.value - own) > WELL * own
    below_target = False
    if target is not None:
        missed = (_log(target) - _log(week.value)) * (1 if more_is_better else -1)
        below_target = missed > SPREADS * spread
    return Verdict(below_target, below_own, own)


def _as_wins(percent: float, more_is_better: bool) -> float:
    """A percentage as a part of one of what is wanted."""
    share = min(1.0, max(0.0, percent / 100))
    return share if more_is_better else 1 - share


def _log(value: float) -> float:
    """The logarithm of what is never below zero; a thousandth stands for nothing at all."""
    return math.log(max(value, 0.001))
