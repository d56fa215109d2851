"""Who sits at the desk in these tests."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client

from routing import roster
from routing.models import Rep
from tests.cast import cast


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Every test has people of its own under the same numbers as the last."""
    roster.forget()


@pytest.fixture
def people(db: None) -> SimpleNamespace:
    """Dana manages; Laura, Daniel and Emma sell; Omar is in another team."""
    return cast()


@pytest.fixture
def desk_of() -> Callable[[Rep], Client]:
    """A browser in which this rep is logged in."""

    def opened(rep: Rep) -> Client:
        client = Client()
        client.force_login(rep.user)
        return client

    return opened
