"""Work that falls due, by lane. Wings above routing register theirs when they start; the clock looks, a worker does it.

What is due is a row with a time in the database. Each lane has a queue and, where Redis is away, a thread of the clock
of its own: a mail server that hangs holds up no lead.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

log = logging.getLogger(__name__)

ROUTING: Final = "routing"
"""What decides who has a lead: seconds count."""
POST: Final = "post"
"""What goes out to mail servers and other systems, which may be slow or dead."""
LONG: Final = "default"
"""What takes long and nobody is late for: files read and written."""

LANES: Final = (ROUTING, POST, LONG)


@dataclass(frozen=True, slots=True)
class DueWork:
    """One kind of work. `oldest` says since when some of it is due at an instant, None where none is.

    `do` does what is due at an instant. Both run outside a transaction, and in several processes at once: `do` takes
    its rows so that nobody else takes them too, and what a killed process leaves is due again.
    """

    name: str
    lane: str
    oldest: Callable[[datetime], datetime | None]
    do: Callable[[datetime], object]


_registered: dict[str, DueWork] = {}


def register(work: DueWork) -> None:
    """Adds a kind of work, under its name. Raises ValueError for a lane there is none of."""
    if work.lane not in LANES:
        raise ValueError(f"there is no lane {work.lane!r}")
    _registered[work.name] = work


def registered(lane: str) -> list[DueWork]:
    """The kinds of work of a lane, in the order in which they were registered."""
    return [work for work in _registered.values() if work.lane == lane]


def due_since(lane: str, at: datetime) -> datetime | None:
    """Since when something of a lane is due; None where nothing is."""
    moments = [moment for work in registered(lane) if (moment := work.oldest(at)) is not None]
    return min(moments, default=None)


def do_all(lane: str, at: datetime) -> None:
    """Does what is due on a lane. A kind of work that fails holds up none of the others; it stays due."""
    for work in registered(lane):
        try:
            work.do(at)
        except Exception:
            log.exception("%s failed; it stays due", work.name)
