"""Everyone's absences, month by month; managers book, change and cancel for their reps here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.timezone import localdate, now

from routing import access
from routing.absences import CannotBook, away_at, book, cancel, change
from routing.absences.form import EARLIEST, LATEST, AbsenceForm, beginning, filled_from
from routing.absences.words import calendar_of, said
from routing.engine.absences import part_away
from routing.engine.calendars import Calendar, is_shut
from routing.models import Rep, Team, TimeOff
from routing.roster import Directory, directory

from .base import who_asks
from .pages import page, wants

SEES: Final = "routing.view_timeoff"
BOOKS: Final = ("routing.add_timeoff", "routing.change_timeoff", "routing.delete_timeoff")
REPS_A_PAGE: Final = 50
PARTS: Final = {
    "day": "away",
    "morning": "away in the morning",
    "afternoon": "away in the afternoon",
    "part": "away for a part",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of one rep: whether they would work, and how much of it they are away."""

    day: date
    look: str
    words: str
    absence: int | None = None
    starts: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A rep's month."""

    rep: Rep
    teams: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Line:
    """An absence in words."""

    absence: TimeOff
    words: str
    runs: bool


class AdminAbsenceForm(AbsenceForm):
    """The same in the admin's clothes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first", "last", "starts", "ends", "cover", "note"):
            self.fields[name].widget.attrs["class"] = "lo-input"


def absence_pages(site: AdminSite) -> list[URLPattern]:
    """The addresses of these pages, below the reps'."""
    return [
        path("absences/", site.admin_view(calendar_page), name="absences"),
        path("absences/book/", site.admin_view(book_page), name="absence_book"),
        path("absences/<int:pk>/", site.admin_view(absence_page), name="absence"),
    ]


def calendar_page(request: HttpRequest) -> HttpResponse:
    """A month: a row for each rep, a column for each day. As many queries whatever there is."""
    wants(request, SEES)
    user, at = who_asks(request), now()
    today = localdate(at)
    first = _month(request.GET.get("month", ""), today)
    teams = list(access.within_reach(user, Team.objects.filter(archived_at=None)).order_by("name", "pk"))
    reps = access.within_reach(user, Rep.objects.filter(active=True))
    team = next((one for one in teams if one.slug == request.GET.get("team")), None)
    if team is not None:
        reps = reps.filter(memberships__team=team)
    listed = reps.prefetch_related("memberships__team").order_by("name", "pk")
    pages = Paginator(listed, REPS_A_PAGE).get_page(request.GET.get("page"))
    following = _moved(first, 1)
    shown = list(pages)
    absences = list(
        TimeOff.objects.between(f"{first - timedelta(days=1)}T00:00:00", f"{following + timedelta(days=1)}T12:00:00")
        .filter(rep__in=[rep.pk for rep in shown])
        .select_related("rep", "cover")
        .order_by("starts_local", "pk")
    )
    who = directory()
    days = [first + timedelta(days=number) for number in range((following - first).days)]
    away = away_at(at, [rep.pk for rep in shown])
    return page(
        request,
        "admin/people/absences.html",
        {
            "days": days,
            "today": today,
            "month": first,
            "before": _moved(first, -1),
            "after": following,
            "teams": teams,
            "team": team,
            "pages": pages,
            "rows": list(_rows(shown, days, absences, who, at)),
            "lines": [
                Line(one, said(one, who, at), away.get(one.rep_id) == one)
                for one in absences
                if one.starts_local < f"{following}T" and one.ends_local > f"{first}T00:00:00"
            ],
            "away_now": [Line(one, said(one, who, at), True) for one in away.values()],
            "may_book": user.has_perms(BOOKS),
        },
        title="Absences",
    )


def book_page(request: HttpRequest) -> HttpResponse:
    """Books an absence for a rep: first whose, then when."""
    wants(request, *BOOKS)
    user, at = who_asks(request), now()
    reps = access.within_reach(user, Rep.objects.filter(active=True)).order_by("name", "pk")
    chosen = request.POST.get("rep") or request.GET.get("rep") or ""
    if not (chosen.isascii() and chosen.isdigit()):
        return page(request, "admin/people/absence_of.html", {"reps": reps, "back": _back()}, title="Book time off")
    rep = get_object_or_404(reps.select_related("calendar"), pk=chosen)
    calendar = calendar_of(rep.username, directory())
    sent = request.method == "POST"
    form = AdminAbsenceForm(request.POST if sent else None, initial=beginning(at, calendar), rep=rep, calendar=calendar)
    if sent and form.is_valid():
        filled = form.cleaned_data
        try:
            absence = book(
                rep=rep,
                span=filled["span"],
                at=at,
                by=user,
                cover=filled["cover"],
                note=filled["note"],
                past_too=True,
            )
        except CannotBook as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, f"{rep} is away {said(absence, directory(), at)}.")
            _warn_of_cover(request, absence)
            return HttpResponseRedirect(_back(absence))
    return _form_page(request, form, rep, calendar, title=f"Time off of {rep}")


def absence_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Changes or cancels an absence."""
    wants(request, *BOOKS)
    user, at = who_asks(request), now()
    mine = access.within_reach(user, TimeOff.objects.select_related("rep__calendar", "cover", "booked_by"))
    absence = get_object_or_404(mine, pk=pk)
    rep, calendar = absence.rep, calendar_of(absence.rep.username, directory())
    if request.method == "POST" and "cancel" in request.POST:
        back = _back(absence)
        cancel(absence_id=pk, rep=rep, at=at, by=user, past_too=True)
        messages.success(request, f"{rep} is not away {said(absence, directory(), at)} any more.")
        return HttpResponseRedirect(back)
    sent = request.method == "POST"
    form = AdminAbsenceForm(
        request.POST if sent else None, initial=filled_from(absence, calendar), rep=rep, calendar=calendar
    )
    if sent and form.is_valid():
        filled = form.cleaned_data
        try:
            absence = change(
                absence_id=pk,
                rep=rep,
                span=filled["span"],
                at=at,
                by=user,
                cover=filled["cover"],
                note=filled["note"],
                past_too=True,
            )
        except CannotBook as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, f"{rep} is away {said(absence, directory(), at)}.")
            _warn_of_cover(request, absence)
            return HttpResponseRedirect(_back(absence))
    return _form_page(request, form, rep, calendar, title=f"Time off of {rep}", absence=absence)


def _form_page(
    request: HttpRequest, form: AbsenceForm, rep: Rep, calendar: Calendar, *, title: str, absence: TimeOff | None = None
) -> HttpResponse:
    return page(
        request,
        "admin/people/absence.html",
        {"form": form, "rep": rep, "zone": calendar.zone.key, "absence": absence, "back": _back(absence)},
        title=title,
    )


def _rows(reps: list[Rep], days: list[date], absences: list[TimeOff], who: Directory, at: datetime) -> Iterator[Row]:
    by_rep: dict[int, list[TimeOff]] = defaultdict(list)
    for absence in absences:
        by_rep[absence.rep_id].append(absence)
    for rep in reps:
        calendar, theirs = calendar_of(rep.username, who), by_rep[rep.pk]
        named = ", ".join(one.team.name for one in rep.memberships.all() if one.team.archived_at is None)
        yield Row(rep, named, [_cell(day, calendar, theirs, who, at) for day in days])


def _cell(day: date, calendar: Calendar, theirs: list[TimeOff], who: Directory, at: datetime) -> Cell:
    shut = is_shut(day, calendar.closed, calendar.code)
    idle = not calendar.always and not calendar.spans_on(day)
    ground, words = ("shut", "holiday or closed") if shut else ("idle", "does not work") if idle else ("works", "")
    if theirs:
        spans = [(one.starts_local, one.ends_local) for one in theirs]
        part = part_away(spans, calendar, day)
        if part:
            absence = next(one for one in theirs if part_away([(one.starts_local, one.ends_local)], calendar, day))
            cover = f", covered by {absence.cover}" if absence.cover else ""
            told = f"{PARTS[part]}: {said(absence, who, at)}{cover}"
            return Cell(day, f"{ground} lo-away lo-{part}", told, absence.pk)
    return Cell(day, ground, words)


def _warn_of_cover(request: HttpRequest, absence: TimeOff) -> None:
    """Says so where whoever covers is away then too."""
    if absence.cover is None:
        return
    both = TimeOff.objects.filter(rep=absence.cover).between(absence.starts_local, absence.ends_local)
    if both.exists():
        messages.warning(request, f"{absence.cover} covers, and is away for some of that time too.")


def _month(text: str, today: date) -> date:
    """The first of the month that was asked for; else of this one."""
    try:
        asked = date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)
    return asked if EARLIEST <= asked <= LATEST else today.replace(day=1)


def _moved(first: date, months: int) -> date:
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def _back(absence: TimeOff | None = None) -> str:
    """The month of an absence; else this one."""
    here = reverse("admin:absences")
    return f"{here}?month={absence.starts_local[:7]}" if absence is not None else here
