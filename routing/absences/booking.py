"""An absence is booked, changed or cancelled: one at a time, logged, and told to whoever keeps people in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from routing.engine.absences import in_words
from routing.engine.calendars import ALWAYS, to_utc
from routing.models import Membership, PeopleChange, Rep, TimeOff, User
from routing.people_changes import take_turn
from routing.people_revision import people_changed
from routing.roster import directory

LONGEST: Final = timedelta(days=3 * 366)


class CannotBook(ValueError):
    """An absence that was refused, in words for whoever books. `field` is what to look at."""

    def __init__(self, words: str, field: str = "first") -> None:
        super().__init__(words)
        self.field = field


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when, local to the rep's calendar: ISO 8601 without a zone, the end excluded."""

    starts: str
    ends: str


def book(
    *,
    rep: Rep,
    span: Span,
    at: datetime,
    by: User | None,
    cover: Rep | None = None,
    note: str = "",
    past_too: bool = False,
) -> TimeOff:
    """Books an absence. `past_too`: what is over already as well, which is a manager's to put right.

    Raises CannotBook for one that overlaps another, is over, or has a cover who cannot be.
    """
    with _changed(rep, at=at, by=by):
        _check(rep, span, cover, at=at, past_too=past_too)
        absence = TimeOff.objects.create(
            rep=rep, starts_local=span.starts, ends_local=span.ends, cover=cover, note=note, booked_by=by, created_at=at
        )
        _log_cover(rep, None, absence, at=at, by=by)
    return absence


def change(
    *,
    absence_id: int,
    rep: Rep,
    span: Span,
    at: datetime,
    by: User | None,
    cover: Rep | None = None,
    note: str = "",
    past_too: bool = False,
) -> TimeOff:
    """Changes an absence. What of it is past stays as it was, unless `past_too`.

    Raises CannotBook like `book`, and for an absence that is not there any more.
    """
    with _changed(rep, at=at, by=by):
        absence = _absence(absence_id, rep)
        now = local_now(rep, at)
        if not past_too and absence.ends_local <= now:
            raise CannotBook("This absence is over. Your manager can put it right.")
        if not past_too and absence.starts_local <= now and span.starts != absence.starts_local:
            raise CannotBook("This absence has begun: when it began stays as it is. Your manager can put it right.")
        _check(rep, span, cover, at=at, past_too=past_too, but=absence.pk)
        was = _covered(absence)
        absence.starts_local, absence.ends_local, absence.cover, absence.note = span.starts, span.ends, cover, note
        absence.save()
        _log_cover(rep, was, absence, at=at, by=by)
    return absence


def cancel(*, absence_id: int, rep: Rep, at: datetime, by: User | None, past_too: bool = False) -> TimeOff | None:
    """Cancels an absence to come; one that runs ends now, and is returned. `past_too` takes it back altogether.

    Raises CannotBook for an absence that is over or not there any more.
    """
    with _changed(rep, at=at, by=by):
        absence = _absence(absence_id, rep)
        now = local_now(rep, at)
        if past_too or absence.starts_local >= now:
            absence.delete()
            return None
        if absence.ends_local <= now:
            raise CannotBook("This absence is over. Your manager can put it right.")
        absence.ends_local = now
        absence.save()
    return absence


def local_now(rep: Rep, at: datetime) -> str:
    """The rep's wall clock, to the second."""
    zone = rep.calendar.timezone if rep.calendar is not None else "UTC"
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None).isoformat(timespec="seconds")


def colleagues_of(rep: Rep) -> Any:
    """Who may cover for a rep: the other active reps of their teams."""
    teams = Membership.objects.filter(rep=rep, team__archived_at=None).values("team")
    mates = Membership.objects.filter(team__in=teams).values("rep")
    return Rep.objects.filter(pk__in=mates, active=True).exclude(pk=rep.pk).order_by("name", "pk")


def away_at(at: datetime, reps: Iterable[int] | QuerySet[Any, Any]) -> dict[int, TimeOff]:
    """Who of these (ids, or a query of them) is away at an instant: the absence of each, with who covers. One query."""
    # Wall clocks differ by a day at most; whose is whose is told below.
    earliest, latest = (
        (at + timedelta(hours=hours)).replace(tzinfo=None).isoformat(timespec="seconds") for hours in (-14, 15)
    )
    found: dict[int, TimeOff] = {}
    near = TimeOff.objects.between(earliest, latest).filter(rep__in=reps)
    for absence in near.select_related("rep__calendar", "cover").order_by("ends_local", "pk"):
        zone = ZoneInfo(absence.rep.calendar.timezone if absence.rep.calendar is not None else "UTC")
        if to_utc(absence.starts_local, zone) <= at < to_utc(absence.ends_local, zone):
            found[absence.rep_id] = absence
    return found


@contextmanager
def _changed(rep: Rep, *, at: datetime, by: User | None) -> Iterator[None]:
    """One transaction in which a rep's time off may change; on leaving, what changed is logged."""
    with transaction.atomic():
        take_turn()
        before = _spans_of(rep)
        yield
        after = _spans_of(rep)
        if after != before:
            people_changed()
            PeopleChange.objects.create(at=at, by=by, kind="time_off", rep=rep, before=before, after=after)


def _spans_of(rep: Rep) -> list[dict[str, str]]:
    """A rep's time off as the configuration file has it."""
    rows = TimeOff.objects.filter(rep=rep).order_by("starts_local", "ends_local", "pk")
    return [{"from": starts, "to": ends} for starts, ends in rows.values_list("starts_local", "ends_local")]


def _absence(absence_id: int, rep: Rep) -> TimeOff:
    absence = TimeOff.objects.select_related("cover").filter(pk=absence_id, rep=rep).first()
    if absence is None:
        raise CannotBook("This absence is not there any more.")
    return absence


def _check(rep: Rep, span: Span, cover: Rep | None, *, at: datetime, past_too: bool, but: int | None = None) -> None:
    now = local_now(rep, at)
    if span.ends <= span.starts:
        raise CannotBook("It has to end after it starts.", "last")
    if datetime.fromisoformat(span.ends) - datetime.fromisoformat(span.starts) > LONGEST:
        raise CannotBook("That is longer than three years. Whoever leaves for good is deactivated.", "last")
    if not past_too and span.ends <= now:
        raise CannotBook("That is over already. Your manager can book it after the fact.")
    others = TimeOff.objects.filter(rep=rep)
    if but is not None:
        others = others.exclude(pk=but)
    other = others.between(span.starts, span.ends).order_by("starts_local").first()
    if other is not None:
        kept = directory().people.reps.get(rep.username)
        said = in_words(other.starts_local, other.ends_local, kept.calendar if kept else ALWAYS, year=int(now[:4]))
        raise CannotBook(f"It overlaps time off that is booked already: {said}.")
    if cover is not None and not colleagues_of(rep).filter(pk=cover.pk).exists():
        raise CannotBook("Whoever covers is an active colleague of the same team.", "cover")


def _covered(absence: TimeOff) -> dict[str, str] | None:
    if absence.cover is None:
        return None
    return {"from": absence.starts_local, "to": absence.ends_local, "cover": absence.cover.username}


def _log_cover(rep: Rep, was: dict[str, str] | None, absence: TimeOff, *, at: datetime, by: User | None) -> None:
    is_now = _covered(absence)
    if was != is_now:
        PeopleChange.objects.create(at=at, by=by, kind="cover", rep=rep, before=was, after=is_now)
