"""News of something that somebody asked for themselves: on their page, of no lead and no event."""

from __future__ import annotations

from datetime import datetime

from reps.models import Notification
from routing.models import User


def tell_oneself(user: User, kind: str, *, at: datetime) -> None:
    """One piece of it, for the bell."""
    Notification.objects.create(user=user, kind=kind, at=at, on_page=True)
