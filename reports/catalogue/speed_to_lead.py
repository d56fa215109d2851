"""How soon leads are answered, by the customer's watch: from capture to the first touch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.db.models import Avg, Count, F, FloatField, Q
from django.db.models.functions import Cast

from reports.aggregates import P90, Median, Seconds
from reports.asked import Asked
from reports.columns import Counted, Derived, Unseen, Values, share
from reports.dimensions import OF_LEADS
from reports.parts import Part, Parted
from reports.report import SPEED
from reports.table import Table
from reports.units import MINUTES, SHARE
from reports.waits import told_of_how_many
from reps.models import Activity

ANSWERED: Final = Q(first_touch_at__isnull=False)
WAIT: Final = Seconds(F("captured_at"), F("first_touch_at"))
WORKING: Final = Cast(F("working_wait"), FloatField())
QUICK: Final = Q(first_touch_at__lte=F("captured_at") + timedelta(minutes=5))

LOGGED: Final = Q(
    activities__kind__in=Activity.TOUCHES,
    activities__direction=Activity.Direction.OUT,
    activities__rep__isnull=False,
    activities__at__lte=F("first_touch_at"),
)
"""The touch, as it was logged. What was done before a lead was somebody's answers it when it became theirs."""
MEASURED: Final = Q(activities__self_reported=False)


def told_alone(values: Values) -> float | None:
    return 100 * (values["logged"] - values["measured"]) / values["logged"] if values.get("logged") else None


class SpeedToLead(Parted):
    """The lead's wait, elapsed and in working time, and how much of it rests on the word of whoever answered."""

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
        Unseen("quick", "", of=Count("pk", filter=QUICK)),
        share("within_five", "Within five minutes", "quick", "leads",
              formula="Leads first touched within five minutes of their capture / leads captured.", headline=True),
        Counted("median_response", "Median response", "First touch less capture, of the answered ones: the one in the "
                "middle.", MINUTES, "less", True, of=Median(WAIT)),
        Counted("p90_response", "90 % within", "First touch less capture that nine of ten answered leads keep within.",
                MINUTES, "less", of=P90(WAIT)),
        Counted("mean_response", "Mean response", "First touch less capture, over the answered ones.", MINUTES, "less",
                of=Avg(WAIT)),
        Counted("median_working", "Median, working time", "As the median response, counting only the hours in which "
                "whoever answered works.", MINUTES, "less", of=Median(WORKING)),
        Counted("p90_working", "90 % within, working time", "As “90 % within”, in working time.", MINUTES, "less",
                of=P90(WORKING)),
        Counted("mean_working", "Mean, working time", "As the mean response, in working time.", MINUTES, "less",
                of=Avg(WORKING)),
        Unseen("timed", "", of=Count("working_wait")),
        Unseen("logged", ""),
        Unseen("measured", ""),
        Derived("self_reported", "Self-reported", "Answered leads whose first touch only a person told of, and no "
                "system measured / answered leads whose first touch is among the activities.", SHARE, "less",
                from_=told_alone),
    )  # fmt: skip

    def table(self, asked: Asked) -> Table:
        return told_of_how_many(super().table(asked))

    def parts(self, asked: Asked) -> Sequence[Part]:
        waits = {column.key: column.of for column in self.columns if isinstance(column, Counted) and column.of}
        return (
            Part(asked.leads(), OF_LEADS, waits, adds_up=False),
            Part(
                asked.leads().filter(LOGGED),
                OF_LEADS,
                {
                    "logged": Count("pk", distinct=True),
                    "measured": Count("pk", distinct=True, filter=MEASURED),
                },
            ),
        )


REPORT = SpeedToLead()
