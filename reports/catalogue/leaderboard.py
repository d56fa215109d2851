"""Who does best, by output; wins and revenue beside."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from reports.asked import Asked
from reports.columns import Column
from reports.comparison import leaderboard_of, teams_with_leaderboard
from reports.dimensions import DIMENSIONS, NONE
from reports.output_counts import work_on
from reports.report import PEOPLE, Report
from reports.statistics.output import ENOUGH_EXPECTED, ENOUGH_LEADS, Output, in_order
from reports.table import Row, Table
from reports.units import DECIMAL, MONEY
from routing.models import Rep


class Leaderboard(Report):
    """Ranked by output allowing for luck. A rep sees their teams', unless the manager switched it off."""

    slug = "leaderboard"
    title = "Leaderboard"
    theme = PEOPLE
    about = "Who makes most of the leads they are given. Not who was given the best ones, nor who was lucky twice."
    counts = "Leads captured in the period that somebody owns. One that is still open counts as not won."
    groupings = ("rep",)
    filters = ("team", "source", "band")
    tells_colleagues = True
    columns = (
        Column("place", "Place", f"By output. Fewer than {ENOUGH_LEADS} leads, or less than {ENOUGH_EXPECTED:.0f} "
               "expected win, are too few for a place."),
        Column("output", "Output", "Won / expected wins of like leads (same source and band), allowing for luck: see "
               "the report Output.", DECIMAL, "more"),
        Column("leads", "Leads", "Leads captured in the period that they own."),
        Column("won", "Won", "Of these, those that were won.", better="more"),
        Column("revenue", "Revenue", "The sum of the values of those that were won.", MONEY, "more"),
    )  # fmt: skip

    def is_open_to(self, rep: Rep) -> bool:
        return teams_with_leaderboard(rep).exists()

    def table(self, asked: Asked) -> Table:
        compared, ranked = leaderboard_of(asked)
        work = work_on(compared.leads())
        found = {rep: one for rep, one in work.outputs().items() if ranked is None or rep in ranked}
        names = DIMENSIONS["rep"].names(found)
        rows = [
            Row(name.key, name.label, values_of(place, found[rep], work.revenue[rep]), number)
            for number, (rep, place) in enumerate(in_order(found))
            for name in [names.get(rep, NONE)]
        ]
        total = {key: sum(row.values[key] for row in rows) for key in ("leads", "won", "revenue")}
        return Table(self.columns, tuple(rows), Row("", "All", total))

    def total(self, asked: Asked) -> None:
        """A rep's team is in the table already."""


def values_of(place: int | None, one: Output, revenue: Decimal) -> dict[str, Any]:
    return {
        "place": place,
        "output": one.allowing_for_luck,
        "leads": one.leads,
        "won": one.won,
        "revenue": revenue,
    }


REPORT = Leaderboard()
