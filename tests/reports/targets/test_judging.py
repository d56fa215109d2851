"""When a rep's week is worth a word: seldom under constant skill, soon where something broke. No database."""

from __future__ import annotations

import math
import random
from statistics import median

import pytest

from reports.targets.judging import Measured, judge_median, judge_share


def share(hits: int, leads: int) -> Measured:
    return Measured(100 * hits / leads if leads else None, leads)


STEADY = [share(12, 20)] * 8  # 60 % of twenty leads a week


@pytest.mark.parametrize(
    ("week", "below"),
    [
        (share(12, 20), False),
        (share(9, 20), False),  # 45 %: a quarter less, and chance
        (share(5, 20), True),
        (share(0, 9), False),  # of too few leads
        (share(0, 10), True),
        (Measured(None, 0), False),
    ],
    ids=["as ever", "a weak week", "a bad week", "too few", "just enough", "nothing"],
)
def test_a_share_is_compared_with_their_own_last_eight_weeks(week, below):
    verdict = judge_share(week, STEADY, target=None, more_is_better=True)
    assert verdict.below_own is below
    assert verdict.own == pytest.approx(60)
    assert not verdict.below_target


@pytest.mark.parametrize(("hits", "below"), [(60, False), (52, False), (45, True)])
def test_a_share_misses_its_target_only_by_more_than_chance(hits, below):
    assert judge_share(share(hits, 100), [], target=60, more_is_better=True).below_target is below


def test_many_leads_a_little_below_their_own_weeks_are_no_news():
    before = [share(600, 1000)] * 8
    assert not judge_share(share(500, 1000), before, target=None, more_is_better=True)  # 50 %: a sixth less
    assert judge_share(share(440, 1000), before, target=None, more_is_better=True).below_own


def test_weeks_that_hardly_held_a_lead_are_no_past():
    verdict = judge_share(share(0, 20), [share(2, 3)] * 8, target=None, more_is_better=True)
    assert verdict.own is None
    assert not verdict


def test_where_less_is_better_more_is_below():
    before = [share(2, 20)] * 8
    assert judge_share(share(9, 20), before, target=None, more_is_better=False).below_own
    assert not judge_share(share(0, 20), before, target=20, more_is_better=False)
    assert judge_share(share(12, 20), [], target=20, more_is_better=False).below_target


def times(*minutes: float) -> list[Measured]:
    return [Measured(60 * each, 20) for each in minutes]


USUAL = times(4, 5, 6, 5, 4.5, 5.5, 5, 6)


@pytest.mark.parametrize(("minutes", "below"), [(5, False), (6.2, False), (12, True), (1, False)])
def test_a_median_time_is_compared_with_their_own_last_eight_weeks(minutes, below):
    verdict = judge_median(*times(minutes), USUAL, target=None, more_is_better=False)
    assert verdict.below_own is below
    assert verdict.own == 300


def test_one_odd_week_hides_no_slow_one():
    odd = [*USUAL[:7], *times(600)]
    assert judge_median(*times(15), odd, target=None, more_is_better=False).below_own


def test_a_median_misses_its_target_by_more_than_it_moves_by_itself():
    assert not judge_median(*times(5.5), USUAL, target=300, more_is_better=False).below_target
    assert judge_median(*times(12), USUAL, target=300, more_is_better=False).below_target


def test_of_few_weeks_or_few_leads_nothing_is_said():
    assert not judge_median(*times(60), USUAL[:4], target=300, more_is_better=False)
    assert not judge_median(Measured(3600, 9), USUAL, target=300, more_is_better=False)
    assert not judge_median(*times(60), [Measured(300, 9)] * 8, target=300, more_is_better=False)


def weeks(draw, count: int) -> list[Measured]:
    return [draw() for _ in range(count)]


@pytest.mark.parametrize("leads", [10, 15, 25, 60, 150])
@pytest.mark.parametrize("skill", [0.03, 0.1, 0.3, 0.5, 0.6, 0.9, 0.97])
def test_constant_skill_just_at_the_target_is_seldom_warned_of(skill, leads):
    """Fewer than five of a hundred rep-weeks, although the target is exactly what they can."""
    dice = random.Random(f"{skill} {leads}")

    def draw() -> Measured:
        got = max(1, round(dice.gauss(leads, leads / 5)))
        return share(sum(dice.random() < skill for _ in range(got)), got)

    warned = sum(
        bool(judge_share(draw(), weeks(draw, 8), target=100 * skill, more_is_better=True)) for _ in range(1_000)
    )
    assert warned < 50


@pytest.mark.parametrize("leads", [10, 20, 60])
@pytest.mark.parametrize("skewed", [0.3, 1.0, 1.6])
def test_constant_speed_just_at_the_target_is_seldom_warned_of(skewed, leads):
    dice = random.Random(f"{skewed} {leads}")

    def draw() -> Measured:
        return Measured(median(300 * math.exp(dice.gauss(0, skewed)) for _ in range(leads)), leads)

    warned = sum(bool(judge_median(draw(), weeks(draw, 8), target=300, more_is_better=False)) for _ in range(1_000))
    assert warned < 50


def test_a_skill_that_halves_is_seen():
    """Of twenty-five leads a week, 60 % fall to 30 %: seven such weeks of ten are told of at once."""
    dice = random.Random(7)

    def draw(skill: float) -> Measured:
        return share(sum(dice.random() < skill for _ in range(25)), 25)

    seen = sum(
        judge_share(draw(0.3), [draw(0.6) for _ in range(8)], target=None, more_is_better=True).below_own
        for _ in range(500)
    )
    assert seen > 350
