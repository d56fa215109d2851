"""Bearer tokens: a source's, to bring leads in, and a person's, to read and work them. Only a hash of them is kept."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from routing.models import ApiToken, Source, User

LEADS_WRITE: Final = "leads:write"
LEADS_READ: Final = "leads:read"
LEADS_WORK: Final = "leads:work"

SCOPES_OF_A_SOURCE: Final = (LEADS_WRITE,)
SCOPES_OF_A_PERSON: Final = (LEADS_READ, LEADS_WORK)

USE_NOTED_EVERY: Final = timedelta(minutes=1)


class BadToken(Exception):
    """A token that opens nothing; the message says why, without telling more than its bearer knows."""


def make(
    *,
    name: str,
    at: datetime,
    source: Source | None = None,
    user: User | None = None,
    scopes: Sequence[str] | None = None,
    expires_at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """A new token of a source or of a person, and its secret, which is told this once and never again."""
    prefix = f"lo_{secrets.token_hex(4)}"
    secret = f"{prefix}_{secrets.token_urlsafe(32)}"
    allowed = SCOPES_OF_A_SOURCE if source is not None else SCOPES_OF_A_PERSON
    unknown = set(scopes or ()) - set(allowed)
    if unknown:
        raise ValueError(
            f"Such a token cannot have the scope {', '.join(sorted(unknown))}; it may have {', '.join(allowed)}."
        )
    token = ApiToken.objects.create(
        name=name,
        prefix=prefix,
        digest=digest(secret),
        source=source,
        user=user,
        scopes=list(scopes or allowed),
        created_at=at,
        expires_at=expires_at,
    )
    return token, secret


def recognise(secret: str, *, at: datetime) -> ApiToken:
    """The token whose secret this is, while it is good; else BadToken."""
    token = ApiToken.objects.select_related("source", "user").filter(digest=digest(secret)).first()
    if token is None:
        raise BadToken("This token is not known.")
    if token.revoked_at is not None and token.revoked_at <= at:
        raise BadToken("This token was revoked.")
    if token.expires_at is not None and token.expires_at <= at:
        raise BadToken("This token has expired.")
    if token.source is not None and not token.source.active:
        raise BadToken("The source of this token is switched off.")
    if token.user is not None and not token.user.is_active:
        raise BadToken("The person of this token can no longer log in.")
    note_use(token, at=at)
    return token


def note_use(token: ApiToken, *, at: datetime) -> None:
    """Remember when the token was last used, to the minute: not a write for every request."""
    if token.last_used_at is None or token.last_used_at <= at - USE_NOTED_EVERY:
        unnoted = Q(last_used_at__isnull=True) | Q(last_used_at__lte=at - USE_NOTED_EVERY)
        ApiToken.objects.filter(unnoted, pk=token.pk).update(last_used_at=at)


def digest(secret: str) -> str:
    """What is kept of a token. It is long and random: a fast hash without salt is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()
