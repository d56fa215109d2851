"""Senders are killed in the middle of their work, again and again, at a real mail server: every message arrives at
least once, at most one twice for each kill, and a duplicate has the same Message-ID.

The senders are clocks, as they work where Redis is away: each dispatches and mails whatever is due.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest
from django.utils.timezone import now

from leadops import processes
from reps.models import Delivery, Notification
from routing import outbox
from tests.cast import cast, lead_of
from tests.mailserver import Mailbox, running
from tests.settings import ROOM

ROOT = Path(__file__).parents[2]


class Senders:
    """Several clocks; what is killed is started again."""

    def __init__(self, environment: dict[str, str], box: Mailbox, count: int) -> None:
        # A short patience makes for short leases: what a killed sender held is due again after twelve seconds.
        self.environment = environment | {
            "EMAIL_URL": box.url,
            "SEND_TIMEOUT": "2",
            "SWEEP_SECONDS": "1",
            "REDIS_URL": f"unix://{ROOM}/nobody-listens.sock",
            "LOG_LEVEL": "ERROR",
        }
        self.processes = [self.start() for _ in range(count)]
        self.killed = 0

    def start(self) -> subprocess.Popen[bytes]:
        return processes.start([sys.executable, "manage.py", "clock"], cwd=ROOT, env=self.environment)

    def kill(self, which: int) -> None:
        self.processes[which].kill()
        self.processes[which].wait()
        self.killed += 1
        self.processes[which] = self.start()

    def stop(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


def how_it_stands() -> str:
    """What is still to be sent, and what went wrong with it."""
    left = Delivery.objects.exclude(state="sent").order_by("next_at")
    return f"{left.count()} left, at {now()}: {list(left.values('state', 'attempts', 'next_at', 'error')[:5])}"


def every_message_arrives(environment: dict[str, str], *, messages: int, kills: int, senders: int) -> None:
    people = cast()
    hers = [lead_of(people.laura, team=people.inside) for _ in range(50)]
    chance = Random(4)
    with running() as box:
        sending = Senders(environment, box, senders)
        try:
            written = 0
            for kill in range(kills):
                more = messages * (kill + 1) // kills - written
                outbox.tell_all(
                    [
                        ("lead.assigned", now(), hers[at % 50].pk, people.inside.pk, people.laura.pk, {"number": at})
                        for at in range(written, written + more)
                    ]
                )
                written += more
                before, deadline = len(box.arrived), time.monotonic() + 90
                while len(box.arrived) < before + 5:  # mail is flowing: somebody is in the middle of a batch
                    assert time.monotonic() < deadline, f"nobody sends: {how_it_stands()}"
                    time.sleep(0.001)
                time.sleep(chance.random() * 0.01)
                sending.kill(kill % senders)
            deadline = time.monotonic() + 120
            while Delivery.objects.filter(state="sent").count() < messages:
                assert time.monotonic() < deadline, how_it_stands()
                time.sleep(0.1)
        finally:
            sending.stop()
        times = box.times_arrived
    twice = sum(count - 1 for count in times.values())
    print(f"{messages} messages, {sending.killed} kills of {senders} senders, {twice} duplicates")  # noqa: T201
    assert Notification.objects.count() == Delivery.objects.count() == len(times) == messages
    assert twice <= kills
    assert Delivery.objects.filter(attempts=0).count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_killed_sender_loses_no_message(process_environment):
    every_message_arrives(process_environment, messages=120, kills=4, senders=2)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_2000_messages_none_is_lost_when_4_senders_are_killed_50_times(process_environment):
    every_message_arrives(process_environment, messages=2000, kills=50, senders=4)
