"""How evenly leads, wins or anything else that is counted are spread over people."""

from collections.abc import Iterable, Sequence
from math import fsum


def jain(values: Iterable[float]) -> float | None:
    """Jain's fairness index: 1 when everybody has the same, 1/n when one of n has everything; None of nobody.

    (sum x)^2 / (n * sum x^2): Jain, Chiu, Hawe, "A quantitative measure of fairness and discrimination", DEC-TR-301
    (1984). Everybody with nothing has the same: 1.
    """
    amounts = _amounts(values)
    if not amounts:
        return None
    largest = max(amounts)
    if not largest:
        return 1.0
    # In parts of the largest, so that squares of very small or large amounts neither vanish nor overflow.
    parts = [amount / largest for amount in amounts]
    return fsum(parts) ** 2 / (len(parts) * fsum(part * part for part in parts))


def gini(values: Iterable[float]) -> float | None:
    """The Gini coefficient: 0 when everybody has the same, (n - 1)/n when one of n has everything; None of nobody.

    Half the mean absolute difference over the mean (Gini 1912), computed from the sorted amounts:
    sum of (2i - n - 1) * x_i over n * sum x, i from 1. Everybody with nothing has the same: 0.
    """
    amounts = sorted(_amounts(values))
    if not amounts:
        return None
    largest = amounts[-1]
    if not largest:
        return 0.0
    parts, n = [amount / largest for amount in amounts], len(amounts)
    lean = fsum((2 * place - n - 1) * part for place, part in enumerate(parts, 1))
    return max(0.0, lean / (n * fsum(parts)))


def largest_difference(values: Iterable[float]) -> float | None:
    """Between whoever has most and whoever has least; None of nobody."""
    amounts = list(values)
    return max(amounts) - min(amounts) if amounts else None


def _amounts(values: Iterable[float]) -> Sequence[float]:
    amounts = [float(value) for value in values]
    if any(amount < 0 for amount in amounts):
        raise ValueError("Shares are of amounts, which are not below 0.")
    return amounts
