"""How long a message that could not be sent waits for the next try."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Final

FIRST: Final = 30.0
LONGEST: Final = 2 * 3600.0
TRIES: Final = 12
"""After so many it is given up: some ten hours after the first."""
SPREAD: Final = 0.2


def pause(*, delivery_id: int, attempts: int) -> timedelta:
    """The pause after so many attempts: doubling from half a minute to two hours, spread by a fifth up or down.

    The spread is read off the id, so that what failed together is not tried again together, and any test can say when.
    """
    wait = min(FIRST * 2 ** (attempts - 1), LONGEST)
    digest = hashlib.sha256(f"{delivery_id}:{attempts}".encode()).digest()
    share = int.from_bytes(digest[:4]) / 2**32
    return timedelta(seconds=wait * (1 - SPREAD + 2 * SPREAD * share))
