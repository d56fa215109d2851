"""Today and this week, as the person who looks counts them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from routing.models import User


def zone_of(user: User) -> ZoneInfo:
    """Their own zone, else the site's."""
    return ZoneInfo(user.timezone or settings.TIME_ZONE)


def midnight(at: datetime, user: User) -> datetime:
    """When today began for them."""
    return at.astimezone(zone_of(user)).replace(hour=0, minute=0, second=0, microsecond=0)


def monday(at: datetime, user: User) -> datetime:
    """When their week began."""
    today = midnight(at, user)
    return today - timedelta(days=today.weekday())  # wall-clock arithmetic: the midnight of that day


def hour(when: datetime, at: datetime, user: User) -> str:
    """The hour as they read it, with the day where it is another: "14:30", "Tue 09:00", "Tue 3 Dec, 09:00"."""
    local, today = when.astimezone(zone_of(user)), at.astimezone(zone_of(user))
    if local.date() == today.date():
        return f"{local:%H:%M}"
    near = abs((local.date() - today.date()).days) < 7
    return f"{local:%a %H:%M}" if near else f"{local:%a} {local.day} {local:%b}, {local:%H:%M}"
