"""The worker dies in the middle of its work, again and again, and Redis forgets: no lead is lost or routed twice.

The real processes: a worker, the clock, the embedded Valkey. Leads come in by the front door meanwhile.
"""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.db import connection
from django.utils.timezone import now
from redis import Redis

from leadops import processes
from routing.intake import capture as captures
from routing.intake.leads import understand
from routing.jobs import wake_routing
from routing.models import Capture, Event, Lead, Posting, Source
from tests.cast import source
from tests.proofs.company import every_lead_has_one_owner, publish, the_books_agree
from tests.proofs.test_parallel_routing import FIVE

ROOT = Path(__file__).parents[2]
MANAGE = (sys.executable, "manage.py")


@dataclass
class Intake:
    """Leads coming in one by one, in a thread of its own; slowly where it is ahead of the kills, but never at rest."""

    of: Source
    count: int
    stored: int = 0
    quick_up_to: int = 0
    errors: list[BaseException] = field(default_factory=list)

    def run(self) -> None:
        try:
            while self.stored < self.count:
                time.sleep(0.1 if self.stored >= self.quick_up_to else 0.002)
                body = json.dumps({"external_id": str(self.stored), "email": f"person{self.stored}@acme.example"})
                at = now()
                capture = captures.store(source=self.of, body=body.encode(), content_type="application/json", at=at)
                understand([capture], at=at)
                wake_routing()
                self.stored += 1
        except BaseException as error:
            self.errors.append(error)
        finally:
            connection.close()


class Worker:
    """The worker's process, started again whenever it was killed. `inside` counts the kills within a transaction."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment | {"PGAPPNAME": "killed-worker"}
        self.inside = 0
        self.killed = 0
        self.process = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        command = [*MANAGE, "rqworker", "routing", "default", "--verbosity", "0"]
        return processes.start(command, cwd=ROOT, env=self.environment)

    def kill_inside_a_transaction(self, *, patience: float) -> None:
        """SIGKILL while it is stopped with a transaction open; whatever it does, once patience is over."""
        deadline = time.monotonic() + patience
        in_postgres = connection.vendor == "postgresql"
        while True:
            time.sleep(0.01)
            with stopped(self.process):
                # Whoever else writes to SQLite lets go of the lock sooner than that.
                is_open = transaction_is_open() if in_postgres else the_write_lock_is_held(for_seconds=0.3)
                if is_open or time.monotonic() > deadline:
                    self.process.kill()
                    self.process.wait()
                    # On SQLite: that it was this process who held the lock shows when it is gone.
                    self.inside += is_open and (in_postgres or not the_write_lock_is_held(for_seconds=0.5))
                    self.killed += 1
                    break
        self.process = self.start()


@contextmanager
def stopped(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """The process does nothing for the length of the block."""
    process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.send_signal(signal.SIGCONT)  # nothing, for one that is dead


def transaction_is_open() -> bool:
    """Whether the worker, which is stopped, has written something in a transaction that is neither ended nor ending."""
    for _ in range(20):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT state FROM pg_stat_activity WHERE application_name = 'killed-worker'"
                " AND state <> 'idle' AND xact_start IS NOT NULL AND backend_xid IS NOT NULL"
            )
            states = [state for (state,) in cursor.fetchall()]
        if "active" not in states:
            return "idle in transaction" in states
        time.sleep(0.005)  # its last statement is still at work; it may be the COMMIT
    return False


def the_write_lock_is_held(*, for_seconds: float) -> bool:
    """Whether nobody else can write to SQLite for that long."""
    other = sqlite3.connect(str(connection.settings_dict["NAME"]), timeout=0, isolation_level=None)
    deadline = time.monotonic() + for_seconds
    try:
        while True:
            try:
                other.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                if time.monotonic() > deadline:
                    return True
                time.sleep(0.002)
            else:
                other.execute("ROLLBACK")
                return False
    finally:
        other.close()


@contextmanager
def running_clock(environment: dict[str, str]) -> Iterator[None]:
    process = processes.start([*MANAGE, "clock"], cwd=ROOT, env=environment | {"SWEEP_SECONDS": "3"})
    try:
        yield
    finally:
        processes.stop(process)


def every_lead_is_routed_exactly_once(
    environment: dict[str, str], redis: Redis, *, count: int, kills: int, flushes: int, patience: float
) -> None:
    publish(FIVE)
    intake, step = Intake(source("web"), count), count // (kills + 2)
    feeding = threading.Thread(target=intake.run)
    with running_clock(environment):
        worker = Worker(environment)
        feeding.start()
        try:
            for kill in range(1, kills + 1):
                intake.quick_up_to = kill * step
                while intake.stored < (kill - 1) * step and feeding.is_alive():
                    time.sleep(0.01)
                worker.kill_inside_a_transaction(patience=patience)
                if kill * flushes // kills > (kill - 1) * flushes // kills:
                    redis.flushall()
            intake.quick_up_to = count
            feeding.join()
            assert intake.errors == []
            nothing_is_left(within=120)
        finally:
            intake.count = 0
            feeding.join()
            processes.stop(worker.process)
    print(f"{count} leads, {worker.killed} kills, {worker.inside} of them inside a transaction")  # noqa: T201
    assert worker.killed == kills
    assert worker.inside >= kills * 3 / 4
    assert not Capture.objects.exclude(status=Capture.Status.LEAD).exists()
    every_lead_has_one_owner(count)
    assert Event.objects.filter(kind="lead.assigned").count() == Posting.objects.count() == count
    names = Lead.objects.values_list("owner__username", flat=True)
    assert {name: list(names).count(name) for name in set(names)} == dict.fromkeys(set(names), count // 5)
    the_books_agree()


def nothing_is_left(*, within: float) -> None:
    deadline = time.monotonic() + within
    left = Lead.objects.exclude(status=Lead.Status.ASSIGNED)
    while left.exists() or Capture.objects.filter(status=Capture.Status.STORED).exists():
        assert time.monotonic() < deadline, f"still waiting: {left.values_list('pk', 'status')[:10]}"
        time.sleep(0.2)


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_loses_no_lead_and_routes_none_twice(process_environment, redis):
    every_lead_is_routed_exactly_once(process_environment, redis, count=300, kills=3, flushes=1, patience=20)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_5000_leads_come_in_while_the_worker_is_killed_20_times_and_valkey_forgets_5_times(process_environment, redis):
    every_lead_is_routed_exactly_once(process_environment, redis, count=5000, kills=20, flushes=5, patience=60)
