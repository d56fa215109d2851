"""Leads and wins by rep and kind of lead, counted by the database: what output is computed from.

One query, however many leads: its rows are reps times sources times bands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from reports.statistics import shrinkage
from reports.statistics.output import Output, by_kind, outputs
from reports.statistics.shrinkage import Rates, shrunk_rates
from routing.models import Lead

Kind = tuple[int, str]
"""Leads are alike that have the same source (its id) and band."""


@dataclass(frozen=True)
class Work:
    """What each rep (by id) was given and won."""

    leads: Mapping[int, Mapping[Kind, shrinkage.Count]]
    revenue: Mapping[int, Decimal] = field(default_factory=dict)

    def rates(self) -> Rates[Kind]:
        """The win rates of like leads over all of this work."""
        return shrunk_rates(by_kind(self.leads.values()))

    def outputs(self) -> dict[int, Output]:
        """Everybody's output, measured by all of this work."""
        return outputs(self.leads)


def work_on(leads: QuerySet[Lead]) -> Work:
    """Counts the leads that somebody owns; the others are nobody's work. The queryset says which are to be counted:
    output needs those of everybody who is compared, not only of whoever is shown.
    """
    rows: Any = (
        leads.filter(owner__isnull=False)
        .order_by()
        .values_list("owner_id", "source_id", "band")
        .annotate(
            counted=Count("pk"),
            won=Count("pk", filter=Q(won_at__isnull=False)),
            revenue=Sum("value", filter=Q(won_at__isnull=False)),
        )
    )
    work: dict[int, dict[Kind, shrinkage.Count]] = {}
    brought: dict[int, Decimal] = {}
    for owner, source, band, counted, won, revenue in rows:
        work.setdefault(owner, {})[source, band] = shrinkage.Count(counted, won)
        brought[owner] = brought.get(owner, Decimal()) + (revenue or 0)
    return Work(work, brought)
