"""What a lead costs in queries: alone, and in a batch."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from routing import pipeline
from tests.proofs.company import every_lead_has_one_owner, leads, publish

BOOKKEEPING = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


def queries_of(act) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        act()
    said = [query["sql"] for query in captured.captured_queries]
    return [sql for sql in said if not sql.startswith(BOOKKEEPING)]


@pytest.fixture
def warm(transactional_db):
    """A process that has routed before: it knows people and plan, and the sets of eligible reps."""
    publish()
    leads(7)
    pipeline.route()


def test_a_lead_alone_costs_twelve_queries_at_most(warm):
    (lead,) = leads(1, company="Acme", email="jane@acme.example")
    made = queries_of(lambda: pipeline.route_leads([lead.pk]))
    print(f"{connection.vendor}: {len(made)} queries for a lead alone")  # noqa: T201
    assert len(made) <= 12, "\n".join(made)
    every_lead_has_one_owner(8)


def test_a_lead_in_a_batch_of_500_costs_a_tenth_of_a_query_at_most(warm):
    leads(500)
    made = queries_of(lambda: pipeline.route(batch=500))
    print(f"{connection.vendor}: {len(made)} queries for a batch of 500")  # noqa: T201
    assert len(made) <= 50, "\n".join(made)
    every_lead_has_one_owner(507)
