"""By which channels somebody is told of a kind of news, and when: what they chose, else what is usual."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from reps.models import Preference
from routing.models import User

from .kinds import BROWSER, CHANNELS, EMAIL, KINDS, PAGE
from .quiet import next_time, quiet_ends


@dataclass(frozen=True, slots=True)
class Way:
    """How one person is told of one thing."""

    on_page: bool
    in_browser: bool
    goes_at: datetime | None
    """When the message may go out; None for none."""

    def __bool__(self) -> bool:
        return self.on_page or self.in_browser or self.goes_at is not None


@dataclass(frozen=True, slots=True)
class Chosen:
    """What one person chose, with their zone and whether a mail would reach them."""

    preference: Preference
    zone: ZoneInfo
    has_address: bool

    def channels(self, kind: str) -> Sequence[str]:
        """The channels of a kind."""
        return self.preference.chosen.get(kind, KINDS[kind].usual)

    def way(self, kind: str, at: datetime) -> Way:
        """How they are told of a kind at an instant: in quiet hours the page only, and the mail when they end."""
        channels, own = self.channels(kind), self.preference
        ends = quiet_ends(at, begins=own.quiet_from, ends=own.quiet_until, zone=self.zone)
        if KINDS[kind].urgent and own.urgent_passes:
            ends = None
        return Way(
            on_page=PAGE in channels or BROWSER in channels,
            in_browser=BROWSER in channels and ends is None,
            goes_at=(ends or at) if EMAIL in channels and self.has_address else None,
        )


def zone_of(user: User) -> ZoneInfo:
    """Somebody's own zone, else that of their calendar, else the site's."""
    rep = getattr(user, "rep", None)
    return ZoneInfo(user.timezone or (rep.calendar.timezone if rep and rep.calendar else "") or settings.TIME_ZONE)


def address_of(user: User) -> str:
    """Where mail reaches somebody: the address of their log-in, else that of the rep they are."""
    rep = getattr(user, "rep", None)
    return user.email or (rep.email if rep else "")


def chosen_by(user_ids: Iterable[int]) -> Mapping[int, Chosen]:
    """What these people chose, in two queries. Who may not log in any more is absent."""
    ids = set(user_ids)
    users = User.objects.filter(pk__in=ids, is_active=True).select_related("rep__calendar")
    own = {one.user_id: one for one in Preference.objects.filter(user__in=ids)}
    return {
        user.pk: Chosen(own.get(user.pk) or Preference(user=user), zone_of(user), bool(address_of(user)))
        for user in users
    }


def choose(*, user: User, at: datetime, chosen: Mapping[str, Sequence[str]], **times: object) -> Preference:
    """Keeps what somebody chose: the channels of the kinds they were asked about, quiet hours, the digest's hour."""
    differing = {
        kind: [channel for channel in CHANNELS if channel in channels]
        for kind, channels in chosen.items()
        if kind in KINDS and set(channels) != set(KINDS[kind].usual)
    }
    with transaction.atomic():
        own, _ = Preference.objects.select_for_update().get_or_create(user=user)
        kept = {kind: channels for kind, channels in own.chosen.items() if kind not in chosen}
        own.chosen = kept | differing
        for name in ("quiet_from", "quiet_until", "urgent_passes", "digest_hour"):
            setattr(own, name, times[name])
        hour = own.digest_hour
        own.digest_due_at = None if hour is None else next_time(at, hour=hour, zone=zone_of(user))
        own.save()
    return own
