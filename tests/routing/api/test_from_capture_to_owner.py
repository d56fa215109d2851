"""The whole way by API: a source posts, the plan decides, a rep has it, and can say why."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from rest_framework.test import APIClient

from routing.models import Lead
from tests import cast as people

Calling = Callable[..., APIClient]

PLAN = """
plan: 1
name: Acme inbound
reps: {laura: {name: Laura Ortiz}, daniel: {name: Daniel Weiss}, omar: {name: Omar Haddad}}
teams:
  inside: {name: Inside, managers: [dana], members: [laura, daniel]}
  outside: {name: Outside, members: [omar]}
rules:
  - {name: Sharks, when: {all: [{field: product, op: is, value: shark}]}, to: inside, delivery: claim}
  - {name: Unseen, when: {all: [{field: product, op: is, value: blind}]}, to: inside, delivery: blind}
  - {name: Everything else, to: inside}
"""


@pytest.fixture
def plan(cast: SimpleNamespace, tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(PLAN)
    call_command("load_plan", str(file), "--publish", verbosity=0)


@pytest.fixture
def arrived(plan: None, calling_as: Calling) -> Callable[..., dict[str, Any]]:
    web = calling_as(people.source("web"))

    def post(**facts: Any) -> dict[str, Any]:
        answer = web.post("/api/v1/leads/?wait=1", facts)
        assert answer.status_code == 201, answer.content
        return answer.json()

    return post


def test_leads_go_round_and_their_owners_can_say_why(
    cast: SimpleNamespace, calling_as: Calling, arrived: Callable[..., dict[str, Any]]
) -> None:
    first, second, third = (arrived(email=f"jane@clinic{number}.example") for number in range(3))
    assert [answer["owner"] for answer in (first, second, third)] == ["laura", "daniel", "laura"]
    assert first["status"] == "assigned"
    why = calling_as(cast.laura).get(f"/api/v1/leads/{first['id']}/explanation/").json()
    assert (why["decision"]["rule"], why["decision"]["rep"]) == ("everything-else", "laura")


def test_a_rep_is_told_about_themselves_and_a_manager_about_all(
    cast: SimpleNamespace, calling_as: Calling, arrived: Callable[..., dict[str, Any]]
) -> None:
    address = f"/api/v1/leads/{arrived(email='jane@clinic.example.com')['id']}/explanation/"
    hers, all_of_it = (calling_as(who).get(address).json() for who in (cast.laura, cast.dana))
    assert [rep["rep"] for rep in hers["reps"]] == ["laura"]
    assert set(hers["ledger"]) == {"laura"}
    assert {rep["rep"] for rep in all_of_it["reps"]} >= {"laura", "daniel"}
    assert calling_as(cast.daniel).get(address).status_code == 404


def test_a_claim_has_one_winner_and_the_other_is_told_who(
    cast: SimpleNamespace, calling_as: Calling, arrived: Callable[..., dict[str, Any]]
) -> None:
    lead = arrived(email="jane@clinic.example.com", product="shark")
    assert (lead["status"], lead["owner"]) == ("pooled", None)
    address = f"/api/v1/leads/{lead['id']}/claim/"
    won, lost = calling_as(cast.daniel).post(address), calling_as(cast.laura).post(address)
    assert (won.status_code, won.json()["owner"]) == (200, "daniel")
    assert (lost.status_code, lost.json()["owner"]) == (409, "daniel")
    assert calling_as(cast.omar).post(address).status_code == 404


def test_a_blind_lead_is_pulled_before_it_is_seen(
    cast: SimpleNamespace, calling_as: Calling, arrived: Callable[..., dict[str, Any]]
) -> None:
    lead = arrived(email="jane@clinic.example.com", product="blind")
    laura = calling_as(cast.laura)
    assert laura.get("/api/v1/leads/").json()["results"] == []
    pulled = laura.post("/api/v1/leads/pull/")
    assert (pulled.json()["id"], pulled.json()["email"]) == (lead["id"], "jane@clinic.example.com")
    assert laura.post("/api/v1/leads/pull/").status_code == 204


def test_a_lead_given_back_is_no_longer_hers(
    cast: SimpleNamespace, calling_as: Calling, arrived: Callable[..., dict[str, Any]]
) -> None:
    lead = arrived(email="jane@clinic.example.com")
    answer = calling_as(cast.laura).post(f"/api/v1/leads/{lead['id']}/give-back/", {"reason": "bad_data"})
    assert (answer.status_code, answer.json()["id"]) == (200, lead["id"])
    assert Lead.objects.get(pk=lead["id"]).owner is None


def test_a_manager_hands_a_lead_on(
    cast: SimpleNamespace, calling_as: Calling, arrived: Callable[..., dict[str, Any]]
) -> None:
    lead = arrived(email="jane@clinic.example.com")
    answer = calling_as(cast.dana).post(f"/api/v1/leads/{lead['id']}/assign/", {"rep": "daniel"})
    assert (answer.status_code, answer.json()["owner"]) == (200, "daniel")
