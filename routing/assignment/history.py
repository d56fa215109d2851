"""Leads whose past was brought from another system get whoever had them there: no ledger, no clock, nobody is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from routing import bulk
from routing.models import Assignment, Lead, Membership, StageMove
from routing.roster import directory

from .books import open_books


@dataclass(frozen=True, slots=True)
class Brought:
    """A lead that was just made with its past, whom it belongs to (if anybody), and since when."""

    lead: Lead
    rep_id: int | None
    assigned_at: datetime | None


LINE: Final = ("lead_id", "cycle", "rep_id", "team_id", "method", "rule", "note", "assigned_at", "ended_because")
MOVE: Final = ("lead_id", "stage_id", "at")


def bring_history(brought: Sequence[Brought], *, at: datetime) -> None:
    """Gives the leads to their owners and writes down the moves that are known, in the transaction that made them.

    An open one counts among the open leads of its owner, and in no other cap. It is of the team that its owner is in,
    where that is one only.
    """
    with transaction.atomic():
        teams = _only_teams(one.rep_id for one in brought if one.rep_id is not None)
        owned = [(one, one.rep_id, teams.get(one.rep_id)) for one in brought if one.rep_id is not None]
        bulk.update(
            Lead,
            ["status", "owner_id", "team_id", "assigned_at"],
            [(one.lead.pk, "assigned", rep, team, _since(one)) for one, rep, team in owned],
        )
        bulk.insert(
            Assignment,
            [*LINE, "first_touch_at"],
            [
                (one.lead.pk, 1, rep, team, str(Assignment.Method.IMPORT), "", "", _since(one), "",
                 one.lead.first_touch_at)
                for one, rep, team in owned
            ],
        )  # fmt: skip
        bulk.insert(StageMove, MOVE, [move for one in brought for move in _moves(one.lead)])
        _hold(Counter((rep, team) for one, rep, team in owned if one.lead.is_open), at=at)


def _since(one: Brought) -> datetime:
    return one.assigned_at or one.lead.captured_at


def _moves(lead: Lead) -> list[tuple[int, int, datetime]]:
    """When it came to where it stands now, as far as that was told."""
    stage = lead.stage
    came_at = {"won": lead.won_at, "lost": lead.lost_at, "contacted": lead.contacted_at}.get(stage.kind)
    return [(lead.pk, stage.pk, came_at)] if came_at is not None else []


def _only_teams(rep_ids: Iterable[int]) -> dict[int, int]:
    found: dict[int, list[int]] = {}
    places = Membership.objects.filter(rep__in=set(rep_ids), team__archived_at=None).values_list("rep_id", "team_id")
    for rep_id, team_id in places:
        found.setdefault(rep_id, []).append(team_id)
    return {rep_id: teams[0] for rep_id, teams in found.items() if len(teams) == 1}


def _hold(counts: Counter[tuple[int, int | None]], *, at: datetime) -> None:
    """So many open leads more for each rep, and for their place in the team."""
    if not counts:
        return
    who = directory()
    books = open_books(who, teams=[], reps=[who.usernames[rep] for rep, _ in counts], at=at)
    for (rep, team), count in counts.items():
        books.roster.load(who.usernames[rep]).hold(count)
        if team is not None:
            books.roster.team_load(who.team_slugs[team], who.usernames[rep]).hold(count)
    books.close()
