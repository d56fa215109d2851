"""The mail that asks goes out at a real SMTP server: once, as what it is, and not where much has changed meanwhile."""

import time

import pytest
from django.test import Client
from django.utils.timezone import now

from reps.feedback.answering import answer, ask_no_more
from reps.models import Delivery, FeedbackOptOut, FeedbackPolicy, FeedbackRequest
from reps.notify import email, outbound, purge
from reps.notify.outbound import take
from routing import assignment, clock, due, outbox
from routing.models import Lead, Stage
from tests.cast import lead_of
from tests.reps.feedback.conftest import DAY, to_customers, won
from tests.reps.notify.conftest import MINUTE


def all_due():
    Delivery.objects.update(next_at=now() - MINUTE)


def in_header(mail, name):
    """What a header says, folding aside."""
    return str(mail[name]).replace("\n", "").replace(" ", "")


def test_it_asks_in_the_name_of_the_company_and_tells_nothing_of_the_lead(server, policy, customer):
    request = won(customer(phone="+15125550142", last_name="Shah"))
    assert email.send_due(now()) == 1
    (mail,) = server.arrived
    assert mail["To"] == "priya@northwind.example"
    assert mail["Subject"] == "How was working with Laura?"
    assert mail["From"] == "Acme <leadops@localhost>"
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    for body in (text, html):
        assert "You chose Acme" in body
        for secret in ("Priya", "Shah", "Northwind", "northwind.example", "5550142", "Ortiz"):
            assert secret not in body
    assert all(f"?rating={number}" in html for number in range(1, 6))
    request.refresh_from_db()
    assert request.state == "asked" and request.sent_at is not None
    assert to_customers() == ["sent"]


def test_one_click_unsubscribes_as_mail_programs_do_it(server, asked):
    (mail,) = server.arrived
    link = in_header(mail, "List-Unsubscribe").strip("<>")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"
    strict = Client(enforce_csrf_checks=True)
    answered = strict.post(link.partition("8000")[2], {"List-Unsubscribe": "One-Click"})
    assert answered.status_code == 200
    assert FeedbackOptOut.objects.count() == 1


def test_it_is_not_sent_before_its_time_and_the_clock_knows_when_it_is(server, policy, customer, redis_away):
    FeedbackPolicy.objects.update(hours=24)
    won(customer())
    assert email.send_due(now()) == 0
    all_due()
    assert clock.tick(late_after=MINUTE * 0, lane=due.POST) == "swept"
    assert len(server.arrived) == 1


def test_it_is_sent_once_and_a_retry_of_a_killed_sender_is_known_by_its_message_id(settings, server, policy, customer):
    settings.SEND_TIMEOUT = 10
    won(customer())
    at = now()
    assert len(take("email", count=9, at=at)) == 1  # and then it is killed
    assert email.send_due(at) == 0, "somebody has it"
    all_due()
    assert email.send_due(now()) == 1
    all_due()
    assert email.send_due(now()) == 0
    (message_id,) = server.times_arrived
    assert message_id == email.message_id(Delivery.objects.get(feedback__isnull=False))


def test_who_answered_is_not_asked_again_by_a_sender_that_did_not_note_that_it_went_out(server, policy, customer):
    request = won(customer())
    (held,) = take("email", count=9, at=now())
    answer(request=request, rating=5, words="", at=now())
    assert email.send_batch([held], until=time.monotonic() + 9) == (0, True)
    all_due()
    assert email.send_due(now()) == 0
    request.refresh_from_db()
    assert (request.state, request.rating, request.sent_at) == ("answered", 5, request.answered_at)


def test_an_answer_that_comes_before_the_note_that_it_went_out_stays(server, policy, customer):
    request = won(customer())
    (held,) = take("email", count=9, at=now())
    answer(request=request, rating=5, words="", at=now())
    outbound.succeeded(held)
    request.refresh_from_db()
    assert (request.state, request.rating) == ("answered", 5)


CHANGES = {
    "opened again": lambda lead: assignment.move(lead_id=lead.pk, stage=Stage.objects.get(kind="proposal"), at=now()),
    "withdrawn": lambda lead: Lead.objects.filter(pk=lead.pk).update(status="withdrawn", owner=None),
    "no address": lambda lead: Lead.objects.filter(pk=lead.pk).update(email="", email_key=""),
    "switched off": lambda lead: FeedbackPolicy.objects.update(active=False),
    "not after won": lambda lead: FeedbackPolicy.objects.update(after_won=False),
    "opted out": lambda lead: ask_no_more(requests=[FeedbackRequest.objects.get()], at=now()),
}


@pytest.mark.parametrize("change", CHANGES)
def test_it_is_not_sent_where_much_has_changed_meanwhile(server, policy, customer, change):
    request = won(customer())
    CHANGES[change](request.lead)
    assert email.send_due(now()) == 0
    request.refresh_from_db()
    assert request.state == "dropped" and request.because
    assert (to_customers(), server.arrived) == ([], [])


def test_a_lead_that_was_opened_again_by_mistake_may_be_asked_about_when_it_is_really_won(server, policy, customer):
    hers = customer()
    won(hers)
    CHANGES["opened again"](hers)
    email.send_due(now())
    won(hers)
    assert email.send_due(now()) == 1
    assert sorted(FeedbackRequest.objects.values_list("state", flat=True)) == ["asked", "dropped"]


def test_it_goes_to_the_address_they_have_by_now_which_may_have_opted_out(server, policy, customer, people):
    request = won(customer())
    other = won(lead_of(people.daniel, team=people.inside, email="new@northwind.example"))
    ask_no_more(requests=[other], at=now())
    Lead.objects.filter(pk=request.lead_id).update(email="new@northwind.example", email_key="new@northwind.example")
    assert email.send_due(now()) == 0
    request.refresh_from_db()
    assert (request.state, request.because) == ("dropped", "They do not want to be asked.")


def test_what_is_refused_for_good_is_a_dead_letter_and_may_be_sent_again(server, policy, customer):
    request = won(customer())
    server.refuse = {"priya@northwind.example": "550 no such person"}
    assert email.send_due(now()) == 0
    request.refresh_from_db()
    assert (request.state, to_customers()) == ("failed", ["dead"])
    server.refuse = {}
    outbound.send_again(list(Delivery.objects.values_list("pk", flat=True)), at=now())
    assert email.send_due(now()) == 1
    request.refresh_from_db()
    assert (request.state, to_customers()) == ("asked", ["sent"])


def test_that_a_mail_went_out_is_thrown_away_with_old_news_and_what_was_answered_stays(server, asked, settings):
    answer(request=asked, rating=4, words="", at=now())
    later = now() + (settings.KEEP_NEWS_DAYS + 1) * DAY
    assert purge.oldest(later) is not None
    purge.purge(later)
    assert (to_customers(), FeedbackRequest.objects.get().rating) == ([], 4)


def test_news_for_reps_and_questions_to_customers_go_the_same_way(server, policy, customer, people):
    hers = customer()
    outbox.tell("lead.assigned", at=now(), lead_id=hers.pk, team_id=people.inside.pk, rep_id=people.laura.pk)
    won(hers)
    assert email.send_due(now()) == 2
    assert {mail["To"] for mail in server.arrived} == {"laura@acme.example", "priya@northwind.example"}
    assert server.connections == 1
