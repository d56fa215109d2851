"""The bell and the list behind it: what one person was told on the page, and what of it they have read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import QuerySet

from reps.models import Notification
from routing.models import User

from .words import Said, said_to, with_news

AT_MOST: Final = 99
FRESH: Final = timedelta(minutes=2)
"""How long something may still be shown by the browser itself."""


@dataclass(frozen=True, slots=True)
class Bell:
    """What the bell shows: how many are unread, and which was the last."""

    unread: int
    last: int

    @property
    def mark(self) -> str:
        """By which a poll says what it shows already."""
        return f"{self.unread}-{self.last}"

    @property
    def count(self) -> str:
        """As it is written beside the bell."""
        return f"{AT_MOST}+" if self.unread > AT_MOST else str(self.unread or "")


def on_page(user: User) -> QuerySet[Notification]:
    """What is on this person's page, the newest first."""
    return Notification.objects.filter(user=user, on_page=True).order_by("-at", "-pk")


def unread(user: User) -> QuerySet[Notification]:
    return on_page(user).filter(read_at=None)


def bell_of(user: User) -> Bell:
    """One query, of no more rows than the bell counts."""
    ids = list(unread(user).order_by("-pk").values_list("pk", flat=True)[: AT_MOST + 1])
    return Bell(len(ids), ids[0] if ids else 0)


def fresh(user: User, *, at: datetime) -> list[Said]:
    """What the browser itself may show now, the oldest first."""
    news = with_news(unread(user).filter(in_browser=True, at__gte=at - FRESH))
    return said_to(user, list(news[:5]))[::-1]


def read(user: User, *, at: datetime, pk: int | None = None, up_to: int | None = None) -> int:
    """Marks one as read, or all that this person had seen the list of (`up_to` the newest of it)."""
    rows = unread(user)
    if pk is not None:
        rows = rows.filter(pk=pk)
    if up_to is not None:
        rows = rows.filter(pk__lte=up_to)
    return rows.update(read_at=at)
