"""What the demo company has of this wing: targets with warnings of some weeks, a weekly mail, a proposal of weights."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from reports.mails.changing import subscribe
from reports.models import Watch
from reports.rewarding import proposing
from reports.targets.metrics import metrics
from reports.targets.setting import set_target
from reports.targets.watching import WEEK, look_at_due, monday_of
from reps.demo.build import built
from routing.models import Team, User

TARGETS: Final = (("speed-to-lead.within_five", 15.0), ("sla-compliance.compliance", 50.0))
WEEKS: Final = 3
"""As many Mondays it has been watched."""


def furnish(at: datetime, **sent: Any) -> None:
    """Adds them, on Dana's behalf, in the transaction in which the company is made."""
    dana = User.objects.get(username="dana")
    team = Team.objects.get(slug="north-america")
    for slug, value in TARGETS:
        set_target(team=team, metric=metrics()[slug], value=value, settles_weeks=0, by=dana, at=at - WEEKS * WEEK)
    monday = monday_of(at) - (WEEKS - 1) * WEEK
    Watch.objects.filter(team=team).update(monday=monday, due_at=at)
    look_at_due(at)
    query = urlencode({"period": "last-7-days", "group": "rep", "compare": "1"})
    people = [dana, User.objects.get(username="nora")]
    subscribe(owner=dana, report="speed-to-lead", query=query, to=people, weekday=0, hour=8, with_file=True, at=at)
    rapid = Team.objects.get(slug="rapid")
    proposing.make(team=rapid, since=at - timedelta(days=90), until=at, at=at, by=dana)


def furnish_the_demo() -> None:
    """Has it done whenever the demo company is made."""
    built.connect(furnish, dispatch_uid="reports.demo")
