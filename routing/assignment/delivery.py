"""What was decided about a batch of leads, written down: leads, decisions, assignments, postings, news."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from routing import bulk, outbox, sla
from routing.engine.decide import ASSIGNED, DISQUALIFIED, OFFERED, POOL, WAITING, Decision
from routing.engine.eligibility import CATCHING_UP
from routing.engine.plan import CompiledPlan
from routing.models import Assignment, Lead, Offer
from routing.models import Decision as DecisionRow
from routing.roster import Directory, territory_id

from .books import Books
from .holds import hold
from .postings import post, posting_row

TRY_AGAIN: Final = timedelta(minutes=1)
"""A lead whose able reps all had it already, or just had as many as one gets at once, is looked at again after this."""

OFFER_MINUTES: Final = 10
"""How long an offer stands where its rule says nothing."""

_LEAD: Final = (
    "status",
    "owner_id",
    "offered_to_id",
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
    OFFERED: "offered",
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
    timed: bool
    was: tuple[str, str, str]
    waiting_since: datetime | None
    decision: Decision
    read: dict[str, str]
    tried: frozenset[str]
    resting: frozenset[str] = frozenset()
    seen: list[tuple[str, str, str]] = field(default_factory=list)
    began_with: dict[str, Any] | None = None
    returns_at: datetime | None = None

    @property
    def still_waits(self) -> bool:
        """Whether nothing changed: it waited, and waits for the same."""
        decision = self.decision
        return decision.outcome == WAITING and self.was == ("waiting", decision.rule_slug, decision.reason)

    @property
    def is_offer(self) -> bool:
        """Whether a rep may have it, and has not said so yet."""
        return self.decision.outcome == OFFERED

    def explanation(self) -> str:
        """What the decision rested on beside people, plan and state, as JSON."""
        kept: dict[str, Any] = {"facts": self.read}
        if self.tried:
            kept["tried"] = sorted(self.tried)
        if self.resting:
            kept["resting"] = sorted(self.resting)
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
    given = [routed for routed in news if routed.decision.rep is not None]
    assignments = _assignments([routed for routed in given if not routed.is_offer], decisions, who, at)
    offers = _offers([routed for routed in given if routed.is_offer], decisions, who, at)
    _postings(given, assignments, offers, who, at)
    _clocks(news, assignments, plan, who, at)
    outbox.tell_all([_news(routed, offers, who, at) for routed in news])
    holds = hold([routed for routed in batch if routed.decision.outcome == WAITING], books, plan)
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
                routed.was[0] == Lead.Status.WAITING,
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
    return bulk.insert_returning(DecisionRow, [*columns, "ordinal", "after_wait", "explanation"], rows, by="lead_id")


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


def _offers(batch: Sequence[Routed], decisions: dict[Any, int], who: Directory, at: datetime) -> dict[Any, int]:
    rows = []
    for routed in batch:
        decision = routed.decision
        assert decision.rule is not None, "an offer is made by a rule"
        rows.append(
            (
                routed.lead_id,
                routed.cycle,
                who.rep_ids[decision.rep or ""],
                who.team_ids.get(decision.team or ""),
                decision.rule_slug,
                decisions[routed.lead_id],
                at,
                _expires_at(decision, at),
                Offer.State.OPEN.value,
                "",
            )
        )
    columns = ["lead_id", "cycle", "rep_id", "team_id", "rule", "decision_id", "offered_at", "expires_at"]
    return bulk.insert_returning(Offer, [*columns, "state", "reason"], rows, by="lead_id")


def _expires_at(decision: Decision, at: datetime) -> datetime:
    """Until when an offer can be accepted: as many minutes as the rule says, by the clock on the wall."""
    minutes = decision.rule.offer_minutes if decision.rule is not None else None
    return at + timedelta(minutes=minutes or OFFER_MINUTES)


def _clocks(
    batch: Sequence[Routed], assignments: dict[Any, int], plan: CompiledPlan, who: Directory, at: datetime
) -> None:
    """Those who wait no longer are no longer unclaimed; those who are somebody's, lie in a pool or begin to wait have
    a clock of their rule's policy."""
    waited = [routed.lead_id for routed in batch if routed.was[0] == Lead.Status.WAITING]
    still = {
        routed.lead_id
        for routed in batch
        if routed.decision.outcome == WAITING and routed.was[1] == routed.decision.rule_slug
    }
    if ended := [lead_id for lead_id in waited if lead_id not in still]:
        sla.stop(ended, because="routed", at=at)
    starts = []
    for routed in batch:
        decision = routed.decision
        if decision.rule is None or not routed.timed or routed.is_offer or decision.outcome == DISQUALIFIED:
            continue
        if decision.outcome == WAITING and routed.was[:2] == (Lead.Status.WAITING, decision.rule_slug):
            continue  # its clock runs
        starts.append(
            sla.Start(
                decision.rule.sla,
                routed.lead_id,
                routed.cycle,
                decision.team,
                decision.rep,
                assignments.get(routed.lead_id),
            )
        )
    sla.start(starts, plan=plan, who=who, at=at)


def _postings(
    batch: Sequence[Routed], assignments: dict[Any, int], offers: dict[Any, int], who: Directory, at: datetime
) -> None:
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
                    assignment_id=assignments.get(routed.lead_id),
                    offer_id=offers.get(routed.lead_id),
                    at=at,
                )
            )
    post(rows)


def _news(routed: Routed, offers: dict[Any, int], who: Directory, at: datetime) -> outbox.News:
    decision = routed.decision
    detail: dict[str, Any] = {"reason": decision.reason}
    if decision.outcome == POOL:
        detail["delivery"] = decision.delivery
    if routed.is_offer:
        detail |= {"offer": offers[routed.lead_id], "expires_at": _expires_at(decision, at).isoformat()}
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
    waits, rep_id = outcome == WAITING, who.rep_ids.get(decision.rep or "")
    return (
        routed.lead_id,
        _STATUS[outcome],
        None if routed.is_offer else rep_id,
        rep_id if routed.is_offer else None,
        who.team_ids.get(decision.team or ""),
        decision.rule_slug,
        decision.delivery,
        decision.reason,
        plan,
        decision.qualified.score,
        decision.qualified.band,
        territory_id(territory.slug) if territory is not None else None,
        decision.rule.hide_contact if decision.rule is not None and outcome in (POOL, OFFERED) else False,
        at,
        at if decision.rep is not None and not routed.is_offer else None,
        at if outcome == POOL else None,
        (routed.waiting_since or at) if waits else None,
        holds.get(routed.lead_id) if waits else None,
        _alarm(routed, at) if waits else None,
        "",
        at,
    )


def _is_braked(decision: Decision) -> bool:
    """Whether somebody could take it but for the brake on leads that waited."""
    return any(
        reasons == (CATCHING_UP,)
        for step in decision.steps
        for found in step.eligibles
        for reasons in found.reasons.values()
    )


def _alarm(routed: Routed, at: datetime) -> datetime | None:
    """When a waiting lead is looked at again whatever it waits for: its owner is back by then, or its able reps all had
    it already."""
    alarms = [routed.returns_at] if routed.returns_at is not None else []
    if routed.tried or _is_braked(routed.decision):
        alarms.append(at + TRY_AGAIN)
    # A moment later than the instant itself: the owner's absence must last less than the limit by then.
    return max(min(alarms), at) + timedelta(seconds=1) if alarms else None
