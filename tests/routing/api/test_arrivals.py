"""POST /api/v1/leads/: what a source sends is kept first, answered then, and never lost."""

import base64
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.http import HttpResponse
from rest_framework.test import APIClient

from routing import jobs, pipeline
from routing.models import Capture, Event, Lead, Source
from tests import cast as people

JANE = {"email": "Jane.Moore@Clinic.example.com", "first_name": "Jane", "company": "Clinic", "company_size": 250}


@pytest.fixture
def web(db: None) -> Source:
    return people.source("web")


@pytest.fixture(autouse=True)
def wakes(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """How often routing was woken."""
    woken: list[bool] = []
    monkeypatch.setattr(jobs, "wake_routing", lambda: woken.append(True))
    return woken


@pytest.fixture
def send(web: Source) -> Callable[..., HttpResponse]:
    """Send a body, as the source web would."""
    client = APIClient(headers={"Authorization": f"Bearer {people.token(web)}"})

    def post(body: Any, *, key: str | None = None, address: str = "/api/v1/leads/") -> HttpResponse:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Idempotency-Key": key} if key else {}
        return client.generic("POST", address, content, content_type="application/json", headers=headers)

    return post


def test_a_lead_is_stored_answered_and_routed_in_the_background(
    send: Callable[..., HttpResponse], wakes: list[bool]
) -> None:
    answer = send(JANE)
    lead, capture = Lead.objects.get(), Capture.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {"id": lead.pk, "capture": capture.pk, "status": "new", "owner": None}
    assert (lead.email, lead.email_key) == ("Jane.Moore@clinic.example.com", "jane.moore@clinic.example.com")
    assert (lead.status, lead.urgent, lead.stage.slug, lead.channel) == ("new", True, "new", "api")
    assert lead.due_at is not None
    assert (capture.status, capture.lead, json.loads(capture.body)) == ("lead", lead, JANE)
    assert wakes == [True]


def test_a_caller_who_waits_is_told_whose_it_is(
    cast_of_one: SimpleNamespace, send: Callable[..., HttpResponse], monkeypatch: pytest.MonkeyPatch, wakes: list[bool]
) -> None:
    def route(ids: list[int]) -> None:
        Lead.objects.filter(pk__in=ids).update(owner=cast_of_one.laura, status="assigned")

    monkeypatch.setattr(pipeline, "route_leads", route)
    answer = send(JANE, address="/api/v1/leads/?wait=1")
    assert (answer.json()["status"], answer.json()["owner"]) == ("assigned", "laura")
    assert wakes == []


@pytest.fixture
def cast_of_one(db: None) -> SimpleNamespace:
    return SimpleNamespace(laura=people.rep("laura", "Laura Ortiz"))


def test_routing_that_fails_is_no_failure_of_the_sender(
    send: Callable[..., HttpResponse], monkeypatch: pytest.MonkeyPatch, wakes: list[bool]
) -> None:
    def route(ids: list[int]) -> None:
        raise RuntimeError("no plan today")

    monkeypatch.setattr(pipeline, "route_leads", route)
    answer = send(JANE, address="/api/v1/leads/?wait=1")
    assert (answer.status_code, answer.json()["status"]) == (201, "new")
    assert wakes == [True]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"email": "jane at clinic"}, ["email"]),
        ({"email": "jane@clinic.example.com", "company_size": "many"}, ["company_size"]),
        ({"email": "jane", "budget": "lots", "engagement": 120}, ["budget", "email", "engagement"]),
        ({"email": "jane@clinic.example.com", "compny": "Clinic"}, ["compny"]),
        ({"first_name": "Jane"}, ["email"]),
        ({}, ["email"]),
        ({"email": "jane@clinic.example.com", "stage": "won"}, ["stage"]),
        ({"email": "jane@clinic.example.com", "source": "partner"}, ["source"]),
        ({"email": "jane@clinic.example.com", "attributes": "blue"}, ["attributes"]),
    ],
)
def test_bad_input_is_answered_by_field_and_kept(
    send: Callable[..., HttpResponse], body: dict[str, Any], fields: list[str]
) -> None:
    answer = send(body)
    assert (answer.status_code, sorted(answer.json())) == (400, fields)
    assert all(isinstance(words, list) and words for words in answer.json().values())
    capture = Capture.objects.get()
    assert (capture.status, capture.error, json.loads(capture.body)) == ("rejected", answer.json(), body)
    assert not Lead.objects.exists()


def test_a_misspelt_field_is_named_with_what_was_meant(send: Callable[..., HttpResponse]) -> None:
    assert "did you mean 'company'?" in send({"email": "jane@clinic.example.com", "compny": "C"}).json()["compny"][0]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"email=jane@clinic.example.com",
        b'{"email": ',
        b'{"budget": NaN}',
        b"[" * 100_000,
        b'{"a": ' + b"1" * 9000 + b"}",
    ],
    ids=["empty", "a form", "cut off", "NaN", "deep", "a long number"],
)
def test_a_body_that_is_no_json_stays_in_the_inbox(send: Callable[..., HttpResponse], body: bytes) -> None:
    answer = send(body)
    capture = Capture.objects.get()
    assert (answer.status_code, set(answer.json())) == (400, {"detail", "capture"})
    assert answer.json()["capture"] == capture.pk
    assert (capture.status, capture.body.encode()) == ("failed", body)


@pytest.mark.parametrize("content_type", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded", ""])
def test_the_body_counts_whatever_it_calls_itself(web: Source, content_type: str) -> None:
    client = APIClient(headers={"Authorization": f"Bearer {people.token(web)}"})
    answer = client.generic("POST", "/api/v1/leads/", json.dumps(JANE).encode(), content_type=content_type)
    assert answer.status_code == 201


@pytest.mark.parametrize("body", [b"\xff\xfe\x00\x01", b'{"email": "a\x00b"}'], ids=["no text", "a NUL"])
def test_bytes_that_are_no_text_are_kept_whole(send: Callable[..., HttpResponse], body: bytes) -> None:
    assert send(body).status_code == 400
    capture = Capture.objects.get()
    assert capture.body_is_base64
    assert base64.b64decode(capture.body) == body


@pytest.mark.parametrize("body", [[JANE], "jane", 7, None], ids=str)
def test_json_that_is_no_object_is_refused_and_kept(send: Callable[..., HttpResponse], body: Any) -> None:
    answer = send(body)
    assert (answer.status_code, set(answer.json())) == (400, {"detail", "capture"})
    assert Capture.objects.get().status == "rejected"


def test_a_body_beyond_a_megabyte_is_not_read(send: Callable[..., HttpResponse]) -> None:
    assert send({"email": "x" * (1024 * 1024)}).status_code == 413
    assert not Capture.objects.exists()


def test_strange_characters_come_in(send: Callable[..., HttpResponse]) -> None:
    body = b'{"email": "jane@clinic.example.com", "first_name": "J\\u0000a\\ud800ne", "attributes": {"n": "a\\u0000b"}}'
    assert send(body).status_code == 201
    assert "\x00" not in Lead.objects.get().first_name


def test_attributes_come_nested_or_flat(send: Callable[..., HttpResponse]) -> None:
    send(JANE | {"attributes": {"campaign": "spring", "visits": 7}, "attributes.page": "/pricing"})
    assert Lead.objects.get().attributes == {"campaign": "spring", "visits": "7", "page": "/pricing"}


def test_a_source_has_its_own_names_and_defaults(send: Callable[..., HttpResponse], web: Source) -> None:
    web.mapping = {"mail": "email", "name": "full_name", "secret": "ignore"}
    web.defaults = {"country": "Germany", "product": "ehr", "attributes": {"a": "b"}}
    web.default_country = "DE"
    web.save()
    brought = {"mail": "jane@clinic.example.com", "name": "Jane Moore", "secret": "x", "phone": "030 901820"}
    assert send(brought | {"product": "billing", "country": ""}).status_code == 201
    lead = Lead.objects.get()
    assert (lead.first_name, lead.last_name) == ("Jane", "Moore")
    assert (lead.email, lead.phone, lead.product) == ("jane@clinic.example.com", "+4930901820", "billing")
    assert (lead.country, lead.attributes) == ("DE", {"a": "b"})


# --- the same again -------------------------------------------------------------------------------


def test_the_same_person_again_is_attached_and_told_to_the_owner(
    send: Callable[..., HttpResponse], cast_of_one: SimpleNamespace, wakes: list[bool]
) -> None:
    hers = people.lead_of(cast_of_one.laura, email="jane.moore@clinic.example.com")
    answer = send(JANE)
    assert answer.status_code == 201
    assert answer.json()["id"] == hers.pk
    assert (answer.json()["status"], answer.json()["owner"]) == ("duplicate", "laura")
    assert Lead.objects.count() == 1
    told = Event.objects.get(kind="lead.repeated")
    assert (told.lead, told.rep) == (hers, cast_of_one.laura)
    assert wakes == []


def test_the_same_key_and_body_gives_the_very_same_answer(send: Callable[..., HttpResponse]) -> None:
    first = send(JANE, key="k1")
    Lead.objects.update(owner=people.rep("laura", "Laura Ortiz"), status="assigned")
    again = send(JANE, key="k1")
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert Capture.objects.count() == 1


@pytest.mark.parametrize("body", [{"email": "nobody"}, b"no json"], ids=["refused", "unreadable"])
def test_a_refusal_is_repeated_too(send: Callable[..., HttpResponse], body: Any) -> None:
    first, again = send(body, key="k1"), send(body, key="k1")
    assert first.status_code == 400
    assert (again.status_code, again.json()) == (400, first.json())
    assert Capture.objects.count() == 1


def test_the_same_key_with_another_body_is_422(send: Callable[..., HttpResponse]) -> None:
    send(JANE, key="k1")
    answer = send(JANE | {"first_name": "June"}, key="k1")
    assert answer.status_code == 422
    assert "Idempotency-Key" in answer.json()["detail"]


def test_sources_have_their_keys_to_themselves(send: Callable[..., HttpResponse]) -> None:
    send(JANE, key="k1")
    partner = APIClient(headers={"Authorization": f"Bearer {people.token(people.source('partner'))}"})
    answer = partner.post("/api/v1/leads/", {"email": "june@clinic.example.com"}, headers={"Idempotency-Key": "k1"})
    assert answer.status_code == 201


def test_a_key_that_is_too_long_is_named_and_the_body_kept(send: Callable[..., HttpResponse]) -> None:
    answer = send(JANE, key="k" * 256)
    assert (answer.status_code, list(answer.json())) == (400, ["Idempotency-Key"])
    assert Capture.objects.get().status == "rejected"


def test_a_repetition_finishes_what_the_first_did_not(send: Callable[..., HttpResponse]) -> None:
    first = send(JANE, key="k1").json()
    Capture.objects.update(answer=None, answer_status=None)  # the process died between understanding and answering
    again = send(JANE, key="k1")
    assert (again.status_code, again.json()) == (201, first)
    assert Lead.objects.count() == 1


# --- when something is wrong here -----------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_with_redis_away_intake_answers_as_ever(
    send: Callable[..., HttpResponse], redis_away: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    assert send(JANE).status_code == 201


def test_what_cannot_be_understood_for_a_reason_of_ours_is_accepted_and_stays(
    send: Callable[..., HttpResponse], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("routing.intake.reading.normalise", broken)
    answer = send(JANE)
    capture = Capture.objects.get()
    assert answer.status_code == 202
    assert answer.json() == {"id": None, "capture": capture.pk, "status": "failed", "owner": None}
    assert (capture.status, capture.error) == ("failed", {"error": ["ZeroDivisionError: a bug"]})


def test_a_database_that_refuses_for_a_moment_leaves_it_to_the_sweep(
    send: Callable[..., HttpResponse], monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("routing.api.arrivals.understand", locked)
    answer = send(JANE)
    assert (answer.status_code, answer.json()["status"]) == (202, "stored")
    assert Capture.objects.get().status == "stored"


# --- at the same moment ---------------------------------------------------------------------------


def at_once(send: Callable[..., HttpResponse], bodies: list[Any], key: str | None = None) -> list[HttpResponse]:
    """The answers to all bodies, sent together from as many threads."""
    gate = Barrier(len(bodies))

    def one(body: Any) -> HttpResponse:
        try:
            gate.wait()
            return send(body, key=key)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(bodies)) as threads:
        return list(threads.map(one, bodies))


@pytest.mark.django_db(transaction=True)
def test_one_person_ten_times_at_once_is_one_lead(send: Callable[..., HttpResponse]) -> None:
    for number in range(5):
        person = {"email": f"jane{number}@clinic.example.com"}
        answers = at_once(send, [person | {"first_name": f"Jane {n}"} for n in range(10)])
        assert [answer.status_code for answer in answers] == [201] * 10
        assert len({answer.json()["id"] for answer in answers}) == 1
        assert sorted(answer.json()["status"] for answer in answers) == ["duplicate"] * 9 + ["new"]
        assert Lead.objects.filter(email_key=person["email"]).count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_key_ten_times_at_once_is_one_capture_and_one_answer(send: Callable[..., HttpResponse]) -> None:
    answers = at_once(send, [JANE] * 10, key="k1")
    assert {answer.status_code for answer in answers} == {201}
    assert len({json.dumps(answer.json()) for answer in answers}) == 1
    assert (Capture.objects.count(), Lead.objects.count()) == (1, 1)
