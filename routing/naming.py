"""What people call whatever a plan names: for sentences."""

from collections.abc import Mapping
from typing import Any

from routing.engine.sentences import Names
from routing.models import Calendar, Rep, Source, Stage, Team, Territory


def names(plan: Mapping[str, Any] | None = None) -> Names:
    """Everybody's and everything's name by slug, in a few queries. Of a published `plan` its territories are called as
    they were when it was published; without one, as the draft calls them.
    """
    return Names(
        teams=dict(Team.objects.values_list("slug", "name")),
        reps={username: name or username for username, name in Rep.objects.values_list("username", "name")},
        territories=dict(Territory.objects.values_list("slug", "name"))
        if plan is None
        else {slug: one.get("name") or slug for slug, one in (plan.get("territories") or {}).items()},
        sources=dict(Source.objects.values_list("slug", "name")),
        stages=dict(Stage.objects.values_list("slug", "name")),
        calendars={slug: name or slug for slug, name in Calendar.objects.values_list("slug", "name")},
    )
