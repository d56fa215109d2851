"""The gamma distribution: what tables print, where there is a formula, and there and back."""

from math import erf, exp, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.statistics.gamma import share_below, value_at

# Upper percentage points of chi squared: NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.4, and any table.
CHI_SQUARED = [
    (1, 0.90, 2.706),
    (1, 0.95, 3.841),
    (1, 0.10, 0.016),
    (2, 0.95, 5.991),
    (5, 0.90, 9.236),
    (5, 0.10, 1.610),
    (10, 0.95, 18.307),
    (10, 0.90, 15.987),
    (10, 0.10, 4.865),
    (30, 0.99, 50.892),
    (30, 0.10, 20.599),
    (100, 0.90, 118.498),
    (100, 0.10, 82.358),
    (100, 0.999, 149.449),
]


@pytest.mark.parametrize(("freedom", "share", "printed"), CHI_SQUARED)
def test_points_of_chi_squared_are_those_of_the_tables(freedom: int, share: float, printed: float) -> None:
    assert 2 * value_at(share, freedom / 2) == pytest.approx(printed, abs=0.00051)


@given(st.floats(1e-6, 50))
def test_shapes_with_a_formula_of_their_own_meet_it(value: float) -> None:
    assert share_below(value, 1) == pytest.approx(1 - exp(-value), rel=1e-12, abs=1e-15)
    assert share_below(value, 0.5) == pytest.approx(erf(sqrt(value)), rel=1e-12)
    assert share_below(value, 3) == pytest.approx(1 - exp(-value) * (1 + value + value**2 / 2), rel=1e-9, abs=1e-13)


@settings(deadline=None)
@given(st.floats(0.001, 0.999), st.floats(0.3, 20_000))
def test_there_and_back_is_the_same(share: float, shape: float) -> None:
    assert share_below(value_at(share, shape), shape) == pytest.approx(share, rel=1e-9, abs=1e-11)


@given(st.floats(0.01, 0.99), st.floats(0.01, 0.98), st.floats(0.3, 500))
def test_values_rise_with_the_share(share: float, other: float, shape: float) -> None:
    low, high = sorted((share, other))
    assert value_at(low, shape) <= value_at(high, shape)


def test_the_ends_are_the_ends() -> None:
    assert value_at(0, 3) == share_below(0, 3) == share_below(-1, 3) == 0
    assert share_below(float("inf"), 3) == 1
    for wrong in (lambda: share_below(1, 0), lambda: value_at(1, 3), lambda: value_at(-0.1, 3)):
        with pytest.raises(ValueError, match="lies"):
            wrong()
