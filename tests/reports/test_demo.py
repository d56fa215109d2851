"""The demo company has been watched for some weeks, gets a mail on Mondays, and has weights to decide on."""

from datetime import UTC, datetime, timedelta

import pytest

from reports.models import Addressee, EarlyWarning, Watch, WeightProposal
from reports.targets.watching import monday_of
from reps.demo.build import build
from routing import roster


@pytest.mark.django_db
def test_the_demo_has_something_in_every_room() -> None:
    roster.forget()
    at = datetime(2026, 1, 6, 3, 0, tzinfo=UTC)
    build(at=at)
    assert EarlyWarning.objects.exists()
    assert Watch.objects.get().monday == monday_of(at) + timedelta(days=7), "it was watched until now, and goes on"
    assert all(one.due_at and one.due_at > at for one in Addressee.objects.all())
    assert WeightProposal.objects.filter(state="proposed").count() == 1
