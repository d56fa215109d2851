"""Mails go out at a real SMTP server: taken with a lease, tried again, given up, sent again."""

import re
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils.timezone import now

from reps.models import Delivery
from reps.notify import email, outbound
from reps.notify.backoff import LONGEST, TRIES, pause
from reps.notify.outbound import take
from routing import clock, due
from routing.models import Lead, Rep, User
from tests.cast import lead_of
from tests.mailserver import closed_port, running
from tests.proofs.company import leads, publish
from tests.reps.notify.conftest import MINUTE, mails_to


@pytest.fixture
def server(settings):
    """A mail server that takes everything."""
    with running() as box:
        by_smtp(settings, box.port)
        yield box


def by_smtp(settings, port):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.SEND_TIMEOUT = settings.EMAIL_TIMEOUT = 0.5


@pytest.fixture
def new_leads(people, told):
    """So many leads, each told to Laura, with a mail to be sent."""

    def became_hers(count=1, **fields):
        for _ in range(count):
            hers = lead_of(people.laura, team=people.inside, **fields)
            told("lead.assigned", lead_id=hers.pk, team_id=people.inside.pk, rep_id=people.laura.pk)
        return mails_to(people.laura)

    return became_hers


def states():
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def all_due():
    Delivery.objects.update(next_at=now() - MINUTE)


def test_a_mail_arrives_as_text_and_html_with_a_link_and_a_message_id_of_its_own(server, new_leads, people):
    (delivery,) = new_leads(first_name="Priya", last_name="Shah & Sons")
    assert email.send_due(now()) == 1
    (mail,) = server.arrived
    assert mail["To"] == "laura@acme.example"
    assert mail["Subject"] == "A new lead is yours", "no name in a subject"
    assert mail["Message-ID"] == email.message_id(delivery)
    assert mail["List-Unsubscribe"] == "<http://127.0.0.1:8000/notifications/settings/>"
    assert mail["Auto-Submitted"] == "auto-generated"
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert "Priya Shah & Sons is yours." in text
    assert f"http://127.0.0.1:8000/leads/{Lead.objects.get().pk}/" in text
    assert "Priya Shah &amp; Sons is yours." in html
    assert states() == ["sent"]


def test_a_batch_goes_over_one_connection(server, new_leads):
    new_leads(5)
    assert email.send_due(now()) == 5
    assert server.connections == 1
    assert len(server.times_arrived) == 5


def test_what_was_sent_is_not_sent_again(server, new_leads):
    new_leads()
    email.send_due(now())
    all_due()
    assert email.send_due(now()) == 0
    assert len(server.arrived) == 1


def test_while_nobody_answers_each_try_waits_longer_and_the_rest_waits_too(settings, new_leads):
    by_smtp(settings, closed_port())
    settings.SEND_TIMEOUT = 10
    new_leads(email.BATCH + 5)
    email.send_due(now())
    tried, waiting = Delivery.objects.filter(attempts=1), Delivery.objects.filter(attempts=0)
    assert (tried.count(), waiting.count()) == (email.BATCH, 5)
    assert set(tried.values_list("state", flat=True)) == {"failed"}
    assert "Connection" in tried.first().error
    assert not Delivery.objects.filter(next_at__lte=now() + timedelta(seconds=20)).exists()


def test_after_enough_tries_it_is_given_up_and_may_be_sent_again(settings, server, new_leads):
    (delivery,) = new_leads()
    settings.EMAIL_PORT = closed_port()
    for _ in range(TRIES):
        all_due()
        email.send_due(now())
    assert states() == ["dead"]
    all_due()
    assert email.send_due(now()) == 0, "dead is dead"
    settings.EMAIL_PORT = server.port
    assert outbound.send_again([delivery.pk], at=now()) == 1
    assert email.send_due(now()) == 1
    assert states() == ["sent"]
    assert outbound.send_again([delivery.pk], at=now()) == 0, "what arrived is not sent again"
    assert list(server.times_arrived) == [email.message_id(delivery)], "a retry is recognisable"


@pytest.mark.parametrize(("answer", "state"), [("550 no such person", "dead"), ("450 come back later", "failed")])
def test_a_refused_recipient_holds_up_nobody_else(server, new_leads, people, told, answer, state):
    server.refuse = {"laura@acme.example": answer}
    new_leads()
    told("lead.assigned", lead_id=lead_of(people.emma).pk, rep_id=people.emma.pk)
    assert email.send_due(now()) == 1
    assert states() == [state, "sent"]
    (hers,) = mails_to(people.laura)
    assert answer[:3] in hers.error
    assert "laura@acme.example" not in hers.error


@pytest.mark.parametrize(("answer", "state"), [("554 spam", "dead"), ("451 disk full", "failed")])
def test_a_refused_text_is_tried_again_unless_it_is_refused_for_good(server, new_leads, answer, state):
    server.answer_to_data = answer
    new_leads(2)
    email.send_due(now())
    assert states() == [state, state]


def test_who_left_and_who_has_no_address_get_nothing_more(server, new_leads, people, told):
    new_leads()
    User.objects.filter(pk=people.laura.user.pk).update(is_active=False)
    told("lead.assigned", lead_id=lead_of(people.emma).pk, rep_id=people.emma.pk)
    Rep.objects.filter(pk=people.emma.pk).update(email="")
    assert email.send_due(now()) == 0
    assert states() == ["dead", "dead"]


def test_one_mail_that_cannot_be_made_holds_up_none_of_the_rest(server, new_leads, monkeypatch, caplog):
    broken, _ = new_leads(2)
    made = email.message

    def message(delivery):
        if delivery.pk == broken.pk:
            raise ZeroDivisionError("no such number")
        return made(delivery)

    monkeypatch.setattr(email, "message", message)
    assert email.send_due(now()) == 1
    assert states() == ["failed", "sent"]
    assert f"message {broken.pk} could not be made" in caplog.text


def test_what_a_killed_sender_took_is_due_again_after_its_lease_and_not_before(settings, server, new_leads):
    settings.SEND_TIMEOUT = 10
    new_leads(3)
    at = now()
    assert len(take("email", count=2, at=at)) == 2  # and then it is killed
    assert [len(take("email", count=9, at=at)) for _ in range(2)] == [1, 0]
    assert len(take("email", count=9, at=at + outbound.lease() - timedelta(seconds=1))) == 0
    assert len(take("email", count=9, at=at + outbound.lease())) == 3


def test_a_sender_that_lost_its_lease_does_not_send(server, new_leads):
    new_leads(2)
    slow = take("email", count=1, at=now())
    all_due()
    quick = take("email", count=9, at=now())
    assert email.send_batch(slow, until=time.monotonic() + 9) == (0, True)
    assert email.send_batch(quick, until=time.monotonic() + 9) == (2, True)
    assert set(server.times_arrived.values()) == {1}


def test_a_failure_that_comes_late_undoes_no_success(server, new_leads):
    new_leads()
    (slow,) = take("email", count=1, at=now())
    assert outbound.begin(slow)
    all_due()
    email.send_due(now())
    outbound.failed(slow, "timed out")
    assert states() == ["sent"]


@pytest.mark.parametrize("where", ["EHLO", "DATA"])
def test_a_server_that_hangs_is_given_up_on_and_what_was_not_tried_keeps_its_tries(server, new_leads, where):
    server.hangs_at = where
    new_leads(4)
    began = time.monotonic()
    email.send_due(now())
    assert time.monotonic() - began < 4
    assert sorted(Delivery.objects.values_list("attempts", flat=True)) == [0, 0, 0, 1]
    assert not outbound.due("email", now()).exists(), "it is left in peace for a moment"
    assert Delivery.objects.filter(state="sent").count() == 0


@pytest.mark.django_db(transaction=True)
def test_while_the_mail_server_hangs_leads_are_routed(server, redis_away, new_leads, settings):
    """The clock as it runs: a thread for each lane. The one that mails hangs; routing goes on."""
    settings.SEND_TIMEOUT = settings.EMAIL_TIMEOUT = 30
    server.hangs_at = "EHLO"
    new_leads(1)
    publish()
    stop = threading.Event()
    ticking = threading.Thread(target=clock.run, kwargs={"every": 0.1, "stop": stop})
    ticking.start()
    try:
        deadline = time.monotonic() + 20
        while server.connections == 0:
            assert time.monotonic() < deadline, "nobody mails"
            time.sleep(0.05)
        leads(3, captured_at=now())
        while Lead.objects.filter(status="assigned").count() < 4:
            assert time.monotonic() < deadline, "nobody routes"
            time.sleep(0.05)
        assert states()[0] == "queued", "the mail still hangs"
    finally:
        stop.set()
        server.let_go.set()
        ticking.join()
        connection.close()


def test_what_is_due_is_known_to_the_clock(server, new_leads, redis_away):
    new_leads()
    assert clock.tick(late_after=timedelta(seconds=0), lane=due.POST) == "swept"
    assert len(server.arrived) == 1
    assert clock.tick(late_after=timedelta(seconds=0), lane=due.POST) == "nothing"


def test_the_pause_doubles_to_a_limit_and_is_spread_by_the_id():
    waits = [pause(delivery_id=7, attempts=attempts).total_seconds() for attempts in range(1, TRIES + 1)]
    for attempts, wait in enumerate(waits):
        assert 0.8 * min(30 * 2**attempts, LONGEST) <= wait <= 1.2 * min(30 * 2**attempts, LONGEST)
    assert waits == [pause(delivery_id=7, attempts=attempts).total_seconds() for attempts in range(1, TRIES + 1)]
    assert len({pause(delivery_id=number, attempts=3) for number in range(50)}) > 45


def test_a_message_id_is_the_same_for_every_try_and_another_for_every_message(new_leads):
    ids = [email.message_id(delivery) for delivery in new_leads(3)]
    assert len(set(ids)) == 3
    assert ids == [email.message_id(delivery) for delivery in Delivery.objects.order_by("pk")]
    assert all(re.fullmatch(r"<[\w.]+@[\w.]+>", one) for one in ids)
