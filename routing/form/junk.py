"""What looks as if no person had sent it. It is kept in quarantine, where somebody may let it through, and its sender
is thanked like everybody else: a program learns nothing from it, and a person it was wrongly held against is not lost.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from django.core.signing import BadSignature, TimestampSigner

HONEYPOT: Final = "homepage"
"""A box that nobody sees. Programs fill it in."""

STAMP: Final = "stamp"
"""When the page was made, signed."""

NO_ONE_IS_SO_FAST: Final = timedelta(seconds=2)
NO_ONE_IS_SO_SLOW: Final = timedelta(hours=24)

OFTEN: Final = 20
"""More in an hour from one address to one source are held."""
TOO_OFTEN: Final = 200
"""More than these are not even kept."""
A_WHILE: Final = timedelta(hours=1)


def stamp_for(source: str, *, at: datetime) -> str:
    """A stamp for a page of this source's form."""
    return Clock(source, at).sign(secrets.token_urlsafe(9))


class Clock(TimestampSigner):
    """Signs and reads times, told what time it is."""

    def __init__(self, source: str, at: datetime) -> None:
        super().__init__(salt=f"routing.form.junk:{source}")
        self.at = at

    def timestamp(self) -> str:
        return str(int(self.at.timestamp() * 1000))

    def age(self, stamp: str) -> timedelta:
        """How long ago the stamp was made. Raises BadSignature where it is none of ours."""
        made = super(TimestampSigner, self).unsign(stamp).rpartition(self.sep)[2]
        return self.at - datetime.fromtimestamp(int(made) / 1000, tz=UTC)


def is_ours(stamp: str, source: str, *, at: datetime) -> bool:
    """Whether we made this stamp, and not too long ago."""
    try:
        return Clock(source, at).age(stamp) <= NO_ONE_IS_SO_SLOW
    except BadSignature:
        return False


def against(posted: Mapping[str, str], source: str, *, count: int, at: datetime) -> str | None:
    """Why a posted form is held back; None if nothing speaks against it. `count`: how many came within A_WHILE."""
    if posted.get(HONEYPOT, "").strip():
        return "A box was filled in that people do not see."
    try:
        age = Clock(source, at).age(posted.get(STAMP, ""))
    except BadSignature:
        return "It was not sent from our page."
    if age < NO_ONE_IS_SO_FAST:
        return f"It was sent {age.total_seconds():.1f} seconds after the page was made."
    if age > NO_ONE_IS_SO_SLOW:
        return f"The page it was sent from was {age.total_seconds() / 3600:.0f} hours old."
    if count > OFTEN:
        return f"It was number {count} from one address within an hour."
    return None
