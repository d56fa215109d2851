"""Dana's team with a past from which weights follow: Laura wins more of like leads than Daniel, Emma had hardly any."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group

from routing.models import Lead, Rep, Source, Stage, Team, User
from tests.cast import MONDAY_MORNING, cast, source

SINCE = MONDAY_MORNING - timedelta(days=90)
AT = MONDAY_MORNING


def owned(
    rep: Rep,
    team: Team,
    leads: int,
    won: int,
    *,
    at: datetime = AT - timedelta(days=30),
    of: Source | None = None,
    **fields: object,
) -> None:
    """So many leads of the same kind that a rep owns, the first of them won."""
    stage, of = Stage.objects.get(slug="new"), of or source()
    Lead.objects.bulk_create(
        Lead(
            source=of,
            stage=stage,
            team=team,
            owner=rep,
            captured_at=at,
            assigned_at=at,
            updated_at=at,
            won_at=at if number < won else None,
            is_open=number >= won,
            **{"status": "assigned", "band": "warm", "value": 100} | fields,
        )
        for number in range(leads)
    )


def with_a_past() -> SimpleNamespace:
    people = cast()
    owned(people.laura, people.inside, 200, 50)
    owned(people.daniel, people.inside, 200, 26)
    owned(people.emma, people.inside, 4, 2)
    owned(people.omar, people.outside, 100, 90)
    people.dana.groups.add(Group.objects.get(name="manager"))
    people.dana = User.objects.get(pk=people.dana.pk)
    return people


@pytest.fixture
def people(db: None) -> SimpleNamespace:
    return with_a_past()
