"""One lead changes hands: the parts that every way of it shares."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F, Q

from routing import outbox, sla
from routing.engine.eligibility import IN_WORDS, Ask, Eligibles
from routing.engine.fairness import Owed
from routing.engine.plan import Rule
from routing.models import Assignment, Hold, Lead, Load, Rep, User
from routing.roster import Directory, compiled

from .books import Books
from .errors import NotAllowed, NotThere
from .postings import post, posting_row

ALWAYS_BY_HAND = frozenset({"tried", "paused", "time_off", "off_shift", "no_weight"})
"""Reasons against being pushed a lead that do not keep a rep from taking one, or a manager from handing them one."""


def locked(lead_id: int) -> Lead:
    """The lead's row, locked until the transaction ends. Raises NotThere."""
    # Without its territory: what is joined would be as it was before whoever held the lock changed the lead.
    lead = Lead.objects.select_for_update().filter(pk=lead_id).first()
    if lead is None:
        raise NotThere("There is no such lead.")
    return lead


def rule_of(lead: Lead) -> tuple[Rule, Ask] | None:
    """The rule that put a lead where it lies, and whom it asks for; None where the plan has none for it."""
    plan = compiled(lead.plan_version_id) if lead.plan_version_id else None
    if plan is None:
        return None
    rule = next((rule for rule in plan.rules if rule.slug == lead.rule), None)
    if rule is None:
        return None
    territory = plan.territories.by_slug.get(lead.territory.slug) if lead.territory is not None else None
    return rule, rule.ask(territory)


def refuse(who: Directory, answer: Eligibles, rep: Rep, *, over: frozenset[str]) -> None:
    """Raises NotAllowed for the first reason against a rep that is not passed over."""
    if rep.username in answer.takers:
        return
    against = answer.reasons.get(rep.username, ("not_member",))
    for reason in against:
        if reason not in over:
            raise NotAllowed(f"{rep} {IN_WORDS[reason]}.", code=reason)


def given(
    lead: Lead,
    rep: Rep,
    *,
    method: str,
    books: Books,
    by: User | None,
    note: str = "",
    owed: Owed | None = None,
    detail: Mapping[str, Any] | None = None,
) -> Assignment:
    """Writes the assignment, the ledger, the load and the news of a lead whose row was just given this owner."""
    at, who = books.at, books.directory
    team = who.team_slugs.get(lead.team_id) if lead.team_id else None
    assignment = begun(lead, rep, method=method, who=who, at=at, by=by, note=note, detail=detail)
    if team is not None and owed is not None:
        books.roster.ledger(team).post(owed, rep.username, at)
        row = posting_row(
            who,
            team=team,
            winner=rep.username,
            owed=owed,
            reason=method,
            lead_id=lead.pk,
            assignment_id=assignment.pk,
            at=at,
        )
        post([row])
    elif team is not None and method == Assignment.Method.MANUAL:
        books.roster.ledger(team).touch(rep.username, at)
    books.roster.take(rep.username, team=team, at=at)
    books.close()
    return assignment


def begun(
    lead: Lead,
    rep: Rep,
    *,
    method: str,
    who: Directory,
    at: datetime,
    by: User | None,
    note: str = "",
    detail: Mapping[str, Any] | None = None,
) -> Assignment:
    """Writes the line of history of a lead whose row was just given this owner, starts its clock, and tells of it."""
    assignment = Assignment.objects.create(
        lead=lead,
        cycle=lead.cycle,
        rep=rep,
        team_id=lead.team_id,
        method=method,
        rule=lead.rule,
        by=by,
        note=note,
        assigned_at=at,
    )
    sla.stop([lead.pk], because="taken", at=at)
    start_clock(lead, who=who, at=at, rep=rep.username, assignment_id=assignment.pk)
    outbox.tell(
        "lead.assigned",
        at=at,
        lead_id=lead.pk,
        team_id=lead.team_id,
        rep_id=rep.pk,
        detail={"method": method, **(detail or {})},
    )
    return assignment


def start_clock(
    lead: Lead, *, who: Directory, at: datetime, rep: str | None = None, assignment_id: int | None = None
) -> None:
    """Starts a lead's clock by the policy of the rule that gave it: of an assignment, or of one that lies there."""
    plan = compiled(lead.plan_version_id) if lead.plan_version_id else None
    if plan is None or not lead.timed:
        return
    rule = next((rule for rule in plan.rules if rule.slug == lead.rule), None)
    policy, team = rule.sla if rule is not None else None, who.team_slugs.get(lead.team_id or 0)
    one = sla.Start(policy, lead.pk, lead.cycle, team, rep, assignment_id)
    sla.start([one], plan=plan, who=who, at=at)


def counted(books: Books, rule: Rule | None, answer: Eligibles | None, method: str) -> Owed | None:
    """Who is owed a share of a lead that was taken or handed out: where the team counts it; else None."""
    if answer is None or rule is None or answer.ask.team is None or not answer.takers:
        return None
    team = books.directory.people.teams.get(answer.ask.team)
    if team is None or not team.counts.get(method, method == "manual"):
        return None
    return books.roster.owed(answer, books.at)


def ended(assignment: Assignment, *, because: str, at: datetime, frees_a_place: bool = True) -> None:
    """Ends an assignment: its rep holds one open lead less, unless the lead was closed, which freed its place."""
    # Whoever assigned it may have looked at the clock later than whoever waited for that to be done.
    ended_at = max(at, assignment.assigned_at)
    Assignment.objects.filter(pk=assignment.pk, ended_at=None).update(ended_at=ended_at, ended_because=because)
    sla.stop([assignment.lead_id], because=because, at=ended_at)
    if frees_a_place:
        lighten(rep_id=assignment.rep_id, team_id=assignment.team_id, at=at)


def lighten(*, rep_id: int, team_id: int | None, at: datetime) -> None:
    """One open lead less for a rep; whoever waits for somebody with room is looked at again."""
    loads = Load.objects.select_for_update().filter(rep_id=rep_id, open__gt=0).order_by("pk")
    ids = [pk for pk, team in loads.values_list("pk", "team_id") if team is None or team == team_id]
    Load.objects.filter(pk__in=ids).update(open=F("open") - 1)
    room_was_made(at=at)


def room_was_made(*, at: datetime) -> None:
    """Somebody has room again: whoever waits for that is looked at again."""
    put_off = Hold.objects.select_for_update().filter(Q(due_at=None) | Q(due_at__gt=at)).order_by("pk")
    Hold.objects.filter(pk__in=list(put_off.values_list("pk", flat=True))).update(due_at=at)


def weigh(*, rep_id: int, team_id: int | None) -> None:
    """One open lead more for a rep who takes up one they had closed."""
    loads = Load.objects.select_for_update().filter(rep_id=rep_id).order_by("pk")
    ids = [pk for pk, team in loads.values_list("pk", "team_id") if team is None or team == team_id]
    Load.objects.filter(pk__in=ids).update(open=F("open") + 1)
