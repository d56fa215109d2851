"""Logging in, and one's own account: no serious or critical finding of axe-core, in light or dark."""

import re

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from playwright.sync_api import Page, expect

from routing.models import User
from tests.cast import person
from tests.reps.browser import findings_in_both_schemes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def laura(transactional_db: None) -> User:
    return person("laura", first_name="Laura", email="laura@acme.example")


@pytest.fixture
def look(page: Page, live_server):
    """Opens a page here, or looks at the one that is open."""

    def looked(path: str = "") -> None:
        if path:
            page.goto(f"{live_server.url}{path}")
        assert findings_in_both_schemes(page) == [], page.url

    return looked


def log_in(page: Page, password: str) -> None:
    page.get_by_label("User name").fill("laura")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


def test_logging_in_is_without_findings(page, laura, look):
    look("/log-in/")
    log_in(page, "wrong horse")
    page.get_by_role("alert").wait_for()
    look()
    for name in ("forgotten", "forgotten-sent"):
        look(reverse(name))
    page.goto(page.url.replace("sent/", ""))
    page.get_by_label("E-mail").fill("nobody")
    page.get_by_role("button", name="Mail me").click()
    page.locator("#email-error").wait_for()
    look()
    look("/log-in/new-password/MQ/forged/")
    whose = urlsafe_base64_encode(force_bytes(laura.pk))
    look(reverse("new-password", args=[whose, default_token_generator.make_token(laura)]))
    page.get_by_label("New password").fill("x")
    page.get_by_label("Once more").fill("y")
    page.get_by_role("button", name="Set it").click()
    page.locator("#new2-error").wait_for()
    look()


def test_ones_own_account_is_without_findings(page, client, laura, look, live_server):
    client.force_login(laura)
    page.goto(f"{live_server.url}/log-in/?next=/account/sessions/")
    log_in(page, "correct horse")
    expect(page).to_have_title(re.compile("logged in"))
    expect(page.get_by_role("button", name="Log out everywhere but here")).to_be_visible()
    look()
    look(reverse("password"))
    page.get_by_label("Your password until now").fill("wrong horse")
    page.get_by_label("New password").fill("x")
    page.get_by_label("Once more").fill("y")
    page.get_by_role("button", name="Change it").click()
    page.locator("#old-error").wait_for()
    look()
