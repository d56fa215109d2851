"""A lead on offer is accepted, declined, passed on when its time is over, or withdrawn.

While it is open, the rep holds it as far as caps and ledger are concerned: so an acceptance moves neither, and anything
else puts both back as if it had not been offered. Whoever was offered a lead is passed over for the rest of its cycle.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from routing import outbox
from routing.models import Assignment, Lead, Offer, Posting, Rep, User
from routing.roster import directory

from .books import open_books
from .errors import AlreadyTaken, NotAllowed, NotThere
from .postings import reverse
from .transfer import begun, locked, room_was_made


def accept(*, lead_id: int, rep: Rep, at: datetime, by: User | None = None) -> Lead:
    """A rep accepts the lead that is on offer to them; it is theirs, and its clock starts.

    Raises NotThere (nothing on offer to them, or its time is over), AlreadyTaken (it has an owner), NotAllowed (they
    are not active any more).
    """
    with transaction.atomic():
        lead, offer = _open_offer(lead_id, rep, at)
        if not rep.active:
            raise NotAllowed(f"{rep} is not active.", code="inactive")
        Lead.objects.filter(pk=lead.pk).update(
            status=Lead.Status.ASSIGNED, owner=rep, offered_to=None, assigned_at=at, updated_at=at
        )
        who = directory()
        assignment = begun(lead, rep, method=Assignment.Method.OFFER, who=who, at=at, by=by or rep.user)
        _answer(offer, Offer.State.ACCEPTED, at=at, by=by or rep.user, assignment=assignment)
    return Lead.objects.get(pk=lead_id)


def decline(*, lead_id: int, rep: Rep, reason: str, at: datetime, by: User | None = None) -> Lead:
    """A rep declines the lead that is on offer to them, and says why; it is routed again, to others.

    Raises NotThere (nothing on offer to them, or its time is over), AlreadyTaken (it has an owner).
    """
    with transaction.atomic():
        lead, offer = _open_offer(lead_id, rep, at)
        _pass_on(lead, offer, Offer.State.DECLINED, reason=reason, at=at, by=by or rep.user)
    return Lead.objects.get(pk=lead_id)


def expire(*, offer_id: int, at: datetime) -> bool:
    """Passes a lead on whose offer nobody answered in time. False where it was answered meanwhile, or is not due."""
    with transaction.atomic():
        # The lead is the first lock, as everywhere.
        lead = Lead.objects.select_for_update().filter(pk__in=Offer.objects.filter(pk=offer_id).values("lead")).first()
        offer = Offer.objects.filter(pk=offer_id, state=Offer.State.OPEN, expires_at__lte=at).first()
        if lead is None or offer is None:
            return False
        _pass_on(lead, offer, Offer.State.TIMED_OUT, reason="", at=at)
    return True


def withdraw(lead: Lead, *, because: str, at: datetime, by: User | None = None) -> None:
    """Takes back whatever offer a locked lead is under; its row is the caller's to write."""
    offer = Offer.objects.filter(lead=lead, state=Offer.State.OPEN).first()
    if offer is not None:
        _put_back(offer, Offer.State.WITHDRAWN, at)
        _answer(offer, Offer.State.WITHDRAWN, at=at, by=by, reason=because)
        outbox.tell("lead.taken_away", at=at, lead_id=lead.pk, team_id=offer.team_id, rep_id=offer.rep_id)


def _open_offer(lead_id: int, rep: Rep, at: datetime) -> tuple[Lead, Offer]:
    lead = locked(lead_id)
    if not lead.is_open:
        raise NotThere("This lead is closed.")
    offer = Offer.objects.filter(lead=lead, state=Offer.State.OPEN, rep=rep).first()
    if offer is not None and at < offer.expires_at:
        return lead, offer
    if offer is not None:
        raise NotThere("The time to accept this lead is over; it goes to somebody else.")
    if lead.owner is not None and lead.owner_id != rep.pk and lead.assigned_at is not None:
        raise AlreadyTaken(lead.owner, lead.assigned_at)
    raise NotThere(f"This lead is {rep}'s already." if lead.owner_id == rep.pk else "This lead is not on offer to you.")


def _pass_on(lead: Lead, offer: Offer, state: str, *, reason: str, at: datetime, by: User | None = None) -> None:
    _put_back(offer, state, at)
    _answer(offer, state, at=at, by=by, reason=reason)
    # As urgent as it came: one of an import does not go before live captures because somebody let it lie.
    Lead.objects.filter(pk=lead.pk).update(status=Lead.Status.NEW, offered_to=None, due_at=at, updated_at=at)
    outbox.tell(
        f"lead.offer_{state}",
        at=at,
        lead_id=lead.pk,
        team_id=offer.team_id,
        rep_id=offer.rep_id,
        detail={"offer": offer.pk} | ({"reason": reason} if reason else {}),
    )


def _answer(
    offer: Offer, state: str, *, at: datetime, by: User | None, reason: str = "", assignment: Assignment | None = None
) -> None:
    offer.state, offer.answered_at, offer.by, offer.reason = state, at, by, reason[:200]
    offer.assignment = assignment
    offer.save(update_fields=["state", "answered_at", "by", "reason", "assignment"])


def _put_back(offer: Offer, reason: str, at: datetime) -> None:
    """Ledger and loads as if the lead had not been offered; whoever waits for somebody with room is looked at again."""
    who = directory()
    team, rep = who.team_slugs.get(offer.team_id or 0), who.usernames[offer.rep_id]
    books = open_books(who, teams=[team] if team else [], reps=[rep], at=at)
    posting = Posting.objects.select_related("eligible").filter(offer=offer, sign=1).first()
    if posting is not None and team is not None:
        reverse(posting, team, reason, books)
    books.roster.give_up(rep, team=team, at=offer.offered_at)
    books.close()
    room_was_made(at=at)
