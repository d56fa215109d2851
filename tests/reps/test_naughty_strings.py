"""Every naughty string in every text fact of a lead: shown as text, on every page of the desk."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from reps.models import Activity
from routing.models import Assignment, Lead
from tests.cast import MONDAY_MORNING, lead_in_pool, lead_of
from tests.reps.browser import LISTS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

BLNS = Path(__file__).parents[3] / "shared" / "data" / "reference" / "blns.json"
TEXTS = {
    field.name: field.max_length or 500
    for field in Lead._meta.get_fields()
    if getattr(field, "get_internal_type", str)() in ("CharField", "TextField")
    and field.editable
    and field.name not in ("channel", "external_id")
}
AT_ONCE = 48

# What a page is made of. Text that stays text changes none of it.
SKELETON = """() => {
  const count = {};
  for (const one of document.querySelectorAll('*')) count[one.localName] = (count[one.localName] || 0) + 1;
  for (const varying of ['br', 'div', 'dt', 'dd', 'p', 'a']) delete count[varying];
  count.attributes = [...document.querySelectorAll('*')].flatMap((one) => one.getAttributeNames())
    .filter((name) => name.startsWith('on') || name === 'srcdoc').length;
  count.links = [...document.links].filter((one) => !['http:', 'tel:', 'mailto:'].includes(one.protocol)).length;
  count.elsewhere = [...document.links].filter((one) => one.protocol === 'http:' && one.host !== location.host).length;
  return count;
}"""


def naughty() -> list[str]:
    """The list; a test that needs it says where it is looked for."""
    if not BLNS.exists():
        pytest.skip("needs blns.json in ../shared/data/reference")
    # PostgreSQL keeps no NUL, and intake never lets one through.
    return [text.replace("\0", "") for text in json.loads(BLNS.read_text())]


def facts(text: str) -> dict[str, object]:
    """The same text wherever a lead has text."""
    said = {name: text[:length] for name, length in TEXTS.items()}
    return said | {"attributes": {text or "empty": text}, "email_key": "", "phone_key": "", "email_domain": ""}


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


def look(page, path: str) -> object:
    """What a page is made of; it answers, and is no wider than the screen."""
    answer = page.goto(path)
    assert answer.status == 200, path
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    return page.evaluate(SKELETON)


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
            seen = look(page, reverse(name, args=[lead.pk]))
            assert seen == as_plain[name] or not text.strip(), (name, text)
    clear()


@pytest.fixture
def page(people, visit) -> Iterator[Page]:
    """Laura's; at the end nothing has run and nothing was asked of another host."""
    opened = visit(people.laura)
    home = opened.evaluate("location.origin")
    ran: list[str] = []
    opened.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    opened.on("request", lambda asked: ran.append(asked.url) if not asked.url.startswith((home, "data:")) else None)
    yield opened
    assert ran == []


def test_a_sample_of_naughty_strings_breaks_no_page(people, page):
    texts = naughty()
    script = [text for text in texts if "<script" in text or "onerror" in text][:4]
    walk(people, page, (*script, *texts[:: len(texts) // 8][:8]))


@pytest.mark.slow
def test_no_naughty_string_breaks_any_page(people, page):
    texts = sorted(naughty(), key=lambda text: bool(text.strip()))
    for first in range(0, len(texts), AT_ONCE):
        walk(people, page, tuple(texts[first : first + AT_ONCE]))
