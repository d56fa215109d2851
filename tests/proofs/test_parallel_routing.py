"""Several processes route the same leads into one team: fair to the lead, none twice."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection, transaction

from routing.models import Assignment, Lead, Posting, TeamLedger
from routing.roster import directory
from tests.proofs.company import every_lead_has_one_owner, leads, publish, the_books_agree

ROOT = Path(__file__).parents[2]
FIVE = """
plan: 1
name: Round robin of five
reps: {anna: {name: A}, ben: {name: B}, carla: {name: C}, dan: {name: D}, eva: {name: E}}
teams: {inside: {name: Inside, members: [anna, ben, carla, dan, eva]}}
rules: [{name: All, to: inside}]
returning: off
"""


def routed_by(processes: int, environment: dict[str, str], *, batch: int) -> list[int]:
    """How many leads each of these processes says it routed."""
    command = [sys.executable, "manage.py", "route_leads", "--batch", str(batch)]
    directory()  # which makes the ledger
    with transaction.atomic():
        # Nobody gets far while this is locked: so that all of them begin together.
        TeamLedger.objects.select_for_update().get()
        started = [
            subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
            for _ in range(processes)
        ]
        deadline = time.monotonic() + 60
        while not all_are_there(started) and time.monotonic() < deadline:
            time.sleep(0.1)
    counts = []
    for process in started:
        said, complained = process.communicate(timeout=300)
        assert process.returncode == 0, complained
        found = re.match(r"routed (\d+), waiting 0, disqualified 0", said)
        assert found, said + complained
        counts.append(int(found[1]))
    return counts


def all_are_there(processes: list[subprocess.Popen[str]]) -> bool:
    """Whether each has come as far as the lock: waits for it, or on SQLite has the database open."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
            return bool(cursor.fetchone()[0] >= len(processes))
    database = str(connection.settings_dict["NAME"])
    return all(
        any(os.path.realpath(file) == database for file in Path(f"/proc/{process.pid}/fd").glob("*"))
        for process in processes
    )


def shared_by(processes: int, environment: dict[str, str], *, count: int, batch: int) -> None:
    publish(FIVE)
    leads(count)
    counts = routed_by(processes, environment, batch=batch)
    print(f"routed by each process: {counts}")  # noqa: T201
    assert sum(counts) == count
    assert sum(number > 0 for number in counts) >= processes // 2
    every_lead_has_one_owner(count)
    each = {name: Lead.objects.filter(owner__username=name).count() for name in ("anna", "ben", "carla", "dan", "eva")}
    assert set(each.values()) == {count // 5}, each
    assert Posting.objects.count() == Assignment.objects.count() == count
    the_books_agree()


@pytest.mark.slow
def test_eight_processes_route_2000_leads_and_each_of_five_reps_has_400(process_environment):
    shared_by(8, process_environment, count=2000, batch=20)


def test_four_processes_at_once_share_leads_evenly_and_none_twice(process_environment):
    shared_by(4, process_environment, count=300, batch=5)
