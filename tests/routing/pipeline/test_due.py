"""Work of other wings that falls due: looked for by lane, and none of it in the way of the rest."""

from datetime import timedelta

import django_rq
import pytest
from rq import SimpleWorker

from routing import clock, due, jobs

SIX_SECONDS = timedelta(seconds=6)


@pytest.fixture
def register(monkeypatch):
    """Registers work for this test alone."""
    monkeypatch.setattr(due, "_registered", {})
    return due.register


def letter(box, *, name="letters", lane=due.POST, since=timedelta(seconds=1)):
    """Work that is due until it is done, and says so in a box."""
    return due.DueWork(name, lane, lambda at: None if name in box else at - since, lambda at: box.append(name))


@pytest.mark.django_db(transaction=True)
def test_due_work_of_a_lane_is_done_by_its_own_queue(redis, register):
    register(letter(box := []))
    assert clock.tick(late_after=SIX_SECONDS) == "nothing"
    assert clock.tick(late_after=SIX_SECONDS, lane=due.POST) == "queued"
    assert django_rq.get_queue(due.ROUTING).count == 0
    queue = django_rq.get_queue(due.POST)
    SimpleWorker([queue], connection=queue.connection).work(burst=True)
    assert box == ["letters"]
    assert clock.tick(late_after=SIX_SECONDS, lane=due.POST) == "nothing"


@pytest.mark.django_db
def test_late_work_and_work_without_redis_is_done_by_the_clock(redis_away, register):
    register(letter(box := []))
    assert clock.tick(late_after=SIX_SECONDS, lane=due.POST) == "swept"
    assert box == ["letters"]


@pytest.mark.django_db
def test_work_that_fails_holds_up_none_of_the_rest(redis_away, register, caplog):
    def fail(at):
        raise ZeroDivisionError("no such number")

    register(due.DueWork("reckoning", due.ROUTING, lambda at: at, fail))
    register(letter(box := [], lane=due.ROUTING))
    jobs.sweep()
    assert box == ["letters"]
    assert "reckoning failed; it stays due" in caplog.text
    assert clock.oldest_due_work() is not None


def test_there_are_only_the_lanes_there_are(register):
    with pytest.raises(ValueError, match="no lane 'fast'"):
        register(letter([], lane="fast"))
