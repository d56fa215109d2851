"""A report asked and answered: its table, beside it the period before or the rep's team, in the order asked for."""

from __future__ import annotations

from dataclasses import replace

from reports.asked import Asked
from reports.reading import reading
from reports.report import Report
from reports.scope import beside
from reports.table import Row, Table


def answer(report: Report, asked: Asked) -> Table:
    """What page, file and API tell alike."""
    with reading(whole=report.has_period and not asked.period.is_short):
        table = report.table(asked)
        if asked.compare and report.has_period and (earlier := asked.before()) is not None:
            table = table.with_before(report.table(earlier))
        if team := beside_me(report, asked):
            table = replace(table, beside=team)
    return table.sorted_by(asked.sort) if asked.sort else table


def beside_me(report: Report, asked: Asked) -> Row | None:
    """A rep's team in one number; nothing for anybody else."""
    if asked.scope.rep is None:
        return None
    others = beside(asked.scope.rep, team_id=asked.team.pk if asked.team else None)
    total = report.total(asked.of(others.scope)) if others else None
    return replace(total, key="team", label=f"Your team ({others.people} people)") if total and others else None
