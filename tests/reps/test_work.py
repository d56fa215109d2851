"""What a person does with a lead, and what follows from it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from reps import work
from reps.models import Activity
from routing.models import Assignment, Stage
from tests.cast import MONDAY_MORNING, lead_of

LATER = MONDAY_MORNING + timedelta(minutes=3)


@pytest.fixture
def lauras(people):
    """A lead that Laura has had for three minutes."""
    return lead_of(people.laura, team=people.inside)


def log(lead, laura, **act):
    """Laura logs something three minutes after the lead became hers."""
    return work.log(**{"lead_id": lead.pk, "rep": laura, "by": laura.user, "at": LATER, "kind": "call"} | act)


@pytest.mark.parametrize(
    ("act", "touches"),
    [
        ({"kind": "call", "outcome": "reached"}, True),
        ({"kind": "call", "outcome": "no_answer"}, True),
        ({"kind": "call", "outcome": "voicemail"}, True),
        ({"kind": "email"}, True),
        ({"kind": "message"}, True),
        ({"kind": "meeting"}, True),
        ({"kind": "note", "body": "rings back"}, False),
        ({"kind": "call", "direction": "in"}, False),
        ({"kind": "email", "direction": "in"}, False),
        ({"kind": "email", "rep": None, "by": None}, False),
    ],
    ids=lambda value: "-".join(str(part) for part in value.values()) if isinstance(value, dict) else None,
)
def test_only_what_a_person_sends_out_answers_a_lead(people, lauras, act, touches):
    log(lauras, people.laura, **act)
    lauras.refresh_from_db()
    assert lauras.first_touch_at == (LATER if touches else None)
    assert Assignment.objects.get(lead=lauras).first_touch_at == (LATER if touches else None)


def test_the_first_touch_stays_the_first(people, lauras):
    log(lauras, people.laura, kind="email")
    log(lauras, people.laura, kind="call", at=LATER + timedelta(minutes=1))
    lauras.refresh_from_db()
    assert lauras.first_touch_at == LATER


def test_a_call_before_the_lead_was_theirs_answers_it_no_sooner_than_it_was_theirs(people, lauras):
    log(lauras, people.laura, at=MONDAY_MORNING - timedelta(minutes=5), logged_at=LATER)
    lauras.refresh_from_db()
    assert lauras.first_touch_at == lauras.assigned_at


def test_a_new_lead_that_was_reached_was_contacted(people, lauras):
    log(lauras, people.laura, outcome="reached")
    lauras.refresh_from_db()
    assert lauras.stage.kind == "contacted"


def test_reaching_a_lead_again_does_not_set_it_back(people):
    met = lead_of(people.laura, stage="meeting")
    log(met, people.laura, outcome="reached")
    met.refresh_from_db()
    assert met.stage.kind == "meeting"


def test_the_same_key_is_the_same_act(people, lauras):
    first = log(lauras, people.laura, key="k1", body="hello")
    again = log(lauras, people.laura, key="k1", body="hello", at=LATER + timedelta(seconds=5))
    assert (again.pk, again.at) == (first.pk, LATER)
    assert Activity.objects.count() == 1


def test_the_same_key_for_another_act_is_refused(people, lauras):
    log(lauras, people.laura, key="k1", outcome="no_answer")
    with pytest.raises(work.KeyReused):
        log(lauras, people.laura, key="k1", outcome="reached")
    lauras.refresh_from_db()
    assert lauras.stage.kind == "new"


def test_keys_of_two_people_do_not_meet(people, lauras):
    log(lauras, people.laura, key="k1")
    log(lead_of(people.daniel), people.daniel, key="k1")
    assert Activity.objects.count() == 2


@pytest.mark.parametrize(
    ("act", "field"),
    [
        ({"kind": "fax"}, "kind"),
        ({"kind": "email", "outcome": "reached"}, "outcome"),
        ({"kind": "email", "seconds": 60}, "seconds"),
        ({"kind": "note", "body": "  "}, "body"),
        ({"at": LATER, "logged_at": LATER - timedelta(seconds=1)}, "at"),
    ],
    ids=["unknown kind", "outcome of an e-mail", "length of an e-mail", "empty note", "not yet happened"],
)
def test_what_makes_no_sense_is_refused_beside_its_field(people, lauras, act, field):
    with pytest.raises(ValidationError) as refused:
        log(lauras, people.laura, **act)
    assert set(refused.value.message_dict) == {field}
    assert not Activity.objects.exists()


def test_winning_keeps_the_value(people, lauras):
    work.win(lead_id=lauras.pk, at=LATER, by=people.laura.user, value=Decimal("1200.50"))
    lauras.refresh_from_db()
    assert (lauras.stage.kind, lauras.won_at, lauras.value, lauras.is_open) == ("won", LATER, Decimal("1200.50"), False)


def test_losing_keeps_the_reason(people, lauras):
    work.lose(lead_id=lauras.pk, at=LATER, by=people.laura.user, reason=" no budget ")
    lauras.refresh_from_db()
    assert (lauras.stage.kind, lauras.lost_at, lauras.lost_reason) == ("lost", LATER, "no budget")


def test_losing_without_a_reason_is_refused(people, lauras):
    with pytest.raises(ValidationError):
        work.lose(lead_id=lauras.pk, at=LATER, reason=" ")


def test_a_lost_lead_can_be_reopened(people, lauras):
    work.lose(lead_id=lauras.pk, at=LATER, reason="not now")
    work.move(lead_id=lauras.pk, stage=Stage.objects.get(slug="contacted"), at=LATER + timedelta(days=30))
    lauras.refresh_from_db()
    assert (lauras.is_open, lauras.lost_at) == (True, None)
