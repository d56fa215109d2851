"""How many leads reps give back, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from django.db.models import Count, Q

from reports.asked import Asked
from reports.columns import Column, Counted, Derived, Unseen
from reports.dimensions import OF_ASSIGNMENTS
from reports.parts import Part, Parted
from reports.report import FAIRNESS
from reports.table import Row, Table
from reports.units import SHARE
from routing.assignment import TAKEN_AWAY
from routing.models import Posting

GIVEN_BACK: Final = Q(ended_at__isnull=False) & ~Q(ended_because__in=["", *sorted(TAKEN_AWAY)])


class GiveBacks(Parted):
    """Assignments that the rep ended by giving the lead back."""

    slug = "give-backs"
    title = "Give-backs"
    theme = FAIRNESS
    about = "How many leads reps give back, why, and how many of these the team's ledger took off their account."
    counts = "Assignments of the period, by when the rep got the lead; a lead that was had by two counts for each."
    groupings = ("reason", "rep", "team", "source", "band", "rule", "week", "month")
    charted = "given_back"
    columns = (
        Counted("given_back", "Given back", "Assignments that ended because the rep gave the lead back.", better="less",
                headline=True, of=Count("pk", filter=GIVEN_BACK)),
        Counted("assignments", "Assignments", "Leads that reps got in the period, in whatever way. By reason: of all.",
                of=Count("pk")),
        Column("rate", "Rate", "Given back / assignments; by reason, of all assignments.", SHARE, "less", True),
        Unseen("credited_assigned", "", of=Count("pk")),
        Unseen("credited_offered", "", of=Count("pk")),
        Derived("credited", "Credited", "Of the given back, those whose line in the team's ledger was taken back: the "
                "reason was on the team's credit list, and the lead had been counted there.", headline=True,
                from_=lambda values: (values["credited_assigned"] or 0) + (values["credited_offered"] or 0)),
    )  # fmt: skip

    def parts(self, asked: Asked) -> Sequence[Part]:
        lines = asked.assignments()
        back = lines.filter(GIVEN_BACK)
        reversed_ = Posting.objects.filter(sign=-1).order_by()
        of_assignments = reversed_.filter(assignment__isnull=False).values("assignment")
        of_offers = reversed_.filter(offer__assignment__isnull=False).values("offer__assignment")
        return (
            Part(lines, OF_ASSIGNMENTS, self.of("given_back", "assignments")),
            Part(back.filter(pk__in=of_assignments), OF_ASSIGNMENTS, self.of("credited_assigned")),
            Part(back.filter(pk__in=of_offers), OF_ASSIGNMENTS, self.of("credited_offered")),
        )

    def table(self, asked: Asked) -> Table:
        table = super().table(asked)
        whole = table.total.values["assignments"] if table.total else 0
        rows = [of_all(row, whole) for row in table.rows if row.values["given_back"]] if asked.group == "reason" else [
            rated(row) for row in table.rows
        ]  # fmt: skip
        return replace(table, rows=tuple(rows), total=rated(table.total) if table.total else None)

    def total(self, asked: Asked) -> Row:
        return rated(super().total(asked))


def rated(row: Row) -> Row:
    """The row with its rate of its own assignments."""
    whole = row.values["assignments"]
    return replace(row, values={**row.values, "rate": 100 * row.values["given_back"] / whole if whole else None})


def of_all(row: Row, whole: int) -> Row:
    """A reason with its rate of all assignments: those that were not given back have none."""
    return rated(replace(row, values={**row.values, "assignments": whole}))


REPORT = GiveBacks()
