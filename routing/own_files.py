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

HISTORY: Final = ("owner", "stage", "assigned_at", "first_touch_at", "won_at", "lost_at", "value")
"""Of a file of leads, what became of them: facts only for an import with history."""

MADE_HERE: Final = ("id", "source", "channel", "score", "band", "territory", "status", "reason", "team", "rule")
MADE_HERE_TOO: Final = (
    "contacted_at",
    "meeting_at",
    "opportunity_at",
    "proposal_at",
    "lost_reason",
    "team_name",
    "owner_name",
)
"""Of a file of leads, what LeadOps says of them."""


def is_ours(headers: Sequence[str]) -> bool:
    """Whether LeadOps wrote the file with these headers."""
    return any(_begins(headers, beginning) for beginning in OURS)


def no_facts(headers: Sequence[str], *, history: bool = False) -> Collection[str]:
    """The columns of a file of ours that are no facts of a lead; none of a file of somebody else's."""
    if _begins(headers, REJECTS):
        return {*REJECTS, *no_facts(headers[len(REJECTS) :], history=history)}
    if not _begins(headers, LEADS):
        return frozenset()
    return frozenset({*MADE_HERE, *MADE_HERE_TOO, *(() if history else HISTORY)} & set(headers))


def _begins(headers: Sequence[str], beginning: Sequence[str]) -> bool:
    return tuple(header.strip() for header in headers[: len(beginning)]) == beginning
