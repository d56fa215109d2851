"""By what a customer is known here: a keyed hash of their address. It says whom not to ask, and nobody's address."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.conf import settings
from django.utils.crypto import salted_hmac

from reps.models import FeedbackOptOut

SALT: Final = "reps.feedback.person"


def person_of(email_key: str) -> str:
    """The hash by which somebody with this address is known."""
    return _hashed(email_key, settings.SECRET_KEY)


def every_person_of(email_key: str) -> list[str]:
    """Also the hashes under keys that the site had before: who opted out then is not asked now."""
    return [_hashed(email_key, key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def opted_out(persons: Iterable[str]) -> set[str]:
    """Those of these people who are not to be asked."""
    return set(FeedbackOptOut.objects.filter(person__in=set(persons)).values_list("person", flat=True))


def opt_out(persons: Iterable[str], *, at: datetime) -> None:
    """From now on these people are not asked. Twice is once."""
    rows = [FeedbackOptOut(person=person, at=at) for person in sorted(set(persons))]
    FeedbackOptOut.objects.bulk_create(rows, ignore_conflicts=True)


def _hashed(email_key: str, key: str) -> str:
    return salted_hmac(SALT, email_key, secret=key, algorithm="sha256").hexdigest()
