"""Leads, their history and people: what a caller may not see is absent, whatever the question."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from routing.models import Lead, User
from tests import cast as people

Calling = Callable[..., APIClient]

SECRETS = {
    "email": "jane@clinic.example",
    "phone": "+13125550142",
    "first_name": "Jane",
    "last_name": "Moore",
    "external_id": "crm-77",
    "attributes": {"note": "met at the fair"},
}


def listed(client: APIClient, question: str = "") -> list[int]:
    answer = client.get(f"/api/v1/leads/{question}")
    assert answer.status_code == 200, answer.content
    return [lead["id"] for lead in answer.json()["results"]]


def test_a_rep_sees_their_own_leads_and_no_colleagues(cast: SimpleNamespace, calling_as: Calling) -> None:
    hers = people.lead_of(cast.laura, team=cast.inside)
    people.lead_of(cast.daniel, team=cast.inside)
    assert listed(calling_as(cast.laura)) == [hers.pk]


@pytest.mark.parametrize("delivery", ["claim", "pick"])
def test_a_rep_sees_what_lies_in_the_pool_of_their_team(
    cast: SimpleNamespace, calling_as: Calling, delivery: str
) -> None:
    lying = people.lead_in_pool(cast.inside, delivery)
    assert listed(calling_as(cast.laura)) == [lying.pk]
    assert listed(calling_as(cast.omar)) == []


def test_a_manager_sees_the_team_and_all_that_its_members_own(cast: SimpleNamespace, calling_as: Calling) -> None:
    pooled = people.lead_in_pool(cast.inside, "blind")
    brought = people.lead_of(cast.emma)
    people.lead_of(cast.omar, team=cast.outside)
    people.lead()
    assert listed(calling_as(cast.dana)) == [brought.pk, pooled.pk]


def test_a_superuser_sees_every_lead(cast: SimpleNamespace, calling_as: Calling) -> None:
    root = User.objects.create_superuser("root")
    people.lead()
    people.lead_of(cast.omar)
    assert len(listed(calling_as(root))) == 2


def test_somebody_who_neither_sells_nor_manages_sees_none(cast: SimpleNamespace, calling_as: Calling) -> None:
    people.lead_of(cast.laura)
    assert listed(calling_as(people.person("ann"))) == []


def test_a_rep_who_left_the_team_no_longer_sees_its_pool(cast: SimpleNamespace, calling_as: Calling) -> None:
    people.lead_in_pool(cast.inside, "claim")
    cast.laura.memberships.all().delete()
    assert listed(calling_as(cast.laura)) == []


@pytest.mark.parametrize(
    "question",
    ["", "?status=pooled", "?team=inside", "?email=jane@clinic.example", "?external_id=crm-77", "?delivery=blind"],
)
def test_a_blind_lead_is_absent_for_the_reps_of_its_team(
    cast: SimpleNamespace, calling_as: Calling, question: str
) -> None:
    people.lead_in_pool(cast.inside, "blind", **SECRETS)
    assert listed(calling_as(cast.laura), question) == []


@pytest.mark.parametrize("page", ["", "explanation/"])
def test_the_page_of_a_blind_lead_is_not_there_before_it_is_somebodys(
    cast: SimpleNamespace, calling_as: Calling, page: str
) -> None:
    blind = people.lead_in_pool(cast.inside, "blind")
    assert calling_as(cast.laura).get(f"/api/v1/leads/{blind.pk}/{page}").status_code == 404


@pytest.mark.parametrize("page", ["", "explanation/"])
def test_omar_cannot_tell_a_lead_of_another_team_from_none(
    cast: SimpleNamespace, calling_as: Calling, page: str
) -> None:
    hers = people.lead_of(cast.laura, team=cast.inside)
    omar = calling_as(cast.omar)
    there, nowhere = omar.get(f"/api/v1/leads/{hers.pk}/{page}"), omar.get(f"/api/v1/leads/999999/{page}")
    assert (there.status_code, there.json()) == (404, nowhere.json())


def test_hidden_contact_details_are_blank_until_the_lead_is_theirs(cast: SimpleNamespace, calling_as: Calling) -> None:
    lead = people.lead_in_pool(cast.inside, "claim", hide_contact=True, company="Clinic", **SECRETS)
    laura = calling_as(cast.laura)
    with CaptureQueriesContext(connection) as asked:
        before = laura.get(f"/api/v1/leads/{lead.pk}/").json()
    assert {name: before[name] for name in SECRETS} == dict.fromkeys(SECRETS, "") | {"attributes": {}}
    assert (before["email_domain"], before["company"]) == ("", "Clinic")
    assert not any('"routing_lead"."email",' in query["sql"] for query in asked.captured_queries), (
        "the address left the database"
    )

    Lead.objects.filter(pk=lead.pk).update(owner=cast.laura, status="assigned")
    after = laura.get(f"/api/v1/leads/{lead.pk}/").json()
    assert {name: after[name] for name in SECRETS} == SECRETS


@pytest.mark.parametrize("name", ["email", "phone", "external_id"])
def test_hidden_contact_details_cannot_be_guessed_by_filtering(
    cast: SimpleNamespace, calling_as: Calling, name: str
) -> None:
    lead = people.lead_in_pool(cast.inside, "claim", hide_contact=True, **SECRETS)
    question = "?" + "&".join([f"{name}={SECRETS[name]}".replace("+", "%2B")])
    assert listed(calling_as(cast.laura), question) == []
    assert listed(calling_as(cast.dana), question) == [lead.pk]


def test_why_a_lead_with_hidden_contact_lies_there_is_told_once_it_is_theirs(
    cast: SimpleNamespace, calling_as: Calling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("routing.explain.explanation", lambda lead_id: {"facts": SECRETS})
    lead = people.lead_in_pool(cast.inside, "claim", hide_contact=True, **SECRETS)
    answer = calling_as(cast.laura).get(f"/api/v1/leads/{lead.pk}/explanation/")
    assert answer.status_code == 403
    assert "jane" not in answer.content.decode()
    assert calling_as(cast.dana).get(f"/api/v1/leads/{lead.pk}/explanation/").json() == {"facts": SECRETS}


def test_history_follows_the_leads(cast: SimpleNamespace, calling_as: Calling) -> None:
    people.lead_of(cast.laura, team=cast.inside)
    people.lead_of(cast.omar, team=cast.outside)

    def owners(who: object) -> list[str]:
        return [line["rep"] for line in calling_as(who).get("/api/v1/assignments/").json()["results"]]

    assert owners(cast.dana) == ["laura"]
    assert owners(cast.laura) == ["laura"]
    assert owners(cast.daniel) == []
    assert owners(cast.omar) == ["omar"]


def test_people_are_those_one_works_with(cast: SimpleNamespace, calling_as: Calling) -> None:
    def names(who: object, what: str, key: str) -> list[str]:
        return [found[key] for found in calling_as(who).get(f"/api/v1/{what}").json()["results"]]

    assert names(cast.laura, "reps/", "username") == ["daniel", "emma", "laura"]
    assert names(cast.omar, "reps/", "username") == ["omar"]
    assert names(cast.omar, "reps/?team=inside", "username") == []
    assert names(cast.dana, "teams/", "slug") == ["inside"]
    assert names(cast.omar, "teams/", "slug") == ["outside"]


def test_a_rep_in_two_teams_shows_only_the_one_that_is_shared(cast: SimpleNamespace, calling_as: Calling) -> None:
    cast.outside.memberships.create(rep=cast.laura)
    reps = {rep["username"]: rep["teams"] for rep in calling_as(cast.daniel).get("/api/v1/reps/").json()["results"]}
    assert reps["laura"] == ["inside"]


@pytest.mark.parametrize("what", ["leads/", "assignments/", "reps/", "teams/"])
def test_a_long_list_asks_the_database_no_more_than_a_short_one(
    cast: SimpleNamespace, calling_as: Calling, what: str
) -> None:
    def grow(rows: int) -> None:
        for number in range(rows):
            people.lead_of(cast.laura, team=cast.inside, external_id=f"{what}{rows}-{number}")
            people.lead_in_pool(cast.inside, "claim")
            people.team(f"team-{rows}-{number}", members=(cast.laura, people.rep(f"rep-{rows}-{number}", "Somebody")))

    laura = calling_as(cast.laura)
    laura.get(f"/api/v1/{what}")  # the token's use is noted once

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert laura.get(f"/api/v1/{what}?page_size=100").status_code == 200
        return len(asked)

    grow(2)
    few = queries()
    grow(18)
    assert queries() == few


def test_pages_follow_each_other_without_losing_or_repeating_a_lead(cast: SimpleNamespace, calling_as: Calling) -> None:
    expected = [people.lead_of(cast.laura).pk for _ in range(5)][::-1]
    laura, seen, address = calling_as(cast.laura), [], "/api/v1/leads/?page_size=2"
    while address:
        page = laura.get(address).json()
        seen += [lead["id"] for lead in page["results"]]
        address = page["next"]
    assert seen == expected


def test_an_unknown_choice_is_refused_and_named(cast: SimpleNamespace, calling_as: Calling) -> None:
    answer = calling_as(cast.laura).get("/api/v1/leads/?status=sleeping")
    assert answer.status_code == 400
    assert "sleeping" in str(answer.json()["status"])


def test_nobody_sees_anything_without_saying_who_they_are(db: None, calling_as: Calling) -> None:
    answer = calling_as().get("/api/v1/leads/")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
