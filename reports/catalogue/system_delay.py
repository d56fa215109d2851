"""How long the system lets a lead be nobody's: from capture to its first owner."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.db.models import Avg, Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from reports.aggregates import P90, Median, Seconds
from reports.asked import Asked
from reports.columns import Counted, Unseen, share
from reports.report import SPEED, Grouped
from reports.units import MINUTES
from routing.models import Assignment

DELAY: Final = Seconds(F("captured_at"), F("assignments__assigned_at"))
AT_ONCE: Final = Q(assignments__assigned_at__lte=F("captured_at") + timedelta(minutes=1))
ITS: Final = Assignment.objects.order_by().filter(lead=OuterRef("pk"))
FIRST: Final = Subquery(ITS.order_by("assigned_at", "pk").values("pk")[:1])
EARLIER: Final = ITS.filter(
    Q(assigned_at__lt=OuterRef("assignments__assigned_at"))
    | Q(assigned_at=OuterRef("assignments__assigned_at"), pk__lt=OuterRef("assignments"))
)


class SystemDelay(Grouped):
    """The first assignment of each lead. Leads that nobody has had yet are in the report on waiting."""

    slug = "system-delay"
    title = "System delay"
    theme = SPEED
    about = "How long leads are nobody's, from their capture to their first owner: the system's part of the wait."
    counts = "Leads captured in the period that somebody has had."
    groupings = ("team", "source", "band", "rule", "hour", "day", "week", "month")
    charted = "median_delay"
    columns = (
        Counted("leads", "Leads assigned", "Leads captured in the period that became somebody's.", headline=True,
                of=Count("pk")),
        Unseen("at_once", "", of=Count("pk", filter=AT_ONCE)),
        share("within_a_minute", "Within a minute", "at_once", "leads",
              formula="Leads that were somebody's within a minute of their capture / leads assigned.", headline=True),
        Counted("median_delay", "Median delay", "First assignment less capture: the one in the middle.", MINUTES,
                "less", True, of=Median(DELAY)),
        Counted("p90_delay", "90 % within", "First assignment less capture that nine of ten leads keep within.",
                MINUTES, "less", of=P90(DELAY)),
        Counted("mean_delay", "Mean delay", "First assignment less capture, over all of them.", MINUTES, "less",
                of=Avg(DELAY)),
    )  # fmt: skip

    def counted(self, asked: Asked) -> QuerySet[Any]:
        # Of a few leads, the first owner is looked up; of many, all are joined with those before them.
        if asked.period.is_short:
            return asked.leads().filter(assignments=FIRST)
        return asked.leads().filter(~Exists(EARLIER), assignments__isnull=False)


REPORT = SystemDelay()
