"""Absences as people read them."""

from __future__ import annotations

from datetime import datetime

from routing.engine.absences import in_words
from routing.engine.calendars import ALWAYS, Calendar
from routing.models import TimeOff
from routing.roster import Directory


def calendar_of(username: str, who: Directory) -> Calendar:
    """A rep's calendar as the engine knows it; always open where they have none."""
    rep = who.people.reps.get(username)
    return rep.calendar if rep is not None else ALWAYS


def said(absence: TimeOff, who: Directory, at: datetime) -> str:
    """When somebody is away, local to their calendar: "Tue 24 Nov, afternoon (from 13:15)"."""
    return in_words(absence.starts_local, absence.ends_local, calendar_of(absence.rep.username, who), year=at.year)
