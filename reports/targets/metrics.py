"""What may be watched: the shares and medians of reports that know which way is good, found in the registry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from reports.asked import Asked
from reports.columns import Column, Share
from reports.period import BETWEEN, Period
from reports.reading import reading
from reports.registry import reports
from reports.report import SPEED, Report
from reports.scope import scope_of
from reports.table import Table
from reports.targets.judging import Measured
from reports.units import CALENDAR_DAYS, COUNT, DAYS, HOURS, MINUTES, STARS
from routing.models import Team, User

OF_MEDIANS: Final = (MINUTES, HOURS, DAYS, CALENDAR_DAYS, STARS)
LATER: Final = 4
"""Weeks that leads are usually left to become something, where it is not their answer that is counted."""


@dataclass(frozen=True)
class Metric:
    """A column of a report. `of` is the key of the column that says of how many leads its number is."""

    report: Report
    column: Column
    of: str

    @property
    def slug(self) -> str:
        return f"{self.report.slug}.{self.column.key}"

    @property
    def label(self) -> str:
        return self.column.label

    @property
    def more_is_better(self) -> bool:
        return self.column.better == "more"

    @property
    def is_share(self) -> bool:
        return isinstance(self.column, Share)

    @property
    def settles_weeks(self) -> int:
        """How long its leads are usually left: how soon they are answered is known at once."""
        return 0 if self.report.theme == SPEED else LATER

    @property
    def unit(self) -> str:
        """In which a target is given."""
        return self.column.unit.name

    @property
    def scale(self) -> float:
        """What one of its unit is, as the database counts it."""
        return self.column.unit.scale

    def shown(self, value: float | None) -> str:
        """A value with its unit, for people: 60 %, 4.5 min; no digits that say nothing."""
        unit = self.column.unit
        text = unit.shown(value)
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return f"{text}{unit.suffix or ('' if unit is STARS else ' ' + unit.name)}"

    def misses(self, value: float | None, target: float) -> bool:
        """Whether a value, as it is shown, is on the wrong side of a target."""
        told, wanted = self.column.unit.told(value), self.column.unit.told(target)
        return told is not None and (told < wanted if self.more_is_better else told > wanted)


@cache
def metrics() -> dict[str, Metric]:
    """All by slug, in the order of the reports."""
    found = [
        metric
        for report in reports().values()
        if report.has_period and "rep" in report.groupings and "team" in report.filters
        for column in report.told
        if (metric := metric_of(report, column)) is not None
    ]
    return {metric.slug: metric for metric in found}


def metric_of(report: Report, column: Column) -> Metric | None:
    """A column as a metric; None for what cannot be judged: counts, money, and shares of what is
    not counted one by one (of hours)."""
    if column.better not in ("more", "less"):
        return None
    if isinstance(column, Share):
        whole = next((one for one in report.columns if one.key == column.whole), None)
        return Metric(report, column, whole.key) if whole is not None and whole.unit is COUNT else None
    first = report.told[0]
    if column.unit in OF_MEDIANS and first.unit is COUNT:
        return Metric(report, column, first.key)
    return None


def table_of(report: Report, team: Team, *, since: datetime, until: datetime, zone: ZoneInfo) -> Table:
    """What a report says of a team's reps between two midnights: of everything there is, as its page would."""
    everything = User(username="", is_superuser=True)  # the clock looks; its notes go to the team's managers alone
    asked = Asked(
        viewer=everything,
        scope=scope_of(everything),
        at=until,
        period=Period(BETWEEN, since, until, zone),
        group="rep",
        team=team,
    )
    with reading():
        return report.table(asked)


def measured(metric: Metric, table: Table) -> dict[str, Measured]:
    """The metric of each rep in a table, by username."""
    return {
        row.key: Measured(row.values.get(metric.column.key), int(row.values.get(metric.of) or 0)) for row in table.rows
    }
