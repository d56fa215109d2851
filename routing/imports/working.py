"""The due steps of imports: each is done in small pieces, of which any may be the last before the process dies.

* The dry run writes verdicts only, and begins anew.
* Rows come in part by part: the captures of a part are stored in the transaction that moves the cursor past it, and
  understood after that; whoever takes the import up begins with those that were stored and not understood.
* An undoing withdraws leads in the transaction that moves the cursor past them.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from django.db import InterfaceError, OperationalError, connection
from django.db.models import Min
from django.utils.timezone import now

from routing.models import ImportRun

from . import lease
from .bringing import bring
from .checking import try_out
from .undoing import take_back

log = logging.getLogger(__name__)

EVERY: Final = 0.5
"""Seconds of work after which more urgent work is let in."""
SQLITE_PAUSE: Final = 0.01
"""Seconds between two pieces there, where a writer who waits finds the lock free hardly ever otherwise."""

STEPS: Final[dict[str, Callable[[ImportRun], Iterator[None]]]] = {
    ImportRun.State.CHECKING: try_out,
    ImportRun.State.IMPORTING: bring,
    ImportRun.State.UNDOING: take_back,
}


def oldest(at: datetime) -> datetime | None:
    """Since when a step of an import has been due; None where none is."""
    return ImportRun.objects.filter(due_at__lte=at).aggregate(at=Min("due_at"))["at"]


def work_all(at: datetime) -> int:
    """Does all due steps of imports, on a lane where nothing urgent waits; how many pieces of half a second."""
    return sum(1 for _ in work())


def work() -> Iterator[None]:
    """Does the due steps of imports, one import after the other. Yields every half second, and after each step: what is
    more urgent is to be done then.
    """
    while (run := lease.take_due()) is not None:
        let_in_at = time.monotonic() + EVERY
        try:
            for _ in STEPS[run.state](run):
                if connection.vendor == "sqlite":
                    time.sleep(SQLITE_PAUSE)
                if time.monotonic() >= let_in_at:
                    yield
                    let_in_at = time.monotonic() + EVERY
        except lease.Lost:
            log.info("import %s was taken up by somebody else", run.pk)
        except (OperationalError, InterfaceError):
            raise  # the database: it comes due again by itself
        except Exception as error:
            log.exception("import %s cannot go on; it is tried again", run.pk)
            again = {"error": f"{type(error).__name__}: {error}"[:2000], "due_at": now() + lease.TRIED_AGAIN_AFTER}
            ImportRun.objects.filter(pk=run.pk, state=run.state, due_at__isnull=False).update(**again)
        yield
