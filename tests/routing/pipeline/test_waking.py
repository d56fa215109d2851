"""What makes a waiting lead be looked at again, beside somebody who is able: a territory's dates, and its own owner."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils.timezone import now

from routing import clock, owned, pipeline
from routing.assignment import hand_over
from routing.models import AlertCheck, Lead, Rep, TimeOff
from routing.people_revision import people_changed
from tests.proofs.company import leads, owners, publish, rep

NOBODY_INSIDE = """
plan: 1
reps: {laura: {accepting: false}, daniel: {accepting: false}, emma: {accepting: false}, omar: {}}
teams:
  inside: {name: Inside, members: [laura, daniel, emma]}
  outside: {name: Outside, members: [omar]}
"""
REST = "rules: [{name: Rest, to: inside}]\n"


@pytest.fixture
def set_clock(monkeypatch):
    """Sets the clock that routing reads."""

    def to(at):
        monkeypatch.setattr(pipeline, "now", lambda: at)

    return to


@pytest.fixture(autouse=True)
def nothing_to_be_alerted_about(db):
    """Looking for alerts is no work that these tests are about."""
    AlertCheck.objects.update(due_at=now() + timedelta(days=30))


def is_due(at):
    age = clock.oldest_due_work(at=at)
    return age is not None


def test_a_waiting_lead_goes_to_a_territorys_team_once_the_territory_begins(db, set_clock):
    tomorrow = datetime.combine(now().date() + timedelta(days=1), time(), UTC)
    publish(
        NOBODY_INSIDE
        + f"territories: {{fair: {{name: Fair, where: [{{field: country, op: is, value: DE}}], team: outside,"
        f" from: {tomorrow.date()}}}}}\n" + "rules: [{name: Fair, to: {territory: true}}, {name: Rest, to: inside}]\n"
    )
    leads(1, country="DE")
    pipeline.route()
    assert owners() == [None]
    assert not is_due(tomorrow - timedelta(seconds=1))
    assert is_due(tomorrow)
    set_clock(tomorrow + timedelta(seconds=1))
    pipeline.route()
    assert owners() == ["omar"]


def test_a_waiting_lead_goes_to_whoever_is_given_another_of_its_company(db):
    publish(NOBODY_INSIDE + REST)
    leads(2, company="Northwind Clinics")
    pipeline.route()
    first, second = Lead.objects.order_by("captured_at")
    assert owned.wake_whose_company_has_an_owner(at=now()) == 0
    hand_over(lead_id=first.pk, rep=rep("daniel"), by=None, at=now())
    assert owned.wake_whose_company_has_an_owner(at=now()) == 1
    pipeline.route()
    second.refresh_from_db()
    assert (second.owner, second.rule) == (rep("daniel"), "returning")
    assert owned.wake_whose_company_has_an_owner(at=now()) == 0


def test_a_waiting_lead_returns_to_an_absent_owner_a_day_before_they_are_back(db, set_clock):
    publish(NOBODY_INSIDE + REST)
    leads(1, company="Northwind Clinics")
    Lead.objects.update(status="parked")
    hand_over(lead_id=Lead.objects.get().pk, rep=rep("daniel"), by=None, at=now())
    back = (now() + timedelta(days=5)).replace(microsecond=0)
    start = now() - timedelta(days=1)
    TimeOff.objects.create(
        rep=Rep.objects.get(username="daniel"),
        starts_local=start.replace(tzinfo=None).isoformat(timespec="seconds"),
        ends_local=back.replace(tzinfo=None).isoformat(timespec="seconds"),
    )
    people_changed()
    leads(1, company="Northwind Clinics", captured_at=now())
    pipeline.route()
    assert owners() == ["daniel", None]
    assert not is_due(back - timedelta(hours=24, seconds=1))
    nearly = back - timedelta(hours=23, minutes=59)
    assert is_due(nearly)
    set_clock(nearly)
    pipeline.route()
    assert owners() == ["daniel", "daniel"]
