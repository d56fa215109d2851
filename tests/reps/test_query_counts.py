"""A page's cost does not grow with its rows."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from reps import planning, work
from routing.models import Team
from tests.cast import MONDAY_MORNING, lead_in_pool, lead_of, team

LISTS = [
    *("/", "/claims/", "/pool/", "/pool/?sort=-company&band=cold", "/pool/?format=csv"),
    *("/my-numbers/", "/my-numbers/?format=csv", "/how-leads-are-distributed/", "/notifications/"),
]


def queries(browser, path):
    with CaptureQueriesContext(connection) as captured:
        answer = browser.get(path)
        assert answer.status_code == 200
        assert b"".join(answer)  # what is streamed asks while it is read
    return len(captured)


def fill(people, rows):
    at = now()
    for _ in range(rows):
        mine = lead_of(people.laura, team=people.inside, assigned_at=at)
        work.log(lead_id=mine.pk, kind="meeting", at=at, rep=people.laura, by=people.laura.user)
        planning.plan_next(lead_id=mine.pk, at=at, due_at=at + timedelta(seconds=1), what="", by=people.laura.user)
        lead_of(people.daniel, team=people.inside, assigned_at=at, won_at=at, is_open=False, first_touch_at=at)
        team(f"team-{Team.objects.count()}", members=(people.laura, people.daniel))
        lead_in_pool(people.inside, "claim")
        lead_in_pool(people.inside, "pick")


@pytest.mark.parametrize("path", LISTS)
def test_a_list_costs_the_same_at_2_and_at_50_rows(people, desk_of, path):
    browser = desk_of(people.laura)
    fill(people, 2)
    few = queries(browser, path)
    fill(people, 48)
    assert queries(browser, path) == few
    assert few <= 20  # one of them the bell


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
    assert few <= 25
