"""Absences of chosen kinds made up for: who is away for no other reason is owed a share, for so long."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest

from .small_plan import MONDAY, Desk, document, office, rule, team, when

HALF = Fraction(1, 2)


def desk(
    *,
    reasons: tuple[str, ...] = ("paused",),
    leads: int = 3,
    days: int = 7,
    members: Any = ("laura", "daniel"),
    **rest: Any,
) -> Desk:
    make_up = {"reasons": list(reasons), "leads": leads, "days": days}
    return Desk(document(inside=team(members, make_up=make_up), **rest))


def back(first: Desk, **reps: Any) -> Desk:
    """The same team after its people changed."""
    later = Desk(first.plan.document | {"reps": document(reps=reps)["reps"]})
    later.roster.ledgers = first.roster.ledgers
    return later


def test_without_make_up_whoever_is_away_is_owed_nothing() -> None:
    there = Desk(document(reps={"laura": {"accepting": False}}))
    there.reps(6)
    assert there.lags() == {"daniel": 0, "emma": 0}


def test_an_absence_is_owed_a_share_as_if_able_until_it_brought_n_leads() -> None:
    there = desk(reps={"laura": {"accepting": False}})
    assert there.reps(4) == "daniel daniel daniel daniel"
    assert there.lags() == {"laura": 2, "daniel": -2}
    there.reps(20)
    assert there.lags() == {"laura": 3, "daniel": -3}, "three leads, no more, over six leads of which half were hers"


def test_what_was_made_up_comes_back_no_faster_than_the_bound() -> None:
    there = desk(reps={"laura": {"accepting": False}})
    there.reps(10)
    again = back(there)
    assert (
        again.reps(10, at=MONDAY + timedelta(hours=1))
        == "laura laura laura laura laura laura daniel laura daniel laura"
    )
    assert set(again.lags().values()) == {0}


def test_the_last_share_may_go_a_little_over() -> None:
    there = desk(members=("laura", "daniel", "emma"), leads=1, reps={"laura": {"accepting": False}})
    there.reps(3)
    assert there.roster.ledger("inside").lag("laura") == 1
    uneven = desk(
        members={"laura": {"weight": 2}, "daniel": {}},
        leads=1,
        reps={"laura": {"accepting": False}},
        rules=[rule(order="weighted")],
    )
    uneven.reps(9)
    assert uneven.roster.ledger("inside").lag("laura") == Fraction(4, 3), "1 not yet reached after 2/3: one share more"


def test_it_ends_when_so_many_days_have_passed_since_the_first_lead_missed() -> None:
    there = desk(days=2, reps={"laura": {"accepting": False}})
    there.route(at=MONDAY)
    there.route(at=MONDAY + timedelta(days=2) - timedelta(seconds=1))
    assert there.roster.ledger("inside").lag("laura") == 1
    there.route(at=MONDAY + timedelta(days=2))
    assert there.roster.ledger("inside").lag("laura") == 1


def test_only_a_rep_whose_reasons_are_all_of_the_chosen_kinds_is_owed() -> None:
    off = [{"from": "2026-01-01T00:00:00", "to": "2026-02-01T00:00:00"}]
    there = desk(reps={"laura": {"accepting": False, "time_off": off}})
    there.reps(4)
    assert there.lags() == {"daniel": 0}
    both = desk(reasons=("paused", "time_off"), reps={"laura": {"accepting": False, "time_off": off}})
    both.reps(4)
    assert both.roster.ledger("inside").lag("laura") == 2


@pytest.mark.parametrize("caps", [{"open": 1}, {"hour": 1}, {"day": 1}, {"week": 1}, {"month": 1}], ids=str)
def test_any_cap_is_of_the_kind_capped(caps: dict[str, int]) -> None:
    there = desk(reasons=("capped",), reps={"laura": {"caps": caps}})
    assert there.reps(4) == "laura daniel daniel daniel"
    assert there.roster.ledger("inside").lag("laura") == 1


def test_a_new_absence_starts_afresh() -> None:
    away = {"accepting": False}
    first = desk(leads=1, reps={"laura": away})
    first.reps(10)
    assert first.roster.ledger("inside").lag("laura") == 1
    here = back(first)
    here.reps(2)
    assert here.roster.ledger("inside").absences == {}
    lag = here.roster.ledger("inside").lag("laura")
    again = back(here, laura=away)
    again.reps(10)
    assert again.roster.ledger("inside").lag("laura") == lag + 1


def test_an_absence_lasts_while_another_of_its_kind_is_against_the_rep() -> None:
    first = desk(leads=1, reasons=("paused", "capped"), reps={"laura": {"accepting": False}})
    first.reps(10)
    capped = back(first, laura={"caps": {"open": 0}})
    capped.reps(10)
    assert capped.roster.ledger("inside").lag("laura") == 1


def test_the_made_up_share_counts_in_the_choice() -> None:
    there = desk(members=("laura", "daniel", "emma"), reps={"laura": {"accepting": False}})
    decision = there.decide()
    assert decision.owed is not None
    assert decision.owed.members == (("laura", 1), ("daniel", 1), ("emma", 1)), "in position order"
    assert decision.owed.takers == ("daniel", "emma")
    assert there.reps(4) == "daniel emma daniel emma"
    assert sum(there.lags().values()) == 0


def test_a_rule_that_does_not_ask_for_the_shift_knows_no_absence_by_it() -> None:
    night = office() | {"hours": {day: [] for day in office()["hours"]}}
    asking, any_time = (
        rule("asking", when=when("industry", "is", "asking"), requires={"on_shift": True}),
        rule("any-time"),
    )
    there = desk(
        reasons=("off_shift",),
        calendars={"night": night},
        reps={"laura": {"calendar": "night"}},
        rules=[asking, any_time],
    )
    there.route(industry="asking")
    assert there.lags() == {"laura": HALF, "daniel": -HALF}
    assert list(there.roster.ledger("inside").absences) == ["laura"]
    there.route()
    assert there.roster.ledger("inside").absences == {}


def test_absences_survive_being_stored() -> None:
    there = desk(reps={"laura": {"accepting": False}})
    there.reps(3)
    ledger = there.roster.ledger("inside")
    assert type(ledger).from_state(ledger.to_state()).absences == ledger.absences
    assert ledger.absences["laura"].brought == 3 * HALF
    assert ledger.absences["laura"].since == MONDAY


def test_an_absence_is_over_when_a_lead_comes_that_is_missed_for_another_reason() -> None:
    off = {"time_off": [{"from": "2026-01-01T00:00:00", "to": "2026-02-01T00:00:00"}]}
    first = desk(leads=1, reps={"laura": {"accepting": False}})
    first.reps(10)
    elsewhere = back(first, laura=off)
    elsewhere.reps(1)
    again = back(elsewhere, laura={"accepting": False})
    again.reps(10)
    assert again.roster.ledger("inside").lag("laura") == 2
