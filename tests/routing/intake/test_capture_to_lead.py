"""From stored captures to leads: who is new, who is known, and that one bad capture costs nobody else."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from routing.intake import reading
from routing.intake.capture import KeyUsedOtherwise, store
from routing.intake.known import EMPTY, leads
from routing.intake.leads import understand, understand_stored
from routing.models import Capture, Event, Lead, Rep, Source
from tests import cast as people
from tests.cast import MONDAY_MORNING

pytestmark = pytest.mark.django_db


@pytest.fixture
def web() -> Source:
    return people.source("web")


@pytest.fixture
def laura() -> Rep:
    return people.rep("laura", "Laura Ortiz")


@pytest.fixture
def kept(web: Source) -> Callable[..., Capture]:
    """A capture, stored."""

    def keep(**facts: Any) -> Capture:
        return store(
            source=facts.pop("by", web),
            body=json.dumps(facts).encode(),
            content_type="application/json",
            at=MONDAY_MORNING,
        )

    return keep


def understood(*captures: Capture) -> list[tuple[str, int | None]]:
    """What became of each: its status, and the number of its lead."""
    return [
        (outcome.status, outcome.lead.pk if outcome.lead else None)
        for outcome in understand(captures, at=MONDAY_MORNING)
    ]


def test_the_lead_has_the_facts_in_the_forms_that_are_compared(kept: Callable[..., Capture]) -> None:
    capture = kept(
        email="Jane@GMAIL.com", phone="+1 (312) 555-0142", company=" The  Clinic ", country="USA", budget="5,000"
    )
    understood(capture)
    lead = Lead.objects.get()
    assert (lead.email_key, lead.email_domain, lead.free_mail) == ("jane@gmail.com", "gmail.com", True)
    assert (lead.phone, lead.phone_key) == ("+13125550142", "13125550142")
    assert (lead.company, lead.company_key, lead.country, lead.budget) == ("The Clinic", "the clinic", "US", 5000)
    assert lead.captured_at == capture.received_at


@pytest.mark.parametrize(
    ("there", "comes"),
    [
        ({"email": "jane@clinic.example.com"}, {"email": "JANE@clinic.example.com "}),
        ({"phone": "+13125550142"}, {"phone": "+1 312 555 0142", "email": "else@clinic.example.com"}),
        ({"external_id": "7"}, {"external_id": "7", "email": "else@clinic.example.com"}),
    ],
    ids=["e-mail", "phone", "external id"],
)
def test_the_same_person_is_attached_to_the_open_lead(
    kept: Callable[..., Capture], there: dict[str, str], comes: dict[str, str]
) -> None:
    (_, first), (status, second) = understood(kept(**there), kept(**comes))
    assert (status, second) == ("duplicate", first)
    assert understood(kept(**comes)) == [("duplicate", first)]
    assert Lead.objects.count() == 1


def test_an_external_id_is_known_by_its_own_source_only(kept: Callable[..., Capture]) -> None:
    (_, first), (status, second) = understood(kept(external_id="7"), kept(external_id="7", by=people.source("partner")))
    assert status == "lead"
    assert first != second


def test_an_external_id_counts_before_an_address_and_an_address_before_a_number(kept: Callable[..., Capture]) -> None:
    by_phone, by_email, by_id = (
        lead
        for _, lead in understood(
            kept(phone="+13125550142"), kept(email="jane@clinic.example.com"), kept(external_id="7")
        )
    )
    everything = {"phone": "+13125550142", "email": "jane@clinic.example.com", "external_id": "7"}
    assert understood(kept(**everything)) == [("duplicate", by_id)]
    assert understood(kept(**everything | {"external_id": "8"})) == [("duplicate", by_email)]
    assert understood(kept(phone="+13125550142", email="june@clinic.example.com")) == [("duplicate", by_phone)]


def test_a_person_whose_lead_is_closed_comes_as_a_new_lead(kept: Callable[..., Capture]) -> None:
    [(_, first)] = understood(kept(email="jane@clinic.example.com", external_id="7"))
    Lead.objects.update(is_open=False)
    [(status, second)] = understood(kept(email="jane@clinic.example.com"))
    assert status == "lead"
    assert second != first
    assert understood(kept(external_id="7")) == [("duplicate", first)], "an id of its source is known for ever"


def test_a_repetition_changes_nothing_on_the_lead(kept: Callable[..., Capture]) -> None:
    understood(kept(email="jane@clinic.example.com", city="Chicago"))
    understood(kept(email="jane@clinic.example.com", city="Boston", job_title="CEO"))
    lead = Lead.objects.get()
    assert (lead.city, lead.job_title) == ("Chicago", "")
    assert lead.captures.count() == 2


def test_a_repetition_is_told_to_the_owner_and_to_nobody_where_there_is_none(
    kept: Callable[..., Capture], laura: Rep
) -> None:
    people.lead_of(laura, email="jane@clinic.example.com")
    people.lead(email="june@clinic.example.com")
    capture = kept(email="jane@clinic.example.com")
    understood(capture, kept(email="june@clinic.example.com"))
    event = Event.objects.get()
    assert (event.kind, event.rep, event.detail) == ("lead.repeated", laura, {"capture": capture.pk, "source": "web"})


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({"external_id": "7"}, "lead"),
        ({"phone": "+13125550142"}, "lead"),
        ({"first_name": "Jane", "company": "Clinic"}, "lead"),
        ({"first_name": "Jane", "last_name": "Moore"}, "rejected"),
        ({"company": "Clinic"}, "rejected"),
        ({"attributes": {"origin": "social"}}, "rejected"),
    ],
)
def test_a_lead_says_somehow_who_it_is(kept: Callable[..., Capture], facts: dict[str, Any], status: str) -> None:
    assert understood(kept(**facts))[0][0] == status


def test_one_bad_capture_costs_nobody_else(kept: Callable[..., Capture], monkeypatch: pytest.MonkeyPatch) -> None:
    captures = [kept(email=f"jane{number}@clinic.example.com") for number in range(9)]
    real = reading.fields

    def without_city(read: Any) -> dict[str, Any]:
        return real(read) | ({"city": None} if read.facts["email"].startswith("jane6") else {})

    monkeypatch.setattr(reading, "fields", without_city)
    statuses = [status for status, _ in understood(*captures)]
    assert statuses == ["lead"] * 6 + ["failed"] + ["lead"] * 2
    captures[6].refresh_from_db()
    assert captures[6].status == "failed"
    assert "city" in captures[6].error["error"][0]
    assert Lead.objects.count() == 8


def test_understanding_a_capture_twice_makes_one_lead(kept: Callable[..., Capture]) -> None:
    capture = kept(first_name="Jane", company="Clinic")
    first = understood(capture)
    assert understood(capture) == first
    assert Lead.objects.count() == 1


def test_a_batch_costs_a_few_queries_whatever_its_size(kept: Callable[..., Capture]) -> None:
    def queries(captures: list[Capture]) -> int:
        with CaptureQueriesContext(connection) as asked:
            understood(*captures)
        return len([query for query in asked.captured_queries if "INSERT" not in query["sql"]])

    few = queries([kept(email=f"a{number}@clinic.example.com", external_id=f"a{number}") for number in range(2)])
    many = queries([kept(email=f"b{number}@clinic.example.com", external_id=f"b{number}") for number in range(100)])
    assert many == few <= 12


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("column", "index"),
    [
        ("email_key", "one_open_lead_per_email"),
        ("phone_key", "one_open_lead_per_phone"),
        ("external_id", "external_id_unique_per_source"),
    ],
)
def test_people_are_looked_up_by_the_index_that_keeps_them_apart(web: Source, column: str, index: str) -> None:
    """SQLite uses a partial index only where its condition stands in the query as a literal."""
    asked = {f"{column}__in": ["a", "b"]} | ({"source_id": web.pk} if column == "external_id" else {"is_open": True})
    assert index in leads(**asked).exclude(**{column: EMPTY}).explain()


# --- the sweep ------------------------------------------------------------------------------------


def test_the_sweep_understands_what_was_stored_and_left(kept: Callable[..., Capture]) -> None:
    kept(email="jane@clinic.example.com")
    bad = kept(email="jane")
    assert understand_stored(10, at=MONDAY_MORNING + timedelta(seconds=1)) == 0, "its process may be at it"
    assert understand_stored(10, at=MONDAY_MORNING + timedelta(seconds=10)) == 2
    bad.refresh_from_db()
    assert bad.status == "failed", "nobody was told what is wrong: it stays in the inbox"
    assert Lead.objects.get().email == "jane@clinic.example.com"
    assert understand_stored(10, at=MONDAY_MORNING + timedelta(seconds=20)) == 0


def test_the_sweep_takes_no_more_than_it_was_told(kept: Callable[..., Capture]) -> None:
    for number in range(5):
        kept(external_id=str(number))
    later = MONDAY_MORNING + timedelta(minutes=1)
    assert [understand_stored(2, at=later) for _ in range(4)] == [2, 2, 1, 0]


# --- storing --------------------------------------------------------------------------------------


def test_the_same_key_and_body_is_the_capture_that_was_kept(web: Source) -> None:
    def again(body: bytes) -> Capture:
        return store(source=web, body=body, content_type="text/plain", at=MONDAY_MORNING, idempotency_key="k")

    assert again(b"a").pk == again(b"a").pk
    with pytest.raises(KeyUsedOtherwise):
        again(b"b")
