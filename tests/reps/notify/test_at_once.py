"""Several dispatchers and senders at once: everybody is told once."""

import threading

import pytest
from django.db import connection
from django.utils.timezone import now

from reps.models import Delivery, Notification
from reps.notify import dispatch
from reps.notify.outbound import take
from routing import outbox
from routing.models import Event
from tests.cast import lead_of

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(count, work):
    """Runs the same work in so many threads that start together."""
    start, errors = threading.Barrier(count), []

    def run():
        try:
            start.wait()
            work()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def news(people, count, **detail):
    hers = [lead_of(rep, team=people.inside) for rep in (people.laura, people.daniel, people.emma)]
    outbox.tell_all(
        [
            ("lead.assigned", now(), lead.pk, people.inside.pk, lead.owner_id, detail)
            for number in range(count)
            for lead in [hers[number % 3]]
        ]
    )


def test_four_dispatchers_tell_each_piece_of_news_once(people, monkeypatch):
    monkeypatch.setattr(dispatch, "LOOKED_AT", 25)
    news(people, 300)
    at_once(4, lambda: dispatch.dispatch(now()))
    assert not Event.objects.filter(dispatched_at=None).exists()
    assert Notification.objects.count() == Delivery.objects.count() == 300
    assert Notification.objects.values("event").distinct().count() == 300


def test_four_dispatchers_count_an_import_right(people, monkeypatch):
    monkeypatch.setattr(dispatch, "LOOKED_AT", 25)
    news(people, 300, imported=True)
    at_once(4, lambda: dispatch.dispatch(now()))
    assert sorted(Notification.objects.values_list("count", flat=True)) == [100, 100, 100]
    assert Delivery.objects.count() == 3


def test_four_senders_take_different_messages(people):
    news(people, 120)
    dispatch.dispatch(now())
    taken = []

    def sender():
        while batch := take("email", count=7, at=now()):
            taken.extend(delivery.pk for delivery in batch)

    at_once(4, sender)
    assert len(taken) == len(set(taken)) == 120
