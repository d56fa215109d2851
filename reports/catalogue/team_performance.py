"""What teams and reps make of the leads they have: meetings, proposals, wins, revenue."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from django.db.models import Count, DecimalField, Q, Sum, Value
from django.db.models.functions import Coalesce

from reports.asked import Asked
from reports.columns import Column, Counted, Derived, Unseen, reached, share
from reports.dimensions import OF_LEADS, Paths
from reports.parts import Part, Parted
from reports.report import PEOPLE
from reports.shares import with_shares
from reports.table import Table
from reports.units import MONEY, SHARE
from reps.models import Activity

WON: Final = Q(won_at__isnull=False)
BY_WIN: Final = Paths(at="won_at")
OF_LEADS_OWNED: Final = (
    "leads", "contacted", "reached_meeting", "opportunities", "proposals", "won", "lost", "revenue",
)  # fmt: skip


def revenue(condition: Q | None = None) -> Coalesce:
    """The sum of values; 0 where there are none."""
    return Coalesce(Sum("value", filter=condition), Value(Decimal(0)), output_field=DecimalField())


class TeamPerformance(Parted):
    """Leads and what became of them, by who owns them now."""

    slug = "team-performance"
    title = "Team performance"
    theme = PEOPLE
    about = "What teams and reps make of the leads they have."
    counts = (
        "Leads captured in the period that somebody owns, each for whoever owns it now; a lead that changed hands "
        "counts for the last. What was won in the period counts by the day of the win, whenever the lead was captured."
    )
    groupings = ("rep", "team", "source", "band", "rule", "week", "month")
    charted = "won_in_period"
    columns = (
        Counted("leads", "Leads assigned", "Leads captured in the period that the rep owns.", headline=True,
                of=Count("pk")),
        Counted("contacted", "Contacted", "Of these, those that reached a stage of the kind contacted, or a later one.",
                of=Count("pk", filter=reached("contacted"))),
        Unseen("reached_meeting", "", of=Count("pk", filter=reached("meeting"))),
        Unseen("only_met", "", of=Count("pk")),
        Derived("meetings", "Meetings", "Of these, those that reached a stage of the kind meeting, or a later one, or "
                "with a meeting logged.", better="more",
                from_=lambda values: (values["reached_meeting"] or 0) + (values["only_met"] or 0)),
        Counted("opportunities", "Opportunities", "Of these, those that reached a stage of the kind opportunity, or a "
                "later one.", better="more", of=Count("pk", filter=reached("opportunity"))),
        Counted("proposals", "Proposals", "Of these, those that reached a stage of the kind proposal, or a later one.",
                better="more", of=Count("pk", filter=reached("proposal"))),
        Counted("won", "Won", "Of these, those that are won.", better="more", of=Count("pk", filter=WON)),
        Counted("lost", "Lost", "Of these, those that are lost.", of=Count("pk", filter=Q(lost_at__isnull=False))),
        share("to_meeting", "Assigned to meeting", "meetings", "leads", formula="Meetings / leads assigned."),
        share("to_opportunity", "Assigned to opportunity", "opportunities", "leads",
              formula="Opportunities / leads assigned."),
        share("to_close", "Assigned to close", "won", "leads", formula="Won / leads assigned.", headline=True),
        Counted("revenue", "Revenue", "The sum of the values of those that are won.", MONEY, "more",
                of=revenue(WON)),
        Counted("won_in_period", "Won in the period", "Leads that were won in the period, whenever they were captured.",
                better="more", headline=True, of=Count("pk")),
        Column("share_of_wins", "Share of wins", "Won in the period / all won in the period that are counted here.",
               SHARE),
        Counted("revenue_in_period", "Revenue of the period", "The sum of the values of what was won in the period.",
                MONEY, "more", True, of=revenue()),
    )  # fmt: skip

    def parts(self, asked: Asked) -> Sequence[Part]:
        owned = asked.leads().filter(owner__isnull=False)
        met = Activity.objects.filter(kind=Activity.Kind.MEETING).order_by().values("lead")
        won = asked.leads(by="won_at").filter(owner__isnull=False)
        return (
            Part(owned, OF_LEADS, self.of(*OF_LEADS_OWNED)),
            Part(owned.exclude(reached("meeting")).filter(pk__in=met), OF_LEADS, self.of("only_met")),
            Part(won, BY_WIN, self.of("won_in_period", "revenue_in_period")),
        )

    def table(self, asked: Asked) -> Table:
        return with_shares(super().table(asked), "share_of_wins", of="won_in_period")


REPORT = TeamPerformance()
