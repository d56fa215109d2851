"""Who is logged in where."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, Final, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from .people import User

BROWSER: Final = "browser"
"""Where a session's data holds what is known of its browser: called, address, began_at and seen_at (ISO 8601)."""


class Session(AbstractBaseSession):
    """One browser in which somebody is logged in: Django's session, with whose it is and what is known of them."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, editable=False, related_name="sessions")
    browser = models.CharField(max_length=300, blank=True, editable=False, help_text="As it calls itself.")
    address = models.GenericIPAddressField(null=True, editable=False)
    began_at = models.DateTimeField(null=True, editable=False)
    seen_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-seen_at", "session_key"]

    @classmethod
    def get_session_store_class(cls) -> type[SessionStore]:
        return SessionStore

    @property
    def handle(self) -> str:
        """What a page calls it by: the key itself would open it."""
        return handle_of(self.session_key)


class SessionStore(DatabaseStore):
    """Reads and writes sessions; what their data says of person and browser goes into columns."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        session = cast(Session, super().create_model_instance(data))
        known = data.get(BROWSER) or {}
        session.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        session.browser = known.get("called", "")
        session.address = known.get("address")
        session.began_at, session.seen_at = (
            datetime.fromisoformat(known[name]) if name in known else None for name in ("began_at", "seen_at")
        )
        return session


def handle_of(key: str | None) -> str:
    """The handle of the session with this key."""
    return hashlib.sha256(f"session:{key}".encode()).hexdigest()[:20]
