"""Whether calls reach people: the first one, all of them, how many it takes, and how long they last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum

from reports.asked import Asked
from reports.charts import Chart, drawn
from reports.columns import Counted, Derived, Unseen, Values, share
from reports.dimensions import OF_ACTIVITIES
from reports.parts import Part, Parted
from reports.report import PEOPLE
from reports.table import Table
from reports.units import DECIMAL, HOURS, MINUTES
from reps.models import Activity

MADE: Final = Q(kind=Activity.Kind.CALL, direction=Activity.Direction.OUT, rep__isnull=False)
REACHED: Final = Q(outcome=Activity.Outcome.REACHED)
BEFORE: Final = Q(at__lt=OuterRef("at")) | Q(at=OuterRef("at"), pk__lt=OuterRef("pk"))


def first(calls: QuerySet[Activity], of: Q, asked: Asked) -> QuerySet[Activity]:
    """Of some calls, those that are the first of this kind with their lead, whoever made the others and whenever.

    Of a few, each lead's first one is looked up; of many, all are joined with those before them.
    """
    theirs = Activity.objects.order_by().filter(of, lead=OuterRef("lead"))
    if asked.period.is_short:
        return calls.filter(of, pk=Subquery(theirs.order_by("at", "pk").values("pk")[:1]))
    return calls.filter(of).filter(~Exists(theirs.filter(BEFORE)))


def ratio(part: str, whole: str) -> Any:
    def worked_out(values: Values) -> float | None:
        return values[part] / values[whole] if values.get(whole) else None

    return worked_out


class Calls(Parted):
    """Calls by people, by when they were made. A first call counts for whoever made it."""

    slug = "calls"
    title = "Calls"
    theme = PEOPLE
    about = "Whether calls reach people, the first one above all, how many it takes, and how long they last."
    counts = "Calls in the period, by when they were; a lead counts with its first call."
    groupings = ("rep", "team", "source", "band", "rule", "hour", "day", "week", "month")
    charted = "first_reach_rate"
    columns = (
        Counted("calls", "Calls made", "Outbound calls by people.", headline=True),
        Counted("reached", "Reached", "Of these, those that reached whom they were for."),
        share("reach_rate", "Reach rate", "reached", "calls", formula="Calls that reached them / calls made."),
        Counted("leads_called", "First calls", "Leads whose first outbound call, whoever made it, was in the period."),
        Unseen("first_reached", ""),
        share("first_reach_rate", "First call reached", "first_reached", "leads_called",
              formula="Leads whose first call reached them / leads with a call.", headline=True),
        Unseen("leads_reached", ""),
        Unseen("tries", ""),
        Derived("calls_until_reached", "Calls until reached", "Of the leads that were first reached in the period: "
                "calls made to them until then, that one included / these leads.", DECIMAL, "less",
                from_=ratio("tries", "leads_reached")),
        Counted("inbound", "Calls taken", "Inbound calls that people took."),
        Unseen("timed", ""),
        Counted("talk", "Time on calls", "The sum over all calls, made and taken, whose duration is known.", HOURS,
                headline=True),
        Derived("mean_duration", "Mean duration", "Time on calls / calls whose duration is known.", MINUTES,
                from_=ratio("talk", "timed")),
    )  # fmt: skip

    def parts(self, asked: Asked) -> Sequence[Part]:
        calls = asked.activities().filter(kind=Activity.Kind.CALL, rep__isnull=False)
        made = Q(direction=Activity.Direction.OUT)
        of_calls = {
            "calls": Count("pk", filter=made),
            "reached": Count("pk", filter=made & REACHED),
            "inbound": Count("pk", filter=~made),
            "timed": Count("seconds"),
            "talk": Sum("seconds"),
        }
        of_first_calls = {"leads_called": Count("pk"), "first_reached": Count("pk", filter=REACHED)}
        of_first_reached = {
            "tries": Count("lead__activities"),
            "leads_reached": Count("pk", filter=Q(lead__activities=F("pk"))),
        }
        return (
            Part(calls, OF_ACTIVITIES, of_calls),
            Part(first(calls, MADE, asked), OF_ACTIVITIES, of_first_calls),
            Part(with_tries(first(calls, MADE & REACHED, asked)), OF_ACTIVITIES, of_first_reached),
        )

    def chart(self, asked: Asked, table: Table) -> Chart | None:
        """By hour, when it is that calls reach people; else how often the first one does."""
        return drawn(table, "reach_rate", "heat") if asked.group == "hour" else super().chart(asked, table)


def with_tries(reaching: QuerySet[Activity]) -> QuerySet[Activity]:
    """Calls, each once for itself and for every call before it that was made to the same lead."""
    return reaching.filter(
        Q(lead__activities__at__lt=F("at")) | Q(lead__activities__at=F("at"), lead__activities__lte=F("pk")),
        lead__activities__kind=Activity.Kind.CALL,
        lead__activities__direction=Activity.Direction.OUT,
        lead__activities__rep__isnull=False,
    )


REPORT = Calls()
