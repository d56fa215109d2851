"""A mail as far as it matters here: from whom to whom, about what, when, and whether a person wrote it.

Only the head is parsed, by the standard library, and header by header: what is broken in one spoils none of the others,
and what hides in the body (parts in parts in parts) is never unfolded. The body is read only where it is kept.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import errors, policy
from email.message import Message
from email.parser import BytesParser, HeaderParser
from email.utils import getaddresses, parsedate_to_datetime
from typing import Any, Final

from reps.mail.automatic import why_automatic

LARGEST_HEAD: Final = 256 * 1024
LARGEST_KEPT: Final = 1024 * 1024
"""Of a larger mail the beginning is read and kept: what matters here stands at its head."""
MOST_ADDRESSES: Final = 200
LONGEST_BODY: Final = 20_000

# What the standard library raises at headers that are none.
BROKEN: Final = (
    ValueError,
    LookupError,
    AttributeError,
    TypeError,
    AssertionError,
    OverflowError,
    RecursionError,
    errors.MessageError,
)
_ADDRESS: Final = re.compile(r"[^@\s<>,;:\"()\[\]]+@[^@\s<>,;:\"()\[\]]+")
_BLANK_LINE: Final = re.compile(rb"\r?\n[ \t]*\r?\n|\r\r")
_MAILBOX_LINE: Final = re.compile(rb"\A\s*(?:>?From [^\n]*\n)?")
_DELIVERED: Final = ("delivered-to", "x-original-to", "x-envelope-to", "envelope-to")


@dataclass(frozen=True, slots=True)
class Mail:
    """What one mail says of itself. Addresses are in lower case; `automatic` says why no person wrote it, or nothing.

    `delivered_to` are the addresses under which it came here, the envelope's first; `recipients` those in To and Cc.
    """

    sender: str
    recipients: tuple[str, ...]
    delivered_to: tuple[str, ...]
    subject: str
    sent_at: datetime | None
    key: str
    automatic: str
    raw: bytes

    def happened_at(self, received_at: datetime) -> datetime:
        """When it was sent; when it came, where its date is missing, to come, or from another age."""
        if self.sent_at is None or not 0 <= (received_at - self.sent_at).days < 30:
            return received_at
        return self.sent_at


def read(raw: bytes, *, envelope_to: Iterable[str] = (), envelope_from: str | None = None) -> Mail:
    """Read a mail. Never fails: what cannot be read is empty. An `envelope_from` of "" is a bounce's."""
    raw = raw[:LARGEST_KEPT]
    head = Head(raw)
    delivered = [*addresses(list(envelope_to)), *(one for name in _DELIVERED for one in head.addresses(name))]
    recipients = [*head.addresses("to"), *head.addresses("cc")]
    message_id = head.text("message-id").strip()
    sender = next(iter(head.addresses("from")), "") or next(iter(head.addresses("sender")), "")
    return Mail(
        sender=sender[:320],
        recipients=tuple(dict.fromkeys(recipients))[:MOST_ADDRESSES],
        delivered_to=tuple(dict.fromkeys([*delivered, *recipients, *head.addresses("bcc")]))[:MOST_ADDRESSES],
        subject=head.text("subject")[:500],
        sent_at=head.date(),
        key=hashlib.sha256(message_id.encode() if message_id else raw).hexdigest(),
        automatic=why_automatic(head.text, sender=sender, envelope_from=envelope_from),
        raw=raw,
    )


class Head:
    """The headers of a mail, each read when it is asked for."""

    def __init__(self, raw: bytes) -> None:
        start = _MAILBOX_LINE.match(raw)
        head = raw[start.end() if start else 0 :][:LARGEST_HEAD]
        end = _BLANK_LINE.search(head)
        text = _decoded(head[: end.start()] if end else head)
        self._parsed: Message = HeaderParser(policy=policy.default).parsestr(text)
        self._plain: Message = HeaderParser(policy=policy.compat32).parsestr(text)

    def text(self, name: str) -> str:
        """A header's words in one line; of one that is there twice, the first."""
        return next((words for words in self._each(name)), "")

    def addresses(self, name: str) -> list[str]:
        """The addresses of all headers of a name."""
        return addresses(list(self._each(name, as_addresses=True)))

    def date(self) -> datetime | None:
        """When it was sent, if that can be read."""
        for words in self._each("date"):
            try:
                moment = parsedate_to_datetime(words)
                return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
            except BROKEN:
                continue
        return None

    def _each(self, name: str, *, as_addresses: bool = False) -> Iterator[str]:
        for place, plain in enumerate(self._plain.get_all(name, [])):
            try:
                header: Any = self._parsed.get_all(name, [])[place]
                words = ", ".join(one.addr_spec for one in header.addresses) if as_addresses else str(header)
            except BROKEN:
                words = str(plain)
            yield _clean(words or str(plain))


def addresses(texts: Sequence[str]) -> list[str]:
    """The addresses in these texts, in lower case, without names; what is none is left out."""
    try:
        pairs = getaddresses([text[:LARGEST_HEAD] for text in texts if text])
    except BROKEN:
        pairs = []
    found = [address.strip().lower() for _, address in pairs]
    return [address for address in dict.fromkeys(found) if _ADDRESS.fullmatch(address) and len(address) <= 320]


def body_of(raw: bytes) -> str:
    """The plain text of a mail, for whoever keeps it; empty where there is none that can be read."""
    try:
        message = BytesParser(policy=policy.default).parsebytes(raw[:LARGEST_KEPT])
        part = message.get_body(preferencelist=("plain",))
        content = part.get_content() if part is not None else ""
    except BROKEN:
        return ""
    return _sound(str(content)).strip()[:LONGEST_BODY]


def _decoded(head: bytes) -> str:
    try:
        return head.decode()
    except UnicodeDecodeError:
        return head.decode("latin-1")


def _clean(words: str) -> str:
    return " ".join(_sound(words).split())


def _sound(words: str) -> str:
    """Text that a database takes: no half characters, and no NUL."""
    return words.replace("\x00", "").encode("utf-8", "replace").decode()
