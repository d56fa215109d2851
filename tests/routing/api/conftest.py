"""The cast, and somebody to call the API as."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from rest_framework.test import APIClient

from routing import roster
from routing.models import Rep, Source, User
from tests import cast as people


@pytest.fixture
def cast(db: None) -> SimpleNamespace:
    return people.cast()


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """What the process knows of people and plans is of the test before."""
    roster.forget()


@pytest.fixture
def calling_as() -> Callable[..., APIClient]:
    """A client with a token of a source, a person or a rep; with nothing, one without."""

    def client(who: Source | User | Rep | None = None) -> APIClient:
        of = who.user if isinstance(who, Rep) else who
        return APIClient(headers={"Authorization": f"Bearer {people.token(of)}"} if of else {})

    return client
