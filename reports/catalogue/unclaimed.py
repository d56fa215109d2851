"""How soon leads that nobody owns are taken, by the clocks that run for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.db.models import Avg, Case, Count, F, Q, When

from reports.aggregates import P90, Median, Seconds
from reports.asked import Asked
from reports.catalogue.sla_compliance import STEPS
from reports.columns import Counted
from reports.dimensions import OF_UNCLAIMED
from reports.parts import Part, Parted
from reports.report import SPEED
from reports.units import MINUTES
from routing.engine.sla import UNCLAIMED

TAKEN: Final = Q(stopped_because__in=["taken", "routed"])
WAIT: Final = Seconds(F("started_at"), Case(When(TAKEN, then=F("stopped_at"))))


class Unclaimed(Parted):
    """One clock is one stay in a pool, or one wait. What lies there now is told by the report on waiting."""

    slug = "unclaimed"
    title = "Unclaimed leads"
    theme = SPEED
    about = "How long leads that lay in a pool or waited for somebody stayed there, and what their SLA did about it."
    counts = "Stays in a pool and waits whose rule has an SLA for unclaimed leads, by the time they began."
    groupings = ("team", "policy", "rule", "source", "band", "hour", "day", "week", "month")
    filters = ("team", "source", "band", "rule")
    charted = "median_wait"
    for_reps = False
    columns = (
        Counted("stays", "Unclaimed", "Stays in a pool and waits that began in the period, under an SLA.",
                headline=True, of=Count("pk")),
        Counted("taken", "Taken", "Of these, those that ended with somebody having the lead, by their own hand or by "
                "a rule.", of=Count("pk", filter=TAKEN)),
        Counted("lying", "Still there", "Of these, those that go on.", better="less",
                of=Count("pk", filter=Q(stopped_at__isnull=True))),
        Counted("median_wait", "Median wait", "From when it began until somebody had the lead, over those taken: the "
                "one in the middle.", MINUTES, "less", True, of=Median(WAIT)),
        Counted("p90_wait", "90 % within", "The wait that nine of ten of those taken keep within.", MINUTES, "less",
                of=P90(WAIT)),
        Counted("mean_wait", "Mean wait", "The wait over those taken.", MINUTES, "less", of=Avg(WAIT)),
        Counted("reminders", "Reminders", "Reminders that the team was sent.", better="less"),
        Counted("escalations", "Escalations", "Times that managers were told.", better="less", headline=True),
        Counted("released", "Released", "Leads that waited and were put into the pool by the SLA.", better="less"),
    )  # fmt: skip

    def parts(self, asked: Asked) -> Sequence[Part]:
        clocks = asked.clocks(UNCLAIMED)
        stays = {column.key: column.of for column in self.columns if isinstance(column, Counted) and column.of}
        steps = {key: STEPS[key] for key in ("reminders", "escalations", "released")}
        return (
            Part(clocks, OF_UNCLAIMED, stays, adds_up=False),
            Part(clocks.filter(steps__isnull=False), OF_UNCLAIMED, steps),
        )


REPORT = Unclaimed()
