"""Leads handed out by hand, handed on, and given back."""

from fractions import Fraction

import pytest
from django.utils.timezone import now

from routing import assignment, pipeline
from routing.models import Assignment, Event, Lead, Posting
from tests.cast import person
from tests.proofs.company import EVERY_DELIVERY, balances, leads, owners, publish, rep, the_books_agree

pytestmark = pytest.mark.django_db

CAPPED = EVERY_DELIVERY.replace("{name: Laura Ortiz}", "{name: Laura Ortiz, caps: {open: 1}}")


@pytest.fixture
def dana():
    return person("dana")


def routed(count=1, **fields):
    made = leads(count, **fields)
    pipeline.route()
    return [Lead.objects.get(pk=lead.pk) for lead in made]


def test_a_lead_in_the_managers_queue_is_handed_out_and_counted(dana):
    publish()
    (lead,) = routed(product="manual")
    assert lead.status == "pooled"
    given = assignment.hand_over(lead_id=lead.pk, rep=rep("emma"), by=dana, at=now())
    assert (given.owner, given.status) == (rep("emma"), "assigned")
    line = Assignment.objects.get()
    assert (line.method, line.by) == ("manual", dana)
    third = Fraction(1, 3)
    assert balances("inside") == {"laura": third, "daniel": third, "emma": third - 1}
    the_books_agree()


def test_a_lead_handed_on_leaves_its_owner(dana):
    publish()
    (lead,) = routed()
    assert lead.owner == rep("laura")
    assignment.hand_over(lead_id=lead.pk, rep=rep("daniel"), by=dana, at=now())
    assert list(Assignment.objects.order_by("pk").values_list("rep__username", "ended_because")) == [
        ("laura", "handed_over"),
        ("daniel", ""),
    ]
    told = Event.objects.order_by("pk").values_list("kind", "rep__username")
    assert list(told)[1:] == [("lead.taken_away", "laura"), ("lead.assigned", "daniel")]
    the_books_agree()


def test_a_lead_is_handed_to_somebody_of_another_team(dana):
    publish()
    (lead,) = routed()
    assert assignment.hand_over(lead_id=lead.pk, rep=rep("omar"), by=dana, at=now()).owner == rep("omar")
    the_books_agree()


def test_a_cap_holds_for_the_manager_unless_there_is_a_reason(dana):
    publish(CAPPED)
    routed()
    (lead,) = routed(product="manual")
    with pytest.raises(assignment.NotAllowed) as refusal:
        assignment.hand_over(lead_id=lead.pk, rep=rep("laura"), by=dana, at=now())
    assert refusal.value.code == "capped"
    assert Lead.objects.get(pk=lead.pk).status == "pooled"
    assignment.hand_over(lead_id=lead.pk, rep=rep("laura"), by=dana, at=now(), override="She knows them.")
    assert Assignment.objects.get(lead=lead).note == "She knows them."
    the_books_agree()


def test_nobody_inactive_is_handed_a_lead(dana):
    publish()
    (lead,) = routed(product="manual")
    emma = rep("emma")
    emma.active = False
    emma.save()
    with pytest.raises(assignment.NotAllowed) as refusal:
        assignment.hand_over(lead_id=lead.pk, rep=emma, by=dana, at=now(), override="Please.")
    assert refusal.value.code == "inactive"


def test_a_lead_that_was_set_aside_is_not_handed_out(dana):
    publish()
    (lead,) = leads(1, status=Lead.Status.DISQUALIFIED)
    with pytest.raises(assignment.NotThere):
        assignment.hand_over(lead_id=lead.pk, rep=rep("emma"), by=dana, at=now())


def test_a_lead_given_back_goes_to_everybody_else_once_and_then_waits():
    publish()
    (lead,) = routed()
    had = []
    for _ in range(3):
        owner = Lead.objects.get(pk=lead.pk).owner
        had.append(owner.username)
        assignment.give_back(lead_id=lead.pk, rep=owner, reason="no_time", at=now())
        the_books_agree()
        pipeline.route()
    assert had == ["laura", "daniel", "emma"]
    lead.refresh_from_db()
    assert (lead.status, lead.owner, lead.reason) == ("waiting", None, "tried")
    the_books_agree()


def test_a_lead_given_back_does_not_return_to_who_gave_it_back_by_way_of_its_company():
    publish()
    first, second = routed(1, company="Acme"), routed(1, company="Acme")
    assert owners() == ["laura", "laura"]
    assignment.give_back(lead_id=second[0].pk, rep=rep("laura"), reason="no_time", at=now())
    pipeline.route()
    assert Lead.objects.get(pk=second[0].pk).owner == rep("daniel")
    assert Lead.objects.get(pk=first[0].pk).owner == rep("laura")
    the_books_agree()


@pytest.mark.parametrize(("reason", "laura_is"), [("bad_data", 0), ("no_time", Fraction(-2, 3))])
def test_only_a_reason_on_the_credit_list_reverses_the_posting(reason, laura_is):
    publish()
    (lead,) = routed()
    assignment.give_back(lead_id=lead.pk, rep=rep("laura"), reason=reason, at=now())
    assert balances("inside").get("laura", 0) == laura_is
    assert list(Posting.objects.order_by("pk").values_list("sign", "reason")) == [
        (1, "round_robin"),
        *([(-1, reason)] if not laura_is else []),
    ]
    the_books_agree()


def test_a_lead_is_given_back_by_its_owner_only():
    publish()
    (lead,) = routed()
    with pytest.raises(assignment.NotThere):
        assignment.give_back(lead_id=lead.pk, rep=rep("daniel"), reason="no_time", at=now())
    assert Lead.objects.get(pk=lead.pk).owner == rep("laura")


def test_a_clock_that_runs_behind_another_does_no_harm(dana):
    publish()
    at = now()
    (lead,) = routed()
    assignment.hand_over(lead_id=lead.pk, rep=rep("emma"), by=dana, at=at)
    assert Lead.objects.get(pk=lead.pk).owner == rep("emma")
