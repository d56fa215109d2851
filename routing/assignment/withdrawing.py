"""Leads are withdrawn: taken from wherever they are and closed, as if they had never come. Their history stays."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from routing import bulk, signs_of_work, sla
from routing.models import Assignment, Lead, LeadChange, Offer, Posting, User
from routing.roster import directory

from .books import Books, open_books
from .transfer import room_was_made

WITHDRAWN: Final = "withdrawn"
"""How the assignment of such a lead ended, and why its posting was reversed."""


def withdraw(*, lead_ids: Sequence[int], by: User | None, at: datetime, import_id: int) -> list[int]:
    """Withdraws those of an import's leads on which nobody has worked by now; which those were.

    Whoever had one holds one less, in the caps of periods that still run too; what was posted for it is reversed,
    whatever the team credits: nobody was owed, nobody got a lead. Its external id is free for another lead.
    """
    with transaction.atomic():
        listed = Lead.objects.filter(pk__in=lead_ids).exclude(status=Lead.Status.WITHDRAWN)
        locked = list(listed.select_for_update().order_by("pk").values_list("pk", flat=True))
        # Asked under the lock: whoever takes or moves a lead locks it first.
        worked_on = signs_of_work.worked_on(Lead.objects.filter(pk__in=locked))
        gone = [pk for pk in locked if pk not in worked_on]
        if gone:
            _take_from_owners(gone, at)
            _close(gone, by, at, import_id)
    return gone


def _take_from_owners(ids: list[int], at: datetime) -> None:
    who = directory()
    held = list(Assignment.objects.filter(lead__in=ids, ended_at=None).order_by("pk"))
    offers = list(Offer.objects.filter(lead__in=ids, state=Offer.State.OPEN).order_by("pk"))
    posted = Posting.objects.filter(lead__in=ids).select_related("eligible").order_by("pk")
    reversed_before = {(posting.assignment_id, posting.offer_id) for posting in posted if posting.sign < 0}
    came_open = set(Lead.objects.filter(pk__in=ids, is_open=True).values_list("pk", flat=True))
    of_the_past = [one for one in held if one.method == Assignment.Method.IMPORT]
    postings = [one for one in posted if one.sign > 0 and (one.assignment_id, one.offer_id) not in reversed_before]
    got = [
        *((one.rep_id, one.team_id, one.assigned_at) for one in held if one not in of_the_past),
        *((one.rep_id, one.team_id, one.offered_at) for one in offers),
    ]
    holders = {*(rep_id for rep_id, _, _ in got), *(one.rep_id for one in of_the_past)}
    teams = {who.team_slugs.get(pk or 0) for pk in [*(one.team_id for one in postings), *(team for _, team, _ in got)]}
    reps = {who.usernames[rep_id] for rep_id in holders if rep_id in who.usernames}
    books = open_books(who, teams=[team for team in teams if team], reps=reps, at=at)
    _reverse(postings, books)
    for rep_id, team_id, since in got:
        if rep_id in who.usernames:
            books.roster.give_up(who.usernames[rep_id], team=who.team_slugs.get(team_id or 0), at=since)
    for one in of_the_past:
        # It counted among the open leads of its owner, if it was open, and was got in no period.
        if one.lead_id in came_open:
            books.roster.close(who.usernames[one.rep_id], team=who.team_slugs.get(one.team_id or 0))
    books.close()
    Offer.objects.filter(pk__in=[one.pk for one in offers]).update(
        state=Offer.State.WITHDRAWN, answered_at=at, reason=WITHDRAWN
    )
    bulk.update(
        Assignment,
        ["ended_at", "ended_because"],
        [(one.pk, max(at, one.assigned_at), WITHDRAWN) for one in held],
    )
    if held or offers:
        room_was_made(at=at)


def _reverse(postings: Sequence[Posting], books: Books) -> None:
    who, reversals = books.directory, []
    for one in postings:
        team = who.team_slugs.get(one.team_id)
        if team is None:
            continue  # of a team in the archive, whose ledger nobody reads any more
        members = [(who.usernames[rep], weight) for rep, weight in json.loads(one.eligible.members)]
        books.roster.ledger(team).reverse(members, who.usernames[one.winner_id])
        reversals.append(
            (
                *(one.team_id, books.at, one.winner_id, one.eligible_id, -1, WITHDRAWN),
                *(one.lead_id, one.assignment_id, one.offer_id),
            )
        )
    columns = ["team_id", "at", "winner_id", "eligible_id", "sign", "reason", "lead_id", "assignment_id", "offer_id"]
    bulk.insert(Posting, columns, reversals)


def _close(ids: list[int], by: User | None, at: datetime, import_id: int) -> None:
    sla.stop(ids, because=WITHDRAWN, at=at)
    Lead.objects.filter(pk__in=ids).update(
        status=Lead.Status.WITHDRAWN,
        owner=None,
        offered_to=None,
        is_open=False,
        external_id="",
        assigned_at=None,
        pooled_at=None,
        waiting_since=None,
        hold=None,
        due_at=None,
        updated_at=at,
    )
    detail = json.dumps({"import": import_id})
    bulk.insert(
        LeadChange,
        ["lead_id", "at", "by_id", "origin", "kind", "detail"],
        [(pk, at, by.pk if by else None, "import", "withdrawn_with_its_import", detail) for pk in ids],
    )
