"""How evenly something is spread, and what lies in the middle: published values, the real Olist, and what must hold."""

import json
import statistics
from collections import Counter
from csv import DictReader
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.statistics.equality import gini, jain, largest_difference
from reports.statistics.quantiles import median, quantile

SHARED = Path(__file__).parents[3] / "../shared/data"
PUBLISHED = SHARED / "published/fairness_indices.json"
DEALS = SHARED / "olist/olist_closed_deals_dataset.csv"
INDEX = {"jain": jain, "gini": gini}

AMOUNTS = st.lists(st.one_of(st.integers(0, 10_000), st.floats(0, 1e6)), min_size=1, max_size=20)


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published values are not beside the project")
def test_published_indices_of_fairness_are_met() -> None:
    published = json.loads(PUBLISHED.read_text())
    assert len(published) > 10
    for case in published:
        got = INDEX[case["index"]](case["values"])
        assert got == pytest.approx(case["exact"], abs=1e-12), case
        assert "expected_2dp" not in case or round(got, 2) == case["expected_2dp"]


@pytest.mark.skipif(not DEALS.exists(), reason="the Olist deals are not beside the project")
def test_the_wins_of_olists_reps_are_as_uneven_as_expected() -> None:
    with DEALS.open(newline="") as lines:
        wins = Counter(row["sr_id"] for row in DictReader(lines)).values()
    assert len(wins) == 22
    assert round(jain(wins) or 0, 6) == 0.580935
    assert round(gini(wins) or 0, 6) == 0.459620
    assert largest_difference(wins) == 132


def test_of_nobody_there_is_nothing_to_say() -> None:
    assert jain([]) is gini([]) is largest_difference([]) is quantile([], 0.5) is None


def test_where_everybody_has_nothing_all_have_the_same() -> None:
    assert (jain([0, 0]), gini([0, 0]), largest_difference([0, 0])) == (1, 0, 0)


def test_amounts_below_zero_are_no_shares() -> None:
    for index in INDEX.values():
        with pytest.raises(ValueError, match="not below 0"):
            index([1, -1])


@given(AMOUNTS)
def test_gini_is_half_the_mean_difference_over_the_mean(amounts: list[float]) -> None:
    n, total = len(amounts), sum(amounts)
    if total:
        differences = sum(abs(a - b) for a, b in combinations(amounts, 2))
        assert gini(amounts) == pytest.approx(differences / (n * total), abs=1e-9)


@given(AMOUNTS)
def test_indices_stay_between_one_has_all_and_all_have_the_same(amounts: list[float]) -> None:
    n = len(amounts)
    assert 1 / n - 1e-9 <= (jain(amounts) or 0) <= 1 + 1e-9
    assert 0 <= (gini(amounts) or 0) <= (n - 1) / n + 1e-9


@given(AMOUNTS, st.sampled_from([1e-150, 0.5, 3, 1e150]))
def test_indices_do_not_ask_in_what_unit_one_counts(amounts: list[float], unit: float) -> None:
    scaled = [amount * unit for amount in amounts]
    if all((amount > 1e-100) == (amount > 0) for amount in amounts):
        assert jain(scaled) == pytest.approx(jain(amounts))
        assert gini(scaled) == pytest.approx(gini(amounts), abs=1e-9)


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([1, 2, 3, 4], 0.5, 2.5),
        ([4, 1, 3, 2], 0.9, 3.7),
        ([1, 2, 3, 4], 0.25, 1.75),  # R's quantile(1:4, .25), and its default type
        ([7], 0.9, 7),
        ([1, 1, 1, 9], 0.5, 1),
        ([3, 1, 2], 0, 1),
        ([3, 1, 2], 1, 3),
    ],
)
def test_a_quantile_lies_between_its_neighbours(values: list[float], share: float, expected: float) -> None:
    assert quantile(values, share) == pytest.approx(expected)


@given(AMOUNTS, st.floats(0, 1), st.floats(0, 1))
def test_quantiles_rise_with_the_share_and_stay_within_the_values(
    amounts: list[float], one: float, other: float
) -> None:
    low, high = (quantile(amounts, share) or 0 for share in sorted((one, other)))
    assert min(amounts) <= low <= high <= max(amounts)


@given(AMOUNTS)
def test_the_median_is_everybody_elses_median(amounts: list[float]) -> None:
    assert median(amounts) == pytest.approx(statistics.median(amounts))


@given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=30))
def test_deciles_are_those_of_the_standard_library(amounts: list[int]) -> None:
    theirs = statistics.quantiles(amounts, n=10, method="inclusive")
    assert [quantile(amounts, tenth / 10) for tenth in range(1, 10)] == pytest.approx(theirs)


def test_a_share_above_one_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        quantile([1], 1.1)
