"""A page's cost does not grow with its rows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reps import work
from tests.cast import MONDAY_MORNING, lead_in_pool, lead_of


def queries(browser, path):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert browser.get(path).status_code == 200
    return len(captured)


def fill(people, rows):
    for _ in range(rows):
        lead_of(people.laura, team=people.inside)
        lead_in_pool(people.inside, "claim")
        lead_in_pool(people.inside, "pick")


@pytest.mark.parametrize("path", ["/", "/claims/", "/pool/"])
def test_a_list_costs_the_same_at_2_and_at_20_rows(people, desk_of, path):
    browser = desk_of(people.laura)
    fill(people, 2)
    few = queries(browser, path)
    fill(people, 18)
    assert queries(browser, path) == few
    assert few <= 14


def test_a_lead_page_costs_the_same_however_much_happened(people, desk_of):
    hers = lead_of(people.laura, team=people.inside)
    browser, path = desk_of(people.laura), reverse("lead", args=[hers.pk])

    def happen(times):
        for _ in range(times):
            work.log(lead_id=hers.pk, kind="note", body="hm", at=MONDAY_MORNING, rep=people.laura, by=people.laura.user)

    happen(2)
    few = queries(browser, path)
    happen(18)
    assert queries(browser, path) == few
    assert few <= 16
