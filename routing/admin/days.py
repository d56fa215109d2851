"""Today and this week, as the person who looks counts them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from routing.models import User


def midnight(at: datetime, user: User) -> datetime:
    """When today began for them."""
    zone = ZoneInfo(user.timezone or settings.TIME_ZONE)
    return at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)


def monday(at: datetime, user: User) -> datetime:
    """When their week began."""
    today = midnight(at, user)
    return today - timedelta(days=today.weekday())  # wall-clock arithmetic: the midnight of that day
