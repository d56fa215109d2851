"""How soon a rep answers what became theirs: the rep's part of a lead's wait."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.db.models import Avg, Count, F, FloatField, Q, QuerySet
from django.db.models.functions import Cast

from reports.aggregates import P90, Median, Seconds
from reports.asked import Asked
from reports.columns import Counted, Unseen, share
from reports.dimensions import OF_ASSIGNMENTS
from reports.report import SPEED, Grouped
from reports.table import Table
from reports.units import MINUTES
from reports.waits import told_of_how_many

TOUCHED: Final = Q(first_touch_at__isnull=False)
PART: Final = Seconds(F("assigned_at"), F("first_touch_at"))
WORKING: Final = Cast(F("working_wait"), FloatField())
QUICK: Final = Q(first_touch_at__lte=F("assigned_at") + timedelta(minutes=5))


class ResponseTime(Grouped):
    """Every line of ownership counts for whoever it was of, also where the lead went on to somebody else since."""

    slug = "response-time"
    title = "Response time"
    theme = SPEED
    about = "How soon reps answer the leads they get, from the moment a lead is theirs: the rep's part of the wait."
    counts = "Assignments made in the period; a lead that went through two hands counts for each of them."
    groupings = ("rep", "team", "source", "band", "rule", "hour", "day", "week", "month")
    charted = "median_response"
    paths = OF_ASSIGNMENTS
    columns = (
        Counted("assignments", "Assignments", "Leads that became a rep's in the period, in whatever way.",
                headline=True, of=Count("pk")),
        Counted("answered", "Answered", "Of these, those that this rep touched: an outbound call, e-mail, message or "
                "meeting.", of=Count("pk", filter=TOUCHED)),
        Unseen("quick", "", of=Count("pk", filter=QUICK)),
        share("within_five", "Within five minutes", "quick", "assignments",
              formula="Assignments touched within five minutes / assignments.", headline=True),
        Counted("median_response", "Median response", "First touch less assignment, of the answered ones: the one in "
                "the middle.", MINUTES, "less", True, of=Median(PART)),
        Counted("p90_response", "90 % within", "First touch less assignment that nine of ten answered ones keep "
                "within.", MINUTES, "less", of=P90(PART)),
        Counted("mean_response", "Mean response", "First touch less assignment, over the answered ones.", MINUTES,
                "less", of=Avg(PART)),
        Counted("median_working", "Median, working time", "As the median response, counting only the hours in which "
                "the rep works: their calendar less time off.", MINUTES, "less", of=Median(WORKING)),
        Counted("p90_working", "90 % within, working time", "As “90 % within”, in working time.", MINUTES, "less",
                of=P90(WORKING)),
        Counted("mean_working", "Mean, working time", "As the mean response, in working time.", MINUTES, "less",
                of=Avg(WORKING)),
        Unseen("timed", "", of=Count("working_wait")),
    )  # fmt: skip

    def table(self, asked: Asked) -> Table:
        return told_of_how_many(super().table(asked))

    def counted(self, asked: Asked) -> QuerySet[Any]:
        return asked.assignments()


REPORT = ResponseTime()
