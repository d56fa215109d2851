"""The API describes itself, without a gap."""

from typing import Any

import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    GENERATOR_STATS.reset()
    generated: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    assert not GENERATOR_STATS, "the generator had something to complain about"
    return generated


def test_the_schema_is_valid(schema: dict[str, Any]) -> None:
    validate_schema(schema)


def test_it_says_what_an_arrival_is_answered_with(schema: dict[str, Any]) -> None:
    post = schema["paths"]["/api/v1/leads/"]["post"]
    assert set(post["responses"]) == {"201", "202", "400", "413", "422"}
    assert {"bearer": []} in post["security"]
    assert "Idempotency-Key" in [parameter["name"] for parameter in post["parameters"]]


def test_it_names_every_filter_of_leads(schema: dict[str, Any]) -> None:
    names = {parameter["name"] for parameter in schema["paths"]["/api/v1/leads/"]["get"]["parameters"]}
    assert {"status", "team", "owner", "email", "captured_after", "cursor", "page_size"} <= names
