"""What the clock has done about notifications. First what people see on their pages, then what goes out."""

from __future__ import annotations

from routing.due import LONG, POST, DueWork, register

from . import digest, dispatch, email, purge, webhook


def register_all() -> None:
    """Called once, when the wing starts."""
    register(DueWork("telling people", POST, dispatch.oldest, dispatch.dispatch))
    register(DueWork("daily digests", POST, digest.oldest, digest.make_due))
    register(DueWork("e-mails", POST, email.oldest, email.send_due))
    register(DueWork("team channels", POST, webhook.oldest, webhook.send_due))
    register(DueWork("throwing old news away", LONG, purge.oldest, purge.purge))
