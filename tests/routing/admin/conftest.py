"""The admin in a browser: a house with one of everything, and somebody who may open every door of it."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page

from routing.models import User
from tests.access.conftest import house  # noqa: F401

from .walk import furnish


def is_complaint(said: ConsoleMessage) -> bool:
    """What the browser minds; a door that is shut is not among it."""
    return said.type == "error" and "status of 403" not in said.text


@pytest.fixture
def furnished(house: SimpleNamespace) -> SimpleNamespace:  # noqa: F811
    furnish(house)
    return house


@pytest.fixture
def opened_by(browser: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """A page in which somebody has logged in, without the form. Every complaint of the browser fails the test."""
    complaints: list[str] = []
    contexts = []

    def opened(user: User, **context) -> Page:
        client = Client()
        client.force_login(user)
        made = browser.new_context(base_url=live_server.url, **{"viewport": {"width": 1200, "height": 900}} | context)
        contexts.append(made)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        made.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        page = made.new_page()
        page.on("console", lambda said: complaints.append(f"{page.url}: {said.text}") if is_complaint(said) else None)
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
