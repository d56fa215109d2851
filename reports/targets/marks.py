"""Beside a report's numbers, the targets of the team they are of: which cells miss one, and where it lies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from reports.asked import Asked
from reports.models import Target
from reports.report import Report
from reports.table import Row, Table
from reports.targets.metrics import Metric, metrics
from reports.targets.words import at_least
from routing.access import teams_watched_by
from routing.models import Team

HELD: Final = ("rep", "day", "week", "month")
"""What a report may be grouped by for its rows to be held against one team's targets."""

Wanted = Mapping[str, tuple[Metric, float]]
"""By column key, a metric and its target."""


def with_targets(report: Report, asked: Asked, table: Table) -> tuple[Table, list[str]]:
    """The same table with what misses a target marked, and the targets in words. Told by team, each row is held
    against its own team's.

    A rep sees none; nor is anything held against a target where the leads of several teams are counted together, or
    some of a team's leads only.
    """
    of_report = {metric.slug: metric for metric in metrics().values() if metric.report is report}
    if not of_report or asked.scope.rep is not None or asked.source or asked.band or asked.rule:
        return table, []
    by_team = asked.group == "team" and asked.rep is None
    team = team_of(asked) if asked.group in HELD else None
    watched = teams_watched_by(asked.viewer) if by_team else Team.objects.filter(pk=team.pk) if team else None
    if watched is None:
        return table, []
    targets = Target.objects.filter(team__in=watched.values("pk"), metric__in=of_report, value__isnull=False)
    wanted: dict[str, dict[str, tuple[Metric, float]]] = defaultdict(dict)
    said = []
    for slug, name, metric, value in targets.order_by("team__name", "metric").values_list(
        "team__slug", "team__name", "metric", "value"
    ):
        one = of_report[metric]
        if value is not None and one.column in table.shown:
            wanted[slug][one.column.key] = (one, value)
            said.append(f"{one.label}: {at_least(one)}{one.shown(value)} ({name})")
    if by_team:
        return replace(table, rows=tuple(marked(row, wanted.get(row.key, {})) for row in table.rows)), said
    of_team = wanted[team.slug] if team else {}
    found = replace(
        table,
        rows=tuple(marked(row, of_team if row.key else {}) for row in table.rows),  # nobody's leads miss none
        aims={key: value for key, (_, value) in of_team.items()},
    )
    return found, said


def team_of(asked: Asked) -> Team | None:
    """The team whose leads are counted: the one asked for, or the only one there is for this viewer."""
    watched = teams_watched_by(asked.viewer)
    if asked.team is not None:
        return asked.team if watched.filter(pk=asked.team.pk).exists() else None
    some = list(watched.order_by("pk")[:2])
    return some[0] if len(some) == 1 else None


def marked(row: Row, wanted: Wanted) -> Row:
    """A row that knows in which columns it misses a target."""
    missed = {key for key, (metric, value) in wanted.items() if metric.misses(row.values.get(key), value)}
    return replace(row, missed=frozenset(missed)) if missed else row
