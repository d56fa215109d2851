"""How soon leads are answered, by the customer's watch and by the rep's."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import Avg, Count, F, FloatField, Q
from django.db.models.functions import Cast

from reports.aggregates import P90, Median, Seconds
from reports.columns import Counted, Unseen, share
from reports.report import SPEED, Grouped
from reports.units import MINUTES

ANSWERED: Final = Q(first_touch_at__isnull=False)
WAIT: Final = Seconds(F("captured_at"), F("first_touch_at"))
WORKING: Final = Cast(F("working_wait"), FloatField())
DELAY: Final = Seconds(F("captured_at"), F("assigned_at"))
QUICK: Final = Q(first_touch_at__lte=F("captured_at") + timedelta(minutes=5))


class SpeedToLead(Grouped):
    """The response time, the system's part of it, and how many were answered within five minutes."""

    slug = "speed-to-lead"
    title = "Speed to lead"
    theme = SPEED
    about = "How soon leads are answered, from their capture to the first call, e-mail, message or meeting."
    groupings = ("rep", "team", "source", "band", "rule", "hour", "day", "week", "month")
    charted = "median_response"
    columns = (
        Counted("leads", "Leads", "Leads captured in the period.", headline=True, of=Count("pk")),
        Counted("answered", "Answered", "Of these, those with a first touch: an outbound call, e-mail, message or "
                "meeting by a person.", of=Count("pk", filter=ANSWERED)),
        Counted("median_response", "Median response", "First touch less capture, of the answered ones: the one in the "
                "middle.", MINUTES, "less", True, of=Median(WAIT)),
        Counted("p90_response", "90 % within", "First touch less capture that nine of ten answered leads keep within.",
                MINUTES, "less", of=P90(WAIT)),
        Counted("mean_response", "Mean response", "First touch less capture, over the answered ones.", MINUTES, "less",
                of=Avg(WAIT)),
        Counted("median_working", "Median in working time", "As the median response, counting only the hours in which "
                "whoever answered works.", MINUTES, "less", of=Median(WORKING)),
        Counted("median_delay", "System delay", "Assignment less capture: how long the lead had no owner. The one in "
                "the middle.", MINUTES, "less", of=Median(DELAY)),
        Unseen("quick", "", of=Count("pk", filter=QUICK)),
        share("within_five", "Within five minutes", "quick", "leads",
              formula="Leads first touched within five minutes of their capture / leads captured.", headline=True),
    )  # fmt: skip


REPORT = SpeedToLead()
