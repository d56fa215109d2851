"""Who is told in these tests, and what lies in the outbox."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils.timezone import now

from reps.models import Delivery, Notification
from reps.notify import dispatch
from reps.notify.words import said_in_channel, said_to, with_news
from routing import outbox
from routing.models import Rep, Team, User


@pytest.fixture
def at() -> datetime:
    """When it happens."""
    return now()


@pytest.fixture
def told(people, at) -> Callable[..., None]:
    """Writes one piece of news, and has all there is dispatched."""

    def happened(kind: str, **what: object) -> None:
        happens_at = what.pop("at", at)
        outbox.tell(kind, at=happens_at, **what)
        dispatch.dispatch(max(at, happens_at))

    return happened


def texts(whom: Rep | User | Team) -> list[str]:
    """What somebody is told, the first first, as they read it."""
    news = with_news(Notification.objects.order_by("pk"))
    if isinstance(whom, Team):
        return [said.text for said in said_in_channel(news.filter(channel_of=whom))]
    user = whom.user if isinstance(whom, Rep) else whom
    return [said.text for said in said_to(user, list(news.filter(user=user)))]


def mails_to(whom: Rep | User) -> list[Delivery]:
    """The mails queued for somebody."""
    user = whom.user if isinstance(whom, Rep) else whom
    return list(Delivery.objects.filter(notification__user=user, channel="email").order_by("pk"))


MINUTE = timedelta(minutes=1)
