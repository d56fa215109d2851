"""The pauses that reps took over the weeks: short, at work, and while nothing was being given to anybody."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Final

from reps.desk import PAUSES
from routing.engine.people import People
from routing.intake.inserting import insert_all
from routing.models import PeopleChange
from routing.people_changes import switch

from .life import KEENNESS
from .past import Past

A_DAY: Final = 0.9
"""How often a day a rep of average pace thinks of a pause; at night, and while leads come, it comes to nothing."""


def take_pauses(past: Past, chance: Random, *, since: datetime, until: datetime) -> None:
    """Writes the log of the switches. None falls on a decision: whoever was paused then would not have been asked."""
    decided = sorted(decision.at for decision in past.decisions)
    taken = [
        (starts, ends, rep)
        for rep in sorted(past.users)
        for starts, ends in _thought_of(rep, chance, since=since, until=until)
        if _is_at_work(past.people, rep, starts, ends) and _nothing_between(decided, starts, ends)
    ]
    turns = [turn for starts, ends, rep in taken for turn in ((starts, ends, rep, False), (ends, ends, rep, True))]
    insert_all([_turned(*turn, past=past) for turn in sorted(turns)])


def _thought_of(rep: str, chance: Random, *, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """When a rep would like a break, and until when; one after another."""
    back_at = since
    for day in range((until - since).days):
        if chance.random() > A_DAY * KEENNESS[rep][0] / 7:
            continue
        starts = since + timedelta(days=day, minutes=chance.randrange(24 * 60))
        if starts > back_at:
            back_at = starts + timedelta(minutes=chance.choice(PAUSES))
            yield starts, back_at


def _turned(at: datetime, ends: datetime, rep: str, on: bool, *, past: Past) -> PeopleChange:
    """The line of the log: by the rep when it begins; when it is over it ends by itself."""
    accepts, paused = switch(True, None), switch(False, ends)
    return PeopleChange(
        at=at,
        by=None if on else past.users[rep],
        kind="switch",
        rep_id=past.who.rep_ids[rep],
        before=paused if on else accepts,
        after=accepts if on else paused,
    )


def _is_at_work(people: People, rep: str, starts: datetime, ends: datetime) -> bool:
    person = people.reps[rep]
    is_open, closes = person.calendar.status(starts)
    away = person.absence_at(starts) or person.absence_at(ends)
    return is_open and closes >= ends and away is None


def _nothing_between(moments: Sequence[datetime], starts: datetime, ends: datetime) -> bool:
    return bisect_left(moments, starts) == bisect_left(moments, ends)
