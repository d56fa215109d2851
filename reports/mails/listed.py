"""Weekly mails as a page lists them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.http import QueryDict
from django.urls import reverse

from reports.dimensions import dimension
from reports.models import Addressee, Subscription
from reports.period import PRESETS
from reports.registry import reports
from routing.models import User


@dataclass(frozen=True)
class ListedMail:
    """One weekly mail of mine, in words."""

    subscription: Subscription
    title: str
    view: str
    link: str
    readers: Sequence[Addressee]


@dataclass(frozen=True)
class SentToMe:
    """One weekly mail that somebody else has sent to me."""

    place: Addressee
    title: str
    view: str


def mine(owner: User) -> list[ListedMail]:
    """The mails that somebody made, with their readers. Two queries."""
    readers = Prefetch("addressees", Addressee.objects.select_related("user").order_by("user__username"))
    return [
        ListedMail(one, title_of(one), in_words(one), link_of(one), list(one.addressees.all()))
        for one in Subscription.objects.filter(owner=owner).prefetch_related(readers).order_by("-pk")
    ]


def sent_to(user: User) -> list[SentToMe]:
    """The mails of others that somebody gets. One query."""
    places = Addressee.objects.filter(user=user, ended_at=None, subscription__active=True)
    places = places.exclude(subscription__owner=user).select_related("subscription__owner").order_by("pk")
    return [SentToMe(place, title_of(place.subscription), in_words(place.subscription)) for place in places]


def title_of(subscription: Subscription) -> str:
    """What the report is called; its slug where it is gone."""
    report = reports().get(subscription.report)
    return report.title if report else subscription.report


def link_of(subscription: Subscription) -> str:
    """The address of the view; nothing where the report is gone."""
    if subscription.report not in reports():
        return ""
    return f"{reverse('report', args=[subscription.report])}?{subscription.query}"


def in_words(subscription: Subscription) -> str:
    """What is asked, as people say it: the period, by what, and what narrows it down."""
    return query_in_words(QueryDict(subscription.query).dict())


def query_in_words(asked: dict[str, Any]) -> str:
    """An address in words."""
    period = str(asked.get("period", ""))
    if period == "between":
        said = [f"{asked.get('since', 'the beginning')} to {asked.get('until', 'today')}"]
    else:
        said = [PRESETS[period][0] if period in PRESETS else period.replace("-", " ").capitalize()]
    if by := dimension(str(asked.get("group", ""))):
        said.append(f"by {by.label.lower()}")
    said += [f"{name} {asked[name]}" for name in ("team", "rep", "source", "band", "rule") if asked.get(name)]
    return ", ".join(said)
