"""Who could take a lead, and the first reason against everybody else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from .fairness import Owed

INACTIVE: Final = "inactive"
NOT_MEMBER: Final = "not_member"
NOT_IN_TERRITORY: Final = "not_in_territory"
LACKS_SKILL: Final = "lacks_skill"
SENIORITY: Final = "seniority"
NO_WEIGHT: Final = "no_weight"
TRIED: Final = "tried"
PAUSED: Final = "paused"
TIME_OFF: Final = "time_off"
OFF_SHIFT: Final = "off_shift"
CAPPED: Final = "capped"
CATCHING_UP: Final = "catching_up"
"""Not a rep's own: the brake on leads that waited, so that nobody who comes back is flooded. `simulate` has none."""

REASONS: Final = (
    INACTIVE,
    NOT_MEMBER,
    NOT_IN_TERRITORY,
    LACKS_SKILL,
    SENIORITY,
    NO_WEIGHT,
    TRIED,
    PAUSED,
    TIME_OFF,
    OFF_SHIFT,
    CAPPED,
    CATCHING_UP,
)
"""In the order in which they are looked at; the explanation names the first."""

IN_WORDS: Final = {
    INACTIVE: "is not active",
    NOT_MEMBER: "is not in the team",
    NOT_IN_TERRITORY: "is not one of the territory's reps",
    LACKS_SKILL: "lacks a skill that is asked for",
    SENIORITY: "does not have the seniority that is asked for",
    NO_WEIGHT: "has weight 0",
    TRIED: "has had this lead already",
    PAUSED: "is not taking leads",
    TIME_OFF: "is on time off",
    OFF_SHIFT: "is off shift",
    CAPPED: "has reached a cap",
    CATCHING_UP: "was just given as many waiting leads as one gets at once",
}


@dataclass(frozen=True, slots=True)
class Ask:
    """Whom a rule asks for: of which team (or the one rep), and what it demands."""

    team: str | None
    rep: str | None = None
    only: tuple[str, ...] | None = None
    skills: tuple[tuple[str, int], ...] = ()
    at_least: int | None = None
    at_most: int | None = None
    weighted: bool = False
    on_shift: bool = False
    relaxed: bool = False


@dataclass(slots=True, eq=False)
class Eligibles:
    """The answer to an Ask at an instant: who can take it, the reasons against the rest, and how long that holds."""

    ask: Ask
    takers: tuple[str, ...]
    reasons: dict[str, tuple[str, ...]]
    until: datetime
    weights: tuple[tuple[str, int], ...] = ()
    made_up: tuple[tuple[str, int], ...] = ()
    owed: dict[tuple[str, ...], Owed] = field(default_factory=dict)
    epoch: int = 0

    def first_reasons(self) -> dict[str, str]:
        """The first reason against each rep who cannot take it."""
        return {rep: against[0] for rep, against in self.reasons.items()}

    def commonest(self) -> str:
        """The commonest first reason; ties: the order in which they are looked at."""
        return commonest(against[0] for against in self.reasons.values())


def commonest(reasons: Iterable[str]) -> str:
    """The commonest of some reasons; ties: the order in which they are looked at; nobody where there is none."""
    counted = Counter(reasons)
    return min(counted, key=lambda reason: (-counted[reason], REASONS.index(reason))) if counted else "nobody"
