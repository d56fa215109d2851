"""What a manager sees first: what came, what waits, who is on, how fast and how fairly. Each figure is a link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import now

from routing import access
from routing.engine.sentences import duration
from routing.models import AlertKind, AlertState, Capture, Lead, User
from routing.plan.standing import standing
from routing.roster import directory

from .base import who_asks
from .days import midnight, monday
from .on_now import on_now
from .response_clocks import late_and_breached, next_to_be_late
from .trial import behind_or_ahead, present_roster

REPS_SHOWN = 12
TEAMS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure, what it counts, what to know beside it, and where it leads."""

    figure: str
    words: str
    beside: str = ""
    address: str = ""
    alert: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A rep's balance: how far from their share, as words and as a bar from the middle."""

    name: str
    words: str
    left: int
    width: int
    behind: bool


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What the admin's first page shows of the leads this person may see; as many queries whatever there is."""
    if not request.user.has_perm("routing.view_lead"):
        return context
    user, at = who_asks(request), now()
    context |= {
        "title": "Dashboard",
        "tiles": list(_tiles(user, at)),
        "alerts": list(_alerts(user, at)),
        "standing": standing() if user.has_perm("routing.view_rule") else None,
        "begin": user.has_perm("routing.change_plansettings") and not Lead.objects.exists(),
        **_people(user, at),
    }
    return context


def _tiles(user: User, at: datetime) -> Any:
    leads = Lead.objects.filter(access.seen_by(user)).exclude(status=Lead.Status.WITHDRAWN)
    today, week = midnight(at, user), monday(at, user)
    listed = reverse("admin:routing_lead_changelist")
    came = leads.filter(captured_at__gte=week).aggregate(
        week=Count("pk"),
        today=Count("pk", filter=Q(captured_at__gte=today)),
        touched=Count("pk", filter=Q(first_touch_at__isnull=False)),
        touched_today=Count("pk", filter=Q(first_touch_at__isnull=False, captured_at__gte=today)),
    )
    yield Tile(str(came["today"]), "leads today", f"{came['week']} this week", f"{listed}?came=today")
    waiting = leads.filter(status=Lead.Status.WAITING).aggregate(count=Count("pk"), oldest=Min("waiting_since"))
    yield Tile(
        str(waiting["count"]),
        "waiting",
        f"oldest {_ago(waiting['oldest'], at)}" if waiting["oldest"] else "nobody waits",
        f"{listed}?status__exact=waiting",
        alert=waiting["oldest"] is not None and at - waiting["oldest"] > timedelta(hours=1),
    )
    pooled = leads.filter(status=Lead.Status.POOLED).aggregate(
        lying=Count("pk", filter=~Q(delivery="manual")),
        oldest=Min("pooled_at", filter=~Q(delivery="manual")),
        manual=Count("pk", filter=Q(delivery="manual")),
        oldest_manual=Min("pooled_at", filter=Q(delivery="manual")),
    )
    yield Tile(
        str(pooled["lying"]),
        "unclaimed in pools",
        f"oldest {_ago(pooled['oldest'], at)}" if pooled["oldest"] else "the pools are empty",
        f"{listed}?pool=unclaimed",
    )
    yield Tile(
        str(pooled["manual"]),
        "to hand out",
        f"oldest {_ago(pooled['oldest_manual'], at)}" if pooled["oldest_manual"] else "nothing to hand out",
        reverse("admin:lead_manual"),
        alert=bool(pooled["manual"]),
    )
    this_week = leads.filter(captured_at__gte=week, first_touch_at__isnull=False)
    median_today = _median(this_week.filter(captured_at__gte=today), came["touched_today"])
    median_week = _median(this_week, came["touched"])
    yield Tile(
        _short(median_today) if median_today is not None else "–",
        "median response today",
        f"{_short(median_week)} this week" if median_week is not None else "nobody was answered this week",
        f"{listed}?came=today",
    )
    late, breaches = late_and_breached(user, since=today)
    yield Tile(
        str(late),
        "late to answer",
        f"{breaches} breach{'' if breaches == 1 else 'es'} today" if breaches else "no breach today",
        f"{listed}?response=late",
        alert=bool(late),
    )
    parked = leads.filter(status=Lead.Status.PARKED).count()
    yield Tile(
        str(parked),
        "parked with an error",
        "routing failed for them" if parked else "routing works",
        f"{listed}?status__exact=parked",
        alert=bool(parked),
    )
    if user.has_perm("routing.view_capture"):
        inbox = Capture.objects.filter(status__in=[Capture.Status.FAILED, Capture.Status.QUARANTINED]).aggregate(
            failed=Count("pk", filter=Q(status=Capture.Status.FAILED)),
            quarantined=Count("pk", filter=Q(status=Capture.Status.QUARANTINED)),
        )
        yield Tile(
            str(inbox["failed"]),
            "failures in the inbox",
            f"{inbox['quarantined']} quarantined" if inbox["quarantined"] else "nothing quarantined",
            reverse("admin:routing_capture_changelist"),
            alert=bool(inbox["failed"]),
        )


def _alerts(user: User, at: datetime) -> Any:
    """What is wrong now with the leads of this person's teams, the longest first, each with where to look."""
    listed = reverse("admin:routing_lead_changelist")
    ways = {
        AlertKind.WAITING: (f"{listed}?status__exact=waiting", "team__id__exact", "Show them"),
        AlertKind.UNCLAIMED: (f"{listed}?status__exact=pooled", "team__id__exact", "Show them"),
        AlertKind.NOBODY_ON: (f"{reverse('admin:absences')}?", "team", "Who is away"),
        AlertKind.BREACHES: (f"{listed}?response=late", "team__id__exact", "Show the leads"),
    }
    raised = access.within_reach(user, AlertState.objects.filter(raised_at__isnull=False).select_related("team"))
    for state in raised.order_by("raised_at", "pk"):
        address, key, words = ways[AlertKind(state.kind)]
        named = (state.team.slug if key == "team" else state.team_id) if state.team is not None else None
        yield {
            "text": state.text,
            "since": _ago(state.raised_at, at) if state.raised_at else "",
            "address": f"{address}&{key}={named}" if named is not None else address,
            "words": words,
        }


def _people(user: User, at: datetime) -> dict[str, Any]:
    """Who is on now and why the others are not, and each team's balances."""
    who = directory()
    roster = present_roster(who)
    reps = dict(access.reps_visible_to(user).filter(active=True).values_list("username", "name"))
    teams = list(access.teams_visible_to(user).order_by("name", "pk").values_list("pk", "slug", "name"))
    names = {username: name or username for username, name in reps.items()}
    presences = on_now([(slug, name) for _, slug, name in teams[:TEAMS_SHOWN]], names, roster, at=at, user=user)
    return {
        "presences": presences,
        "due": next_to_be_late(user, who, at),
        "rep_count": len(names),
        "shares": [_share(slug, name, pk, names, who, roster) for pk, slug, name in teams[:TEAMS_SHOWN]],
        "teams_more": max(0, len(teams) - TEAMS_SHOWN),
    }


def _share(slug: str, name: str, pk: int, names: dict[str, str], who: Any, roster: Any) -> dict[str, Any]:
    """A team's members, the furthest behind first; of a large team those furthest from their share."""
    team = who.people.teams.get(slug)
    ledger = roster.ledger(slug)
    lags = [(member.rep, ledger.lag(member.rep)) for member in (team.members if team else ())]
    lags = [(rep, lag) for rep, lag in lags if rep in names]
    largest = max((abs(lag) for _, lag in lags), default=0)
    shown = sorted(sorted(lags, key=lambda one: -abs(one[1]))[:REPS_SHOWN], key=lambda one: -one[1])
    scale = max(largest, 1)
    bars = []
    for rep, lag in shown:
        width = round(float(abs(lag) / scale) * 50)
        bars.append(Bar(names[rep], behind_or_ahead(lag), 50 if lag > 0 else 50 - width, width, lag > 0))
    return {"pk": pk, "name": name, "bars": bars, "more": len(lags) - len(shown), "largest": f"{float(largest):.1f}"}


def _median(leads: QuerySet[Lead], count: int) -> timedelta | None:
    """The median wait from capture to first touch; between two, the middle of them."""
    if not count:
        return None
    ordered = (
        leads.annotate(wait=F("first_touch_at") - F("captured_at")).order_by("wait").values_list("wait", flat=True)
    )
    middle = list(ordered[(count - 1) // 2 : count // 2 + 1])
    return sum(middle, timedelta()) / len(middle) if middle else None


def _short(wait: timedelta) -> str:
    seconds = max(0, int(wait.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min"
    return f"{seconds // 3600} h {seconds % 3600 // 60} min" if seconds < 48 * 3600 else f"{seconds // 86400} days"


def _ago(since: datetime, at: datetime) -> str:
    """How long ago, in its largest unit."""
    seconds = max(0, int((at - since).total_seconds()))
    for unit in (86400, 3600, 60):
        if seconds >= unit:
            return duration(seconds // unit * unit)
    return "a moment"
