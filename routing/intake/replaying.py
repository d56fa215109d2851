"""A capture of the inbox, mended by a person or as it came, is understood once more."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from routing.intake.leads import understand
from routing.models import Capture, User

MENDABLE: Final = (Capture.Status.FAILED, Capture.Status.QUARANTINED)


class NotReplayable(Exception):
    """A capture that is a lead already, or was answered with its reasons: there is nothing to replay."""


def replay(capture: Capture, *, at: datetime, body: str | None = None, by: User | None = None) -> Capture:
    """Understands a failed or quarantined capture again, with `body` in place of its own where one is given.

    What it said before stays in its notes. Raises NotReplayable where somebody else was faster.
    """
    with transaction.atomic():
        row = Capture.objects.select_for_update().filter(pk=capture.pk, status__in=MENDABLE).first()
        if row is None:
            raise NotReplayable("This capture is not in the inbox any more.")
        if row.run is not None and row.run.history:
            raise NotReplayable("It came with a file of the past; bring its row again with such a file, mended.")
        changed: dict[str, Any] = {"status": Capture.Status.STORED, "error": None}
        if body is not None and body.replace("\r\n", "\n") != row.body.replace("\r\n", "\n"):
            who = by.get_username() if by else "somebody"
            changed |= {
                "body": body,
                "body_is_base64": False,
                "body_digest": hashlib.sha256(body.encode()).hexdigest(),
                "notes": [*(row.notes or []), f"mended by {who} at {at:%Y-%m-%d %H:%M} UTC; it came as: {row.body}"],
            }
        Capture.objects.filter(pk=row.pk).update(**changed)
    fresh = Capture.objects.select_related("source").get(pk=capture.pk)
    understand([fresh], at=at, answered=False)
    return Capture.objects.select_related("source", "lead").get(pk=capture.pk)
