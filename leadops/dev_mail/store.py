"""Mails as files, one each, named so that they sort by when they came."""

from __future__ import annotations

import itertools
import os
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Final, cast

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage as Outgoing

KEPT: Final = 500
NAME: Final = re.compile(r"[0-9]{17,22}-[0-9]+-[0-9]+")
_number = itertools.count()


@dataclass(frozen=True, slots=True)
class Kept:
    """One mail that was kept."""

    name: str
    message: EmailMessage

    @property
    def came_at(self) -> datetime:
        return datetime.fromtimestamp(int(self.name.partition("-")[0]) / 1e9, UTC)

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "(no subject)")

    @property
    def headers(self) -> list[tuple[str, str]]:
        """All that stands above the mail."""
        return [(name, str(value)) for name, value in self.message.items()]

    @property
    def text(self) -> str:
        return self.part("plain")

    @property
    def html(self) -> str:
        return self.part("html")

    def part(self, kind: str) -> str:
        """Its text (`plain`) or its HTML (`html`); empty where it has none."""
        part = self.message.get_body((kind,))
        return part.get_content() if part is not None else ""


class Backend(BaseEmailBackend):
    """Keeps mails instead of sending them."""

    def send_messages(self, email_messages: Sequence[Outgoing]) -> int:
        for message in email_messages:
            keep(message.message().as_bytes())
        return len(email_messages)


def folder() -> Path:
    return Path(settings.VAR_DIR) / "mail"


def keep(mail: bytes) -> None:
    """Writes one mail, whole or not at all; the oldest beyond some hundreds go."""
    place = folder()
    place.mkdir(parents=True, exist_ok=True)
    name = f"{time.time_ns()}-{os.getpid()}-{next(_number)}"
    unfinished = place / f".{name}"
    unfinished.write_bytes(mail)
    unfinished.rename(place / f"{name}.eml")
    for old in _files()[KEPT:]:
        old.unlink(missing_ok=True)


def latest(count: int) -> list[Kept]:
    """The last mails, the newest first."""
    return [_read(file) for file in _files()[:count]]


def one(name: str) -> Kept | None:
    """A mail by its name; None where there is none."""
    file = folder() / f"{name}.eml"
    return _read(file) if NAME.fullmatch(name) and file.exists() else None


def _files() -> list[Path]:
    return sorted(folder().glob("*.eml"), reverse=True)


def _read(file: Path) -> Kept:
    # mypy knows the parser's default only: with a policy it makes the newer kind of message.
    message: Any = message_from_bytes(file.read_bytes(), policy=policy.default)
    return Kept(file.stem, cast(EmailMessage, message))
