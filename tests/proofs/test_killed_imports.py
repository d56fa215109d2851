"""The worker is killed while a file comes in, and while it is undone: every row comes in once, every lead goes once.

The real processes: a worker, the clock, the embedded Valkey.
"""

from __future__ import annotations

import time

import pytest
from django.utils.timezone import now

from leadops import processes
from routing import due, imports, jobs
from routing.models import Capture, ImportRun, Lead
from tests.proofs.company import every_lead_has_one_owner, publish, the_books_agree
from tests.proofs.test_killed_workers import Worker, nothing_is_left, running_clock
from tests.proofs.test_parallel_routing import FIVE
from tests.routing.imports.uploads import begun, fresh, many


def killed_and_taken_up(run: ImportRun, worker: Worker, *, at: list[int], of: str, until: str) -> None:
    """The worker is killed inside a transaction each time the count has passed one of these."""
    for number in at:
        deadline = time.monotonic() + 120
        while getattr(fresh(run), of) < number:
            assert time.monotonic() < deadline, f"{of} is {getattr(fresh(run), of)}"
            time.sleep(0.02)
        worker.kill_inside_a_transaction(patience=5)
    deadline = time.monotonic() + 240
    while fresh(run).state != until:
        assert time.monotonic() < deadline, fresh(run).state
        time.sleep(0.2)


def every_row_comes_in_once(environment: dict[str, str], *, rows: int, kills: int, undo_kills: int) -> None:
    publish(FIVE)
    run = begun(many(rows) + "nobody at all,x\n")
    marks = [rows * kill // (kills + 1) for kill in range(kills)]
    with running_clock(environment):
        worker = Worker(environment)
        try:
            jobs.wake(due.LONG)
            killed_and_taken_up(run, worker, at=[mark + 1 for mark in marks], of="read", until="finished")
            run = fresh(run)
            assert (run.read, run.created, run.duplicates, run.rejected) == (rows + 1, rows, 0, 1)
            lines = list(Capture.objects.filter(run=run).order_by("row").values_list("row", flat=True))
            assert lines == list(range(2, rows + 3))
            nothing_is_left(within=120)
            every_lead_has_one_owner(rows)
            the_books_agree()
            imports.undo(run=run, by=run.by, at=now())
            jobs.wake(due.LONG)
            marks = [rows * kill // (undo_kills + 1) + 1 for kill in range(undo_kills)]
            killed_and_taken_up(run, worker, at=marks, of="withdrawn", until="undone")
        finally:
            processes.stop(worker.process)
    assert worker.killed == kills + undo_kills
    assert fresh(run).withdrawn == rows
    assert set(Lead.objects.values_list("status", flat=True)) == {"withdrawn"}
    the_books_agree()


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_loses_no_row_and_brings_none_twice(process_environment, redis):
    every_row_comes_in_once(
        process_environment, rows=2_000, kills=1, undo_kills=0
    )  # whoever takes it up waits for the lease


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_20000_rows_come_in_and_go_while_the_worker_is_killed_eight_times(process_environment, redis):
    every_row_comes_in_once(process_environment, rows=20_000, kills=4, undo_kills=4)
