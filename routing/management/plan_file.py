"""Plan files as the commands are given them."""

import sys
from pathlib import Path

from django.core.management.base import CommandError


def bytes_of(name: str) -> bytes:
    """The content of a file, or of the input for `-`."""
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise CommandError(f"{name} cannot be read: {error.strerror}.") from error


def write_text(name: str, text: str) -> None:
    """Writes a text file in UTF-8."""
    try:
        Path(name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{name} cannot be written: {error.strerror}.") from error
