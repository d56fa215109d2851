"""What customers say, one by one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from reps.models import FeedbackRequest
from routing.models import Lead
from tests.reports import slow
from tests.reports.conftest import logged_in, table

KEYS = {
    "rep": lambda row: row["rep__username"] or "",
    "team": lambda row: row["team__slug"] or "",
    "source": lambda row: row["lead__source__slug"],
    "band": lambda row: row["lead__band"],
    "rule": lambda row: row["lead__rule"],
    "week": lambda row: slow.monday(row["sent_at"]),
}


@pytest.fixture
def rated(past: SimpleNamespace) -> SimpleNamespace:
    """A past of which one lead whose customer answered was withdrawn with its import."""
    gone = FeedbackRequest.objects.filter(state="answered")[1]
    Lead.objects.filter(pk=gone.lead_id).update(status="withdrawn", owner=None)
    return past


def asked_for() -> slow.Rows:
    fields = ("rating", "sent_at", "rep__username", "team__slug", "lead__source__slug", "lead__band", "lead__rule",
              "lead__status")  # fmt: skip
    rows = FeedbackRequest.objects.values(*fields)
    return [row for row in rows if row["sent_at"] is not None and row["lead__status"] != "withdrawn"]


def of(rows: slow.Rows) -> dict[str, Any]:
    ratings = [row["rating"] for row in rows if row["rating"] is not None]
    return {
        "asked": len(rows),
        "answered": len(ratings),
        "answer_rate": slow.part(len(ratings), len(rows)),
        "mean_rating": slow.mean(ratings),
        "good_share": slow.part(sum(rating in (4, 5) for rating in ratings), len(ratings)),
    }


@pytest.mark.parametrize("group", ["rep", "team", "source", "band", "rule", "week"])
def test_each_number_is_counted_as_one_by_one(rated: SimpleNamespace, group: str) -> None:
    rows = asked_for()
    groups = {key: of(some) for key, some in slow.grouped(rows, KEYS[group]).items()}
    slow.agrees(table("customer-feedback", rated.root, group=group), groups, of(rows))


def test_where_nobody_answered_there_is_no_rating(rated: SimpleNamespace) -> None:
    FeedbackRequest.objects.filter(state="answered").update(state="asked", rating=None, answered_at=None)
    total = table("customer-feedback", rated.root).total
    assert total is not None
    assert (total.values["answer_rate"], total.values["mean_rating"], total.values["good_share"]) == (0, None, None)


def test_a_manager_is_told_of_their_people_and_a_rep_of_themselves(rated: SimpleNamespace, still: Any) -> None:
    dana = {row.key for row in table("customer-feedback", rated.dana).rows}
    assert dana == {row["rep__username"] for row in asked_for()} - {"omar", None}
    mine = [row for row in asked_for() if row["rep__username"] == "laura"]
    answer = logged_in(rated.laura.user).get("/api/v1/reports/customer-feedback/?period=all-time").json()
    assert answer["total"]["values"]["asked"] == len(mine) < answer["team"]["values"]["asked"]
