"""POST /api/v1/leads/<id>/activities/."""

import pytest
from django.test import Client

from reps.models import Activity
from tests.cast import lead_of, token


@pytest.fixture
def lauras(people):
    return lead_of(people.laura, team=people.inside)


def post(user, lead, body, **headers):
    return Client().post(
        f"/api/v1/leads/{lead.pk}/activities/",
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {token(user)}"} | headers,
    )


def test_its_owner_logs_a_call(people, lauras):
    answer = post(people.laura.user, lauras, {"kind": "call", "outcome": "reached", "seconds": 95, "body": "hello"})
    assert answer.status_code == 201
    assert answer.json() | {"kind": "call", "outcome": "reached", "seconds": 95, "self_reported": True} == answer.json()
    assert Activity.objects.get().rep == people.laura


def test_the_same_key_and_body_again_is_the_same_answer(people, lauras):
    first, again = (post(people.laura.user, lauras, {"kind": "email"}, **{"Idempotency-Key": "abc"}) for _ in range(2))
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert Activity.objects.count() == 1


def test_the_same_key_with_another_body_is_422(people, lauras):
    key = {"Idempotency-Key": "abc"}
    post(people.laura.user, lauras, {"kind": "email"}, **key)
    assert post(people.laura.user, lauras, {"kind": "message"}, **key).status_code == 422


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "kind"),
        ({"kind": "fax"}, "kind"),
        ({"kind": "email", "outcome": "reached"}, "outcome"),
        ({"kind": "call", "seconds": -1}, "seconds"),
        ({"kind": "call", "at": "2999-01-01T00:00:00Z"}, "at"),
        ({"kind": "note"}, "body"),
    ],
)
def test_what_makes_no_sense_is_400_beside_its_field(people, lauras, body, field):
    answer = post(people.laura.user, lauras, body)
    assert answer.status_code == 400
    assert set(answer.json()) == {field}


def test_nobody_else_logs_on_it(people, lauras):
    people.inside.managers.add(people.dana)
    assert post(people.dana, lauras, {"kind": "email"}).status_code == 403
    assert post(people.omar.user, lauras, {"kind": "email"}).status_code == 404
    assert not Activity.objects.exists()


def test_a_token_that_only_reads_does_not_log(people, lauras):
    answer = Client().post(
        f"/api/v1/leads/{lauras.pk}/activities/",
        {"kind": "email"},
        content_type="application/json",
        headers={"Authorization": f"Bearer {token(people.laura.user, scopes=['leads:read'])}"},
    )
    assert answer.status_code == 403
