"""The two questions that a monitor asks."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.http import HttpRequest
from django.test import Client, RequestFactory

from leadops import health


@pytest.fixture
def request_for_ready() -> HttpRequest:
    return RequestFactory().get("/readyz")


def test_a_process_that_answers_is_healthy_without_database_or_redis(client: Client) -> None:
    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
def test_ready_when_database_and_redis_answer(client: Client, redis: object) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() | {"oldest_due_seconds": None} == {
        "ready": True,
        "database": True,
        "redis": True,
        "due_work": True,
        "oldest_due_seconds": None,
    }


@pytest.mark.django_db
def test_not_ready_without_redis(client: Client, redis_away: None) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert (answer.json()["redis"], answer.json()["database"]) == (False, True)


@pytest.mark.django_db
def test_not_ready_without_database(client: Client, redis: object, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(health.connection, "cursor", away)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert (answer.json()["database"], answer.json()["due_work"]) == (False, False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("waiting", "status"), [(None, 200), (timedelta(seconds=60), 200), (timedelta(seconds=61), 503)]
)
def test_not_ready_when_work_has_been_due_for_too_long(
    waiting: timedelta | None, status: int, redis: object, request_for_ready: HttpRequest
) -> None:
    view = health.readyz(oldest_due_work=lambda: waiting, late_after=timedelta(seconds=60))
    assert view(request_for_ready).status_code == status
