"""What the database itself refuses, whoever asks."""

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from routing.models import Assignment, Lead, Load
from tests.cast import cast, lead, lead_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return cast()


def refused(name):
    return pytest.raises(IntegrityError, match=name)


def test_a_lead_has_one_active_assignment_at_most(people):
    mine = lead_of(people.laura)
    # SQLite names the column, PostgreSQL the constraint.
    with refused("one_active_assignment_per_lead|routing_assignment.lead_id"), transaction.atomic():
        Assignment.objects.create(lead=mine, rep=people.daniel, method="manual", assigned_at=now())
    Assignment.objects.update(ended_at=now())
    Assignment.objects.create(lead=mine, rep=people.daniel, method="manual", assigned_at=now())


def test_an_owner_is_there_exactly_while_it_is_assigned(people):
    mine, nobodys = lead_of(people.laura), lead()
    with refused("an_assigned_lead_has_an_owner"), transaction.atomic():
        Lead.objects.filter(pk=mine.pk).update(owner=None)
    with refused("an_assigned_lead_has_an_owner"), transaction.atomic():
        Lead.objects.filter(pk=nobodys.pk).update(owner=people.laura)


def test_an_assignment_does_not_end_before_it_starts(people):
    mine = lead_of(people.laura, assigned_at=now())
    with refused("assignment_ends_after_it_starts"), transaction.atomic():
        Assignment.objects.filter(lead=mine).update(ended_at=mine.captured_at)


def test_nobody_holds_fewer_than_no_leads(people):
    load = Load.objects.create(rep=people.laura)
    with refused("load_open_not_negative|CHECK constraint failed: open|routing_load_open_check"), transaction.atomic():
        Load.objects.filter(pk=load.pk).update(open=-1)
