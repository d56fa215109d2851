"""A rep takes a lead out of the pool: claimed, picked, or pulled blind. One conditional UPDATE says who was first."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Case, IntegerField, When

from routing.engine.eligibility import Ask
from routing.models import Lead, Rep, Team
from routing.roster import directory

from .books import open_books
from .errors import AlreadyTaken, NotAllowed, NotThere
from .transfer import ALWAYS_BY_HAND, counted, given, refuse, rule_of

LOOKS: Final = 50
"""How many leads of a blind pool are tried before a rep is told that none is for them."""

HEAT: Final = Case(When(band="hot", then=0), When(band="warm", then=1), default=2, output_field=IntegerField())


def claim(*, lead_id: int, rep: Rep, at: datetime) -> Lead:
    """The first to claim a lead of the claim board has it.

    Raises AlreadyTaken (who was first, and when), NotAllowed (not of the team, or a cap), NotThere.
    """
    return _take(lead_id=lead_id, rep=rep, delivery="claim", at=at)


def pick(*, lead_id: int, rep: Rep, at: datetime) -> Lead:
    """A rep picks a lead of the pool. Raises AlreadyTaken, NotAllowed, NotThere."""
    return _take(lead_id=lead_id, rep=rep, delivery="pick", at=at)


def pull(*, rep: Rep, team: Team | None = None, at: datetime) -> Lead | None:
    """The next lead of the blind pool of a rep's teams (or of one), hot first, then oldest; None where none is for
    them.

    Raises NotAllowed for a rep who is inactive or full, whether or not something lies there: a refusal tells nothing of
    the pool. A lead whose rule asks for what this rep has not is passed over.
    """
    with transaction.atomic():
        books = open_books(directory(), teams=[], reps=[rep.username], at=at)
        refuse(books.directory, books.roster.eligible(Ask(team=None, rep=rep.username), at), rep, over=ALWAYS_BY_HAND)
    teams = [team.pk] if team is not None else list(rep.memberships.values_list("team_id", flat=True))
    lying = Lead.objects.filter(status=Lead.Status.POOLED, delivery="blind", team__in=teams)
    for lead_id in list(lying.order_by(HEAT, "captured_at", "pk").values_list("pk", flat=True)[:LOOKS]):
        try:
            return _take(lead_id=lead_id, rep=rep, delivery="blind", at=at)
        except (AlreadyTaken, NotThere, NotAllowed):
            continue
    return None


def _take(*, lead_id: int, rep: Rep, delivery: str, at: datetime) -> Lead:
    with transaction.atomic():
        # Whoever's UPDATE comes second finds nothing to update: exactly one wins. What is checked below can still undo
        # it.
        won = Lead.objects.filter(pk=lead_id, status=Lead.Status.POOLED, delivery=delivery, is_open=True).update(
            status=Lead.Status.ASSIGNED, owner=rep, assigned_at=at, pooled_at=None, updated_at=at
        )
        if not won:
            raise _too_late(lead_id, delivery)
        lead = Lead.objects.select_related("territory", "team").get(pk=lead_id)
        who = directory()
        team = who.team_slugs.get(lead.team_id or 0)
        if team is None:
            raise NotThere("This lead lies in no team's pool.")
        books = open_books(who, teams=[team], reps=[rep.username], at=at)
        found = rule_of(lead)
        ask = found[1] if found is not None and found[1].team == team else Ask(team=team)
        answer = books.roster.eligible(ask, at)
        refuse(who, answer, rep, over=ALWAYS_BY_HAND)
        owed = counted(books, found[0] if found else None, answer, delivery)
        given(lead, rep, method=delivery, books=books, by=rep.user, owed=owed)
        return lead


def _too_late(lead_id: int, delivery: str) -> AlreadyTaken | NotThere:
    lead = Lead.objects.select_related("owner").filter(pk=lead_id).first()
    if lead is not None and lead.owner is not None and lead.assigned_at is not None:
        return AlreadyTaken(lead.owner, lead.assigned_at)
    return NotThere("This lead is not there to be taken any more." if lead is not None else "There is no such lead.")
