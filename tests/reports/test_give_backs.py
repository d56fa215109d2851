"""What reps give back, one by one; and how a give-back is told from a lead that was taken away."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import reps
import routing
from routing import assignment
from routing.assignment import TAKEN_AWAY
from routing.models import Assignment, EligibleSet, Offer, Posting
from tests.cast import lead_of
from tests.reports import slow
from tests.reports.conftest import table
from tests.reports.past import NOW

WORDS = ("bad_data", "no_time", "not_a_lead", *sorted(TAKEN_AWAY))
KEYS = {
    "reason": lambda row: row["ended_because"],
    "rep": lambda row: row["rep__username"],
    "team": lambda row: row["team__slug"] or "",
    "source": lambda row: row["lead__source__slug"],
    "rule": lambda row: row["rule"],
    "week": lambda row: slow.monday(row["assigned_at"]),
}


@pytest.fixture
def ended(past: SimpleNamespace) -> SimpleNamespace:
    """Every third assignment has ended, for every reason there is; of some the posting was reversed."""
    Posting.objects.all().delete()
    eligible = EligibleSet.objects.create(digest="x", members=f"[[{past.laura.pk},1]]")
    for place, one in enumerate(Assignment.objects.order_by("pk").filter(ended_at=None)):
        if place % 3:
            continue
        because = WORDS[place // 3 % len(WORDS)]
        Assignment.objects.filter(pk=one.pk).update(
            ended_at=one.assigned_at + timedelta(hours=1), ended_because=because
        )
        posted: dict[str, Any] = {"assignment": one}
        if place % 2:
            offer = Offer.objects.create(lead_id=one.lead_id, rep_id=one.rep_id, state="accepted", assignment=one,
                                         offered_at=NOW, expires_at=NOW + timedelta(minutes=1))  # fmt: skip
            posted = {"offer": offer}
        for sign in (1, -1) if place % 4 < 2 else (1,):
            Posting.objects.create(team=past.inside, at=NOW, winner=past.laura, eligible=eligible, sign=sign,
                                   reason=because, lead_id=one.lead_id, **posted)  # fmt: skip
    return past


def lines() -> slow.Rows:
    named = ("rep__username", "team__slug", "lead__source__slug")
    every = [name.attname for name in Assignment._meta.concrete_fields]
    return [row for row in Assignment.objects.values(*every, *named) if row["ended_because"] != "withdrawn"]


def is_back(row: Any) -> bool:
    return row["ended_at"] is not None and row["ended_because"] != "" and row["ended_because"] not in TAKEN_AWAY


def credited() -> set[int]:
    taken_back = Posting.objects.values("sign", "assignment_id", "offer__assignment_id")
    return {row["assignment_id"] or row["offer__assignment_id"] for row in taken_back if row["sign"] == -1}


def of(rows: slow.Rows, whole: int | None = None) -> dict[str, Any]:
    back = [row for row in rows if is_back(row)]
    every = len(rows) if whole is None else whole
    return {
        "given_back": len(back),
        "assignments": every,
        "rate": slow.part(len(back), every),
        "credited": sum(row["id"] in credited() for row in back),
    }


@pytest.mark.parametrize("group", ["rep", "team", "source", "rule", "week"])
def test_each_number_is_counted_as_one_by_one(ended: SimpleNamespace, group: str) -> None:
    rows = lines()
    groups = {key: of(some) for key, some in slow.grouped(rows, KEYS[group]).items()}
    slow.agrees(table("give-backs", ended.root, group=group), groups, of(rows))
    assert 0 < of(rows)["credited"] < of(rows)["given_back"]


def test_a_reason_is_a_part_of_all_assignments(ended: SimpleNamespace) -> None:
    rows = lines()
    reasons = slow.grouped([row for row in rows if is_back(row)], KEYS["reason"])
    groups = {reason: of(some, len(rows)) for reason, some in reasons.items()}
    found = table("give-backs", ended.root)
    slow.agrees(found, groups, of(rows))
    assert {row.label for row in found.rows} >= {"Bad data", "No time", "Not a lead"}


def test_no_lead_that_was_taken_away_was_given_back(cast: SimpleNamespace) -> None:
    for word in sorted(TAKEN_AWAY):
        Assignment.objects.filter(lead=lead_of(cast.laura)).update(ended_at=NOW, ended_because=word)
    total = table("give-backs", cast.root).total
    assert total is not None and total.values["given_back"] == 0


def test_nobody_gives_back_with_a_word_for_taking_away(cast: SimpleNamespace) -> None:
    lead = lead_of(cast.laura, team=cast.inside)
    for word in sorted(TAKEN_AWAY):
        with pytest.raises(assignment.NotAllowed):
            assignment.give_back(lead_id=lead.pk, rep=cast.laura, reason=word, at=NOW)
    assignment.give_back(lead_id=lead.pk, rep=cast.laura, reason="bad_data", at=NOW)
    (back,) = table("give-backs", cast.root).rows
    assert (back.key, back.values["given_back"], back.values["rate"]) == ("bad_data", 1, 100)


def test_every_word_with_which_the_house_takes_a_lead_away_is_one_of_these() -> None:
    """Read off the source: whatever ends an assignment by a word of its own."""
    found = set(words_in(routing)) | set(words_in(reps))
    assert found >= {"handed_over", "rerouted", "owner_left", "sla", "released"}
    assert found <= TAKEN_AWAY


def words_in(wing: Any) -> Iterator[str]:
    """`because="..."` in a call of what ends assignments, and its defaults."""
    doors = {"end_active", "ended", "reroute", "release", "recycle"}
    for path in Path(wing.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in doors:
                yield from (one.value.value for one in node.keywords
                            if one.arg == "because" and isinstance(one.value, ast.Constant))  # fmt: skip
            if isinstance(node, ast.FunctionDef) and node.name in doors:
                named = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
                yield from (one.value for arg, one in named
                            if arg.arg == "because" and isinstance(one, ast.Constant))  # fmt: skip
