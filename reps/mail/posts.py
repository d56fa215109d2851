"""What mail services post, as the mail it was: its bytes, and the envelope it came in.

Read by their shape, not by a setting: Postmark (JSON), Mailgun and SendGrid (forms, with the whole message or its
headers), and any service or script that posts the message itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email import policy
from email.parser import BytesParser
from typing import Any, Final
from urllib.parse import parse_qsl

from reps.mail.message import BROKEN, addresses

MOST_FIELDS: Final = 200
FORM: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data"


class NotAMail(Exception):
    """A post that none of the services sends."""


@dataclass(frozen=True, slots=True)
class Posted:
    """A mail out of a post."""

    raw: bytes
    to: tuple[str, ...] = ()
    sender: str | None = None


def unpacked(body: bytes, content_type: str, *, to: Iterable[str] = ()) -> Posted:
    """The mail in a post. `to` is what the address of the post says of its envelope. Raises NotAMail."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json":
        return _json(body)
    if kind == FORM:
        try:
            return _form(dict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=MOST_FIELDS)))
        except ValueError as error:
            raise NotAMail(f"The form cannot be read: {error}.") from None
    if kind == MULTIPART:
        return _form(_fields(body, content_type))
    return Posted(body, tuple(to))


def _json(body: bytes) -> Posted:
    """Postmark's."""
    try:
        posted = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotAMail(f"The body is no JSON: {error}.") from None
    if not isinstance(posted, dict) or not isinstance(posted.get("From"), str):
        raise NotAMail("The JSON is none that a mail service sends: it has no From.")
    to = [_text(posted, "OriginalRecipient"), *(_text(one, "Email") for one in _listed(posted, "BccFull"))]
    raw = _text(posted, "RawEmail")
    if not raw:
        headers = [(_text(one, "Name"), _text(one, "Value")) for one in _listed(posted, "Headers")]
        own = [
            ("From", _text(posted, "From")),
            *((name, _text(posted, name)) for name in ("To", "Cc", "Subject", "Date")),
        ]
        if not any(name.lower() == "message-id" for name, _ in headers):
            own.append(("Message-ID", f"<{_text(posted, 'MessageID')}@postmark>" if posted.get("MessageID") else ""))
        raw = _composed([*own, *headers], _text(posted, "TextBody"))
    return Posted(raw.encode("utf-8", "replace"), tuple(addresses(to)))


def _form(fields: Mapping[str, str]) -> Posted:
    """Mailgun's and SendGrid's."""
    sender: str | None
    if "recipient" in fields:  # Mailgun
        to, sender = fields["recipient"], fields.get("sender", "")
        whole, headers = fields.get("body-mime", ""), _mailgun_headers(fields.get("message-headers", ""))
        text = fields.get("body-plain", "")
    elif "envelope" in fields or "headers" in fields or "email" in fields:  # SendGrid
        envelope = _object(fields.get("envelope", ""))
        to = ", ".join(str(one) for one in envelope.get("to") or [] if isinstance(envelope.get("to"), list))
        sender = str(envelope.get("from", "")) if "from" in envelope else None
        whole, headers = fields.get("email", ""), fields.get("headers", "")
        text = fields.get("text", "")
    else:
        raise NotAMail("The form is none that a mail service sends: neither recipient nor envelope.")
    if not whole and not headers:
        raise NotAMail("The form holds neither a message nor its headers.")
    raw = whole or f"{headers.strip()}\r\n\r\n{text}"
    return Posted(raw.encode("utf-8", "replace"), tuple(addresses([to])), sender)


def _mailgun_headers(text: str) -> str:
    try:
        pairs = json.loads(text) if text else []
    except (ValueError, RecursionError):
        return ""
    if not isinstance(pairs, list):
        return ""
    named = [pair for pair in pairs if isinstance(pair, list) and len(pair) == 2]
    return _composed([(str(name), str(value)) for name, value in named], "").strip()


def _composed(headers: Iterable[tuple[str, str]], text: str) -> str:
    """Headers and text as a message: one line each, so that no value makes another header."""
    lines = [f"{name}: {' '.join(value.split())}" for name, value in headers if name and value.strip()]
    return "\r\n".join([*lines, "", text])


def _fields(body: bytes, content_type: str) -> dict[str, str]:
    """The text fields of a multipart form; files are left out."""
    try:
        parsed = BytesParser(policy=policy.HTTP).parsebytes(
            b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body
        )
        found: dict[str, str] = {}
        for part in parsed.iter_parts():
            name = part.get_param("name", header="content-disposition")
            if isinstance(name, str) and not part.get_filename():
                payload = part.get_payload(decode=True)
                found[name] = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    except BROKEN as error:
        raise NotAMail(f"The form cannot be read ({type(error).__name__}).") from None
    return found


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _text(posted: Mapping[str, Any], name: str) -> str:
    value = posted.get(name)
    return value if isinstance(value, str) else ""


def _listed(posted: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    value = posted.get(name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
