"""What a mail holds. News is written by this wing; a wing above registers who writes the letters of its own kinds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reps.models import Delivery
from routing.models import User


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail but for its envelope. `files` are (name, content, type); `one_click`: a post to `unsubscribe` ends it."""

    subject: str
    text: str
    html: str
    unsubscribe: str
    one_click: bool = False
    files: tuple[tuple[str, str, str], ...] = ()


Writer = Callable[[Delivery, User], Letter]
"""Writes the letter of a delivery for whoever it is for. Raises NeverWill where there is none to write."""

_writers: dict[str, Writer] = {}


def register(kind: str, writer: Writer) -> None:
    """Has the letters of a kind written by somebody else."""
    _writers[kind] = writer


def writer_of(kind: str) -> Writer | None:
    return _writers.get(kind)
