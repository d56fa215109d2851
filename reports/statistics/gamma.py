"""The gamma distribution, with the standard library alone."""

from math import exp, inf, lgamma, log, sqrt
from statistics import NormalDist
from typing import Final

_CLOSE: Final = 1e-15
_TINY: Final = 1e-300
_STEPS: Final = 10_000


def share_below(value: float, shape: float) -> float:
    """What share of a gamma distribution with this shape and scale 1 lies below a value: the regularised lower
    incomplete gamma function P(shape, value).

    By its series below shape + 1 and by the continued fraction of what is left above it: NIST DLMF 8.11.4 and 8.9.2,
    evaluated as by Lentz; Press et al., "Numerical Recipes", 6.2. To about 14 digits for shapes up to a million.
    """
    if shape <= 0:
        raise ValueError(f"A shape lies above 0, not at {shape}.")
    if value <= 0:
        return 0.0
    if value == inf:
        return 1.0
    front = exp(shape * log(value) - value - lgamma(shape))
    if value < shape + 1:
        return min(1.0, front * _series(value, shape))
    return max(0.0, 1 - front * _fraction(value, shape))


def _series(value: float, shape: float) -> float:
    term = total = 1 / shape
    for step in range(1, _STEPS):
        term *= value / (shape + step)
        total += term
        if term < total * _CLOSE:
            break
    return total


def _fraction(value: float, shape: float) -> float:
    b = value + 1 - shape
    c, d = 1 / _TINY, 1 / b
    total = d
    for step in range(1, _STEPS):
        a = -step * (step - shape)
        b += 2
        d = 1 / (a * d + b or _TINY)
        c = b + a / c or _TINY
        total *= d * c
        if abs(d * c - 1) < _CLOSE:
            break
    return total


def value_at(share: float, shape: float) -> float:
    """Below which value this share (0 to 1) of a gamma distribution with this shape and scale 1 lies.

    Begun at the approximation of Wilson and Hilferty (1931), then Newton's steps, each kept between what is known to
    lie below and above, where a half does instead.
    """
    if not 0 <= share < 1:
        raise ValueError(f"A share lies from 0 to below 1, not at {share}.")
    if share == 0:
        return 0.0
    low, high = 0.0, inf
    value = _wilson_hilferty(share, shape)
    for _ in range(200):
        off = share_below(value, shape) - share
        if off < 0:
            low = value
        else:
            high = value
        slope = exp((shape - 1) * log(value) - value - lgamma(shape))
        following = value - off / slope if slope else inf
        if not low < following < high:
            following = (low + high) / 2 if high < inf else 2 * value
        if abs(following - value) <= 1e-13 * value:
            return following
        value = following
    return value


def _wilson_hilferty(share: float, shape: float) -> float:
    ninth = 1 / (9 * shape)
    root = 1 - ninth + NormalDist().inv_cdf(share) * sqrt(ninth)
    # Far down in a small shape the cube is worth nothing; there P(shape, x) is nearly x^shape / gamma(shape + 1).
    return shape * root**3 if root > 0.2 else max(exp((log(share) + lgamma(shape + 1)) / shape), _TINY)
