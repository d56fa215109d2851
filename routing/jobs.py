"""RQ jobs: translators only. A lost one does no harm, for the sweep finds whatever it was about."""

from __future__ import annotations

import logging
from typing import Final

import django_rq
from django.db import transaction
from redis.exceptions import RedisError

from routing import imports, pipeline
from routing.intake.leads import understand_stored

log = logging.getLogger(__name__)

ROUTING: Final = "routing"
IS_QUEUED: Final = "leadops:sweep-is-queued"
FORGOTTEN_AFTER: Final = 5
"""Seconds after which a sweep that was queued and never began is queued again."""


def wake_routing() -> None:
    """Says, once the transaction is through, that there is something to route. Never fails its caller."""
    transaction.on_commit(enqueue_sweep, robust=True)


def enqueue_sweep() -> bool:
    """Puts a sweep into the queue, unless one is there that has not begun. False where Redis does not answer."""
    try:
        queue = django_rq.get_queue(ROUTING)
        if queue.connection.set(IS_QUEUED, 1, nx=True, ex=FORGOTTEN_AFTER):
            queue.enqueue_call(sweep, result_ttl=0, failure_ttl=3600, timeout=600)
    except (RedisError, OSError) as error:
        log.warning("redis does not answer (%s); the clock will route", error)
        return False
    return True


def sweep() -> None:
    """Everything that is due now: captures left behind, held leads, new leads; then imports, which let the rest in
    every half second. A wake-up from now on asks for another.
    """
    try:
        django_rq.get_connection(ROUTING).delete(IS_QUEUED)
    except (RedisError, OSError) as error:
        log.warning("redis does not answer (%s)", error)
    understand_stored()
    pipeline.route()
    for _ in imports.work():
        understand_stored()
        pipeline.route()
