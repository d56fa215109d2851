"""What work on a lead changes: its stage, whether it is open, and the room its owner has."""

import pytest
from django.utils.timezone import now

from routing import assignment, pipeline
from routing.models import Assignment, Lead, Load
from tests.proofs.company import PEOPLE, leads, owners, publish, rep, the_books_agree

pytestmark = pytest.mark.django_db

ONE_AT_A_TIME = """
plan: 1
name: One
reps: {laura: {name: Laura Ortiz, caps: {open: 1}}}
teams: {inside: {name: Inside, members: [laura]}}
rules: [{name: Everything, to: inside}]
"""


@pytest.mark.parametrize("outcome", ["won", "lost"])
def test_a_lead_that_is_over_makes_room_for_one_that_waits(outcome, stage):
    publish(ONE_AT_A_TIME)
    first, second = leads(2)
    pipeline.route()
    assert owners() == ["laura", None]
    assert Lead.objects.get(pk=second.pk).reason == "capped"
    assignment.move(lead_id=first.pk, stage=stage(outcome), at=now())
    pipeline.route()
    assert owners() == ["laura", "laura"]
    the_books_agree()


def test_a_lead_taken_up_again_takes_its_room_again(stage):
    publish(ONE_AT_A_TIME)
    first, second = leads(2)
    pipeline.route()
    assignment.move(lead_id=first.pk, stage=stage("lost"), at=now(), lost_reason="silent")
    assert Load.objects.get(team=None).open == 0
    again = assignment.move(lead_id=first.pk, stage=stage("contacted"), at=now())
    assert (again.is_open, again.lost_at, again.lost_reason) == (True, None, "")
    pipeline.route()
    assert Lead.objects.get(pk=second.pk).status == "waiting"
    the_books_agree()


def test_a_lead_is_not_taken_up_again_while_its_person_has_another(stage):
    publish(PEOPLE + "rules: [{name: All, to: inside}]")
    (first,) = leads(1, email="jane@acme.example")
    pipeline.route()
    assignment.move(lead_id=first.pk, stage=stage("lost"), at=now())
    leads(1, email="jane@acme.example")
    with pytest.raises(assignment.NotThere, match="another open lead"):
        assignment.move(lead_id=first.pk, stage=stage("contacted"), at=now())


def test_the_first_touch_is_noted_once():
    publish(PEOPLE + "rules: [{name: All, to: inside}]")
    (lead,) = leads(1)
    pipeline.route()
    first = now()
    assignment.touch(lead_id=lead.pk, at=first)
    assignment.touch(lead_id=lead.pk, at=now())
    assert Lead.objects.get().first_touch_at == Assignment.objects.get().first_touch_at == first
    assert Lead.objects.get().owner == rep("laura")
