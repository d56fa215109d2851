"""What a rep does with a lead: calls until somebody answers, meets, proposes, wins or loses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any, Final

from reps.forms import LOST_REASONS

KEENNESS: Final = {
    # How many minutes a rep takes to answer when at work, and how well they sell.
    "laura": (4, 1.35), "daniel": (7, 1.1), "priya": (6, 1.0), "emma": (3, 1.15), "marcus": (9, 0.9), "sofia": (4, 1.1),
    "ruth": (14, 0.7), "jonas": (6, 1.2), "amelie": (5, 1.05), "omar": (11, 0.85), "grace": (3, 1.0), "kenji": (8, 1.0),
}  # fmt: skip
HEAT: Final = {"hot": 1.5, "warm": 1.0, "cold": 0.6}
NO_NEED, NOT_NOW, NO_BUDGET, RIVAL, SILENT = (LOST_REASONS[place] for place in (1, 2, 0, 3, 4))

TALKS: Final = (
    "Uses spreadsheets for the rota, wants to see the dispatch board.",
    "Asked about prices for a second site.",
    "Their contract elsewhere ends in spring.",
    "Wants to bring a colleague along.",
    "Interested, but the season is busy.",
    "Needs invoices by e-mail and a phone app for the crews.",
)
MAILS: Final = (
    "Introduced myself, proposed two times to talk.",
    "Sent the price list.",
    "Sent the customer story they asked for.",
)
MEETINGS: Final = (
    "Showed scheduling and the phone app.",
    "Went through their week with the dispatcher.",
    "Demo with operations and finance.",
)


@dataclass(frozen=True, slots=True)
class Act:
    """Something that happens with a lead: an activity (its fields) or a move to a stage (with value or reason)."""

    at: datetime
    activity: dict[str, Any] | None = None
    stage: str = ""
    value: Decimal | None = None
    reason: str = ""
    given_back: str = ""


@dataclass
class Life:
    """The acts of one rep on one lead, as they would come about with nobody disturbing them."""

    chance: Random
    at_work: Callable[[str, datetime], datetime]
    rep: str
    band: str
    size: int
    acts: list[Act] = field(default_factory=list)

    def lived(self, since: datetime) -> list[Act]:
        """Everything that will be done, in order of time."""
        chance = self.chance
        pace, skill = KEENNESS[self.rep]
        at = self._soon(since, minutes=chance.lognormvariate(0, 0.9) * pace)
        if chance.random() < 0.035:
            reason = chance.choices(["bad_data", "not_a_lead", "duplicate", "other"], (5, 3, 1, 2))[0]
            return [Act(at, given_back=reason)]
        luck = min(0.93, (0.6 if at - since < timedelta(minutes=5) else 0.48) + 0.08 * (HEAT[self.band] - 1))
        if chance.random() < 0.25:
            self._do(at, kind="email", body=chance.choice(MAILS))
            at = self._soon(at, minutes=chance.uniform(60, 600))
        for attempt in range(chance.randint(3, 5)):
            if chance.random() < luck:
                break
            voicemail = chance.random() < 0.35
            self._do(at, kind="call", outcome="voicemail" if voicemail else "no_answer", seconds=35 if voicemail else 0)
            at = self._soon(at, minutes=chance.uniform(90, 1_500) * (attempt + 1))
        else:
            self._do(at, kind="email", body="A last try by e-mail.")
            return self._lost(self._days(at, 2, 6), SILENT)
        self._do(at, kind="call", outcome="reached", seconds=round(chance.lognormvariate(5.2, 0.7)), body=self._says())
        self.acts.append(Act(at + timedelta(seconds=20), stage="contacted"))
        good = skill * HEAT[self.band]
        if chance.random() > 0.42 * good:
            return self._lost(self._days(at, 0, 5), chance.choices([NO_NEED, NOT_NOW, NO_BUDGET], (4, 4, 2))[0])
        if chance.random() < 0.2:
            self._do(
                self._soon(at, minutes=200),
                kind="email",
                direction="in",
                body="Thanks for the call, Thursday suits us.",
            )
        at = self._days(at, 1, 4)
        if chance.random() < 0.06:
            self.acts.append(Act(at, given_back="no_show"))
            return self.acts
        self._do(at, kind="meeting", seconds=chance.randrange(20, 60) * 60, body=chance.choice(MEETINGS))
        self.acts.append(Act(at + timedelta(minutes=2), stage="meeting"))
        if chance.random() > 0.6 * good**0.5:
            return self._lost(self._days(at, 1, 4), chance.choices([NO_NEED, NOT_NOW, RIVAL], (3, 4, 3))[0])
        at = self._days(at, 1, 4)
        self._do(at, kind="call", outcome="reached", seconds=chance.randrange(200, 1_500), body=self._says())
        self.acts.append(Act(at + timedelta(seconds=40), stage="opportunity"))
        if chance.random() > 0.75:
            return self._lost(self._days(at, 2, 6), chance.choices([RIVAL, NO_BUDGET, NOT_NOW], (4, 3, 3))[0])
        at = self._days(at, 1, 4)
        self._do(at, kind="email", body="Sent the proposal.")
        self.acts.append(Act(at + timedelta(seconds=30), stage="proposal"))
        at = self._days(at, 2, 9)
        self._do(
            at, kind="call", outcome="reached", seconds=chance.randrange(200, 1_200), body="Went through the proposal."
        )
        if chance.random() > min(0.8, 0.55 * good**0.5):
            return self._lost(at + timedelta(minutes=3), chance.choices([RIVAL, NO_BUDGET], (6, 4))[0])
        value = Decimal(round(max(600, self.size * chance.lognormvariate(4.2, 0.5)), -1))
        self.acts.append(Act(at + timedelta(minutes=4), stage="won", value=value))
        return self.acts

    def _do(self, at: datetime, **fields: Any) -> None:
        self.acts.append(Act(at, activity=fields))

    def _lost(self, at: datetime, reason: str) -> list[Act]:
        self.acts.append(Act(at, stage="lost", reason=reason))
        return self.acts

    def _says(self) -> str:
        return self.chance.choice(TALKS) if self.chance.random() < 0.6 else ""

    def _soon(self, at: datetime, *, minutes: float) -> datetime:
        """So much later; where the rep is not at work then, in the first hour of their next day."""
        then = at + timedelta(minutes=minutes)
        opens = self.at_work(self.rep, then)
        return opens if opens == then else opens + timedelta(seconds=self.chance.randrange(90, 3_600))

    def _days(self, at: datetime, least: int, most: int) -> datetime:
        return self._soon(at, minutes=self.chance.uniform(least * 1_440 + 60, most * 1_440))
