"""A rep is deactivated, and their open leads go where the manager says: through the one door, one after the other.

What is not done yet is a row without an end. Whoever does it holds that row's lock, moves a few leads and writes down
what became of each in the same transaction: a killed worker loses nothing, and nothing is done twice.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import Exists, F, Min, OuterRef
from django.utils.timezone import now

from routing import assignment
from routing.assignment import AssignmentError
from routing.models import DepartingLead, Departure, Lead, Offer, Rep, Session, Team, User
from routing.people_changes import set_active
from routing.roster import directory

AT_ONCE: Final = 1
"""Leads in one transaction: a second one would be locked after the ledgers and holds of the first, and whoever takes
locks in the usual order would wait in a circle."""
BUDGET: Final = timedelta(seconds=3)
"""How long one sweep works on this before it lets others have their turn."""

LATECOMERS: Final = timedelta(seconds=30)
"""For so long a batch that was under way with the people as they were may still bring leads to whoever left."""


def deactivate(
    reps: Sequence[Rep],
    *,
    what: str,
    at: datetime,
    by: User | None,
    to_rep: Rep | None = None,
    to_team: Team | None = None,
    override: str = "",
    end_sessions: bool = False,
) -> list[Departure]:
    """Takes reps out of business at once, and begins to move their open leads; those inactive already are left out.

    Raises ValueError where it is not said to whom, or the leads would go to one who leaves.
    """
    if what == Departure.What.GIVE and (to_rep is None or not to_rep.active or to_rep.pk in {rep.pk for rep in reps}):
        raise ValueError("Leads are given to somebody who is active and stays.")
    if what == Departure.What.SPREAD and to_team is None:
        raise ValueError("Say over which team.")
    with transaction.atomic():
        left = set_active(reps, False, at=at, by=by)
        begun = [
            Departure.objects.create(
                rep=rep,
                begun_at=at,
                by=by,
                what=what,
                to_rep=to_rep if what == Departure.What.GIVE else None,
                to_team=to_team if what == Departure.What.SPREAD else None,
                override=override,
                leads=Lead.objects.filter(owner=rep, is_open=True).count(),
            )
            for rep in left
        ]
        if end_sessions:
            Session.objects.filter(user__rep__in=left).delete()
    return begun


def oldest(at: datetime) -> datetime | None:
    """Since when leads of somebody who left are to be moved."""
    moment: datetime | None = Departure.objects.filter(finished_at=None).aggregate(at=Min("begun_at"))["at"]
    return moment if moment is not None and moment <= at else None


def move_due(at: datetime) -> int:
    """Moves leads of whoever left, for a few seconds; gives how many. What is left is due again."""
    ends = time.monotonic() + BUDGET.total_seconds()
    count = 0
    under_way = Departure.objects.filter(finished_at=None, begun_at__lte=at).order_by("begun_at", "pk")
    for pk in list(under_way.values_list("pk", flat=True)):
        while time.monotonic() < ends:
            moved = _move_some(pk, now())
            if moved is None:
                break
            count += moved
    return count


def _move_some(departure_id: int, at: datetime) -> int | None:
    """A few leads, each answered for; None where nothing is left to do, or another worker is at it."""
    with transaction.atomic():
        open_ones = Departure.objects.filter(pk=departure_id, finished_at=None)
        skips = connection.features.has_select_for_update_skip_locked
        departure = open_ones.select_for_update(skip_locked=skips).first()
        if departure is None:
            return None
        if Rep.objects.filter(pk=departure.rep_id, active=True).exists():
            Departure.objects.filter(pk=departure.pk).update(finished_at=at, came_back=True)
            return None
        if passed := _pass_offers_on(departure, at):
            return passed
        answered = DepartingLead.objects.filter(departure=departure, lead=OuterRef("pk"))
        left = Lead.objects.filter(~Exists(answered), owner=departure.rep_id, is_open=True).order_by(
            "captured_at", "pk"
        )
        keeps = departure.what == Departure.What.KEEP
        ids = [] if keeps else list(left.values_list("pk", flat=True)[:AT_ONCE])
        if not ids:
            if at >= departure.begun_at + LATECOMERS:
                Departure.objects.filter(pk=departure.pk).update(finished_at=at)
            return None
        takers = _takers(departure, at)
        for place, lead_id in enumerate(ids, departure.taken):
            _move(departure, lead_id, takers, place, at)
        Departure.objects.filter(pk=departure.pk).update(taken=F("taken") + len(ids))
    return len(ids)


def _pass_offers_on(departure: Departure, at: datetime) -> int:
    """Whatever is on offer to them goes on to others, also where they keep the leads they have; gives how many."""
    passed = 0
    offers = Offer.objects.filter(rep=departure.rep_id, state=Offer.State.OPEN).order_by("expires_at", "pk")
    for lead_id in list(offers.values_list("lead_id", flat=True)[:AT_ONCE]):
        try:
            assignment.reroute(lead_id=lead_id, by=departure.by, at=at, because="owner_left", origin="departure")
        except AssignmentError:
            continue  # it was answered, or taken, a moment ago
        passed += 1
    return passed


def _move(departure: Departure, lead_id: int, takers: Sequence[Rep], place: int, at: datetime) -> None:
    done, to, words = False, None, "Nobody active is there to take it."
    try:
        if departure.what == Departure.What.REROUTE:
            assignment.reroute(lead_id=lead_id, by=departure.by, at=at, because="owner_left", origin="departure")
            done, words = True, "It is routed again."
        else:
            done, to, words = _give(departure, lead_id, takers, place, at)
    except AssignmentError as error:
        words = str(error)
    DepartingLead.objects.create(departure=departure, lead_id=lead_id, at=at, done=done, to=to, words=words[:300])


def _give(
    departure: Departure, lead_id: int, takers: Sequence[Rep], place: int, at: datetime
) -> tuple[bool, Rep | None, str]:
    """To whoever's turn it is; where a cap is in the way, to the next of the team."""
    refused = "Nobody active is there to take it."
    for number in range(len(takers)):
        rep = takers[(place + number) % len(takers)]
        try:
            assignment.hand_over(lead_id=lead_id, rep=rep, by=departure.by, at=at, override=departure.override)
        except assignment.NotAllowed as error:
            refused = str(error)
            continue
        return True, rep, f"{rep} has it now."
    return False, None, refused


def _takers(departure: Departure, at: datetime) -> list[Rep]:
    """Who may be given leads, in turn: of a team the members in their order, those on time off only if all are."""
    if departure.what == Departure.What.GIVE:
        return [departure.to_rep] if departure.to_rep is not None and departure.to_rep.active else []
    if departure.what != Departure.What.SPREAD:
        return []
    members = Rep.objects.filter(memberships__team=departure.to_team_id, active=True).exclude(pk=departure.rep_id)
    listed = list(members.order_by("memberships__position", "memberships__pk"))
    people = directory().people.reps
    here = [rep for rep in listed if (known := people.get(rep.username)) and known.absence_at(at) is None]
    return here or listed
