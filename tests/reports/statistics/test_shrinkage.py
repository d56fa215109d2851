"""Win rates of like leads: with few leads nearly the whole's, with many their own."""

from math import inf
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.statistics.shrinkage import Count, expected_wins, shrunk_rates, strength_of

COUNTS = st.integers(0, 300).flatmap(lambda leads: st.builds(Count, st.just(leads), st.integers(0, leads)))
KINDS = st.dictionaries(st.integers(0, 20), COUNTS, max_size=12)


@given(KINDS)
def test_a_rate_lies_between_its_own_and_the_wholes(kinds: dict[int, Count]) -> None:
    rates = shrunk_rates(kinds)
    for kind, count in kinds.items():
        own = count.won / count.leads if count.leads else rates.whole
        low, high = sorted((own, rates.whole))
        assert low - 1e-12 <= rates.of(kind) <= high + 1e-12


@given(KINDS)
def test_shrinking_keeps_the_order_of_kinds_with_as_many_leads(kinds: dict[int, Count]) -> None:
    rates = shrunk_rates(kinds)
    for one, a in kinds.items():
        for other, b in kinds.items():
            if a.leads == b.leads and a.won <= b.won:
                assert rates.of(one) <= rates.of(other) + 1e-12


@pytest.mark.parametrize(
    ("kinds", "rate"),
    [
        ({}, 0),
        ({"web": Count(0, 0)}, 0),
        ({"web": Count(50, 5)}, 0.1),
        ({"web": Count(50, 0), "fair": Count(9, 0)}, 0),
        ({"web": Count(50, 50), "fair": Count(1, 1)}, 1),
        ({"web": Count(1, 1), "fair": Count(1, 0)}, 0.5),
    ],
    ids=["nothing", "no leads", "one kind", "no wins", "all won", "a lead each"],
)
def test_where_kinds_tell_nothing_the_rate_is_the_wholes(kinds: dict[str, Count], rate: float) -> None:
    rates = shrunk_rates(kinds)
    assert rates.strength == inf
    assert [rates.of(kind) for kind in (*kinds, "never seen")] == [rate] * (len(kinds) + 1)


def test_kinds_that_differ_beyond_doubt_keep_their_own_rates() -> None:
    rates = shrunk_rates({"web": Count(5000, 250), "referral": Count(5000, 2500)})
    assert rates.of("web") == pytest.approx(0.05, abs=0.001)
    assert rates.of("referral") == pytest.approx(0.5, abs=0.001)


def test_of_two_kinds_with_the_same_rate_the_one_with_fewer_leads_is_moved_more() -> None:
    rates = shrunk_rates({"web": Count(400, 40), "fair": Count(10, 4), "referral": Count(200, 80)})
    assert rates.whole < rates.of("fair") < rates.of("referral") < 0.4


def test_kinds_where_each_is_all_or_nothing_need_no_prior() -> None:
    rates = shrunk_rates({"web": Count(10, 10), "fair": Count(10, 0)})
    assert (rates.of("web"), rates.of("fair")) == (1, 0)


def test_the_strength_of_a_beta_is_found_again() -> None:
    """Rates drawn from Beta(2, 18): strength 20."""
    chance = Random(5)
    drawn = []
    for _ in range(3000):
        rate, leads = chance.betavariate(2, 18), chance.randint(20, 60)
        drawn.append(Count(leads, sum(chance.random() < rate for _ in range(leads))))
    assert strength_of(drawn) == pytest.approx(20, rel=0.1)


def test_expected_wins_are_the_rates_of_the_leads_added_up() -> None:
    rates = shrunk_rates({"web": Count(1000, 100), "fair": Count(1000, 300)})
    by_hand = 30 * rates.of("web") + 5 * rates.of("fair") + 2 * rates.whole
    assert expected_wins({"web": 30, "fair": 5, "new": 2}, rates) == pytest.approx(by_hand)


@given(KINDS)
def test_everybodys_leads_together_are_expected_to_win_what_they_won(kinds: dict[int, Count]) -> None:
    """Shrinking moves wins between kinds; it invents none and loses none."""
    rates = shrunk_rates(kinds)
    expected = expected_wins({kind: count.leads for kind, count in kinds.items()}, rates)
    assert expected == pytest.approx(sum(count.won for count in kinds.values()))


def test_more_won_than_there_were_leads_cannot_be() -> None:
    with pytest.raises(ValueError, match="cannot be"):
        Count(2, 3)
