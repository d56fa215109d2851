"""Output allows for luck: few leads say little, many say what they say."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.statistics.output import (
    ENOUGH_EXPECTED,
    STRONGEST,
    WEAKEST,
    Output,
    in_order,
    output_of,
    outputs,
    prior_strength,
)
from reports.statistics.shrinkage import Count, Rates

EXPECTED = st.floats(0.01, 500)
STRENGTH = st.floats(WEAKEST, STRONGEST)


def of(won: int, expected: float, leads: int = 1000, strength: float = 10) -> Output:
    return output_of(Count(leads, won), expected, strength)


@given(st.integers(0, 900), EXPECTED, STRENGTH)
def test_the_truth_is_taken_to_lie_between_what_was_seen_and_what_was_expected(
    won: int, expected: float, strength: float
) -> None:
    one = of(won, expected, strength=strength)
    low, high = sorted((won / expected, 1))
    assert low - 1e-9 <= one.allowing_for_luck <= high + 1e-9
    assert 0 < one.low < one.allowing_for_luck < one.high


@given(st.integers(0, 900), EXPECTED, STRENGTH)
def test_one_more_win_raises_all_of_it(won: int, expected: float, strength: float) -> None:
    fewer, more = of(won, expected, strength=strength), of(won + 1, expected, strength=strength)
    assert fewer.allowing_for_luck < more.allowing_for_luck
    assert (fewer.low, fewer.high) < (more.low, more.high)


def test_the_same_output_from_more_leads_is_surer() -> None:
    few, many = of(6, 4), of(60, 40)
    assert few.plain == many.plain == 1.5
    assert few.low < many.low
    assert many.high - many.low < few.high - few.low


def test_the_interval_is_that_of_a_gamma() -> None:
    """Strength 10, 10 won of 10 expected: chi squared with 40 degrees of freedom, over 40; 29.051 and 51.805."""
    one = of(10, 10)
    assert (one.low, one.high) == (pytest.approx(29.051 / 40, abs=1e-4), pytest.approx(51.805 / 40, abs=1e-4))


def test_where_no_win_was_to_be_expected_there_is_no_output_but_everything_is_possible() -> None:
    one = of(0, 0, leads=3)
    assert one.plain is None
    assert one.allowing_for_luck == 1
    assert one.low < 1 < one.high
    assert not one.is_enough
    assert of(0, 0, leads=0).wins_per_100 is None


def test_two_people_with_the_same_leads_differ_by_their_wins_alone() -> None:
    work = {
        "laura": {"web": Count(100, 14), "fair": Count(100, 34)},
        "daniel": {"web": Count(100, 6), "fair": Count(100, 26)},
    }
    found = outputs(work)
    assert found["laura"].expected == found["daniel"].expected == pytest.approx(40, abs=0.1)
    assert found["laura"].plain == pytest.approx(1.2, abs=0.01)
    assert found["daniel"].plain == pytest.approx(0.8, abs=0.01)


def test_who_gets_the_better_leads_is_not_called_better_for_it() -> None:
    """Emma wins twice as many per 100 as Daniel, because of what she is given."""
    work = {
        "laura": {"web": Count(300, 30), "referral": Count(300, 90)},
        "daniel": {"web": Count(400, 48), "referral": Count(50, 18)},
        "emma": {"web": Count(50, 4), "referral": Count(400, 108)},
    }
    found = outputs(work)
    assert (found["emma"].wins_per_100 or 0) > 1.6 * (found["daniel"].wins_per_100 or 0)
    assert found["emma"].allowing_for_luck < found["daniel"].allowing_for_luck
    assert next(who for who, _ in in_order(found)) == "daniel"


def test_the_yardstick_may_be_wider_than_the_people_shown() -> None:
    rates = Rates(0.1, 50, {"web": 0.2})
    found = outputs({"laura": {"web": Count(100, 20)}}, rates)
    assert found["laura"].expected == pytest.approx(20)
    assert found["laura"].plain == pytest.approx(1)


def test_two_lucky_wins_have_no_place() -> None:
    found = outputs(
        {
            "laura": {"web": Count(200, 20)},
            "daniel": {"web": Count(200, 19)},
            "omar": {"web": Count(2, 2)},
        }
    )
    assert (found["omar"].plain or 0) > 9
    assert [who for who, _ in in_order(found)] == ["laura", "daniel", "omar"]
    assert dict(in_order(found))["omar"] is None


def test_equals_share_a_place_and_the_next_is_counted_on() -> None:
    same = of(30, 20)
    assert in_order({"a": of(10, 20), "b": same, "c": same, "d": of(3, 0.9)}) == [
        ("b", 1),
        ("c", 1),
        ("a", 3),
        ("d", None),
    ]


@given(st.lists(st.tuples(st.integers(0, 60), st.floats(0, 40)), max_size=12))
def test_everybody_is_listed_once_and_who_has_enough_before_who_has_not(numbers: list[tuple[int, float]]) -> None:
    people = {place: of(won, expected) for place, (won, expected) in enumerate(numbers)}
    listed = in_order(people)
    assert sorted(who for who, _ in listed) == sorted(people)
    enough = [people[who].expected >= ENOUGH_EXPECTED for who, _ in listed]
    assert enough == sorted(enough, reverse=True)
    assert [place is not None for _, place in listed] == enough
    best_first = [people[who].allowing_for_luck for who, place in listed if place]
    assert best_first == sorted(best_first, reverse=True)


@given(st.lists(st.tuples(st.integers(0, 60), st.floats(0, 40)), max_size=12))
def test_the_strength_of_the_prior_keeps_its_bounds(numbers: list[tuple[int, float]]) -> None:
    assert WEAKEST <= prior_strength(numbers) <= STRONGEST


def test_the_strength_of_a_gamma_is_found_again() -> None:
    """True outputs drawn with a standard deviation of 0.4: strength 1 / 0.16 = 6.25."""
    chance = Random(3)
    pairs = []
    for _ in range(600):
        expected, true = chance.uniform(5, 40), chance.gammavariate(6.25, 1 / 6.25)
        won, clock = -1, 0.0
        while clock < true * expected:
            clock, won = clock + chance.expovariate(1), won + 1
        pairs.append((won, expected))
    assert prior_strength(pairs) == pytest.approx(6.25, rel=0.15)


KIND_COUNTS = st.integers(0, 60).flatmap(lambda leads: st.builds(Count, st.just(leads), st.integers(0, leads)))


@settings(deadline=None)
@given(st.dictionaries(st.integers(0, 8), st.dictionaries(st.integers(0, 4), KIND_COUNTS, max_size=4), max_size=6))
def test_whatever_the_counts_there_is_an_answer(work: dict[int, dict[int, Count]]) -> None:
    for who, one in outputs(work).items():
        assert one.leads == sum(count.leads for count in work[who].values())
        assert one.won == sum(count.won for count in work[who].values())
        assert 0 <= one.expected <= one.leads + 1e-9
        assert 0 < one.low < one.allowing_for_luck < one.high
