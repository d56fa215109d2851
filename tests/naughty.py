"""The big list of naughty strings, in every text of a lead, and what a page is made of that shows them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page

from routing.models import Lead

BLNS = Path(__file__).parents[2] / "shared" / "data" / "reference" / "blns.json"
TEXTS = {
    field.name: field.max_length or 500
    for field in Lead._meta.get_fields()
    if getattr(field, "get_internal_type", str)() in ("CharField", "TextField")
    and field.editable
    and field.name not in ("channel", "external_id")
}

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


def sample() -> tuple[str, ...]:
    """A few that would run if they could, and a few of every kind."""
    texts = naughty()
    return (*[text for text in texts if "<script" in text or "onerror" in text][:4], *texts[:: len(texts) // 8][:8])


def batches(size: int) -> Iterator[tuple[str, ...]]:
    """All of them, some at a time; those in which nothing is written together, for which pages are built otherwise."""
    texts = sorted(naughty(), key=lambda text: bool(text.strip()))
    for first in range(0, len(texts), size):
        yield tuple(texts[first : first + size])


def facts(text: str) -> dict[str, object]:
    """The same text wherever a lead has text; nobody is taken for somebody who came before."""
    said = {name: text[:length] for name, length in TEXTS.items()}
    unknown = {"email_key": "", "phone_key": "", "email_domain": "", "company_key": ""}
    return said | {"attributes": {text or "empty": text}} | unknown


def look(page: Page, path: str, text: str = "") -> dict[str, int]:
    """What a page is made of; it answers, and is no wider than the screen."""
    answer = page.goto(path)
    assert answer is not None and answer.status == 200, (path, text)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, text)
    return dict(page.evaluate(SKELETON))


@contextmanager
def nothing_runs(page: Page) -> Iterator[None]:
    """Meanwhile no script opens a dialog, and nothing is asked of another host."""
    home = page.evaluate("location.origin")
    ran: list[str] = []
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda asked: ran.append(asked.url) if not asked.url.startswith((home, "data:")) else None)
    yield
    assert ran == []
