"""Events become what people are told: in order, in batches, once.

1. The oldest events that were not dispatched are taken; several dispatchers take different ones (SKIP LOCKED; on SQLite
   one at a time).
2. What concerns nobody, and what is old news, is only marked.
3. The rest becomes notifications and deliveries, written in the transaction that marks the events. The database
   refuses a second notification of one event for one person.
4. What comes by the thousand (an import) is gathered into one.
5. Customers are asked how it was, where a lead was won, lost or met (reps/feedback).
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.utils.dateparse import parse_datetime

from reps.feedback.asking import OCCASIONS, Happened, ask_after
from routing.models import Event, Lead

from .choices import Chosen, Way, chosen_by
from .gathering import gather
from .kinds import BY_THEMSELVES, KINDS, kind_of
from .recipients import People, people_of, who_see_everything
from .telling import News, Telling, write

log = logging.getLogger(__name__)

LOOKED_AT: Final = 1000
"""Events looked at in one batch, most of which may concern nobody."""
TOLD: Final = 300
"""Events told of in one batch: on SQLite the batch holds the write lock."""
AT_MOST: Final = 2.0
"""Seconds that one call goes on taking batches."""


def oldest(at: datetime) -> datetime | None:
    """Since when an event waits to be dispatched."""
    return Event.objects.filter(dispatched_at=None).order_by("pk").values_list("at", flat=True).first()


def dispatch(at: datetime) -> int:
    """Dispatches what there is, batch by batch, for some seconds at most. Says how many events that were."""
    until, total = time.monotonic() + AT_MOST, 0
    while time.monotonic() < until:
        done = dispatch_batch(at=at)
        total += done
        if not done:
            break
    return total


@transaction.atomic
def dispatch_batch(*, at: datetime) -> int:
    """Takes, tells and marks one batch. Says how many events that were; 0 when there is none to take."""
    rows = list(
        Event.objects.select_for_update(skip_locked=True)
        .filter(dispatched_at=None)
        .order_by("pk")
        .values_list("pk", "kind", "at", "lead_id", "team_id", "rep_id", "detail")[:LOOKED_AT]
    )
    told: list[News] = []
    taken: list[int] = []
    since = at - timedelta(days=settings.OLD_NEWS_DAYS)
    for pk, event, when, lead, team, rep, detail in rows:
        kind = kind_of(event)
        if kind is not None and when >= since:
            if len(told) == TOLD:
                break
            told.append(News(pk, kind, when, lead, team, rep, detail if isinstance(detail, dict) else {}))
        taken.append(pk)
    if told:
        tell(told, at=at)
    if may_be := [Happened(*row[1:]) for row in rows[: len(taken)] if row[1] in OCCASIONS]:
        _ask_customers(may_be, at=at)
    for start in range(0, len(taken), 500):
        Event.objects.filter(pk__in=taken[start : start + 500]).update(dispatched_at=at)
    return len(taken)


def _ask_customers(happened: Sequence[Happened], *, at: datetime) -> None:
    """Customers are asked where this is the occasion. If that fails, nobody's news waits for it."""
    try:
        with transaction.atomic():
            ask_after(happened, at=at)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("customers were not asked after %d events; the news of them is told", len(happened))


def tell(batch: Sequence[News], *, at: datetime) -> None:
    """Writes what these events mean to people: a number of queries that does not grow with them."""
    people = people_of({news.rep_id for news in batch if news.rep_id}, {news.team_id for news in batch if news.team_id})
    if any(news.team_id is None for news in batch):
        people.everywhere = who_see_everything()
    leads = Lead.objects.filter(pk__in={news.lead_id for news in batch if news.lead_id})
    stands = {pk: (status, delivery) for pk, status, delivery in leads.values_list("pk", "status", "delivery")}
    current = [news for news in batch if _is_current(news, stands, at)]
    meant = {news.id: people.meant(KINDS[news.kind].who, rep_id=news.rep_id, team_id=news.team_id) for news in current}
    chosen = chosen_by(user for users in meant.values() for user in users)
    tellings = [
        telling for news in current for telling in _tellings(news, meant[news.id], chosen, people, stands, at=at)
    ]
    write([telling for telling in tellings if not telling.news.gathers], at=at)
    gathered: Counter[tuple[int | None, int | None, str]] = Counter()
    first: dict[tuple[int | None, int | None, str], Telling] = {}
    for telling in tellings:
        if telling.news.gathers:
            key = (telling.user_id, telling.channel_of, telling.news.kind)
            gathered[key] += 1
            first.setdefault(key, telling)
    gather([(first[key], count) for key, count in gathered.items()], at=at)


def _is_current(news: News, stands: dict[int, tuple[str, str]], at: datetime) -> bool:
    """Whether it still is so: an offer that ran out and a pooled lead that is gone are no news any more."""
    until = parse_datetime(str(news.detail.get("expires_at") or ""))
    if until is not None and until.tzinfo is not None and until <= at:
        return False
    if news.kind == "lead.pooled":
        return stands.get(news.lead_id or 0, ("", ""))[0] == Lead.Status.POOLED
    return news.kind != "lead.assigned" or news.detail.get("method") not in BY_THEMSELVES


def _tellings(
    news: News,
    meant: Sequence[int],
    chosen: Any,
    people: People,
    stands: dict[int, tuple[str, str]],
    *,
    at: datetime,
) -> Iterator[Telling]:
    blind = news.rep_id is None and stands.get(news.lead_id or 0, ("", ""))[1] == "blind"
    managing = set(people.managers.get(news.team_id or 0, ()))
    for user in meant:
        how: Chosen | None = chosen.get(user)
        if how is not None and (way := how.way(news.kind, at)):
            yield Telling(news, user, None, veiled=blind and user not in managing, way=way)
    if news.team_id in people.channels and KINDS[news.kind].channel:
        yield Telling(news, None, news.team_id, veiled=blind, way=Way(False, False, at))
