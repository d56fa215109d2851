"""Rows come in by due work: whoever does it may die at any point, and nothing is lost, and nothing comes twice."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from routing import clock, due, imports, jobs
from routing.imports import bringing, lease, working
from routing.intake import leads as understanding
from routing.intake.leads import understand_stored
from routing.models import AlertCheck, Capture, Event, ImportPart, Lead
from tests.cast import lead_of
from tests.proofs.company import publish, rep, the_books_agree

from .uploads import THREE, begun, checked, come_due, counts, fresh, imported, many, uploaded, worked

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """The process is gone: nothing that would still be done is done."""


def dies(*args, **kwargs):
    raise Killed


def dies_at(monkeypatch, place, name, *, call):
    """The process dies as it calls this for the nth time."""
    real, calls = getattr(place, name), []

    def counting(*args, **kwargs):
        calls.append(name)
        if len(calls) == call:
            raise Killed
        return real(*args, **kwargs)

    monkeypatch.setattr(place, name, counting)


def test_leads_come_in_behind_live_ones_and_are_routed():
    publish()
    run = imported()
    assert (run.state, counts(run)) == ("finished", (3, 2, 0, 1))
    jane = Lead.objects.get(email="jane@clinic.example.com")
    assert (jane.company, jane.attributes, jane.urgent) == ("Clinic", {"seats": "12"}, False)
    assert set(Lead.objects.values_list("status", flat=True)) == {"assigned"}
    assert not ImportPart.objects.exists(), "every row is kept as a capture now"
    assert run.due_at is None


@pytest.mark.parametrize(
    ("place", "name", "call"),
    [
        (bringing, "insert_all", 1),
        (bringing, "insert_all", 2),
        (bringing, "settle", 1),
        (bringing, "settle", 2),
        (understanding, "mark", 2),
        (bringing, "tell_owners", 1),
    ],
    ids=[
        "before anything",
        "storing the second part",
        "the first part stored",
        "the second part stored",
        "in the middle of understanding",
        "at the end",
    ],
)
def test_whoever_takes_up_after_a_death_brings_the_rest_each_row_once(monkeypatch, place, name, call):
    publish()
    laura = rep("laura")
    lead_of(laura, email="jane7@firm7.example.com")
    text = many(1_100) + "nobody at all,x\n"
    run = begun(text)
    with monkeypatch.context() as patch, pytest.raises(Killed):
        dies_at(patch, place, name, call=call)
        worked(run)
    assert fresh(run).state == "importing"
    assert worked(run).state == "importing", "nobody takes it up while the one who died may still be at it"
    come_due(run)
    run = worked(run)
    assert (run.state, counts(run)) == ("finished", (1_101, 1_099, 1, 1))
    lines = list(Capture.objects.filter(run=run).order_by("row").values_list("row", flat=True))
    assert lines == list(range(2, 1_103))
    assert Lead.objects.filter(status="assigned").count() == 1_100
    assert Event.objects.filter(kind="leads.repeated").count() == 1, "she is told once"


def test_a_dry_run_that_died_begins_anew(monkeypatch):
    run = uploaded(many(1_100))
    imports.check(run=run, chosen={"Email": "email", "Company": "company"}, at=now())
    steps = imports.work()
    with monkeypatch.context() as patch, pytest.raises(Killed):
        dies_at(patch, lease, "keep", call=4)
        list(steps)
    come_due(run)
    run = worked(run)
    assert run.expected == {"created": 1_100, "duplicates": 0, "rejected": 0}


def test_one_at_a_time_has_it_and_who_lost_it_writes_nothing_more():
    run = begun(many(1_100))
    mine = lease.take_due()
    assert mine == run
    assert lease.take_due() is None
    first = bringing.bring(mine)
    next(first)
    come_due(run)
    other = lease.take_due()
    assert other == run
    with pytest.raises(lease.Lost):
        next(first)
    assert Capture.objects.filter(run=run).count() == 500
    for _ in bringing.bring(other):
        pass
    assert counts(fresh(run)) == (1_100, 1_100, 0, 0)


def test_a_file_comes_in_on_a_lane_of_its_own_piece_by_piece(monkeypatch, redis_away):
    publish()
    monkeypatch.setattr("routing.imports.working.EVERY", 0)
    run = begun(many(1_100))
    jobs.sweep()
    assert not Capture.objects.filter(run=run).exists()
    pieces = [Capture.objects.filter(run=run).count() for _ in working.work()]
    assert 500 in pieces
    assert pieces[-1] == 1_100


def test_the_clock_finds_it_when_no_wake_up_came(redis_away, monkeypatch):
    publish()
    run = begun()
    assert clock.oldest_due_work(at=now(), lane=due.LONG) is not None
    assert clock.tick(late_after=timedelta(seconds=6), lane=due.LONG) == "swept"
    assert fresh(run).state == "finished"
    assert clock.oldest_due_work(lane=due.LONG) is None


def test_what_an_import_at_work_has_stored_is_left_to_it():
    run = begun()
    Capture.objects.create(source=run.source, channel="csv", run=run, row=2, received_at=now() - timedelta(hours=1))
    assert understand_stored() == 0


def test_an_error_of_ours_is_kept_and_it_is_tried_again(monkeypatch):
    run = begun()
    with monkeypatch.context() as patch:
        patch.setattr(bringing, "rows_of", lambda *args: 1 / 0)
        run = worked(run)
    assert (run.state, run.error) == ("importing", "ZeroDivisionError: division by zero")
    assert timedelta(seconds=50) < run.due_at - now() < timedelta(seconds=70)
    come_due(run)
    run = worked(run)
    assert (run.state, run.error) == ("finished", "")


def test_leads_that_are_not_to_be_routed_lie_there_until_somebody_says_so():
    publish()
    run = imported(many(3), routes=False)
    assert set(Lead.objects.values_list("status", "due_at")) == {("new", None)}
    AlertCheck.objects.update(due_at=now() + timedelta(minutes=1))
    assert clock.oldest_due_work() is None
    assert imports.route_now(run=run, at=now()) == 3
    worked(run)
    assert set(Lead.objects.values_list("status", flat=True)) == {"assigned"}
    the_books_agree()


def test_whether_response_times_start_is_kept():
    assert not imported().starts_sla
    assert checked(THREE, name="b.csv", starts_sla=True).starts_sla
