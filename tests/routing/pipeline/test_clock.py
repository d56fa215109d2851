"""The sweep that needs no wake-up."""

import threading
from datetime import timedelta

import django_rq
import pytest
from django.db import connection
from django.utils.timezone import now
from rq import SimpleWorker

from routing import clock, jobs, pipeline
from routing.intake import capture as captures
from routing.intake.leads import understand
from routing.models import AlertCheck, Capture, Lead
from routing.people_changes import set_accepting
from tests.cast import source
from tests.proofs.company import every_lead_has_one_owner, leads, owners, publish, rep, the_books_agree

SIX_SECONDS = timedelta(seconds=6)


def captured(*, at):
    return captures.store(
        source=source("web"), body=b'{"email": "jane@acme.example"}', content_type="application/json", at=at
    )


@pytest.mark.django_db
def test_when_nothing_is_due_the_clock_does_nothing(redis):
    publish()
    AlertCheck.objects.update(due_at=now() + timedelta(minutes=1))
    assert clock.oldest_due_work() is None
    assert clock.tick(late_after=SIX_SECONDS) == "nothing"
    assert django_rq.get_queue("routing").count == 0


@pytest.mark.django_db(transaction=True)
def test_without_redis_a_capture_is_answered_and_its_lead_routed(redis_away):
    publish()
    capture = captured(at=now())
    understand([capture], at=now())
    jobs.wake_routing()
    assert owners() == [None]
    assert clock.tick(late_after=SIX_SECONDS) == "swept"
    assert owners() == ["laura"]
    assert clock.tick(late_after=SIX_SECONDS) == "nothing"


@pytest.mark.django_db(transaction=True)
def test_a_capture_whose_process_died_becomes_a_lead_that_is_routed(redis_away):
    publish()
    captured(at=now() - timedelta(minutes=1))
    assert clock.tick(late_after=SIX_SECONDS) == "swept"
    assert Capture.objects.get().status == "lead"
    assert owners() == ["laura"]


@pytest.mark.django_db(transaction=True)
def test_with_redis_the_clock_asks_a_worker_and_once_is_enough(redis):
    publish()
    leads(3, captured_at=now())
    at = now() + timedelta(seconds=4)
    assert [clock.tick(at=at, late_after=SIX_SECONDS) for _ in range(2)] == ["queued", "queued"]
    queue = django_rq.get_queue("routing")
    assert queue.count == 1
    SimpleWorker([queue], connection=queue.connection).work(burst=True)
    every_lead_has_one_owner(3)


@pytest.mark.django_db(transaction=True)
def test_when_no_worker_comes_the_clock_does_the_work_itself(redis):
    publish()
    leads(1, captured_at=now())
    assert clock.tick(at=now() + timedelta(seconds=2), late_after=SIX_SECONDS) == "queued"
    assert clock.tick(at=now() + timedelta(seconds=8), late_after=SIX_SECONDS) == "swept"
    assert owners() == ["laura"]


@pytest.mark.django_db(transaction=True)
def test_waiting_leads_too_are_drained_when_no_worker_comes(redis):
    publish()
    reps = [set_accepting(rep(name), False, at=now()) for name in ("laura", "daniel", "emma")]
    leads(1)
    pipeline.route()
    assert clock.tick(late_after=SIX_SECONDS) == "nothing"
    set_accepting(reps[0], True, at=now())
    assert clock.tick(late_after=SIX_SECONDS) == "queued"
    assert clock.tick(at=now() + timedelta(seconds=8), late_after=SIX_SECONDS) == "swept"
    assert owners() == ["laura"]
    assert clock.tick(late_after=SIX_SECONDS) == "nothing"


@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_route_every_lead_once(redis_away):
    publish()
    leads(60)
    start, errors = threading.Barrier(2), []

    def look():
        try:
            start.wait()
            clock.tick(late_after=SIX_SECONDS)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=look) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert Lead.objects.filter(status="new").count() == 0
    every_lead_has_one_owner(60)
    the_books_agree()


@pytest.mark.django_db
def test_leads_are_not_overdue_before_there_is_a_plan():
    leads(1)
    assert clock.oldest_due_work() is None
