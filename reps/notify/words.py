"""What a notification says to its reader: made when it is read, of what they may see at that moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_datetime

from reps.models import Notification
from routing.access import contact_open_to, visible_to
from routing.models import Lead, User

from .choices import zone_of
from .kinds import KINDS, Kind


@dataclass(frozen=True, slots=True)
class Said:
    """One notification in words. `subject` names nobody."""

    notification: Notification
    subject: str
    text: str
    link: str
    figures: Sequence[tuple[str, Sequence[tuple[str, int]]]] = ()
    more: Sequence[tuple[str, str]] = ()
    """Further pages to look at: what each is called, and its path."""


def said_to(user: User, notifications: Sequence[Notification]) -> list[Said]:
    """What these say to one person: two queries for the leads, however many there are.

    The notifications come with their event, its team and its rep (`with_news`).
    """
    about = {lead for one in notifications if (lead := _lead_of(one)) is not None}
    seen = {lead.pk: lead for lead in visible_to(user).filter(pk__in=about)} if about else {}
    named = set(Lead.objects.filter(contact_open_to(user), pk__in=seen).values_list("pk", flat=True)) if seen else set()
    sources = _sources(about)
    zone = zone_of(user)
    said = []
    for one in notifications:
        lead, kind = _lead_of(one), KINDS[one.kind]
        called = _name(seen[lead], lead, sources) if lead in named else _unnamed(lead, sources)
        said.append(
            Said(
                one,
                kind.subject,
                _in_words(kind, one, called, lambda at: f"{at.astimezone(zone):%H:%M}"),
                reverse("lead", args=[lead]) if lead in seen else _page(kind, one),
                [(group["title"], [tuple(pair) for pair in group["counts"]]) for group in one.figures or ()],
                links_of(one)[1:],
            )
        )
    return said


def said_in_channel(notifications: Sequence[Notification]) -> list[Said]:
    """What these say in a team's channel, which anybody may read: no lead is named there."""
    sources = _sources(lead for one in notifications if (lead := _lead_of(one)) is not None)
    said = []
    for one in notifications:
        kind, lead = KINDS[one.kind], _lead_of(one)
        said.append(Said(one, kind.subject, _in_words(kind, one, _unnamed(lead, sources), None), _page(kind, one)))
    return said


def with_news(notifications: Any) -> Any:
    """The same notifications with what `said_to` reads of them."""
    return notifications.select_related("event__team", "event__rep")


def _lead_of(one: Notification) -> int | None:
    """The lead it is about, where it is about one and may say so."""
    return None if one.veiled or one.count > 1 or one.event is None else one.event.lead_id


def _sources(leads: Iterable[int]) -> Mapping[int | None, str]:
    ids = set(leads)
    return dict(Lead.objects.filter(pk__in=ids).values_list("pk", "source__name")) if ids else {}


def _name(lead: Lead, pk: int | None, sources: Mapping[int | None, str]) -> str:
    return lead.display_name if lead.first_name or lead.last_name or lead.company else _unnamed(pk, sources)


def _unnamed(lead: int | None, sources: Mapping[int | None, str]) -> str:
    return f"A lead from {sources[lead]}" if lead in sources else "A lead"


def _in_words(kind: Kind, one: Notification, lead: str, hour: Any) -> str:
    event = one.event
    if one.figures:
        return _summed_up(one.figures)
    detail: Mapping[str, Any] = event.detail if event is not None and isinstance(event.detail, dict) else {}
    until = parse_datetime(str(detail.get("expires_at") or "")) if hour else None
    reason = str(detail.get("reason") or "").replace("_", " ")
    template = kind.many if one.count > 1 else kind.text if hour else kind.channel
    return template.format_map(
        {
            "lead": lead,
            "team": event.team.name if event is not None and event.team else "the team",
            "by": f" by {event.rep}" if event is not None and event.rep else "",
            "about": f" for the work of {event.rep}" if event is not None and event.rep else "",
            "rating": detail.get("rating", ""),
            "until": f" until {hour(until)}" if until is not None and hour else "",
            "reason": f" ({reason})" if reason else "",
            "count": f"{one.count:,}",
            "leads": detail.get("leads", ""),
            "text": str(detail.get("text") or kind.subject),
            "figures": "",
        }
    )


def _summed_up(figures: Sequence[Mapping[str, Any]]) -> str:
    """A digest in one line: what there is of each."""
    groups = []
    for group in figures:
        counts = ", ".join(f"{count:,} {what}" for what, count in group["counts"] if count)
        if counts:
            groups.append(f"{group['title']}: {counts}.")
    return " ".join(groups)


def links_of(one: Notification) -> list[tuple[str, str]]:
    """The pages that the news itself names (`detail.links`): what each is called, and its path. Paths of ours only."""
    detail = one.event.detail if one.event is not None and isinstance(one.event.detail, dict) else {}
    return [(str(words), path) for words, path in detail.get("links") or () if str(path).startswith("/")]


def _page(kind: Kind, one: Notification) -> str:
    """The page for it where no lead can be shown."""
    if links := links_of(one):
        return links[0][1]
    if one.kind == "lead.pooled" and one.event is not None:
        return reverse("pool" if one.veiled or one.event.detail.get("delivery") == "pick" else "claims")
    return reverse(kind.link)
