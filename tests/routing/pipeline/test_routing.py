"""From a new lead to an owner, a pool or a reason to wait."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from routing import pipeline
from routing.assignment import delivery
from routing.models import Assignment, Event, Hold, Lead, Posting
from routing.people_changes import set_accepting
from tests.proofs.company import EVERY_DELIVERY, leads, owners, publish, rep, the_books_agree

pytestmark = pytest.mark.django_db

ONLY_LAURA = """
plan: 1
name: Laura alone
reps: {laura: {name: Laura Ortiz}, daniel: {name: Daniel Weiss}}
teams: {inside: {name: Inside, members: [laura]}, other: {name: Other, members: [daniel]}}
"""
TO_INSIDE = ONLY_LAURA + "rules: [{name: All, to: inside}]\nreturning: off\n"


def test_leads_go_round_oldest_first():
    publish()
    leads(4)
    done = pipeline.route()
    assert (done.routed, done.waiting, done.parked) == (4, 0, 0)
    assert owners() == ["laura", "daniel", "emma", "laura"]
    the_books_agree()


def test_before_anything_is_published_leads_stay_as_they_are():
    (lead,) = leads(1)
    done = pipeline.route()
    assert (done.routed, done.waiting) == (0, 0)
    lead.refresh_from_db()
    assert (lead.status, lead.owner) == ("new", None)
    publish()
    pipeline.route()
    assert owners() == ["laura"]


def test_live_leads_go_before_imports():
    publish(TO_INSIDE.replace("{name: Laura Ortiz}", "{name: Laura Ortiz, caps: {open: 1}}"))
    leads(1, urgent=False)
    leads(1, urgent=True, captured_at=now())
    pipeline.route(batch=1)
    assert owners() == [None, "laura"]


def test_the_limit_is_kept():
    publish()
    leads(5)
    assert pipeline.route(limit=2, batch=1).routed == 2
    assert Lead.objects.filter(status="new").count() == 3


def test_waiting_leads_are_drained_hot_first_then_oldest_when_lauras_switch_comes_on():
    publish(TO_INSIDE)
    laura = set_accepting(rep("laura"), False, at=now())
    cold, older, hot, warm = leads(4)
    Lead.objects.filter(pk=older.pk).update(captured_at=cold.captured_at - timedelta(days=1))
    assert pipeline.route().waiting == 4
    assert set(Lead.objects.values_list("reason", flat=True)) == {"paused"}
    assert (pipeline.route().waiting, Hold.objects.count()) == (0, 1)  # nobody came, so nothing is asked again
    Lead.objects.filter(pk=hot.pk).update(band="hot")
    Lead.objects.filter(pk=warm.pk).update(band="warm")
    set_accepting(laura, True, at=now())
    assert pipeline.route().routed == 4
    got = Assignment.objects.order_by("pk").values_list("lead_id", flat=True)
    assert list(got) == [hot.pk, warm.pk, older.pk, cold.pk]
    assert not Lead.objects.filter(waiting_since__isnull=False).exists()
    the_books_agree()


def test_a_pause_that_is_over_brings_the_waiting_leads_without_anybodys_doing(monkeypatch):
    publish(TO_INSIDE)
    at = now()
    set_accepting(rep("laura"), False, at=at, paused_until=at + timedelta(minutes=30))
    leads(1)
    pipeline.route()
    assert owners() == [None]
    monkeypatch.setattr(pipeline, "now", lambda: at + timedelta(minutes=29))
    pipeline.route()
    assert owners() == [None]
    monkeypatch.setattr(pipeline, "now", lambda: at + timedelta(minutes=31))
    pipeline.route()
    assert owners() == ["laura"]


def test_a_new_plan_is_asked_about_every_waiting_lead_however_many_batches_that_takes():
    publish(TO_INSIDE)
    set_accepting(rep("laura"), False, at=now())
    leads(7)
    leads(3, country="DE", captured_at=now())
    pipeline.route()
    publish(
        ONLY_LAURA + "rules:\n"
        "  - {name: Abroad, when: {all: [{field: country, op: is, value: DE}]}, to: other}\n"
        "  - {name: All, to: inside}\n"
        "returning: off\n"
    )
    pipeline.route(batch=2)
    assert owners() == [None] * 7 + ["daniel"] * 3


def test_a_lead_that_makes_routing_fail_is_parked_and_its_batch_goes_on(monkeypatch):
    publish()
    made = leads(9)
    qualify = pipeline.qualify

    def fails(facts, plan, *, at):
        if facts.id == str(made[4].pk):
            raise ValueError("cannot be compared")
        return qualify(facts, plan, at=at)

    monkeypatch.setattr(pipeline, "qualify", fails)
    done = pipeline.route()
    assert (done.routed, done.parked) == (8, 1)
    poison = Lead.objects.get(pk=made[4].pk)
    assert (poison.status, poison.owner, poison.error) == ("parked", None, "ValueError: cannot be compared")
    assert [Lead.objects.filter(owner=rep(name)).count() for name in ("laura", "daniel", "emma")] == [3, 3, 2]
    the_books_agree()
    assert pipeline.route().parked == 0  # it is not tried again until somebody says so


def test_a_failure_while_writing_costs_only_the_lead_that_causes_it(monkeypatch):
    publish()
    made = leads(6)
    tell_all = delivery.outbox.tell_all

    def fails(news):
        if any(lead == made[3].pk for _, _, lead, *_ in news):
            raise ValueError("no news of this one")
        tell_all(news)

    monkeypatch.setattr(delivery.outbox, "tell_all", fails)
    done = pipeline.route()
    assert (done.routed, done.parked) == (5, 1)
    assert Lead.objects.get(status="parked").pk == made[3].pk
    assert owners().count(None) == 1
    assert Posting.objects.count() == Assignment.objects.count() == 5
    the_books_agree()


def test_who_had_one_of_the_company_has_the_next_whatever_their_switch_and_no_ledger_moves():
    publish()
    leads(1, company="Acme", email="jane@acme.example")
    pipeline.route()
    set_accepting(rep("laura"), False, at=now())
    leads(1, company="Globex", captured_at=now())
    leads(1, company="ACME", email="joe@acme.example", captured_at=now())
    pipeline.route()
    assert owners() == ["laura", "daniel", "laura"]
    line = Assignment.objects.order_by("pk").last()
    assert (line.method, line.rule, line.team) == ("returning", "returning", None)
    assert Posting.objects.count() == 2
    the_books_agree()


def test_two_of_one_company_in_one_batch_go_to_one_rep():
    publish()
    leads(3, company="Acme")
    pipeline.route()
    assert owners() == ["laura"] * 3


def test_free_mail_makes_nobody_the_same_company():
    publish()
    leads(1, email="jane@gmail.com")
    leads(1, email="joe@gmail.com", captured_at=now())
    pipeline.route()
    assert owners() == ["laura", "daniel"]


def test_whoever_left_gets_nobody_back():
    publish()
    leads(1, company="Acme")
    pipeline.route()
    laura = rep("laura")
    laura.active = False
    laura.save()
    leads(1, company="Acme", captured_at=now())
    pipeline.route()
    assert owners() == ["laura", "daniel"]


def test_news_of_each_lead_is_written_with_it():
    publish(EVERY_DELIVERY)
    leads(1)
    leads(1, product="claim")
    pipeline.route()
    assert sorted(Event.objects.values_list("kind", flat=True)) == ["lead.assigned", "lead.pooled"]
    assert all("@" not in str(detail) for detail in Event.objects.values_list("detail", flat=True))


def test_a_lead_that_was_closed_while_it_waited_is_nobodys_work():
    publish(TO_INSIDE)
    set_accepting(rep("laura"), False, at=now())
    leads(1)
    pipeline.route()
    Lead.objects.update(is_open=False)
    set_accepting(rep("laura"), True, at=now())
    pipeline.route()
    assert owners() == [None]
