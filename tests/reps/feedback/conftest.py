"""Customers of Laura's: whom she won, lost or met, and the policy by which they are asked."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils.timezone import now

from reps import work
from reps.models import Delivery, FeedbackPolicy, FeedbackRequest
from reps.notify import dispatch, email
from routing.models import Lead
from tests.cast import lead_of
from tests.mailserver import running

LAURAS = {"email": "priya@northwind.example", "first_name": "Priya", "company": "Northwind Clinics"}
DAY = timedelta(days=1)


@pytest.fixture
def policy(people: SimpleNamespace) -> FeedbackPolicy:
    """Everybody is asked at once, after everything."""
    return FeedbackPolicy.objects.create(active=True, after_lost=True, after_meeting=True, hours=0, company="Acme")


@pytest.fixture
def customer(people: SimpleNamespace) -> Callable[..., Lead]:
    """A lead of Laura's."""
    return lambda **fields: lead_of(
        people.laura, **{"team": people.inside, "first_touch_at": now() - DAY} | LAURAS | fields
    )


def dispatched() -> None:
    """What happened has been looked at."""
    dispatch.dispatch(now())


def won(lead: Lead) -> FeedbackRequest | None:
    """It buys; the request that follows, if one does."""
    work.win(lead_id=lead.pk, at=now(), by=lead.owner.user if lead.owner else None)
    dispatched()
    return FeedbackRequest.objects.filter(lead=lead).first()


@pytest.fixture
def asked(policy: FeedbackPolicy, customer: Callable[..., Lead]) -> FeedbackRequest:
    """Priya bought, and was asked."""
    assert won(customer()) is not None
    assert email.send_due(now()) >= 1
    return FeedbackRequest.objects.get()


@pytest.fixture
def server(settings):
    """A mail server that takes everything."""
    with running() as box:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.SEND_TIMEOUT = settings.EMAIL_TIMEOUT = 0.5
        yield box


def to_customers() -> list[str]:
    """The states of the mails that ask customers."""
    return list(Delivery.objects.filter(feedback__isnull=False).order_by("pk").values_list("state", flat=True))
