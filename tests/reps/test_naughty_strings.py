"""Every naughty string in every text fact of a lead: shown as text, on every page of the desk."""

from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from reps.models import Activity
from routing.models import Assignment, Lead
from tests.cast import MONDAY_MORNING, lead_in_pool, lead_of
from tests.naughty import batches, facts, look, nothing_runs, sample
from tests.reps.browser import LISTS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

AT_ONCE = 48


def fill(people, texts: tuple[str, ...]) -> list[Lead]:
    """A lead of Laura's for each text, with a past, and one on the board and one in the pool."""
    mine = []
    for text in texts:
        lead = lead_of(people.laura, team=people.inside, **facts(text))
        Activity.objects.create(
            lead=lead, kind="call", at=MONDAY_MORNING, body=text, rep=people.laura, by=people.laura.user
        )
        Assignment.objects.filter(lead=lead).update(note=text)
        for delivery in ("claim", "pick"):
            lead_in_pool(people.inside, delivery, **facts(text))
        mine.append(lead)
    return mine


def clear() -> None:
    for kept in (Activity, Assignment, Lead):
        kept.objects.all().delete()


def walk(people, page, texts: tuple[str, ...]) -> None:
    """Looks at every page with harmless text, then with these: nothing runs, and the pages are built the same."""
    lists, own = [*LISTS, "/pool/?search=%27%22%3Cb%3E"], ("lead", "lead-why")
    plain = fill(people, ("plain",) * len(texts))
    as_plain = {path: look(page, path) for path in lists}
    as_plain |= {name: look(page, reverse(name, args=[plain[0].pk])) for name in own}
    clear()
    leads = fill(people, texts)
    for path in lists:
        seen = look(page, path)
        # Without a text there is no link to call or write to, and nothing to show.
        assert seen == as_plain[path] or not all(text.strip() for text in texts), (path, texts)
    for text, lead in zip(texts, leads, strict=True):
        for name in own:
            seen = look(page, reverse(name, args=[lead.pk]), text)
            assert seen == as_plain[name] or not text.strip(), (name, text)
    clear()


@pytest.fixture
def page(people, visit) -> Iterator[Page]:
    """Laura's; at the end nothing has run and nothing was asked of another host."""
    opened = visit(people.laura)
    with nothing_runs(opened):
        yield opened


def test_a_sample_of_naughty_strings_breaks_no_page(people, page):
    walk(people, page, sample())


@pytest.mark.slow
def test_no_naughty_string_breaks_any_page(people, page):
    for texts in batches(AT_ONCE):
        walk(people, page, texts)
