"""Whoever comes back gets a few of the leads that waited, and after some minutes the next."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from routing import pipeline
from routing.explain import explanation
from routing.models import Decision, Lead
from routing.people_changes import set_accepting
from tests.proofs.company import leads, owners, publish, rep, the_books_agree

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(settings):
    """Ten leads that wait for somebody to switch on."""
    settings.HELD_LEADS_AT_ONCE, settings.HELD_LEADS_MINUTES = 3, 10
    publish()
    for name in ("laura", "daniel", "emma"):
        set_accepting(rep(name), False, at=now())
    leads(10)
    pipeline.route()
    assert set(Lead.objects.values_list("status", flat=True)) == {"waiting"}


def later(minutes):
    """As if so many minutes had passed: what was decided is so much older, and what waits is due."""
    for decision in Decision.objects.all():
        Decision.objects.filter(pk=decision.pk).update(at=decision.at - timedelta(minutes=minutes))
    Lead.objects.filter(status="waiting").update(due_at=now())


def had(name):
    return owners().count(name)


def test_nobody_who_comes_back_is_flooded(waiting):
    set_accepting(rep("laura"), True, at=now())
    pipeline.route()
    assert had("laura") == 3
    later(minutes=5)
    pipeline.route()
    assert had("laura") == 3
    later(minutes=6)
    pipeline.route()
    assert had("laura") == 6
    the_books_agree()


def test_the_rest_goes_to_whoever_else_comes_within_a_minute(waiting):
    set_accepting(rep("laura"), True, at=now())
    pipeline.route()
    left = Lead.objects.filter(status="waiting")
    assert {lead.due_at - now() < timedelta(minutes=1, seconds=2) for lead in left} == {True}
    set_accepting(rep("emma"), True, at=now())
    left.update(due_at=now())
    pipeline.route()
    assert (had("laura"), had("emma")) == (3, 3)


def test_new_leads_know_no_brake(waiting):
    set_accepting(rep("laura"), True, at=now())
    pipeline.route()
    leads(4)
    pipeline.route()
    assert had("laura") == 7


def test_who_is_braked_is_said_and_the_decision_replays(waiting):
    for name in ("laura", "daniel", "emma"):
        set_accepting(rep(name), True, at=now())
    pipeline.route()
    held = Lead.objects.get(status="waiting")
    assert held.reason == "catching_up"
    told = explanation(held.pk)
    assert told["decision"]["replays"]
    assert ("laura", "catching_up") in {(one["rep"], one["against"]) for one in told["reps"]}
    for decision in Decision.objects.values_list("lead_id", flat=True).distinct():
        assert explanation(decision)["decision"]["replays"]


def test_without_a_limit_all_come_at_once(waiting, settings):
    settings.HELD_LEADS_AT_ONCE = 0
    set_accepting(rep("laura"), True, at=now())
    pipeline.route()
    assert had("laura") == 10
