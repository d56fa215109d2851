"""A report: what it counts, by what it may be grouped, its columns with their formulas, and how it answers.

    class Speed(Grouped):
        slug, title, theme, about = "speed-to-lead", "Speed to lead", SPEED, "How soon leads are answered."
        columns = (Counted("leads", "Leads", "Leads captured in the period.", of=Count("pk")), ...)
        groupings = ("rep", "source", "month")

    REPORT = Speed()        # a module of reports/catalogue/ that says so is in the registry

A report that needs more than groups of rows writes its own `table`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from django.db.models import QuerySet

from reports.asked import Asked
from reports.charts import Chart, drawn
from reports.columns import Column, Counted, Derived, Unseen, Values
from reports.counting import of_all, of_groups
from reports.dimensions import NONE, OF_LEADS, Dimension, Named, Paths, dimension
from reports.table import Row, Table, in_place
from reports.units import COUNT
from routing.models import Rep

SPEED: Final = "Speed"
PIPELINE: Final = "Pipeline"
PEOPLE: Final = "People"
FAIRNESS: Final = "Distribution"
THEMES: Final = (SPEED, PIPELINE, PEOPLE, FAIRNESS)
"""How the list of reports is arranged."""

FILTERS: Final = ("team", "rep", "source", "band", "rule")


class Report:
    """One report. `groupings` are slugs of dimensions, the first the usual one; `filters` what it may be asked of."""

    slug: ClassVar[str]
    title: ClassVar[str]
    theme: ClassVar[str]
    about: ClassVar[str]
    """One sentence: what question it answers."""
    counts: ClassVar[str] = "Leads captured in the period."
    """What falls into the period."""
    columns: ClassVar[tuple[Column, ...]]
    groupings: ClassVar[tuple[str, ...]] = ("rep", "team", "source", "band", "rule", "day", "week", "month")
    filters: ClassVar[tuple[str, ...]] = FILTERS
    charted: ClassVar[str] = ""
    """The key of the column that its chart draws; none: no chart."""
    has_period: ClassVar[bool] = True
    for_reps: ClassVar[bool] = True
    """Whether a rep has it, of themselves."""
    tells_colleagues: ClassVar[bool] = False
    """Whether a rep is told of colleagues by name. Then `is_open_to` says which reps."""

    def is_open_to(self, rep: Rep) -> bool:
        """Whether a rep has it."""
        return self.for_reps

    def table(self, asked: Asked) -> Table:
        """The rows and the row of all. As many queries however many rows there are."""
        raise NotImplementedError

    def total(self, asked: Asked) -> Row | None:
        """The row of all alone."""
        return self.table(asked).total

    def chart(self, asked: Asked, table: Table) -> Chart | None:
        """Its picture, where one says more than the numbers."""
        by = dimension(asked.group)
        return drawn(table, self.charted, by.shape if by else "bars") if self.charted else None

    @property
    def told(self) -> tuple[Column, ...]:
        """The columns that are told; the others are counted for their sake."""
        return tuple(column for column in self.columns if not isinstance(column, Unseen))


class Grouped(Report):
    """A report whose rows are groups of leads, assignments or activities, counted by the database.

    Two queries, one of names where they are to be looked up, and one of the plan where it is grouped by rule.
    """

    paths: ClassVar[Paths] = OF_LEADS

    def counted(self, asked: Asked) -> QuerySet[Any]:
        """What is counted: a queryset without order. Its rows have what `paths` names."""
        return asked.leads()

    def aggregates(self, asked: Asked) -> Mapping[str, Any]:
        """What the database counts, by column key."""
        return {column.key: column.of for column in self.columns if isinstance(column, Counted)}

    def table(self, asked: Asked) -> Table:
        rows = in_place(self.rows(asked), largest=lambda row: row.values.get(self.told[0].key))
        return Table(self.told, rows, self.total(asked))

    def total(self, asked: Asked) -> Row:
        return Row("", "All", self.worked_out(of_all(self.counted(asked), self.aggregates(asked))))

    def rows(self, asked: Asked) -> list[Row]:
        by = dimension(asked.group)
        if by is None:
            return []
        found = of_groups(self.counted(asked), by.raw(self.paths, asked.zone), self.aggregates(asked))
        return self.named(found, by, asked)

    def named(self, found: Mapping[Any, Values], by: Dimension, asked: Asked) -> list[Row]:
        """The rows of groups found by their raw values, and those that may not be missing."""
        if by.all_of is not None:
            found = dict.fromkeys(by.all_of(asked.period, asked.at), self.nothing()) | dict(found)
        names = by.names(found)
        # An empty text and nothing at all are the same to people.
        return [
            Row(name.key, name.label, self.worked_out(values), name.place)
            for raw, values in found.items()
            for name in [names.get(raw) or Named(str(raw), str(raw)) if raw not in (None, "") else names.get(raw, NONE)]
        ]

    def nothing(self) -> Values:
        """What the columns count of a group that has no rows: 0 where they count or add up."""
        known = {
            column.key: 0 if column.unit is COUNT else getattr(column.of, "empty_result_set_value", None)
            for column in self.columns
            if isinstance(column, Counted)
        }
        return {key: value for key, value in known.items() if value not in (None, NotImplemented)}

    def worked_out(self, counted: Values) -> Values:
        """The values with those of derived columns, each of which may use the ones before it."""
        values = dict(counted)
        for column in self.columns:
            if isinstance(column, Derived):
                values[column.key] = column.from_(values)
        return values
