"""Tokens open exactly what they should, for as long as they should."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.utils.timezone import now
from rest_framework.test import APIClient

from routing.intake import tokens
from routing.models import ApiToken, Source
from tests import cast as people


def reading_with(secret: str) -> int:
    return APIClient(headers={"Authorization": f"Bearer {secret}"}).get("/api/v1/leads/").status_code


def test_only_a_hash_and_the_first_letters_are_kept(cast: SimpleNamespace) -> None:
    token, secret = tokens.make(name="Laura's", at=now(), user=cast.laura.user)
    kept = ApiToken.objects.values().get(pk=token.pk)
    assert secret.startswith(kept["prefix"])
    assert secret not in str(kept)
    assert reading_with(secret) == 200


@pytest.mark.parametrize("spoilt", ["", "nonsense", "lo_00000000_nonsense"])
def test_an_unknown_token_is_401_and_says_how_to_do_better(db: None, spoilt: str) -> None:
    answer = APIClient(headers={"Authorization": f"Bearer {spoilt}"}).post("/api/v1/leads/", {})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="LeadOps"'


@pytest.mark.parametrize(
    "change",
    [
        {"revoked_at": now() - timedelta(seconds=1)},
        {"expires_at": now() - timedelta(seconds=1)},
    ],
    ids=["revoked", "expired"],
)
def test_a_token_past_its_time_opens_nothing(cast: SimpleNamespace, change: dict[str, object]) -> None:
    token, secret = tokens.make(name="Laura's", at=now(), user=cast.laura.user)
    assert reading_with(secret) == 200
    ApiToken.objects.filter(pk=token.pk).update(**change)
    assert reading_with(secret) == 401


def test_the_token_of_a_source_that_is_switched_off_opens_nothing(db: None) -> None:
    web = people.source()
    secret = people.token(web)
    Source.objects.update(active=False)
    assert APIClient(headers={"Authorization": f"Bearer {secret}"}).post("/api/v1/leads/", {}).status_code == 401


def test_the_token_of_somebody_who_left_opens_nothing(cast: SimpleNamespace) -> None:
    secret = people.token(cast.laura.user)
    cast.laura.user.is_active = False
    cast.laura.user.save()
    assert reading_with(secret) == 401


def test_a_source_brings_leads_in_and_reads_none(db: None) -> None:
    assert reading_with(people.token(people.source())) == 403


def test_a_person_brings_no_leads_in(cast: SimpleNamespace, calling_as: Callable[..., APIClient]) -> None:
    answer = calling_as(cast.laura).post("/api/v1/leads/", {"email": "jane@clinic.example"})
    assert answer.status_code == 403
    assert "token of a source" in answer.json()["detail"]


def test_use_is_noted_without_a_write_for_every_request(cast: SimpleNamespace) -> None:
    token, secret = tokens.make(name="Laura's", at=now(), user=cast.laura.user)
    start = now()
    tokens.recognise(secret, at=start)
    tokens.recognise(secret, at=start + timedelta(seconds=30))
    token.refresh_from_db()
    assert token.last_used_at == start
    tokens.recognise(secret, at=start + timedelta(seconds=90))
    token.refresh_from_db()
    assert token.last_used_at == start + timedelta(seconds=90)


def test_the_command_makes_a_source_with_its_token(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("make_token", source="web")
    secret = capsys.readouterr().out.strip()
    assert tokens.recognise(secret, at=now()).source == Source.objects.get(slug="web")


def test_the_command_makes_a_persons_token(cast: SimpleNamespace, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("make_token", user="laura", days=30)
    secret = capsys.readouterr().out.strip()
    token = tokens.recognise(secret, at=now())
    assert (token.user, token.scopes) == (cast.laura.user, ["leads:read", "leads:work"])
    with pytest.raises(tokens.BadToken, match="expired"):
        tokens.recognise(secret, at=now() + timedelta(days=31))
