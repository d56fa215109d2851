"""What was decided about a batch of leads, written down: leads, decisions, assignments, postings, news."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from routing import bulk, outbox
from routing.engine.calendars import FOREVER
from routing.engine.decide import ASSIGNED, DISQUALIFIED, OFFERED, POOL, WAITING, Decision
from routing.engine.eligibility import Ask
from routing.engine.fairness import Owed
from routing.engine.plan import CompiledPlan
from routing.models import Assignment, EligibleSet, Hold, Lead, Posting
from routing.models import Decision as DecisionRow
from routing.roster import Directory, known_sets, territory_id

from .books import Books

TRY_AGAIN: Final = timedelta(minutes=1)
"""A lead whose able reps all had it already is looked at again after this."""

_LEAD: Final = (
    "status",
    "owner_id",
    "team_id",
    "rule",
    "delivery",
    "reason",
    "plan_version_id",
    "score",
    "band",
    "territory_id",
    "hide_contact",
    "routed_at",
    "assigned_at",
    "pooled_at",
    "waiting_since",
    "hold_id",
    "due_at",
    "error",
    "updated_at",
)
_STATUS: Final = {
    ASSIGNED: "assigned",
    OFFERED: "assigned",
    POOL: "pooled",
    WAITING: "waiting",
    DISQUALIFIED: "disqualified",
}


@dataclass(slots=True)
class Routed:
    """A lead of a batch with what was decided. `was` is its status, rule and reason before;
    `basis` what to explain by.
    """

    lead_id: int
    cycle: int
    urgent: bool
    was: tuple[str, str, str]
    waiting_since: datetime | None
    decision: Decision
    read: dict[str, str]
    tried: frozenset[str]
    seen: list[tuple[str, str, str]] = field(default_factory=list)
    began_with: dict[str, Any] | None = None
    returns_at: datetime | None = None

    @property
    def still_waits(self) -> bool:
        """Whether nothing changed: it waited, and waits for the same."""
        decision = self.decision
        return decision.outcome == WAITING and self.was == ("waiting", decision.rule_slug, decision.reason)

    def explanation(self) -> str:
        """What the decision rested on beside people, plan and state, as JSON."""
        kept: dict[str, Any] = {"facts": self.read}
        if self.tried:
            kept["tried"] = sorted(self.tried)
        if self.seen:
            kept["owners"] = self.seen
        if self.began_with is not None:
            kept["basis"] = self.began_with
        return json.dumps(kept, separators=(",", ":"), ensure_ascii=False)


def deliver(batch: Sequence[Routed], books: Books, plan: CompiledPlan) -> None:
    """Writes a batch whose leads and books are locked. `books` already hold what was decided."""
    who, at = books.directory, books.at
    news = [routed for routed in batch if not routed.still_waits]
    basis = None
    # Who was asked, and the calendars that conditions on the time of capture read, are told from the books.
    if any(
        routed.decision.rep is not None or routed.decision.outcome == WAITING or "captured_at" in routed.read
        for routed in news
    ):
        if len(news) == 1:
            news[0].began_with = books.beginning()  # a lead alone keeps it itself
        else:
            basis = books.basis().pk
    decisions = _decisions(news, who, at, plan.number, basis)
    assignments = _assignments([routed for routed in news if routed.decision.rep is not None], decisions, who, at)
    _postings(news, assignments, who, at)
    outbox.tell_all([_news(routed, who, at) for routed in news])
    holds = _holds([routed for routed in batch if routed.decision.outcome == WAITING], books, plan)
    bulk.update(Lead, _LEAD, [_lead_row(routed, who, at, plan.number, holds) for routed in batch])
    books.close()


def _decisions(batch: Sequence[Routed], who: Directory, at: datetime, plan: int, basis: int | None) -> dict[Any, int]:
    rows = []
    for ordinal, routed in enumerate(batch):
        decision = routed.decision
        rows.append(
            (
                routed.lead_id,
                routed.cycle,
                at,
                decision.outcome,
                plan,
                decision.rule_slug,
                who.team_ids.get(decision.team or ""),
                who.rep_ids.get(decision.rep or ""),
                decision.reason,
                basis,
                ordinal,
                routed.explanation(),
            )
        )
    columns = (
        "lead_id",
        "cycle",
        "at",
        "outcome",
        "plan_version_id",
        "rule",
        "team_id",
        "rep_id",
        "reason",
        "basis_id",
    )
    return bulk.insert_returning(DecisionRow, [*columns, "ordinal", "explanation"], rows, by="lead_id")


def _assignments(batch: Sequence[Routed], decisions: dict[Any, int], who: Directory, at: datetime) -> dict[Any, int]:
    rows = []
    for routed in batch:
        decision = routed.decision
        method = "returning" if decision.returned_by else decision.delivery
        rows.append(
            (
                routed.lead_id,
                routed.cycle,
                who.rep_ids[decision.rep or ""],
                who.team_ids.get(decision.team or ""),
                method,
                decision.rule_slug,
                decisions[routed.lead_id],
                at,
                "",
                "",
            )
        )
    columns = ["lead_id", "cycle", "rep_id", "team_id", "method", "rule", "decision_id", "assigned_at", "note"]
    return bulk.insert_returning(Assignment, [*columns, "ended_because"], rows, by="lead_id")


def _postings(batch: Sequence[Routed], assignments: dict[Any, int], who: Directory, at: datetime) -> None:
    rows = []
    for routed in batch:
        decision = routed.decision
        if decision.owed is not None:
            rows.append(
                posting_row(
                    who,
                    team=decision.team or "",
                    winner=decision.rep or "",
                    owed=decision.owed,
                    reason=decision.reason,
                    lead_id=routed.lead_id,
                    assignment_id=assignments[routed.lead_id],
                    at=at,
                )
            )
    post(rows)


PostingRow = tuple[int, datetime, int, str, int, str, int, int]


def posting_row(
    who: Directory, *, team: str, winner: str, owed: Owed, reason: str, lead_id: int, assignment_id: int, at: datetime
) -> PostingRow:
    """One line of a team's ledger, the eligible set still as text."""
    members = json.dumps([[who.rep_ids[rep], weight] for rep, weight in owed.members], separators=(",", ":"))
    return (who.team_ids[team], at, who.rep_ids[winner], members, 1, reason, lead_id, assignment_id)


def post(rows: Sequence[PostingRow]) -> None:
    """Adds lines to ledgers; a set of eligible reps is stored once."""
    sets = _ids_of({row[3] for row in rows})
    bulk.insert(
        Posting,
        ["team_id", "at", "winner_id", "eligible_id", "sign", "reason", "lead_id", "assignment_id"],
        [(team, at, winner, sets[members], *rest) for team, at, winner, members, *rest in rows],
    )


def _ids_of(texts: set[str]) -> dict[str, int]:
    """The rows of eligible sets, those that are missing added."""
    digests = {text: hashlib.sha256(text.encode()).hexdigest() for text in texts}
    missing = [(digest, text) for text, digest in sorted(digests.items()) if digest not in known_sets]
    found: dict[str, int] = {}
    if missing:
        found = bulk.insert_returning(EligibleSet, ["digest", "members"], missing, by="digest", or_ignore=True)
        there = [digest for digest, _ in missing if digest not in found]
        if there:
            found.update(EligibleSet.objects.filter(digest__in=there).values_list("digest", "pk"))
        transaction.on_commit(lambda: known_sets.update(found))
    return {text: found[digest] if digest in found else known_sets[digest] for text, digest in digests.items()}


def _news(routed: Routed, who: Directory, at: datetime) -> outbox.News:
    decision = routed.decision
    detail: dict[str, Any] = {"reason": decision.reason}
    if not routed.urgent:
        detail["imported"] = True
    return (
        f"lead.{_STATUS[decision.outcome]}",
        at,
        routed.lead_id,
        who.team_ids.get(decision.team or ""),
        who.rep_ids.get(decision.rep or ""),
        detail,
    )


def _lead_row(routed: Routed, who: Directory, at: datetime, plan: int, holds: dict[int, int]) -> tuple[Any, ...]:
    decision = routed.decision
    outcome, territory = decision.outcome, decision.qualified.territory
    waits = outcome == WAITING
    return (
        routed.lead_id,
        _STATUS[outcome],
        who.rep_ids.get(decision.rep or ""),
        who.team_ids.get(decision.team or ""),
        decision.rule_slug,
        decision.delivery,
        decision.reason,
        plan,
        decision.qualified.score,
        decision.qualified.band,
        territory_id(territory.slug) if territory is not None else None,
        decision.rule.hide_contact if decision.rule is not None and outcome == POOL else False,
        at,
        at if decision.rep is not None else None,
        at if outcome == POOL else None,
        (routed.waiting_since or at) if waits else None,
        holds.get(routed.lead_id) if waits else None,
        _alarm(routed, at) if waits else None,
        "",
        at,
    )


def _alarm(routed: Routed, at: datetime) -> datetime | None:
    """When a waiting lead is looked at again whatever it waits for: its owner is back by then, or its able reps all had
    it already."""
    alarms = [routed.returns_at] if routed.returns_at is not None else []
    if routed.tried:
        alarms.append(at + TRY_AGAIN)
    # A moment later than the instant itself: the owner's absence must last less than the limit by then.
    return max(min(alarms), at) + timedelta(seconds=1) if alarms else None


def _holds(batch: Sequence[Routed], books: Books, compiled_plan: CompiledPlan) -> dict[int, int]:
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
