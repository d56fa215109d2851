"""The cast, and a target that is watched."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from reports.models import Target, Watch
from reports.targets.metrics import metrics
from reports.targets.setting import set_target
from reports.targets.watching import WEEK, due_on
from routing.models import Team
from tests.cast import cast
from tests.reports.targets.weeks import LAST


@pytest.fixture
def people(db: None) -> SimpleNamespace:
    """Dana manages Inside; Laura, Daniel and Emma sell there; Omar sells elsewhere."""
    company = cast()
    company.dana.email = "dana@acme.example"
    company.dana.save()
    return company


@pytest.fixture
def watched(people: SimpleNamespace) -> Callable[..., Watch]:
    """Sets a target of a team a week before the Monday of these tests."""

    def set_for(team: Team, value: float | None = 60, *, metric: str = "speed-to-lead.within_five", weeks: int = 0):
        at = due_on(LAST) + WEEK / 7
        set_target(team=team, metric=metrics()[metric], value=value, settles_weeks=weeks, by=people.dana, at=at)
        assert Target.objects.filter(team=team).exists()
        return Watch.objects.get(team=team)

    return set_for
