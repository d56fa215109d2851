"""The cast with addresses, Mia's past behind them, and a weekly mail of Dana's."""

from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace

import pytest

from reports.mails.changing import subscribe
from reports.models import Subscription
from routing.models import User
from tests.reports.past import NOW


@pytest.fixture
def people(past: SimpleNamespace) -> SimpleNamespace:
    """Dana manages Inside; Laura, Daniel and Emma sell there; Omar elsewhere. A Wednesday, 10:00 in Chicago."""
    User.objects.filter(username="dana").update(email="dana@acme.example")
    User.objects.update(timezone="America/Chicago")
    for name in ("laura", "daniel", "emma", "omar"):
        rep = getattr(past, name)
        rep.user.refresh_from_db()
    past.dana.refresh_from_db()
    return past


@pytest.fixture
def weekly(people: SimpleNamespace) -> Callable[..., Subscription]:
    """Dana's mail of last week's speed by source, on Fridays at nine, to whom it says."""

    def made(*to: User, query: str = "period=last-30-days&group=source", **fields) -> Subscription:
        usual = {"report": "speed-to-lead", "weekday": 4, "hour": 9, "with_file": False, "owner": people.dana}
        return subscribe(query=query, to=to or (people.dana,), at=NOW, **usual | fields)

    return made


@pytest.fixture
def friday() -> datetime:
    """When it is due: the clock of these tests says nothing else."""
    return datetime.fromisoformat("2026-05-22T14:00:00+00:00")
