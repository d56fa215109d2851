"""The RQ worker that this project runs."""

from typing import Any

from django.db import close_old_connections
from rq import SimpleWorker


class Worker(SimpleWorker):
    """Works in its own process: a fork for each job would cost more than the job.

    As nothing forks, database connections live as long as the worker, and are looked at before and after each job.
    """

    def perform_job(self, *args: Any, **kwargs: Any) -> bool:
        close_old_connections()
        try:
            return super().perform_job(*args, **kwargs)
        finally:
            close_old_connections()
