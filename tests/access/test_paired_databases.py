"""Hidden means absent: two databases that differ only in what Laura may not see give her the same answers, byte by
byte, whatever she filters, searches, orders, pages and counts by.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import timedelta
from random import Random

import pytest
from django.db import transaction
from django.template import context_processors
from django.test import Client
from django.utils import timezone

from routing import access, roster
from routing.models import User
from tests.access.paired import database, question
from tests.cast import MONDAY_MORNING

pytestmark = pytest.mark.django_db

Question = tuple[str, dict[str, str]]


@pytest.fixture(autouse=True)
def nothing_else_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands still, and pages carry no random numbers."""
    monkeypatch.setattr(timezone, "now", lambda: MONDAY_MORNING + timedelta(hours=1))
    monkeypatch.setattr(context_processors, "get_token", lambda request: "token")
    monkeypatch.setattr(uuid, "uuid4", lambda: uuid.UUID(int=7))


def questions(count: int, seed: int) -> list[Question]:
    chance = Random(seed)
    return [question(chance) for _ in range(count)]


def told(asked: Iterable[Question], *, seen: int, hidden: int) -> list[tuple[int, bytes]]:
    """What Laura is answered in the database that these seeds make. It is gone afterwards."""
    roster.forget()
    with transaction.atomic():
        database(Random(seen), Random(hidden))
        browser = Client()
        browser.force_login(User.objects.get(username="laura"))
        answers = []
        for address, headers in asked:
            answer = browser.get(address, headers=headers)
            answers.append((answer.status_code, answer.getvalue()))
        transaction.set_rollback(True)
    return answers


def differing(asked: list[Question], *, seen: int) -> list[Question]:
    """The questions that tell the two databases apart."""
    one, other = told(asked, seen=seen, hidden=1), told(asked, seen=seen, hidden=2)
    return [of for of, first, second in zip(asked, one, other, strict=True) if first != second]


@pytest.mark.parametrize("seed", range(4))
def test_no_question_tells_what_is_hidden(seed: int) -> None:
    assert differing(questions(25, seed), seen=seed) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 120))
def test_none_of_two_thousand_questions_tells_what_is_hidden(seed: int) -> None:
    assert differing(questions(100, seed), seen=seed) == []


def test_the_questions_would_tell_what_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """The proof can fail: with names shown that should be hidden, the databases are told apart."""
    monkeypatch.setattr(access, "CONTACT", tuple(name for name in access.CONTACT if name != "first_name"))
    assert differing(questions(25, 0), seen=0)


def test_the_questions_find_something() -> None:
    answers = told(questions(100, 0), seen=0, hidden=1)
    assert sum(status == 200 for status, _ in answers) > 50
    assert len({content for _, content in answers}) > 20
