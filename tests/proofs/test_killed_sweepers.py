"""Several sweepers at once, killed again and again: every step of every assignment is taken, and once.

The real processes, each in an endless loop over what is due. A lead that nobody answers goes from rep to rep until all
five had it; so each has five assignments, and each of these the same four steps.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db.models import Count

from leadops import processes
from routing.models import Assignment, Event, Lead, SlaClock, SlaStep
from tests.proofs.company import leads, publish, the_books_agree
from tests.proofs.test_parallel_routing import FIVE

ROOT = Path(__file__).parents[2]
STEPS = ["remind-1", "breach-1", "escalate-1", "reassign-1"]
QUICK = FIVE.replace("to: inside}]", "to: inside, sla: quick}]") + (
    "sla: {quick: {clock: always, steps: [{after: 1s, do: remind}, {after: 1s, do: breach},"
    " {after: 2s, do: escalate}, {after: 3s, do: reassign}]}}\n"
)


def sweeper(environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return processes.start([sys.executable, "-m", "tests.proofs.sweeper"], cwd=ROOT, env=environment)


def every_step_is_taken_once(
    environment: dict[str, str], *, count: int, sweepers: int, kills: int, every: float, within: float
) -> None:
    publish(QUICK)
    leads(count)
    chance = random.Random(4711)
    running = [sweeper(environment) for _ in range(sweepers)]
    killed = 0
    try:
        deadline = time.monotonic() + within
        while killed < kills or not all_had_them(count):
            assert time.monotonic() < deadline, f"{killed} kills, {Assignment.objects.count()} assignments"
            time.sleep(every)
            if killed < kills:
                place = chance.randrange(sweepers)
                processes.kill_group(running[place])
                running[place].wait()
                running[place] = sweeper(environment)
                killed += 1
    finally:
        for process in running:
            processes.kill_group(process)
            process.wait()
    print(f"{count} leads, {sweepers} sweepers, {killed} kills, {SlaStep.objects.count()} steps")  # noqa: T201
    assert Assignment.objects.count() == 5 * count
    assert SlaClock.objects.filter(kind="response").count() == 5 * count
    by_clock: dict[int, list[str]] = {}
    for clock_id, key in SlaStep.objects.order_by("pk").values_list("clock_id", "key"):
        by_clock.setdefault(clock_id, []).append(key)
    assert len(by_clock) == 5 * count
    assert all(keys == STEPS for keys in by_clock.values())
    told = dict(Event.objects.filter(kind__startswith="sla.").values_list("kind").annotate(Count("pk")))
    assert told == {f"sla.{key[:-2]}": 5 * count for key in STEPS}
    the_books_agree()


def all_had_them(count: int) -> bool:
    """Whether each lead was with all five, and is with nobody now."""
    waiting = Lead.objects.filter(status=Lead.Status.WAITING, reason="tried").count()
    return waiting == count and Assignment.objects.filter(ended_at=None).count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_sweepers_of_which_three_are_killed_take_every_step_once(process_environment):
    every_step_is_taken_once(process_environment, count=20, sweepers=2, kills=3, every=2, within=180)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_eight_sweepers_at_once_with_fifty_kills_take_every_step_once(process_environment):
    every_step_is_taken_once(process_environment, count=400, sweepers=8, kills=50, every=1.5, within=900)
