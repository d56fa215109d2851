"""A lead whose person or company is already owned goes to that owner, before the rules are asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from .small_plan import MONDAY, Desk, document, office, rule, when

ALL: dict[str, Any] = {"match": ["email", "phone", "company"], "days": 90}
DAY = timedelta(days=1)
FIRST = {"email": "Ann@Acme.example", "phone": "+1 (312) 555-0100", "company": "Acme  Corp"}


def desk(returning: dict[str, Any] | None = ALL, **rest: Any) -> Desk:
    """Ann of Acme is Laura's; the next by round robin would be Daniel."""
    there = Desk(document(returning=returning, **rest))
    assert there.route(**FIRST).rep == "laura"  # type: ignore[arg-type]
    return there


@pytest.mark.parametrize(
    ("values", "returns"),
    [
        ({"email": " ann@acme.EXAMPLE "}, "email"),
        ({"email": "bob@acme.example"}, "company"),  # by domain
        ({"phone": "1.312.555.0100"}, "phone"),
        ({"phone": "13125550101"}, None),
        ({"company": " ACME corp"}, "company"),
        ({"company": "Acme Corporation"}, None),
        ({"email": "ann@other.example", "phone": "+1 312 5550100"}, "phone"),
        ({"email": "ann@acme.example", "phone": "1"}, "email"),
        ({"phone": "()-"}, None),
        ({}, None),
    ],
    ids=str,
)
def test_a_person_is_known_by_e_mail_or_phone_and_a_company_by_domain_or_name(
    values: dict[str, str], returns: str | None
) -> None:
    decision = desk().decide(**values)  # type: ignore[arg-type]
    assert decision.returned_by == returns
    assert (decision.rep, decision.rule_slug) == (("laura", "returning") if returns else ("daniel", "everything"))
    if returns:
        assert (decision.outcome, decision.team, decision.delivery, decision.reason) == (
            "assigned",
            None,
            "assign",
            "returning",
        )


def test_a_free_mail_domain_is_no_company() -> None:
    there = Desk(document(returning=ALL))
    assert there.route(email="ann@gmail.com").rep == "laura"
    assert there.decide(email="bob@gmail.com").rep == "daniel"
    assert there.decide(email="ANN@gmail.com").rep == "laura"


def test_no_phone_or_company_is_not_the_same_as_none() -> None:
    there = Desk(document(returning=ALL))
    there.route(company=" ", phone="-")
    assert there.decide(company="", phone="-").returned_by is None


@pytest.mark.parametrize("match", [["email"], ["phone"], ["company"], []], ids=str)
def test_only_the_kinds_of_the_plan_are_tried(match: list[str]) -> None:
    there = desk({"match": match, "days": 90})
    assert there.decide(phone=FIRST["phone"]).rep == ("laura" if match == ["phone"] else "daniel")


def test_returning_may_be_off() -> None:
    assert desk(None).decide(**FIRST).rep == "daniel"  # type: ignore[arg-type]


def test_kinds_are_tried_in_the_order_given() -> None:
    def owner(match: list[str]) -> str | None:
        there = Desk(document(returning={"match": match, "days": 90}))
        there.route(email="ann@gmail.com")
        there.route(company="Acme")
        return there.decide(email="ann@gmail.com", company="acme").rep

    assert owner(["email", "company"]) == "laura"
    assert owner(["company", "email"]) == "daniel"


def test_within_a_kind_the_lead_assigned_last_decides() -> None:
    there = Desk(document(returning={"match": ["company"], "days": 90}))
    there.route(company="Acme", email="a@one.example")
    there.route(company="Beta", email="b@two.example")
    assert there.decide(company="Acme", email="x@two.example").rep == "daniel", (
        "by name Laura's, by domain, later, Daniel's"
    )
    there.route(company="Acme", email="a@three.example")
    assert there.decide(company="Acme", email="x@two.example").rep == "laura", "a lead that returned counts too"


@pytest.mark.parametrize(
    ("days", "later", "returns"),
    [
        (90, 90 * DAY, True),
        (90, 90 * DAY + timedelta(seconds=1), False),
        (1, DAY, True),
        (1, 2 * DAY, False),
    ],
    ids=str,
)
def test_an_owner_of_more_than_n_days_ago_is_none(days: int, later: timedelta, returns: bool) -> None:
    decision = desk({"match": ["email"], "days": days}).decide(at=MONDAY + later, **FIRST)  # type: ignore[arg-type]
    assert (decision.rep == "laura") is returns


def changed(there: Desk, **laura: Any) -> Desk:
    """The same books after something about Laura changed."""
    later = Desk(there.plan.document | {"reps": document(reps={"laura": laura})["reps"]})
    later.roster.ledgers, later.roster.loads, later.owned = there.roster.ledgers, there.roster.loads, there.owned
    return later


@pytest.mark.parametrize(
    ("laura", "rep"),
    [
        ({}, "laura"),
        ({"accepting": False}, "laura"),
        ({"calendar": "closed"}, "laura"),
        ({"caps": {"open": 0, "hour": 0, "day": 1}}, "laura"),
        ({"skills": {}, "seniority": 1}, "laura"),
        ({"active": False}, "daniel"),
    ],
    ids=str,
)
def test_it_goes_to_them_whatever_their_switch_shift_or_caps_if_they_are_active(
    laura: dict[str, Any], rep: str
) -> None:
    closed = office() | {"hours": {day: [] for day in office()["hours"]}}
    rules = [rule(requires={"on_shift": True})]
    there = changed(desk(calendars={"closed": closed}, rules=rules), **laura)
    assert there.decide(**FIRST).rep == rep  # type: ignore[arg-type]


def test_a_rep_who_was_archived_owns_nothing() -> None:
    there = desk()
    gone = Desk(
        {**there.plan.document, "reps": {name: of for name, of in document()["reps"].items() if name != "laura"}}
    )
    gone.owned = there.owned
    assert gone.decide(**FIRST).rep == "daniel"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("off_until", "rep"),
    [
        ("2026-01-06T14:59:59", "laura"),  # less than 24 hours to go
        ("2026-01-06T15:00:00", "daniel"),  # 24 hours or more
        ("2026-01-09T00:00:00", "daniel"),
    ],
)
def test_only_time_off_that_lasts_another_24_hours_sends_it_through_the_rules(off_until: str, rep: str) -> None:
    off = {"time_off": [{"from": "2026-01-05T15:00:00", "to": off_until}]}
    assert changed(desk(), **off).decide(**FIRST).rep == rep  # type: ignore[arg-type]


def test_the_24_hours_are_elapsed_ones_over_a_clock_change() -> None:
    # From Saturday 7 March noon to Sunday noon in Chicago only 23 hours pass.
    off = {"calendar": "chicago", "time_off": [{"from": "2026-03-07T12:00:00", "to": "2026-03-08T12:00:00"}]}
    there = changed(desk(calendars={"chicago": office()}), **off)
    at = MONDAY.replace(month=3, day=7, hour=18)
    assert there.decide(at=at, **FIRST).rep == "laura"  # type: ignore[arg-type]


def test_absences_that_touch_are_one() -> None:
    off = [
        {"from": "2026-01-05T00:00:00", "to": "2026-01-06T00:00:00"},
        {"from": "2026-01-06T00:00:00", "to": "2026-01-07T00:00:00"},
    ]
    assert changed(desk(), time_off=off).decide(**FIRST).rep == "daniel"  # type: ignore[arg-type]


def test_where_the_last_owner_does_not_qualify_the_one_before_does() -> None:
    there = Desk(document(returning={"match": ["email", "company"], "days": 90}, rules=[rule(order="priority")]))
    there.owned.record([("email", "ann@acme.example")], "emma", MONDAY - 2 * DAY)
    there.owned.record([("email", "ann@acme.example")], "daniel", MONDAY - DAY)
    there.owned.record([("name", "acme corp")], "omar", MONDAY - DAY)
    assert there.decide(**FIRST).rep == "daniel"  # type: ignore[arg-type]
    off = [{"from": "2026-01-01T00:00:00", "to": "2026-02-01T00:00:00"}]
    plan = there.plan.document
    without = Desk(plan | {"reps": document(reps={"daniel": {"time_off": off}})["reps"]})
    without.owned = there.owned
    assert without.decide(**FIRST).rep == "emma"  # type: ignore[arg-type]
    neither = Desk(plan | {"reps": document(reps={"daniel": {"time_off": off}, "emma": {"active": False}})["reps"]})
    neither.owned = there.owned
    assert neither.decide(**FIRST).rep == "omar", "the next kind"  # type: ignore[arg-type]


def test_it_counts_under_the_reps_caps_and_moves_no_ledger() -> None:
    there = desk(reps={"laura": {"caps": {"day": 2}}}, inside={"laura": {"caps": {"day": 2}}, "daniel": {}, "emma": {}})
    before, last = there.lags(), dict(there.roster.ledger("inside").last)
    there.route(**FIRST)  # type: ignore[arg-type]
    assert there.lags() == before
    assert there.roster.ledger("inside").last == last
    assert there.roster.load("laura").open == 2
    assert there.roster.team_load("inside", "laura").open == 1
    assert there.against() == {"laura": "capped"}


def test_a_disqualified_lead_does_not_return() -> None:
    student = {"slug": "student", "name": "Student", "reason": "", "when": when("job_title", "is", "student")}
    there = desk(qualification={"disqualify": [student]})
    assert there.decide(job_title="student", **FIRST).outcome == "disqualified"  # type: ignore[arg-type]


def test_a_waiting_lead_owns_nobody() -> None:
    there = Desk(document(returning=ALL, reps={name: {"accepting": False} for name in ("laura", "daniel", "emma")}))
    there.route(**FIRST)  # type: ignore[arg-type]
    assert there.decide(**FIRST).outcome == "waiting"  # type: ignore[arg-type]


def test_an_owner_who_is_assigned_again_is_the_last_again() -> None:
    there = Desk(document(returning=ALL))
    for number, owner in enumerate(("emma", "daniel", "emma")):
        there.owned.record([("email", "ann@acme.example")], owner, MONDAY + number * DAY)
    assert there.decide(at=MONDAY + 3 * DAY, email="ann@acme.example").rep == "emma"
