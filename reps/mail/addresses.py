"""The secret address of each rep: log+TOKEN@domain. Whoever knows it may log mail, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.conf import settings

from reps.models import MailAddress
from reps.models.mail import new_token
from routing.models import Rep

_OURS: Final = re.compile(r"log\+([a-z0-9]{8,40})")


def address_of(rep: Rep) -> str:
    """A rep's address; empty where they have none yet, or where no mail comes in."""
    if not settings.INBOUND_MAIL_DOMAIN:
        return ""
    found = MailAddress.objects.filter(rep=rep).values_list("token", flat=True).first()
    return f"log+{found}@{settings.INBOUND_MAIL_DOMAIN}" if found else ""


def renew(rep: Rep, *, at: datetime) -> None:
    """Give a rep a new address; the one before is nobody's from now on."""
    MailAddress.objects.update_or_create(rep=rep, defaults={"token": new_token(), "made_at": at})


def rep_at(addresses: Iterable[str]) -> Rep | None:
    """The rep whose address one of these is, the first that is somebody's."""
    tokens = [
        found[1]
        for local, _, domain in (address.rpartition("@") for address in addresses)
        if domain == settings.INBOUND_MAIL_DOMAIN and (found := _OURS.fullmatch(local))
    ]
    if not tokens:
        return None
    known = {
        address.token: address.rep
        for address in MailAddress.objects.filter(token__in=tokens).select_related("rep__user")
    }
    return next((known[token] for token in tokens if token in known), None)
