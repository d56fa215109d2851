"""Who got and was owed what, posting by posting."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import timedelta
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports.registry import reports
from routing.models import Lead, Posting, Rep
from tests.cast import lead_of
from tests.reports import slow
from tests.reports.conftest import asked, logged_in, table
from tests.reports.past import NOW
from tests.reports.past_postings import eligible


@pytest.fixture
def posted(past: SimpleNamespace) -> SimpleNamespace:
    """A past of which one delivered lead was withdrawn with its import."""
    gone = Posting.objects.filter(sign=1)[3]
    Lead.objects.filter(pk=gone.lead_id).update(status="withdrawn", owner=None)
    return past


def counted(**only: Any) -> dict[str, tuple[int, Fraction]]:
    """What each got and was owed, one posting after the other."""
    got: dict[str, int] = defaultdict(int)
    owed: dict[str, Fraction] = defaultdict(Fraction)
    fields = ("at", "team__slug", "winner__username", "eligible__members", "sign", "lead__status", "lead__band",
              "lead__source__slug", "lead__rule")  # fmt: skip
    from_rep = dict(Rep.objects.values_list("pk", "username"))
    for row in Posting.objects.values(*fields):
        is_to_come = row["at"].astimezone(slow.CHICAGO).date() > NOW.date()
        if is_to_come or row["lead__status"] == "withdrawn" or any(row[name] != value for name, value in only.items()):
            continue
        got[row["winner__username"]] += row["sign"]
        members = json.loads(row["eligible__members"])
        for rep, weight in members:
            owed[from_rep[rep]] += row["sign"] * Fraction(weight, sum(one for _, one in members))
    return {rep: (got[rep], owed[rep]) for rep in {*got, *owed}}


def of(balances: dict[str, tuple[int, Fraction]]) -> dict[str, dict[str, Any]]:
    mean = slow.mean([got for got, _ in balances.values()])
    return {
        rep: {"got": got, "owed": owed, "difference": got - owed, "share_of_mean": slow.part(got, mean or 0)}
        for rep, (got, owed) in balances.items()
    }


def overall(balances: dict[str, tuple[int, Fraction]]) -> dict[str, Any]:
    """Jain's index and the Gini coefficient by their definitions: over all pairs."""
    got = [max(0, one) for one, _ in balances.values()]
    pairs = sum(abs(one - other) for one in got for other in got)
    return {
        "largest_difference": max(abs(one - owed) for one, owed in balances.values()),
        "jain": sum(got) ** 2 / (len(got) * sum(one * one for one in got)),
        "gini": pairs / (2 * len(got) * sum(got)),
    }


ASKED = [{}, {"team": "inside"}, {"team": "outside"}, {"band": "hot"}, {"source": "web"}, {"rule": "large"}]
FIELDS = {"team": "team__slug", "band": "lead__band", "source": "lead__source__slug", "rule": "lead__rule"}


@pytest.mark.parametrize("question", ASKED, ids=["all", "inside", "outside", "hot", "web", "large"])
def test_each_balance_is_counted_as_posting_by_posting(posted: SimpleNamespace, question: dict[str, str]) -> None:
    balances = counted(**{FIELDS[name]: value for name, value in question.items()})
    sums = {"got": sum(got for got, _ in balances.values()), "difference": 0}
    slow.agrees(table("distribution", posted.root, **question), of(balances), sums | overall(balances))


def test_what_is_taken_back_after_the_period_counts_when_it_was_taken_back(posted: SimpleNamespace) -> None:
    """Of the last week: somebody may have given back more than they got, and has then got nothing."""
    first = (NOW - timedelta(days=6)).astimezone(slow.CHICAGO).date()
    Posting.objects.exclude(at__date__gte=first - timedelta(days=1)).delete()
    Posting.objects.filter(winner=posted.omar, sign=1).delete()
    Posting.objects.filter(sign=-1, winner=posted.omar).delete()
    extra = lead_of(posted.omar, team=posted.outside)
    Posting.objects.create(team=posted.outside, at=NOW, winner=posted.omar, sign=-1, reason="bad_data", lead=extra,
                           eligible=eligible({posted.omar.pk: 1, posted.laura.pk: 1}),
                           assignment=extra.assignments.get())  # fmt: skip
    found = table("distribution", posted.root)
    assert found.total is not None
    assert next(row for row in found.rows if row.key == "omar").values["got"] == -1
    assert found.total.values["jain"] == pytest.approx(overall(counted())["jain"])


def test_teams_together_are_told_to_be_no_measure_of_one(posted: SimpleNamespace) -> None:
    (note,) = table("distribution", posted.root).notes
    assert "choose a team" in note and table("distribution", posted.root, team="inside").notes == ()


def test_the_two_queries_stay_two_however_many_sets(posted: SimpleNamespace) -> None:
    question = asked("distribution", posted.root)
    with CaptureQueriesContext(connection) as captured:
        reports()["distribution"].table(question)
    assert len(captured) == 3, "postings, sets, names"


def test_a_manager_is_told_of_their_own_teams_alone(posted: SimpleNamespace) -> None:
    """Also where they sell in another: of that one they are told of nobody."""
    posted.mia.user.managed_teams.add(posted.inside)
    for manager in (posted.dana, posted.mia.user):
        told = {row.key: row.values["got"] for row in table("distribution", manager).rows}
        assert told == {rep: got for rep, (got, _) in counted(team__slug="inside").items()}
    assert table("distribution", posted.mia.user, team="outside").rows == ()


def test_a_rep_is_told_of_themselves_and_how_even_all_is(posted: SimpleNamespace, still: Any) -> None:
    answer = logged_in(posted.laura.user).get("/api/v1/reports/distribution/?period=all-time").json()
    inside = counted(team__slug="inside")
    (mine,) = answer["rows"]
    assert (mine["key"], mine["values"]["got"]) == ("laura", inside["laura"][0])
    assert answer["total"]["values"]["jain"] == pytest.approx(overall(inside)["jain"], abs=1e-4)
    assert answer["team"] is None, "who would stand beside the row of all"


def test_of_two_people_the_whole_would_tell_of_the_other(posted: SimpleNamespace) -> None:
    """Outside has two who sell: Omar is told of himself, and of nothing that says what Mia got."""
    found = table("distribution", posted.omar.user)
    (omar,) = found.rows
    assert omar.key == "omar" and omar.values["share_of_mean"] is None
    assert found.total is None


def test_differences_are_drawn_to_the_left_and_right_of_nothing(posted: SimpleNamespace, still: Any) -> None:
    page = logged_in(posted.root).get("/reports/distribution/?period=all-time").content.decode()
    assert page.count('class="zero"') == len(counted())
