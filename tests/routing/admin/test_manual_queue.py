"""The manual queue sorts by its columns both ways, filters by team, pages and is downloaded as shown."""

import csv
import io
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils.timezone import now

from routing.models import Lead, User
from tests.cast import cast, lead_in_pool

pytestmark = pytest.mark.django_db

ADDRESS = "/admin/routing/lead/manual/"


@pytest.fixture
def people() -> SimpleNamespace:
    """The cast; Dana manages Inside, where leads of three companies wait. One of Outside waits too."""
    people = cast()
    people.dana.groups.add(Group.objects.get(name="manager"))
    for company, score, minutes in (("Bravo", 10, 9), ("Alpha", 90, 5), ("Zulu", 50, 1)):
        made = lead_in_pool(people.inside, "manual", company=company, score=score)
        Lead.objects.filter(pk=made.pk).update(pooled_at=now() - timedelta(minutes=minutes))
    lead_in_pool(people.outside, "manual", company="Theirs")
    return people


@pytest.fixture
def dana(people: SimpleNamespace, client: Client) -> Client:
    client.force_login(User.objects.get(username="dana"))
    return client


def shown(client: Client, **query: Any) -> list[str]:
    return [lead.company for lead in client.get(ADDRESS, query).context["page"]]


@pytest.mark.parametrize(
    ("sort", "companies"),
    [
        ("", ["Bravo", "Alpha", "Zulu"]),
        ("-waiting", ["Zulu", "Alpha", "Bravo"]),
        ("company", ["Alpha", "Bravo", "Zulu"]),
        ("-company", ["Zulu", "Bravo", "Alpha"]),
        ("-score", ["Alpha", "Zulu", "Bravo"]),
        ("nonsense", ["Bravo", "Alpha", "Zulu"]),
    ],
)
def test_it_is_sorted_both_ways(dana: Client, sort: str, companies: list[str]) -> None:
    assert shown(dana, sort=sort) == companies


def test_it_is_paged(dana: Client, people: SimpleNamespace) -> None:
    for _ in range(50):
        lead_in_pool(people.inside, "manual")
    assert len(shown(dana)) == 50
    assert len(shown(dana, page=2)) == 3


def test_it_is_filtered_by_team_and_only_by_ones_own(people: SimpleNamespace, client: Client) -> None:
    client.force_login(User.objects.create_user("root", is_staff=True, is_superuser=True))
    assert shown(client, team=people.outside.pk) == ["Theirs"]
    client.force_login(User.objects.get(username="dana"))
    assert "Theirs" not in shown(client, team=people.outside.pk)


def test_the_download_is_what_is_shown(dana: Client) -> None:
    answer = dana.get(ADDRESS, {"format": "csv", "sort": "company"})
    rows = list(csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))
    assert [(row["company"], row["team"], row["score"]) for row in rows] == [
        ("Alpha", "Inside", "90"),
        ("Bravo", "Inside", "10"),
        ("Zulu", "Inside", "50"),
    ]
