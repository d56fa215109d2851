"""The response clocks that a manager sees on the dashboard, and by which leads are filtered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from routing import access, sla
from routing.engine.sentences import duration
from routing.engine.sla import RESPONSE
from routing.models import Lead, SlaClock, SlaStep, User
from routing.roster import Directory

SHOWN: Final = 6


@dataclass(frozen=True, slots=True)
class Running:
    """One lead that waits for its first answer, in words."""

    name: str
    owner: str
    words: str
    address: str


def running_clocks(user: User) -> QuerySet[SlaClock]:
    """The clocks that run for the first answer, of the leads this person may see."""
    running = SlaClock.objects.filter(kind=RESPONSE, stopped_at=None, breach_at__isnull=False)
    return (
        running if access.sees_everything(user) else running.filter(lead__in=Lead.objects.filter(access.seen_by(user)))
    )


def late_and_breached(user: User, *, since: datetime) -> tuple[int, int]:
    """How many leads are late now, and how many breaches there were since an instant."""
    steps = SlaStep.objects.filter(do="breach", taken_at__gte=since)
    if not access.sees_everything(user):
        steps = steps.filter(clock__lead__in=Lead.objects.filter(access.seen_by(user)))
    return running_clocks(user).filter(breached_at__isnull=False).count(), steps.count()


def next_to_be_late(user: User, who: Directory, at: datetime) -> list[Running]:
    """Those with the least time left, in the time that counts for each; who is late already is the tile's to say."""
    due = running_clocks(user).filter(breach_at__gt=at).select_related("lead", "rep").order_by("breach_at", "pk")
    names = {lead.pk: lead.display_name for lead in access.visible_to(user).filter(pk__in=due.values("lead")[:SHOWN])}
    listed = []
    for clock in due[:SHOWN]:
        remaining = sla.left(clock, who, at)
        if remaining is None:
            continue
        words = f"{_in_units(remaining.left)} left" + ("" if remaining.resumes_at is None else ", off hours now")
        address = reverse("admin:routing_lead_change", args=[clock.lead_id])
        listed.append(Running(names.get(clock.lead_id, "A lead"), str(clock.rep or ""), words, address))
    return listed


def _in_units(left: timedelta) -> str:
    seconds = max(0, int(left.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    unit = 60 if seconds < 2 * 3600 else 3600 if seconds < 2 * 86400 else 86400
    return duration(seconds // unit * unit)


class ResponseFilter(admin.SimpleListFilter):
    """Leads that wait for their first answer."""

    title = "first answer"
    parameter_name = "response"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("late", "late"), ("running", "the clock runs")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in ("late", "running"):
            return queryset
        clocks = SlaClock.objects.filter(kind=RESPONSE, stopped_at=None)
        clocks = clocks.filter(breached_at__isnull=self.value() == "running")
        return queryset.filter(pk__in=clocks.values("lead"))
