"""Who sits at the desk in these tests."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from routing import roster
from routing.models import Lead, Rep
from routing.pipeline import route_leads
from tests.cast import cast, lead
from tests.reps.browser import PHONE


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


PLAN = """
plan: 1
name: Acme inbound
reps:
  laura: {name: Laura Ortiz}
  daniel: {name: Daniel Weiss}
  emma: {name: Emma Novak}
  omar: {name: Omar Haddad}
teams:
  inside: {name: Inside, managers: [dana], members: [laura, daniel, emma]}
  outside: {name: Outside, members: [omar]}
qualification:
  scores:
    - {name: Works at a clinic, points: 40, when: {all: [{field: email, op: ends_with, value: clinic.example}]}}
  bands: {hot: 70, warm: 40}
sla:
  golden: {clock: always, steps: [{after: 5m, do: breach}]}
rules:
  - name: Sharks
    when: {all: [{field: product, op: is, value: shark}, {field: email, op: is_set}]}
    to: inside
    delivery: claim
    hide_contact: true
  - {name: Unseen, when: {all: [{field: product, op: is, value: blind}]}, to: inside, delivery: blind}
  - {name: Big ones, when: {all: [{field: company_size, op: at_least, value: 1000}]}, to: outside}
  - {name: Everything else, to: inside, sla: golden}
"""


@pytest.fixture
def plan(people: SimpleNamespace, tmp_path: Path) -> None:
    """A published plan that sends everything else to Inside, in turn."""
    file = tmp_path / "plan.yaml"
    file.write_text(PLAN)
    call_command("load_plan", str(file), "--publish", verbosity=0)


@pytest.fixture
def routed(plan: None) -> Callable[..., Lead]:
    """A lead as it stands once the plan has been asked."""

    def arrived(**facts: Any) -> Lead:
        made = lead(**facts)
        route_leads([made.pk])
        return Lead.objects.get(pk=made.pk)

    return arrived


def is_complaint(said: ConsoleMessage) -> bool:
    """What the browser minds; a form that was refused with 422 is not among it."""
    return said.type in ("error", "warning") and "status of 422" not in said.text


@pytest.fixture
def visit(browser: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """A page in which this rep has logged in; every complaint of the browser fails the test."""
    complaints: list[str] = []
    contexts = []

    def visited(rep: Rep, **context) -> Page:
        opened = browser.new_context(base_url=live_server.url, **{"viewport": PHONE} | context)
        contexts.append(opened)
        page = opened.new_page()
        page.on("console", lambda said: complaints.append(said.text) if is_complaint(said) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto("/")
        page.get_by_label("User name").fill(rep.username)
        page.get_by_label("Password").fill("correct horse")
        page.get_by_role("button", name="Log in").click()
        expect(page).to_have_title(re.compile("My queue"))
        return page

    yield visited
    for context in contexts:
        context.close()
    assert complaints == []
