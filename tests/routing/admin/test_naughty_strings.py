"""Every naughty string in every text of a lead: shown as text, on every page of the admin that shows a lead."""

import json
from collections.abc import Iterator
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from routing.models import Assignment, Capture, Decision, Event, Lead, LeadChange, Source
from routing.pipeline import route_leads
from tests.cast import lead, lead_in_pool
from tests.naughty import TEXTS, batches, facts, look, nothing_runs, sample

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

AT_ONCE = 24
LISTS = [
    *(f"/admin/routing/{name}/" for name in ("lead", "assignment", "decision", "leadchange", "event")),
    *("/admin/routing/capture/?status=all", "/admin/routing/lead/manual/", "/admin/"),
]
HANGS_ON_A_LEAD = (Assignment, Event, LeadChange, Decision)


def fill(house: SimpleNamespace, texts: tuple[str, ...]) -> list[Lead]:
    """A lead for each text that the plan was asked about, with all that hangs on it; and one to be handed out."""
    source = Source.objects.get(slug="web")
    leads = [lead(**facts(text)) for text in texts]
    route_leads([one.pk for one in leads])
    for one, text in zip(leads, texts, strict=True):
        said = dict.fromkeys(TEXTS, text)
        Assignment.objects.filter(lead=one).update(note=text[:500])
        LeadChange.objects.create(lead=one, origin="admin", kind="facts", detail={"from": text, "to": texts})
        Event.objects.create(lead=one, kind="lead.moved", detail={"each": texts})
        Capture.objects.create(
            lead=one, source=source, channel="api", status="failed", body=json.dumps(said), error={"email": [text]}
        )
        lead_in_pool(house.people.inside, "manual", **facts(text))
    return leads


def clear() -> None:
    for kept in (*HANGS_ON_A_LEAD, Capture, Lead):
        kept.objects.all().delete()


def own_pages(of: Lead, text: str) -> dict[str, str]:
    """What there is of one lead: its page, what it came as, trying it with the draft, and looking for it."""
    return {
        "lead": reverse("admin:routing_lead_change", args=[of.pk]),
        "capture": reverse("admin:routing_capture_change", args=[of.captures.get().pk]),
        "try": f"{reverse('admin:plan_try')}?lead={of.pk}",
        "search": f"/admin/routing/lead/?q={quote(text[:200])}",
    }


def pages_of_all(of: Lead) -> dict[str, str]:
    """Pages of what hangs on a lead. They are made by the theme alone, and show all of the texts at once."""
    rows = {model.__name__: model._default_manager.filter(lead=of).latest("pk") for model in HANGS_ON_A_LEAD}
    return {name: reverse(f"admin:routing_{row._meta.model_name}_change", args=[row.pk]) for name, row in rows.items()}


def walk(house: SimpleNamespace, page: Page, texts: tuple[str, ...]) -> None:
    """Looks at every page with harmless text, then with these: nothing runs, and the pages are built the same."""
    clear()
    plain = fill(house, ("plain",) * len(texts))[0]
    paths = {path: path for path in LISTS} | own_pages(plain, "plain") | pages_of_all(plain)
    as_plain = {name: look(page, path) for name, path in paths.items()}
    clear()
    leads = fill(house, texts)
    for name, path in ({path: path for path in LISTS} | pages_of_all(leads[-1])).items():
        assert look(page, path) == as_plain[name] or not all(text.strip() for text in texts), (name, texts)
    for text, one in zip(texts, leads, strict=True):
        for name, path in own_pages(one, text).items():
            seen = look(page, path, text)
            # What is found depends on what is looked for.
            assert seen == as_plain[name] or not text.strip() or name == "search", (name, text)
    clear()


@pytest.fixture
def page(furnished, opened_by) -> Iterator[Page]:
    """Root's, who sees every page; at the end nothing has run and nothing was asked of another host."""
    opened = opened_by(furnished.root)
    opened.goto("/admin/")
    with nothing_runs(opened):
        yield opened


def test_a_sample_of_naughty_strings_breaks_no_page(furnished, page):
    walk(furnished, page, sample())


@pytest.mark.slow
def test_no_naughty_string_breaks_any_page(furnished, page):
    for place, texts in enumerate(batches(AT_ONCE), start=1):
        walk(furnished, page, texts)
        print(f"{place * AT_ONCE} strings")  # noqa: T201
