"""What leads are worth: how many of a source, a band or a score are won, what they bring, and after how many days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from django.db.models import Avg, Count, DecimalField, F, Q, Sum, Value
from django.db.models.functions import Coalesce, TruncDate

from reports.aggregates import Days, Median
from reports.asked import Asked
from reports.catalogue.lead_velocity import won_backwards
from reports.columns import Column, Counted, Derived, Unseen, share
from reports.report import PIPELINE, Grouped
from reports.table import Table
from reports.units import CALENDAR_DAYS, MONEY

WON: Final = Q(won_at__isnull=False)
REVENUE: Final = Coalesce(Sum("value", filter=WON), Value(Decimal(0)), output_field=DecimalField())


class LeadQuality(Grouped):
    """Conversion, revenue and days to the win."""

    slug = "lead-quality"
    title = "Lead quality"
    theme = PIPELINE
    about = "Which leads are worth having: what share is won, what they bring, and how many days that takes."
    groupings = ("source", "channel", "band", "score", "industry", "country", "product", "language", "territory",
                 "rule", "rep", "team", "week", "month")  # fmt: skip
    charted = "conversion"
    columns = (
        Counted("leads", "Leads", "Leads captured in the period.", headline=True, of=Count("pk")),
        Counted("won", "Won", "Of these, those that are won.", better="more", of=Count("pk", filter=WON)),
        share("conversion", "Conversion rate", "won", "leads", formula="Won / leads.", headline=True),
        Counted("revenue", "Revenue", "The sum of the values of the won leads.", MONEY, "more", True, of=REVENUE),
        Derived("revenue_per_lead", "Revenue per lead", "Revenue / leads.", MONEY, "more", from_=lambda values: (
            float(values["revenue"]) / values["leads"] if values["leads"] else None)),
        Column("mean_days", "Mean days to won", "Date of the win less date of capture, over the won leads.",
               CALENDAR_DAYS, "less"),
        Column("median_days", "Median days to won", "Date of the win less date of capture, of the won leads: the one "
               "in the middle.", CALENDAR_DAYS, "less", True),
        Unseen("backwards", "", of=Count("pk", filter=Q(won_at__lt=F("captured_at")))),
    )  # fmt: skip

    def aggregates(self, asked: Asked) -> Mapping[str, Any]:
        """What the database counts; dates are those of the viewer's zone."""
        days = Days(*(TruncDate(name, tzinfo=asked.zone) for name in ("captured_at", "won_at")))
        return {
            **super().aggregates(asked),
            "mean_days": Avg(days, filter=WON),
            "median_days": Median(days, filter=WON),
        }

    def table(self, asked: Asked) -> Table:
        table = super().table(asked)
        backwards = table.total.values["backwards"] if table.total else 0
        return replace(table, notes=won_backwards(backwards)) if backwards else table


REPORT = LeadQuality()
