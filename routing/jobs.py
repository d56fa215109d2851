"""RQ jobs: translators only. A lost one does no harm, for the sweep finds whatever it was about."""

from __future__ import annotations

import logging
from functools import partial
from typing import Final

import django_rq
from django.db import transaction
from django.utils.timezone import now
from redis.exceptions import RedisError

from routing import due, pipeline
from routing.intake.leads import understand_stored

log = logging.getLogger(__name__)

IS_QUEUED: Final = "leadops:sweep-is-queued"
FORGOTTEN_AFTER: Final = 5
"""Seconds after which a sweep that was queued and never began is queued again."""


def wake_routing() -> None:
    """Says, once the transaction is through, that there is something to route. Never fails its caller."""
    wake(due.ROUTING)


def wake(lane: str) -> None:
    """Says, once the transaction is through, that there is something to do on a lane. Never fails its caller."""
    transaction.on_commit(partial(enqueue_sweep, lane), robust=True)


def enqueue_sweep(lane: str = due.ROUTING) -> bool:
    """Puts a sweep into a lane's queue, unless one is there that has not begun. False where Redis does not answer."""
    try:
        queue = django_rq.get_queue(lane)
        if queue.connection.set(f"{IS_QUEUED}:{lane}", 1, nx=True, ex=FORGOTTEN_AFTER):
            queue.enqueue_call(sweep, (lane,), result_ttl=0, failure_ttl=3600, timeout=600)
    except (RedisError, OSError) as error:
        log.warning("redis does not answer (%s); the clock will do it", error)
        return False
    return True


def sweep(lane: str = due.ROUTING) -> None:
    """Everything that is due now on a lane. Of routing: captures left behind, what time brings, held leads, new leads.

    A wake-up from now on asks for another.
    """
    try:
        django_rq.get_connection(lane).delete(f"{IS_QUEUED}:{lane}")
    except (RedisError, OSError) as error:
        log.warning("redis does not answer (%s)", error)
    if lane == due.ROUTING:
        understand_stored()
    due.do_all(lane, now())
    if lane == due.ROUTING:
        pipeline.route()
