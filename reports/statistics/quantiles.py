"""Medians and p90 by linear interpolation: what the database computes for a report, computed slowly."""

from collections.abc import Iterable
from math import floor


def quantile(values: Iterable[float], share: float) -> float | None:
    """The value below which `share` (0 to 1) of the values lie, interpolated between neighbours; None of no values.

    Type 7 of Hyndman and Fan, "Sample quantiles in statistical packages" (1996): position (n - 1) * share in the sorted
    values, counted from 0. PostgreSQL's `percentile_cont` and spreadsheets' PERCENTILE are the same.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"A share lies between 0 and 1, not at {share}.")
    ordered = sorted(values)
    if not ordered:
        return None
    position = (len(ordered) - 1) * share
    below = floor(position)
    above = min(below + 1, len(ordered) - 1)
    low, high = ordered[below], ordered[above]
    # Kept within the two, whatever is lost in the last digit.
    return min(max(low + (high - low) * (position - below), low), high)


def median(values: Iterable[float]) -> float | None:
    """The one in the middle; of an even number, halfway between the two."""
    return quantile(values, 0.5)
