"""Whether leads are answered within the time that their SLA gives, and what was done where they were not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.db.models import Count, F, Q

from reports.asked import Asked
from reports.columns import Counted, Derived, Values, share
from reports.dimensions import OF_CLOCKS
from reports.parts import Part, Parted
from reports.report import SPEED
from routing.engine.sla import ESCALATE, REASSIGN, RELEASE, REMIND, RESPONSE

IN_TIME: Final = Q(assignment__first_touch_at__lte=F("breach_at"))


def missed(asked: Asked) -> Q:
    """The time was up while the lead was with its rep, unanswered."""
    untouched = Q(assignment__first_touch_at__isnull=True) | Q(assignment__first_touch_at__gt=F("breach_at"))
    still_there = Q(stopped_at__isnull=True) | Q(stopped_at__gte=F("breach_at"))
    return Q(breach_at__lte=asked.at) & untouched & still_there


def breaches(values: Values) -> int:
    return int((values["due"] or 0) - (values["in_time"] or 0))


class SlaCompliance(Parted):
    """One clock is one assignment under a policy. An assignment that ended before its time was up was never due."""

    slug = "sla-compliance"
    title = "SLA compliance"
    theme = SPEED
    about = "How many assignments were answered in the time that their SLA gives, and what happened to the others."
    counts = "Assignments whose rule has an SLA, by the time they began."
    groupings = ("rep", "team", "policy", "rule", "source", "band", "hour", "day", "week", "month")
    charted = "compliance"
    columns = (
        Counted("assignments", "Assignments", "Assignments under an SLA that began in the period."),
        Counted("due", "Due", "Of these, those that were answered in time, and those whose time is up while they were "
                "with their rep. One that was closed, given back or taken away before then was not due.",
                headline=True),
        Counted("in_time", "In time", "Of those due, the ones touched by their rep until the breach."),
        share("compliance", "Compliance", "in_time", "due",
              formula="Assignments touched in time / assignments due.", headline=True),
        Derived("breaches", "Breaches", "Assignments due that were not touched in time, though perhaps later.",
                better="less", headline=True, from_=breaches),
        Counted("reminders", "Reminders", "Reminders that reps were sent on these assignments.", better="less"),
        Counted("escalations", "Escalations", "Times that managers were told.", better="less"),
        Counted("reassigned", "Reassigned", "Assignments taken away by the SLA, for the next rep.", better="less"),
        Counted("released", "Released", "Assignments taken away by the SLA, for the team's pool.", better="less"),
    )  # fmt: skip

    def parts(self, asked: Asked) -> Sequence[Part]:
        clocks = asked.clocks(RESPONSE)
        return (
            Part(
                clocks,
                OF_CLOCKS,
                {
                    "assignments": Count("pk"),
                    "due": Count("pk", filter=IN_TIME | missed(asked)),
                    "in_time": Count("pk", filter=IN_TIME),
                },
            ),
            Part(clocks.filter(steps__isnull=False), OF_CLOCKS, STEPS),
        )


STEPS: Final = {
    key: Count("steps", filter=Q(steps__do=do))
    for key, do in (
        ("reminders", REMIND),
        ("escalations", ESCALATE),
        ("reassigned", REASSIGN),
        ("released", RELEASE),
    )
}
"""What was done by a clock, by column."""

REPORT = SlaCompliance()
