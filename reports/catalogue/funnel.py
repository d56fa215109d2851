"""How many leads reached each stage, and how many of those went on to the next."""

from __future__ import annotations

from typing import Final

from django.db.models import Count, Q

from reports.asked import Asked
from reports.charts import Chart
from reports.charts.funnel import funnel
from reports.columns import Column, Counted, Derived, reached, share
from reports.report import PIPELINE, Grouped
from reports.table import Table
from reports.units import SHARE

WON: Final = Q(won_at__isnull=False)
LOST: Final = Q(lost_at__isnull=False)
STEPS: Final = ("leads", "contacted", "meeting", "opportunity", "proposal", "won")


def step(kind: str, label: str) -> Counted:
    """A column of those that got as far as this."""
    return Counted(kind, label, f"Of these, those that reached a stage of the kind {kind}, or a later one.",
                   of=Count("pk", filter=reached(kind)))  # fmt: skip


def onward(since: str, until: str, label: str) -> Column:
    """A column of how many went from one kind of stage to the next."""
    return share(f"to_{until}", label, until, since, formula=f"{until.capitalize()} / {since}.")


CLOSE_RATE: Final = Derived(
    "close_rate", "Close rate", "Won / (won + lost): of the leads that came to an end, those that were won.", SHARE,
    "more", True, from_=lambda values: (
        100 * values["won"] / (values["won"] + values["lost"]) if values["won"] or values["lost"] else None
    ),
)  # fmt: skip


class PipelineFunnel(Grouped):
    """The pipeline as a funnel: what is left of the leads from stage to stage."""

    slug = "funnel"
    title = "Funnel"
    theme = PIPELINE
    about = "How far leads get, where they stop, and how many are won."
    groupings = ("source", "channel", "band", "score", "rule", "rep", "team", "territory", "industry", "country",
                 "product", "week", "month")  # fmt: skip
    columns = (
        Counted("leads", "Leads", "Leads captured in the period.", headline=True, of=Count("pk")),
        step("contacted", "Contacted"),
        step("meeting", "Meeting"),
        step("opportunity", "Opportunity"),
        step("proposal", "Proposal"),
        Counted("won", "Won", "Of these, those that are won.", better="more", headline=True,
                of=Count("pk", filter=WON)),
        Counted("lost", "Lost", "Of these, those that are lost.", of=Count("pk", filter=LOST)),
        onward("leads", "contacted", "Leads to contacted"),
        onward("contacted", "meeting", "Contacted to meeting"),
        onward("meeting", "opportunity", "Meeting to opportunity"),
        onward("opportunity", "proposal", "Opportunity to proposal"),
        onward("proposal", "won", "Proposal to won"),
        share("conversion", "Conversion rate", "won", "leads", formula="Won / leads.", headline=True),
        CLOSE_RATE,
    )  # fmt: skip

    def chart(self, asked: Asked, table: Table) -> Chart | None:
        by_key = {column.key: column for column in self.columns}
        return funnel("From lead to won, all together", table.total, [by_key[key] for key in STEPS])


REPORT = PipelineFunnel()
