"""Targets and warnings as a page lists them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet

from reports.models import EarlyWarning, Target
from reports.targets.forms import TargetForm
from reports.targets.metrics import metrics
from reports.targets.quality import Quality
from reports.targets.words import address, at_least, distribution, of_the_leads
from routing.models import Team

RECENT: Final = timedelta(weeks=26)


@dataclass(frozen=True)
class ListedTarget:
    """One line of a team's targets, in words."""

    target: Target
    metric: str
    report: str
    wanted: str
    judged: str


@dataclass(frozen=True)
class ListedTeam:
    """A team with its targets, and the form to set one where the reader may."""

    team: Team
    targets: Sequence[ListedTarget]
    form: TargetForm | None


@dataclass(frozen=True)
class ListedWarning:
    """One warning in words, with the pages behind it."""

    warning: EarlyWarning
    metric: str
    value: str
    wanted: str
    own: str
    quality: str
    is_weaker: bool
    links: Sequence[tuple[str, str]] = field(default=())


def listed_targets(teams: Sequence[Team], forms: dict[int, TargetForm]) -> list[ListedTeam]:
    """The teams with their targets. One query."""
    of_team: dict[int, list[Target]] = defaultdict(list)
    for target in Target.objects.filter(team__in=teams).order_by("metric", "pk"):
        of_team[target.team_id].append(target)
    return [
        ListedTeam(team, [listed_target(one) for one in of_team[team.pk]], forms.get(team.pk)) for team in teams
    ]  # fmt: skip


def listed_target(target: Target) -> ListedTarget:
    """A target in words; a metric that is gone is told by its name."""
    metric = metrics().get(target.metric)
    weeks = target.settles_weeks
    judged = f"after {weeks} weeks" if weeks else "at once"
    if metric is None:
        return ListedTarget(target, target.metric, "", "there is no such metric any more", judged)
    wanted = "their own weeks only" if target.value is None else f"{at_least(metric)}{metric.shown(target.value)}"
    return ListedTarget(target, metric.label, metric.report.title, wanted, judged)


def recent_warnings(teams: QuerySet[Team], at: datetime) -> QuerySet[EarlyWarning]:
    """Of half a year, the newest week first."""
    found = EarlyWarning.objects.filter(team__in=teams.values("pk"), week__gte=(at - RECENT).date())
    return found.select_related("team", "rep").order_by("-week", "-pk")


def listed_warning(warning: EarlyWarning) -> ListedWarning:
    """A warning in words. No query of its own."""
    metric, quality = metrics().get(warning.metric), Quality(warning.quality, warning.team_quality)
    shown = metric.shown if metric else "{:.2f}".format
    pages = [(metric.report.title, address(metric, warning))] if metric else []
    return ListedWarning(
        warning,
        metric.label if metric else warning.metric,
        shown(warning.value),
        f"{at_least(metric)}{shown(warning.target)}" if warning.target is not None else "",
        shown(warning.own) if warning.own is not None else "",
        of_the_leads(quality),
        quality.is_weaker,
        [*pages, ("Distribution", distribution(warning))],
    )
