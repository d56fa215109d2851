"""The lines of a team's ledger: added when a lead is delivered by fair share, reversed when it does not count."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from routing import bulk
from routing.engine.fairness import Owed
from routing.models import EligibleSet, Posting
from routing.roster import Directory, known_sets

from .books import Books

PostingRow = tuple[int, datetime, int, str, int, str, int, int | None, int | None]


def posting_row(
    who: Directory,
    *,
    team: str,
    winner: str,
    owed: Owed,
    reason: str,
    lead_id: int,
    assignment_id: int | None,
    offer_id: int | None = None,
    at: datetime,
) -> PostingRow:
    """One line of a team's ledger, the eligible set still as text: of an assignment, or of an offer."""
    members = json.dumps([[who.rep_ids[rep], weight] for rep, weight in owed.members], separators=(",", ":"))
    return (who.team_ids[team], at, who.rep_ids[winner], members, 1, reason, lead_id, assignment_id, offer_id)


def post(rows: Sequence[PostingRow]) -> None:
    """Adds lines to ledgers; a set of eligible reps is stored once."""
    sets = _ids_of({row[3] for row in rows})
    bulk.insert(
        Posting,
        ["team_id", "at", "winner_id", "eligible_id", "sign", "reason", "lead_id", "assignment_id", "offer_id"],
        [(team, at, winner, sets[members], *rest) for team, at, winner, members, *rest in rows],
    )


def reverse(posting: Posting, team: str, reason: str, books: Books) -> None:
    """Takes a line back, in the team's locked ledger and as a line of its own. `books` are the caller's to close."""
    who = books.directory
    members = [(who.usernames[rep], weight) for rep, weight in json.loads(posting.eligible.members)]
    books.roster.ledger(team).reverse(members, who.usernames[posting.winner_id])
    Posting.objects.create(
        team_id=posting.team_id,
        at=books.at,
        winner_id=posting.winner_id,
        eligible_id=posting.eligible_id,
        sign=-1,
        reason=reason,
        lead_id=posting.lead_id,
        assignment_id=posting.assignment_id,
        offer_id=posting.offer_id,
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
