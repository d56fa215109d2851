"""Several processes route the same leads into one team: fair to the lead, none twice."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from routing.models import Assignment, Lead, Posting
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
    started = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(processes)
    ]
    counts = []
    for process in started:
        said, complained = process.communicate(timeout=300)
        assert process.returncode == 0, complained
        found = re.match(r"routed (\d+), waiting 0, disqualified 0", said)
        assert found, said + complained
        counts.append(int(found[1]))
    return counts


def shared_by(processes: int, environment: dict[str, str], *, count: int, batch: int) -> None:
    publish(FIVE)
    leads(count)
    counts = routed_by(processes, environment, batch=batch)
    print(f"routed by each process: {counts}")  # noqa: T201
    assert sum(counts) == count
    assert sum(number > 0 for number in counts) >= min(4, processes)
    every_lead_has_one_owner(count)
    each = {name: Lead.objects.filter(owner__username=name).count() for name in ("anna", "ben", "carla", "dan", "eva")}
    assert set(each.values()) == {count // 5}, each
    assert Posting.objects.count() == Assignment.objects.count() == count
    the_books_agree()


@pytest.mark.slow
def test_eight_processes_route_2000_leads_and_each_of_five_reps_has_400(process_environment):
    shared_by(8, process_environment, count=2000, batch=20)


def test_four_processes_at_once_share_leads_evenly_and_none_twice(process_environment):
    shared_by(4, process_environment, count=2000, batch=10)
