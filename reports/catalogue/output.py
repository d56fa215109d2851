"""What reps make of their leads, measured by what was to be expected of these."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from reports.asked import Asked
from reports.charts import Intervals, intervals
from reports.columns import Column
from reports.comparison import everybody_compared
from reports.dimensions import DIMENSIONS, NONE
from reports.output_counts import work_on
from reports.report import PEOPLE, Report
from reports.statistics.output import STRONGEST, WEAKEST, Output, in_order
from reports.table import Row, Table
from reports.units import DECIMAL

LUCK: Final = (
    "The same allowing for luck: (won + p) / (expected wins + p), where p comes from how much reps differ and lies "
    f"between {WEAKEST:.0f} and {STRONGEST:.0f} expected wins. With few leads it stays near 1."
)
KINDS: Final = (
    "The sum over their leads of the win rate of like leads, of the same source and band, over everybody compared. "
    "Each rate is shrunk towards the mean of all: (won + s * mean) / (leads + s), where s comes from how much rates "
    "differ. Over everybody compared, expected wins add up to those won."
)

TOO_FEW: Final = "Your team is too small to tell its win rates: they would tell what one of you did."


class OutputReport(Report):
    """Won / expected wins, with its interval, beside plain wins per 100 leads."""

    slug = "output"
    title = "Output"
    theme = PEOPLE
    about = "What reps make of the leads they are given, whatever these are: wins against the wins to be expected."
    counts = "Leads captured in the period that somebody owns. One that is still open counts as not won."
    groupings = ("rep",)
    charted = "allowing_for_luck"
    columns = (
        Column("leads", "Leads", "Leads captured in the period that they own.", headline=True),
        Column("won", "Won", "Of these, those that were won.", better="more", headline=True),
        Column("wins_per_100", "Wins per 100 leads", "100 * won / leads.", DECIMAL, "more"),
        Column("expected", "Expected wins", KINDS, DECIMAL),
        Column("output", "Output", "Won / expected wins: 1 is what was to be expected.", DECIMAL, "more", True),
        Column("allowing_for_luck", "Allowing for luck", LUCK, DECIMAL, "more"),
        Column("low", "From", "The lower end of the interval that holds the true output in four of five cases (80 %).",
               DECIMAL),
        Column("high", "To", "The upper end of that interval.", DECIMAL),
    )  # fmt: skip

    def table(self, asked: Asked) -> Table:
        found = self.outputs(asked)
        if asked.scope.rep is not None:
            return Table(self.columns, (), self.total(asked), notes=() if everybody_compared(asked) else (TOO_FEW,))
        names = DIMENSIONS["rep"].names(found)
        rows = [
            Row(name.key, name.label, values_of(found[rep_id]), number)
            for number, (rep_id, _) in enumerate(in_order(found))
            for name in [names.get(rep_id, NONE)]
        ]
        return Table(self.columns, tuple(rows), Row("", "All", together(found.values())))

    def total(self, asked: Asked) -> Row:
        """Of one person with their interval; of several together without, for a group has none of its own."""
        found = self.outputs(asked)
        alone = found.get(asked.scope.rep.pk) if asked.scope.rep else None
        if alone is None:
            return Row("", "All", together(found.values()))
        return Row("", "All", values_of(alone) if everybody_compared(asked) else plain(alone))

    def outputs(self, asked: Asked) -> dict[int, Output]:
        """By rep id, of those whom the viewer is told of, measured by everybody compared."""
        found = work_on((everybody_compared(asked) or asked).leads()).outputs()
        shown = asked.scope.rep or asked.rep
        return {rep_id: one for rep_id, one in found.items() if shown is None or rep_id == shown.pk}

    def chart(self, asked: Asked, table: Table) -> Intervals | None:
        ends = [
            (row.label, row.values["low"], row.values["allowing_for_luck"], row.values["high"]) for row in table.rows
        ]
        return intervals("Output, allowing for luck", ends) if ends else None


def plain(one: Output) -> dict[str, Any]:
    """What can be told of somebody without comparing."""
    return {"leads": one.leads, "won": one.won, "wins_per_100": one.wins_per_100}


def values_of(one: Output) -> dict[str, Any]:
    return plain(one) | {
        "expected": one.expected,
        "output": one.plain,
        "allowing_for_luck": one.allowing_for_luck,
        "low": one.low,
        "high": one.high,
    }


def together(found: Iterable[Output]) -> dict[str, Any]:
    everybody = list(found)
    leads, won = sum(one.leads for one in everybody), sum(one.won for one in everybody)
    expected = sum(one.expected for one in everybody)
    return {
        "leads": leads,
        "won": won,
        "wins_per_100": 100 * won / leads if leads else None,
        "expected": expected,
        "output": won / expected if expected else None,
    }


REPORT = OutputReport()
