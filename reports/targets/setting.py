"""Targets are set and taken away; a team that has one is looked at from the next Monday on."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from reports.models import Target, Watch
from reports.targets.metrics import Metric
from reports.targets.watching import WEEK, due_on, monday_of
from routing.models import Team, User


@transaction.atomic
def set_target(
    *, team: Team, metric: Metric, value: float | None, settles_weeks: int, by: User, at: datetime
) -> Target:  # fmt: skip
    """Sets a team's target of a metric, in place of the one there may be. `value` as the database counts it."""
    following = monday_of(at) + WEEK
    Watch.objects.get_or_create(team=team, defaults={"monday": following, "due_at": due_on(following)})
    target, _ = Target.objects.update_or_create(
        team=team,
        metric=metric.slug,
        defaults={"value": value, "settles_weeks": settles_weeks, "set_by": by, "set_at": at},
    )
    return target


def remove_target(*, target: Target) -> None:
    """Takes a target away; its warnings stay. The last of a team takes the watch with it."""
    with transaction.atomic():
        target.delete()
        Watch.objects.filter(team=target.team_id).exclude(team__targets__isnull=False).delete()
