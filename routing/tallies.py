"""How often something may be tried: counts in a window, and turns that come at growing distances.

Kept in the database, so that all processes count together; under hashes, so that no address is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Case, F, When
from django.utils.crypto import salted_hmac

from routing.models import Tally

FORGOTTEN_AFTER: Final = timedelta(days=1)
"""Quiet for so long, and the count begins anew."""


@dataclass(frozen=True, slots=True)
class Pace:
    """So many tries freely; after that a wait of two seconds, doubled with each try up to the longest."""

    free: int
    longest: timedelta

    def wait_after(self, count: int) -> timedelta:
        """How long after the last of `count` tries the next may come."""
        if count < self.free:
            return timedelta()
        return min(self.longest, timedelta(seconds=2) * 2 ** min(count - self.free, 30))


Turn = tuple[str, Pace]


def key_of(*parts: str) -> str:
    """The key of a tally, from which nobody learns whose it is."""
    return salted_hmac("routing.tallies", "\0".join(parts), algorithm="sha256").hexdigest()


@transaction.atomic
def counted(key: str, *, within: timedelta, at: datetime) -> int:
    """Count one more; how many there are since the window began."""
    make_sure_of([key], at=at)
    over = When(since__lte=at - within, then=at)
    Tally.objects.filter(key=key).update(
        count=Case(When(since__lte=at - within, then=1), default=F("count") + 1),
        since=Case(over, default=F("since")),
        last_at=at,
    )
    return Tally.objects.values_list("count", flat=True).get(key=key)


@transaction.atomic
def take_turn(turns: Sequence[Turn], *, at: datetime) -> timedelta:
    """Count a try under each key, unless it comes too soon for one of them: then nothing, and how long to wait.

    Counted before the try is made, rows locked: a hundred tries at one moment get no more turns than one after another.
    """
    paces = dict(turns)
    make_sure_of(paces, at=at)
    tallies = list(Tally.objects.select_for_update().filter(key__in=paces).order_by("key"))
    for tally in tallies:
        if tally.last_at <= at - FORGOTTEN_AFTER:
            tally.count, tally.since = 0, at
    waits = [tally.last_at + pause - at for tally in tallies if (pause := paces[tally.key].wait_after(tally.count))]
    if (wait := max(waits, default=timedelta())) > timedelta():
        return wait
    for tally in tallies:
        tally.count, tally.last_at = tally.count + 1, at
        tally.save(update_fields=["count", "since", "last_at"])
    return timedelta()


def give_back_turn(keys: Iterable[str]) -> None:
    """The try was a good one: as if it had not been."""
    Tally.objects.filter(key__in=list(keys), count__gt=0).update(count=F("count") - 1)


def forget(keys: Iterable[str]) -> None:
    """Begin anew under these keys."""
    Tally.objects.filter(key__in=list(keys)).delete()


def make_sure_of(keys: Iterable[str], *, at: datetime) -> None:
    """A row for each key. Where one is new, those that were quiet for long go."""
    wanted = set(keys)
    missing = wanted - set(Tally.objects.filter(key__in=wanted).values_list("key", flat=True))
    if missing:
        Tally.objects.filter(last_at__lte=at - 2 * FORGOTTEN_AFTER).delete()
        rows = [Tally(key=key, count=0, since=at, last_at=at) for key in sorted(missing)]
        Tally.objects.bulk_create(rows, ignore_conflicts=True)
