"""What arrives, stored raw in a transaction of its own before anything else happens to it."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, transaction

from routing.models import Capture, Source

KEY_LENGTH: Final = 255


class KeyUsedOtherwise(Exception):
    """The same idempotency key came before with another body."""


class Unreadable(Exception):
    """A body that is no JSON; the message says where it stops being one."""


class WrongShape(Exception):
    """JSON, but not one object with the facts of one lead."""


def store(
    *,
    source: Source,
    body: bytes,
    content_type: str,
    at: datetime,
    idempotency_key: str | None = None,
    channel: str | None = None,
    digest_of: bytes | None = None,
    quarantined_because: str | None = None,
) -> Capture:
    """Keep what came, committed on return. The same key and body again is the capture that was kept then.

    `channel` is the source's unless said otherwise; `digest_of` is what the sender sent, where more is kept with it.
    What is `quarantined_because` of something is kept and not understood. Raises KeyUsedOtherwise where the key came
    with another body.
    """
    text, is_base64 = as_text(body)
    capture = Capture(
        source=source,
        channel=channel or source.channel,
        received_at=at,
        content_type=content_type[:100],
        body=text,
        body_is_base64=is_base64,
        body_digest=hashlib.sha256(body if digest_of is None else digest_of).hexdigest(),
        idempotency_key=idempotency_key,
    )
    if quarantined_because is not None:
        capture.status, capture.error = Capture.Status.QUARANTINED, {"junk": [quarantined_because]}
    if idempotency_key is None:
        capture.save(force_insert=True)
        return capture
    before = Capture.objects.filter(source=source, idempotency_key=idempotency_key).first()
    if before is None:
        try:
            with transaction.atomic():
                capture.save(force_insert=True)
        except IntegrityError:
            # Somebody with the same key was faster by a moment.
            before = Capture.objects.get(source=source, idempotency_key=idempotency_key)
        else:
            return capture
    if before.body_digest != capture.body_digest:
        raise KeyUsedOtherwise(
            "This Idempotency-Key came before with another body. Send a new key with a new lead, "
            "and the same body when you repeat one."
        )
    return before


def as_text(body: bytes) -> tuple[str, bool]:
    """A body as a text column can keep it, and whether that is base64 because it is no text."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return base64.b64encode(body).decode("ascii"), True
    if "\x00" in text:  # which PostgreSQL keeps in no text
        return base64.b64encode(body).decode("ascii"), True
    return text, False


def content(capture: Capture) -> dict[str, Any]:
    """The facts that a stored capture holds, by the names under which they came.

    Raises Unreadable where it is no JSON, WrongShape where that is no object.
    """
    if capture.body_is_base64:
        raise Unreadable("The body is no UTF-8 text.")
    text = capture.body.removeprefix("\ufeff")
    if not text.strip():
        raise Unreadable("The body is empty.")
    try:
        value = json.loads(text, parse_constant=refuse_constant)
    except json.JSONDecodeError as error:
        raise Unreadable(f"The body is no JSON: {error.msg} at line {error.lineno}, column {error.colno}.") from error
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"The body is no JSON that can be read: {error}.") from error
    if not isinstance(value, dict):
        raise WrongShape("The body must be one JSON object with the facts of one lead.")
    return value


def refuse_constant(name: str) -> None:
    """NaN and Infinity, which Python reads and JSON does not know."""
    raise ValueError(f"{name} is no JSON number")


def refuse(capture: Capture, why: dict[str, list[str]]) -> None:
    """Mark a capture as refused, with what its sender was told."""
    capture.status, capture.error = Capture.Status.REJECTED, why
    capture.save(update_fields=["status", "error"])


def keep_answer(capture: Capture, status: int, answer: dict[str, Any]) -> Capture:
    """Keep what its sender is told, for when the same is sent again. The first answer stays; it is what comes back."""
    Capture.objects.filter(pk=capture.pk, answer_status__isnull=True).update(answer=answer, answer_status=status)
    capture.refresh_from_db(fields=["answer", "answer_status"])
    return capture
