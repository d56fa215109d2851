"""What can be exported: each a named set of columns over the leads that somebody may have reports of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet

from reps.models import Activity
from routing import access
from routing.lead_sheet import LeadSheet
from routing.models import Assignment, Lead, User
from routing.own_files import ACTIVITIES, ASSIGNMENTS

from .asked import Asked

AT_ONCE: Final = 2_000
"""Rows that are read in one query. Between two nothing is held: no cursor, no snapshot of the database."""

Columns = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Sheet:
    """One export: what it is called and holds, by which moment its period counts, and its rows.

    `columns` are names and where they are read, the key first; none where rows are leads. Free words may say who a lead
    is: `words` are absent for whoever does not see that.
    """

    slug: str
    name: str
    says: str
    model: type[Any]
    moment: str
    team: str = "team"
    columns: Columns = ()
    words: Columns = ()

    def rows_for(self, user: User, asked: Asked) -> QuerySet[Any]:
        """The rows this person may have, in the order of their keys. Withdrawn leads count nowhere."""
        leads = Lead.objects.filter(access.counted_for(user)).exclude(status=Lead.Status.WITHDRAWN)
        if asked.source:
            leads = leads.filter(source__slug=asked.source)
        rows = self.model._default_manager.filter(lead__in=leads.values("pk")) if self.columns else leads
        if asked.since:
            rows = rows.filter(**{f"{self.moment}__gte": asked.since})
        if asked.until:
            rows = rows.filter(**{f"{self.moment}__lt": asked.until})
        if asked.team:
            rows = rows.filter(**{f"{self.team}__slug": asked.team})
        return rows.order_by("pk")

    def written_for(self, user: User, asked: Asked, kept: Any = None) -> Written:
        """The columns of an export for somebody; those that were settled when it began, where it was begun before."""
        contact = access.shows_contact(user)
        if self.model is Lead:
            leads = LeadSheet(*kept) if kept else LeadSheet.of(self.rows_for(user, asked), contact=contact)
            settled = [leads.contact, list(leads.attributes), leads.more]
            return Written(leads.header, leads.reading, leads.row, settled)
        columns = [*self.columns, *(self.words if contact else ())]
        places = [place for _, place in columns]
        return Written(
            [name for name, _ in columns],
            # Values, not objects: what is not asked for never leaves the database.
            lambda rows: rows.values_list(*places),
            lambda row: row,
        )


@dataclass(frozen=True)
class Written:
    """How rows become lines: the header, what is read of the rows, and a line of each."""

    header: list[str]
    reading: Callable[[QuerySet[Any]], QuerySet[Any]]
    line: Callable[[Any], Sequence[Any]]
    settled: Any = None

    def pages(self, rows: QuerySet[Any], *, after: int = 0) -> Iterator[tuple[int, list[Sequence[Any]]]]:
        """Lines by some thousands, each page with the key of its last row, from behind a key on."""
        while page := list(self.reading(rows.filter(pk__gt=after))[:AT_ONCE]):
            after = page[-1][0]
            yield after, [self.line(row) for row in page]
            if len(page) < AT_ONCE:
                return

    def lines(self, rows: QuerySet[Any]) -> Iterator[Sequence[Any]]:
        """All lines, one by one."""
        for _, page in self.pages(rows):
            yield from page


OF_A_LEAD: Final[Columns] = (("source", "lead__source__slug"),)
REP: Final[Columns] = (("rep", "rep__username"), ("rep_name", "rep__name"))
BY: Final[Columns] = (("by", "by__username"),)

SHEETS: Final = {
    sheet.slug: sheet
    for sheet in (
        Sheet(
            slug="leads",
            name="Leads",
            says="One row a lead: its facts, where it stands, and when it got there. The period counts by when it came "
            "in. The importer reads this file.",
            model=Lead,
            moment="captured_at",
        ),
        Sheet(
            slug="assignments",
            name="Assignments",
            says="One row for each time a lead was somebody's: who had it, by which rule and way, from when to when, "
            "and the first touch. The period counts by when it was assigned.",
            model=Assignment,
            moment="assigned_at",
            columns=(
                *zip(ASSIGNMENTS, ("pk", "lead_id", "assigned_at"), strict=True),
                *OF_A_LEAD,
                *REP,
                ("team", "team__slug"),
                ("team_name", "team__name"),
                *((name, name) for name in ("method", "rule", "cycle", "ended_at", "ended_because", "first_touch_at")),
                ("working_wait_seconds", "working_wait"),
                *BY,
            ),
            words=(("note", "note"),),
        ),
        Sheet(
            slug="activities",
            name="Activities",
            says="One row a call, e-mail, message, meeting or note: who, when, how long, and whether it reached the "
            "person. The period counts by when it happened.",
            model=Activity,
            moment="at",
            team="lead__team",
            columns=(
                *zip(ACTIVITIES, ("pk", "lead_id", "at"), strict=True),
                *OF_A_LEAD,
                *((name, name) for name in ("kind", "direction", "outcome", "seconds")),
                *REP,
                ("team", "lead__team__slug"),
                ("team_name", "lead__team__name"),
                *BY,
                ("self_reported", "self_reported"),
                ("logged_at", "logged_at"),
            ),
            words=(("body", "body"),),
        ),
    )
}
