"""What a load balancer and a monitor ask: is the process alive, and can it do its work."""

from collections.abc import Callable
from datetime import timedelta

import django_rq
import structlog
from django.db import Error as DatabaseError
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

DueWorkAge = Callable[[], timedelta | None]


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while this process answers at all."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(*, oldest_due_work: DueWorkAge, late_after: timedelta) -> Callable[[HttpRequest], HttpResponse]:
    """The view that answers 200 when database and Redis answer and no due work is older than `late_after`, else 503.

    `oldest_due_work` says how long the oldest due work has been waiting; None when nothing is due.
    """

    @never_cache
    @require_safe
    def view(request: HttpRequest) -> HttpResponse:
        database = database_answers()
        age = oldest_due_work() if database else None
        checks = {
            "database": database,
            "redis": redis_answers(),
            "due_work": database and (age is None or age <= late_after),
        }
        ready = all(checks.values())
        seconds = None if age is None else round(age.total_seconds(), 1)
        return JsonResponse({"ready": ready, **checks, "oldest_due_seconds": seconds}, status=200 if ready else 503)

    return view


def database_answers() -> bool:
    """Whether the database answers a query now."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        log.exception("the database does not answer")
        return False
    return True


def redis_answers() -> bool:
    """Whether Redis answers a ping now."""
    try:
        return bool(django_rq.get_connection("routing").ping())
    except RedisError as error:
        log.warning("redis does not answer", error=str(error))
        return False
