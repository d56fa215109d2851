"""What waiting leads wait for: the same asks, once, with the instant at which somebody may have become able."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from routing import bulk
from routing.engine.calendars import FOREVER
from routing.engine.decide import Decision
from routing.engine.eligibility import Ask
from routing.engine.plan import CompiledPlan
from routing.models import Hold

from .books import Books


class Held(Protocol):
    """A lead that waits, with the decision that says for whom."""

    lead_id: int
    decision: Decision


def hold(batch: Sequence[Held], books: Books, compiled_plan: CompiledPlan) -> dict[int, int]:
    """What each waiting lead waits for, by lead;
    the holds are due when somebody asked for may turn able by time alone.
    """
    if not batch:
        return {}
    plan = compiled_plan.number
    turns = compiled_plan.territories.next_boundary(books.at)
    texts: dict[int, str] = {}
    due: dict[str, datetime | None] = {}
    for routed in batch:
        asked = [found for step in routed.decision.steps for found in step.eligibles]
        text = asks_text([found.ask for found in asked])
        texts[routed.lead_id] = text
        until = min((found.until for found in asked), default=FOREVER)
        until = min(until, turns or FOREVER)
        due[text] = None if until == FOREVER else until
    # Each version of the plan has its own, so that a new one is asked about every lead, however many batches that
    # takes.
    digests = {text: hashlib.sha256(f"{plan}:{text}".encode()).hexdigest() for text in due}
    columns = ["digest", "asks", "due_at", "people", "plan"]
    revision = books.directory.revision
    rows = [(digests[text], text, due[text], revision, plan) for text in sorted(due)]
    found = bulk.insert_returning(Hold, columns, rows, by="digest", or_ignore=True)
    there = [digest for digest in digests.values() if digest not in found]
    if there:
        locked = Hold.objects.select_for_update().filter(digest__in=there).order_by("pk")
        found.update(locked.values_list("digest", "pk"))
        again = [(digests[text], due[text], revision, plan) for text in sorted(due) if digests[text] in set(there)]
        bulk.update(Hold, ["due_at", "people", "plan"], again, key="digest")
    return {lead_id: found[digests[text]] for lead_id, text in texts.items()}


def asks_text(asks: Sequence[Ask]) -> str:
    """Asks as text, from which `asks_from` makes them again."""
    listed = [
        [ask.team, ask.rep, ask.only, ask.skills, ask.at_least, ask.at_most, ask.weighted, ask.on_shift, ask.relaxed]
        for ask in dict.fromkeys(asks)
    ]
    return json.dumps(listed, separators=(",", ":"), ensure_ascii=False)


def asks_from(text: str) -> list[Ask]:
    """The asks that `asks_text` wrote."""
    return [
        Ask(
            team=team,
            rep=rep,
            only=tuple(only) if only is not None else None,
            skills=tuple((skill, level) for skill, level in skills),
            at_least=at_least,
            at_most=at_most,
            weighted=weighted,
            on_shift=on_shift,
            relaxed=relaxed,
        )
        for team, rep, only, skills, at_least, at_most, weighted, on_shift, relaxed in json.loads(text)
    ]
