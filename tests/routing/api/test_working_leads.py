"""Getting leads, giving them back, handing them out: who may ask, and what a refusal says."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from rest_framework.test import APIClient

from routing import assignment
from routing.intake import tokens
from routing.models import Lead
from tests import cast as people

Calling = Callable[..., APIClient]


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[dict[str, Any]]]:
    """Stand at the one door: note what is asked of it, and let it answer with an error or a lead."""

    def stand(name: str, answer: Exception | Lead | None) -> list[dict[str, Any]]:
        asked: list[dict[str, Any]] = []

        def verb(**arguments: Any) -> Lead | None:
            asked.append(arguments)
            if isinstance(answer, Exception):
                raise answer
            return answer

        monkeypatch.setattr(assignment, name, verb)
        return asked

    return stand


@pytest.mark.parametrize("verb", ["claim", "pick"])
def test_the_loser_is_told_who_was_first_and_when(
    cast: SimpleNamespace, calling_as: Calling, door: Callable[..., Any], verb: str
) -> None:
    lead = people.lead_of(cast.daniel, team=cast.inside, delivery=verb)
    door(verb, assignment.AlreadyTaken(cast.daniel, people.MONDAY_MORNING))
    answer = calling_as(cast.laura).post(f"/api/v1/leads/{lead.pk}/{verb}/")
    assert answer.status_code == 409
    assert set(answer.json()) == {"detail", "owner", "claimed_at"}
    assert answer.json()["owner"] == "daniel"
    assert answer.json()["claimed_at"] == "2026-01-05T15:00:00Z"


@pytest.mark.parametrize("verb", ["claim", "pick"])
def test_the_winner_gets_the_lead(
    cast: SimpleNamespace, calling_as: Calling, door: Callable[..., Any], verb: str
) -> None:
    lead = people.lead_of(cast.laura, team=cast.inside, delivery=verb)
    asked = door(verb, lead)
    answer = calling_as(cast.laura).post(f"/api/v1/leads/{lead.pk}/{verb}/")
    assert (answer.status_code, answer.json()["id"], answer.json()["owner"]) == (200, lead.pk, "laura")
    assert (asked[0]["lead_id"], asked[0]["rep"]) == (lead.pk, cast.laura)


@pytest.mark.parametrize("verb", ["claim", "pick", "give-back", "assign"])
def test_omar_cannot_reach_for_a_lead_of_another_team(cast: SimpleNamespace, calling_as: Calling, verb: str) -> None:
    lead = people.lead_in_pool(cast.inside, "claim")
    answer = calling_as(cast.omar).post(f"/api/v1/leads/{lead.pk}/{verb}/", {"rep": "omar", "reason": "other"})
    assert answer.status_code == 404
    assert Lead.objects.get(pk=lead.pk).owner is None


@pytest.mark.parametrize("verb", ["claim", "pick"])
def test_a_blind_lead_is_not_to_be_had_by_its_number(cast: SimpleNamespace, calling_as: Calling, verb: str) -> None:
    lead = people.lead_in_pool(cast.inside, "blind")
    assert calling_as(cast.laura).post(f"/api/v1/leads/{lead.pk}/{verb}/").status_code == 404


def test_a_refusal_says_why_in_words_and_in_one_machine_word(
    cast: SimpleNamespace, calling_as: Calling, door: Callable[..., Any]
) -> None:
    lead = people.lead_in_pool(cast.inside, "claim")
    door("claim", assignment.NotAllowed("You hold as many open leads as you may.", code="capped"))
    answer = calling_as(cast.laura).post(f"/api/v1/leads/{lead.pk}/claim/")
    assert answer.status_code == 403
    assert answer.json() == {"detail": "You hold as many open leads as you may.", "code": "capped"}


def test_only_a_rep_can_claim(cast: SimpleNamespace, calling_as: Calling) -> None:
    lead = people.lead_in_pool(cast.inside, "claim")
    assert calling_as(cast.dana).post(f"/api/v1/leads/{lead.pk}/claim/").status_code == 403


def test_pulling_gives_the_next_lead_and_what_is_in_it(
    cast: SimpleNamespace, calling_as: Calling, door: Callable[..., Any]
) -> None:
    lead = people.lead_of(cast.laura, team=cast.inside, email="jane@clinic.example")
    asked = door("pull", lead)
    answer = calling_as(cast.laura).post("/api/v1/leads/pull/", {"team": "inside"})
    assert (answer.status_code, answer.json()["email"]) == (200, "jane@clinic.example")
    assert (asked[0]["rep"], asked[0]["team"]) == (cast.laura, cast.inside)


def test_an_empty_blind_pool_gives_nothing(
    cast: SimpleNamespace, calling_as: Calling, door: Callable[..., Any]
) -> None:
    door("pull", None)
    assert calling_as(cast.laura).post("/api/v1/leads/pull/").status_code == 204


def test_nobody_pulls_from_a_team_they_are_not_in(cast: SimpleNamespace, calling_as: Calling) -> None:
    answer = calling_as(cast.omar).post("/api/v1/leads/pull/", {"team": "inside"})
    assert (answer.status_code, list(answer.json())) == (400, ["team"])


@pytest.mark.parametrize("who", ["laura", "dana"])
def test_the_owner_or_their_manager_gives_a_lead_back(
    cast: SimpleNamespace, calling_as: Calling, door: Callable[..., Any], who: str
) -> None:
    lead = people.lead_of(cast.laura, team=cast.inside)
    asked = door("give_back", lead)
    answer = calling_as(getattr(cast, who)).post(f"/api/v1/leads/{lead.pk}/give-back/", {"reason": "bad_data"})
    assert (answer.status_code, answer.json()["id"]) == (200, lead.pk)
    assert (asked[0]["rep"], asked[0]["reason"], asked[0]["by"].username) == (cast.laura, "bad_data", who)


def test_a_colleague_cannot_give_her_lead_back(cast: SimpleNamespace, calling_as: Calling) -> None:
    lead = people.lead_of(cast.laura, team=cast.inside)
    answer = calling_as(cast.daniel).post(f"/api/v1/leads/{lead.pk}/give-back/", {"reason": "bad_data"})
    assert answer.status_code == 404


def test_giving_back_asks_for_a_reason(cast: SimpleNamespace, calling_as: Calling) -> None:
    lead = people.lead_of(cast.laura, team=cast.inside)
    answer = calling_as(cast.laura).post(f"/api/v1/leads/{lead.pk}/give-back/", {})
    assert (answer.status_code, list(answer.json())) == (400, ["reason"])


def test_a_manager_hands_a_lead_out(cast: SimpleNamespace, calling_as: Calling, door: Callable[..., Any]) -> None:
    lead = people.lead_in_pool(cast.inside, "manual")
    asked = door("hand_over", lead)
    answer = calling_as(cast.dana).post(
        f"/api/v1/leads/{lead.pk}/assign/", {"rep": "emma", "override": "asked for her"}
    )
    assert (answer.status_code, answer.json()["id"]) == (200, lead.pk)
    assert (asked[0]["rep"], asked[0]["by"], asked[0]["override"]) == (cast.emma, cast.dana, "asked for her")


def test_a_rep_hands_nothing_out(cast: SimpleNamespace, calling_as: Calling) -> None:
    lead = people.lead_of(cast.laura, team=cast.inside)
    assert calling_as(cast.laura).post(f"/api/v1/leads/{lead.pk}/assign/", {"rep": "emma"}).status_code == 403


def test_a_manager_hands_out_to_their_own_people_only(cast: SimpleNamespace, calling_as: Calling) -> None:
    lead = people.lead_in_pool(cast.inside, "manual")
    answer = calling_as(cast.dana).post(f"/api/v1/leads/{lead.pk}/assign/", {"rep": "omar"})
    assert (answer.status_code, list(answer.json())) == (400, ["rep"])


def test_a_token_that_may_only_read_does_not_claim(cast: SimpleNamespace) -> None:
    lead = people.lead_in_pool(cast.inside, "claim")
    secret = people.token(cast.laura.user, scopes=[tokens.LEADS_READ])
    client = APIClient(headers={"Authorization": f"Bearer {secret}"})
    assert client.get(f"/api/v1/leads/{lead.pk}/").status_code == 200
    assert client.post(f"/api/v1/leads/{lead.pk}/claim/").status_code == 403


def test_a_browser_needs_its_csrf_token(cast: SimpleNamespace) -> None:
    lead = people.lead_in_pool(cast.inside, "claim")
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(cast.laura.user)
    assert client.get(f"/api/v1/leads/{lead.pk}/").status_code == 200
    refused = client.post(f"/api/v1/leads/{lead.pk}/claim/")
    assert refused.status_code == 403
    assert "CSRF" in refused.json()["detail"]
    assert Lead.objects.get(pk=lead.pk).owner is None


def test_a_lead_on_offer_is_accepted_and_its_contact_details_come_with_it(
    cast: SimpleNamespace, calling_as: Calling
) -> None:
    lead = people.lead_on_offer(cast.laura, cast.inside, email="jane@clinic.example")
    assert calling_as(cast.laura).get(f"/api/v1/leads/{lead.pk}/").json()["email"] == ""
    answer = calling_as(cast.laura).post(f"/api/v1/leads/{lead.pk}/accept/")
    assert (answer.status_code, answer.json()["owner"], answer.json()["email"]) == (
        200,
        "laura",
        "jane@clinic.example",
    )


def test_a_lead_on_offer_is_declined_with_a_reason(cast: SimpleNamespace, calling_as: Calling) -> None:
    lead = people.lead_on_offer(cast.laura, cast.inside)
    assert calling_as(cast.laura).post(f"/api/v1/leads/{lead.pk}/decline/").status_code == 400
    answer = calling_as(cast.laura).post(f"/api/v1/leads/{lead.pk}/decline/", {"reason": "no time"})
    assert (answer.status_code, answer.json()) == (200, {"id": lead.pk, "status": "new"})


@pytest.mark.parametrize("who", ["daniel", "omar"])
@pytest.mark.parametrize("verb", ["accept", "decline"])
def test_a_lead_on_offer_to_laura_is_nobody_elses_to_answer(
    cast: SimpleNamespace, calling_as: Calling, who: str, verb: str
) -> None:
    lead = people.lead_on_offer(cast.laura, cast.inside)
    answer = calling_as(getattr(cast, who)).post(f"/api/v1/leads/{lead.pk}/{verb}/", {"reason": "mine"})
    assert answer.status_code == 404
    assert Lead.objects.get(pk=lead.pk).offered_to == cast.laura


def test_an_offer_whose_time_is_over_is_not_there_any_more(cast: SimpleNamespace, calling_as: Calling) -> None:
    lead = people.lead_on_offer(cast.laura, cast.inside, offered_at=people.MONDAY_MORNING)
    answer = calling_as(cast.laura).post(f"/api/v1/leads/{lead.pk}/accept/")
    assert answer.status_code == 404
    assert "time to accept" in answer.json()["detail"]
