"""A lead is handed out by hand, handed on, or given back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from routing import outbox
from routing.engine.eligibility import CAPPED, Ask
from routing.models import Assignment, Lead, Posting, Rep, User
from routing.roster import directory

from .books import open_books
from .ends import TAKEN_AWAY
from .errors import NotAllowed, NotThere
from .offering import withdraw
from .postings import reverse
from .transfer import ALWAYS_BY_HAND, counted, ended, given, locked, refuse, rule_of

_CAN_BE_HANDED = (
    Lead.Status.NEW,
    Lead.Status.WAITING,
    Lead.Status.POOLED,
    Lead.Status.OFFERED,
    Lead.Status.ASSIGNED,
    Lead.Status.PARKED,
)


def hand_over(*, lead_id: int, rep: Rep, by: User | None, at: datetime, override: str = "") -> Lead:
    """A manager gives a lead to a rep, whoever had it. `override` is the reason for passing over a cap.

    Raises NotAllowed (inactive, or a cap without an override), NotThere (no such lead, or set aside, or theirs
    already).
    """
    with transaction.atomic():
        lead = locked(lead_id)
        if lead.status == Lead.Status.WITHDRAWN:
            raise NotThere("This lead was withdrawn with its import.")
        if lead.status not in _CAN_BE_HANDED:
            raise NotThere("This lead was set aside; route it again before it is handed out.")
        if lead.owner_id == rep.pk:
            raise NotThere(f"This lead is {rep}'s already.")
        who = directory()
        team = who.team_slugs.get(lead.team_id or 0)
        if lead.owner_id is not None:
            end_active(lead, because="handed_over", at=at, lock_first=[team], reps=[rep.username])
            outbox.tell("lead.taken_away", at=at, lead_id=lead.pk, team_id=lead.team_id, rep_id=lead.owner_id)
        if lead.status == Lead.Status.OFFERED:
            # All loads that will be needed, before the holds that a withdrawal wakes.
            holders = [rep.username, who.usernames.get(lead.offered_to_id or 0, "")]
            open_books(who, teams=[team] if team else [], reps=holders, at=at)
            withdraw(lead, because="handed_over", at=at, by=by)
        books = open_books(who, teams=[team] if team else [], reps=[rep.username], at=at)
        found = rule_of(lead)
        ask = found[1] if found is not None and found[1].team == team else None
        answer = books.roster.eligible(ask, at) if ask is not None and team is not None else None
        over = ALWAYS_BY_HAND | {"not_member", "not_in_territory", "lacks_skill", "seniority"}
        alone = books.roster.eligible(Ask(team=None, rep=rep.username), at)
        refuse(who, alone, rep, over=over | {CAPPED} if override else over)
        if team is not None and not override:
            member = books.roster.eligible(Ask(team=team), at)
            refuse(who, member, rep, over=over)
        owed = counted(books, found[0] if found else None, answer, "manual")
        Lead.objects.filter(pk=lead.pk).update(
            status=Lead.Status.ASSIGNED,
            owner=rep,
            offered_to=None,
            delivery=lead.delivery or "manual",
            assigned_at=at,
            pooled_at=None,
            waiting_since=None,
            hold=None,
            due_at=None,
            error="",
            updated_at=at,
        )
        if not lead.is_open:
            raise NotThere("This lead is closed; reopen it before it is handed out.")
        given(lead, rep, method=Assignment.Method.MANUAL, books=books, by=by, note=override, owed=owed)
    return Lead.objects.get(pk=lead_id)


def give_back(*, lead_id: int, rep: Rep, reason: str, at: datetime, by: User | None = None) -> Lead:
    """A rep gives a lead back; it is routed again, to others. A reason on the team's credit list reverses its posting.

    Raises NotThere where the lead is not this rep's, or closed, and NotAllowed for a word that says it was taken away.
    """
    if reason in TAKEN_AWAY:
        raise NotAllowed(f"{reason!r} says that a lead was taken away, not why it is given back.")
    with transaction.atomic():
        lead = locked(lead_id)
        if lead.owner_id != rep.pk or not lead.is_open:
            raise NotThere(f"This lead is not {rep}'s to give back.")
        who = directory()
        team = who.team_slugs.get(lead.team_id or 0)
        assignment = end_active(lead, because=reason, at=at, lock_first=[team])
        if team is not None and assignment is not None and reason in who.people.teams[team].credit:
            books = open_books(who, teams=[team], reps=[], at=at)
            posting = Posting.objects.select_related("eligible").filter(
                Q(assignment=assignment) | Q(offer__assignment=assignment), sign=1
            )
            if found := posting.first():
                reverse(found, team, reason, books)
            books.close()
        Lead.objects.filter(pk=lead.pk).update(
            status=Lead.Status.NEW, owner=None, assigned_at=None, due_at=at, hold=None, urgent=True, updated_at=at
        )
        outbox.tell(
            "lead.given_back", at=at, lead_id=lead.pk, team_id=lead.team_id, rep_id=rep.pk, detail={"reason": reason}
        )
    return Lead.objects.get(pk=lead_id)


def end_active(
    lead: Lead, *, because: str, at: datetime, lock_first: Sequence[str | None], reps: Sequence[str] = ()
) -> Assignment | None:
    """Ends the assignment of a lead that has an owner;
    the ledgers and all loads that will be needed are locked first.
    """
    who = directory()
    owner = who.usernames.get(lead.owner_id or 0)
    open_books(who, teams=[team for team in lock_first if team], reps=[*reps, *([owner] if owner else [])], at=at)
    assignment = Assignment.objects.filter(lead=lead, ended_at=None).first()
    if assignment is not None:
        ended(assignment, because=because, at=at)
    return assignment


__all__ = ["NotAllowed", "end_active", "give_back", "hand_over"]
