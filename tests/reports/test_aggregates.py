"""Percentiles and lengths of time are the same on both databases, and those of a slow computation."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db.models import F

from reports.aggregates import P90, Median, Percentile, Seconds
from routing.models import Lead

WAIT = Seconds(F("captured_at"), F("first_touch_at"))


def linear(values: list[float], share: float) -> float | None:
    """Between the two values next to the place, as domain.md asks."""
    if not values:
        return None
    values = sorted(values)
    place = share * (len(values) - 1)
    below = int(place)
    return values[below] + (values[min(below + 1, len(values) - 1)] - values[below]) * (place - below)


@pytest.mark.parametrize("share", [0, 0.1, 0.5, 0.9, 1])
def test_a_percentile_is_linear_between_two_values(past: SimpleNamespace, share: float) -> None:
    waits = [(lead.first_touch_at - lead.captured_at).total_seconds() for lead in past.leads if lead.first_touch_at]
    found = Lead.objects.aggregate(found=Percentile(WAIT, share))["found"]
    assert found == pytest.approx(linear(waits, share))


def test_groups_have_their_own_and_blanks_do_not_count(past: SimpleNamespace) -> None:
    rows = Lead.objects.order_by().values("band").annotate(median=Median(WAIT), p90=P90(WAIT))
    for row in rows:
        waits = [
            (lead.first_touch_at - lead.captured_at).total_seconds()
            for lead in past.leads
            if lead.first_touch_at and lead.band == row["band"]
        ]
        assert row["median"] == pytest.approx(linear(waits, 0.5))
        assert row["p90"] == pytest.approx(linear(waits, 0.9))


def test_of_nothing_nothing_is_known(db: None) -> None:
    assert Lead.objects.aggregate(found=Median(WAIT))["found"] is None


def test_a_time_before_the_other_is_below_zero(past: SimpleNamespace) -> None:
    one = past.leads[0]
    Lead.objects.filter(pk=one.pk).update(first_touch_at=one.captured_at - timedelta(seconds=90))
    assert Lead.objects.filter(pk=one.pk).values_list(WAIT, flat=True)[0] == -90
