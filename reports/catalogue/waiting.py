"""What nobody owns now, and since when: leads that wait for somebody able, and leads that lie in a pool."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from django.db.models import Avg, Case, Count, DateTimeField, F, Max, Q, QuerySet, Value, When

from reports.aggregates import P90, Median, Seconds
from reports.asked import Asked
from reports.columns import Counted
from reports.report import SPEED, Grouped
from reports.units import HOURS
from routing.models import Lead

WAITS: Final = Q(status=Lead.Status.WAITING)
LIES: Final = Q(status=Lead.Status.POOLED)
SINCE: Final = Case(When(LIES, then=F("pooled_at")), default=F("waiting_since"), output_field=DateTimeField())
LONG: Final = timedelta(hours=24)


class Waiting(Grouped):
    """As it is at this moment, whenever the leads were captured."""

    slug = "waiting"
    title = "Waiting and unclaimed"
    theme = SPEED
    about = "Which leads nobody owns right now, for how long, and what they wait for."
    counts = "Leads that wait for somebody able or lie in a pool at this moment."
    groupings = ("team", "waits-for", "rule", "source", "band")
    filters = ("team", "source", "band", "rule")
    charted = "median_age"
    has_period = False
    for_reps = False
    columns = (
        Counted("leads", "Leads", "Leads that nobody owns: those that wait and those in pools.", better="less",
                headline=True),
        Counted("waiting", "Waiting", "Of these, those that wait for somebody able to take them.", better="less"),
        Counted("pooled", "In pools", "Of these, those that lie in a pool to be claimed, picked, pulled or handed out.",
                better="less"),
        Counted("long", "Over a day", "Of these, those that have been there for more than 24 hours.", better="less",
                headline=True),
        Counted("median_age", "Median age", "Now less when the lead began to wait or entered the pool: the one in the "
                "middle.", HOURS, "less", True),
        Counted("p90_age", "90 % younger than", "The age that nine of ten keep within.", HOURS, "less"),
        Counted("mean_age", "Mean age", "The age over all of them.", HOURS, "less"),
        Counted("oldest", "Oldest", "The age of the one that has been there longest.", HOURS, "less", True),
    )  # fmt: skip

    def counted(self, asked: Asked) -> QuerySet[Any]:
        return asked.leads(by=None).filter(WAITS | LIES)

    def aggregates(self, asked: Asked) -> Mapping[str, Any]:
        age = Seconds(SINCE, Value(asked.at, output_field=DateTimeField()))
        since = {"waiting_since__lt": asked.at - LONG}, {"pooled_at__lt": asked.at - LONG}
        return {
            "leads": Count("pk"),
            "waiting": Count("pk", filter=WAITS),
            "pooled": Count("pk", filter=LIES),
            "long": Count("pk", filter=WAITS & Q(**since[0]) | LIES & Q(**since[1])),
            "median_age": Median(age),
            "p90_age": P90(age),
            "mean_age": Avg(age),
            "oldest": Max(age),
        }


REPORT = Waiting()
