"""How the files begin that LeadOps writes itself.

By that the importer knows them again: what was made harmless for spreadsheets in them is as it was, and what is no fact
of a lead is left out. Of a file that somebody else wrote, every apostrophe stays.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

REJECTS: Final = ("line", "reason")
"""Put before a file's own columns, of which those that follow may be LeadOps's again."""

LEADS: Final = ("id", "captured_at", "source")
ASSIGNMENTS: Final = ("assignment", "lead", "assigned_at")
ACTIVITIES: Final = ("activity", "lead", "at")
POOL: Final = ("lead", "band", "company", "people")
MANUAL_QUEUE: Final = ("id", "lead", "company", "team")
REPLAY: Final = ("id", "lead", "company", "captured_at")
NUMBERS: Final = ("measure", "you", "team median")

OURS: Final = (REJECTS, LEADS, ASSIGNMENTS, ACTIVITIES, POOL, MANUAL_QUEUE, REPLAY, NUMBERS)

NO_FACTS: Final = frozenset(
    {
        *("id", "source", "channel", "score", "band", "territory", "status", "reason", "team", "team_name", "rule"),
        *("owner", "owner_name", "stage", "assigned_at", "first_touch_at", "contacted_at", "meeting_at"),
        *("opportunity_at", "proposal_at", "won_at", "lost_at", "lost_reason", "value"),
    }
)
"""Of a file of leads, what LeadOps says of them, and what became of them."""


def is_ours(headers: Sequence[str]) -> bool:
    """Whether LeadOps wrote the file with these headers."""
    return any(_begins(headers, beginning) for beginning in OURS)


def no_facts(headers: Sequence[str], *, also: Collection[str] = ()) -> Collection[str]:
    """The columns of a file of ours that are no facts of a lead, nor `also` wanted; none of somebody else's file."""
    if _begins(headers, REJECTS):
        return {*REJECTS, *no_facts(headers[len(REJECTS) :], also=also)}
    return NO_FACTS.intersection(headers).difference(also) if _begins(headers, LEADS) else frozenset()


def _begins(headers: Sequence[str], beginning: Sequence[str]) -> bool:
    return tuple(header.strip() for header in headers[: len(beginning)]) == beginning
