"""One event for one person: written as a notification, with what goes out of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reps.models import Delivery, Notification

from .choices import Way
from .kinds import KINDS


@dataclass(frozen=True, slots=True)
class News:
    """One event as it is dispatched."""

    id: int
    kind: str
    at: datetime
    lead_id: int | None
    team_id: int | None
    rep_id: int | None
    detail: dict[str, Any]

    @property
    def gathers(self) -> bool:
        """Whether it is told together with more of the same."""
        rule = KINDS[self.kind]
        return bool(rule.many) and (rule.gathers == "always" or bool(self.detail.get("imported")))


@dataclass(frozen=True, slots=True)
class Telling:
    """One event for one person, or for a team's channel."""

    news: News
    user_id: int | None
    channel_of: int | None
    veiled: bool
    way: Way


def write(tellings: Sequence[Telling], *, at: datetime) -> None:
    """Writes notifications and deliveries of these; those that are there already stay as they are."""
    Notification.objects.bulk_create([as_row(telling) for telling in tellings], ignore_conflicts=True)
    if not any(telling.way.goes_at for telling in tellings):
        return
    made = Notification.objects.filter(event__in={telling.news.id for telling in tellings})
    ids: dict[tuple[int | None, int | None, int | None], int] = {
        (event, user, team): pk for pk, event, user, team in made.values_list("pk", "event", "user", "channel_of")
    }
    send([(ids[telling.news.id, telling.user_id, telling.channel_of], telling) for telling in tellings], at=at)


def as_row(telling: Telling, **fields: Any) -> Notification:
    """The notification of a telling, not yet saved."""
    return Notification(
        event_id=telling.news.id,
        user_id=telling.user_id,
        channel_of_id=telling.channel_of,
        kind=telling.news.kind,
        at=telling.news.at,
        veiled=telling.veiled,
        on_page=telling.way.on_page,
        in_browser=telling.way.in_browser,
        **fields,
    )


def send(told: Sequence[tuple[int, Telling]], *, at: datetime, not_before: datetime | None = None) -> None:
    """Queues what goes out of notifications that were written. One that is there is left as it is."""
    Delivery.objects.bulk_create(
        [
            Delivery(
                notification_id=pk,
                channel=Delivery.Channel.WEBHOOK if telling.channel_of else Delivery.Channel.EMAIL,
                next_at=max(telling.way.goes_at, not_before or telling.way.goes_at),
                created_at=at,
            )
            for pk, telling in told
            if telling.way.goes_at is not None
        ],
        ignore_conflicts=True,
    )
