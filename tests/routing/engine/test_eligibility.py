"""Who could take a lead: each reason against, in the order in which they are looked at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from routing.engine.eligibility import IN_WORDS, REASONS, commonest

from .small_plan import MONDAY, Desk, document, hours, office, rule, team, territory

NIGHT = {"night": office(timezone="America/Chicago") | {"hours": hours(mon=[["20:00", "24:00"]])}}
TODAY_OFF = [{"from": "2026-01-05T00:00:00", "to": "2026-01-06T00:00:00"}]

# Everything is against Emma; each step takes the foremost reason away.
AGAINST = [
    ("inactive", {"active": True}),
    ("not_in_territory", {"reps": ["laura", "daniel", "emma"]}),
    ("lacks_skill", {"skills": {"german": 2}}),
    ("seniority", {"seniority": 3}),
    ("no_weight", {"weight": 1}),
    ("tried", {"tried": ()}),
    ("paused", {"accepting": True}),
    ("time_off", {"time_off": []}),
    ("off_shift", {"calendar": None}),
    ("capped", {"caps": {}}),
    (None, {}),
]


@pytest.mark.parametrize("step", range(len(AGAINST)), ids=[reason or "nothing" for reason, _ in AGAINST])
def test_the_explanation_names_the_first_reason_that_failed(step: int) -> None:
    is_so: dict[str, Any] = {
        "active": False,
        "skills": {"german": 1},
        "seniority": 2,
        "accepting": False,
        "time_off": TODAY_OFF,
        "calendar": "night",
        "caps": {"open": 0},
        "reps": ["laura", "daniel"],
        "weight": 0,
        "tried": ("emma",),
    }
    for _, mended in AGAINST[:step]:
        is_so |= mended
    reps, weight, tried = is_so.pop("reps"), is_so.pop("weight"), is_so.pop("tried")
    able = {"skills": {"german": 3}, "seniority": 5}
    desk = Desk(
        document(
            calendars=NIGHT,
            reps={"laura": able, "daniel": able, "emma": is_so},
            inside={"laura": {}, "daniel": {}, "emma": {"weight": weight}},
            territories={"everywhere": territory(team="inside", reps=reps)},
            rules=[
                rule(
                    to={"territory": True},
                    order="weighted",
                    requires={"on_shift": True, "skills": {"german": 2}, "seniority": {"at_least": 3}},
                )
            ],
        )
    )
    decision = desk.decide(tried=tried)
    eligibles = decision.steps[0].eligibles[0]
    assert eligibles.first_reasons().get("emma") == AGAINST[step][0]
    assert list(eligibles.reasons.get("emma", ())) == [reason for reason, _ in AGAINST[step:] if reason is not None], (
        "all that is against her, in order"
    )
    assert eligibles.takers == (("laura", "daniel", "emma") if step == len(AGAINST) - 1 else ("laura", "daniel"))


def test_every_reason_has_words() -> None:
    assert set(IN_WORDS) == set(REASONS)


@pytest.mark.parametrize(
    ("reasons", "word"),
    [
        (["capped", "capped", "paused"], "capped"),
        (["capped", "paused"], "paused"),
        (["off_shift", "time_off", "capped"], "time_off"),
        ([], "nobody"),
    ],
)
def test_the_commonest_reason_speaks_for_a_waiting_lead_and_ties_go_by_the_order_of_eligibility(
    reasons: list[str], word: str
) -> None:
    assert commonest(reasons) == word


def test_whoever_is_no_member_is_not_asked() -> None:
    desk = Desk(document())
    assert desk.reps(8).count("omar") == 0


@pytest.mark.parametrize(
    ("requires", "takers"),
    [
        ({"skills": {"german": 1}}, ("laura", "daniel")),
        ({"skills": {"german": 2}}, ("laura",)),
        ({"skills": {"german": 1, "ehr": 1}}, ("daniel",)),
        ({"seniority": {"at_least": 2}}, ("daniel", "emma")),
        ({"seniority": {"at_most": 2}}, ("laura", "daniel")),
        ({"seniority": {"at_least": 2, "at_most": 2}}, ("daniel",)),
        ({"on_shift": False}, ("laura", "daniel", "emma")),
        ({}, ("laura", "daniel", "emma")),
    ],
    ids=str,
)
def test_a_rule_demands_skills_and_seniority(requires: dict[str, Any], takers: tuple[str, ...]) -> None:
    reps = {
        "laura": {"skills": {"german": 3}, "seniority": 1},
        "daniel": {"skills": {"german": 1, "ehr": 1}, "seniority": 2},
        "emma": {"skills": {"ehr": 3}, "seniority": 3, "calendar": "night"},
    }
    desk = Desk(document(calendars=NIGHT, reps=reps, rules=[rule(requires=requires)]))
    assert desk.decide().steps[0].eligibles[0].takers == takers


def test_weight_0_is_against_a_rep_under_weighted_only() -> None:
    inside = {"laura": {"weight": 0}, "daniel": {}, "emma": {}}
    assert "laura" not in Desk(document(inside=inside, rules=[rule(order="weighted")])).reps(6)
    assert Desk(document(inside=inside)).reps(3) == "laura daniel emma"


def test_the_shift_matters_only_where_the_rule_asks() -> None:
    reps = {"laura": {"calendar": "night"}}
    asking = Desk(document(calendars=NIGHT, reps=reps, rules=[rule(requires={"on_shift": True})]))
    assert asking.against() == {"laura": "off_shift"}
    assert Desk(document(calendars=NIGHT, reps=reps)).against() == {}


def test_time_off_is_of_the_wall_clock_and_ends_before_its_end() -> None:
    reps = {
        "laura": {"calendar": "chicago", "time_off": [{"from": "2026-01-05T09:00:00", "to": "2026-01-05T10:00:00"}]}
    }
    desk = Desk(document(calendars={"chicago": office()}, reps=reps))
    hour = timedelta(hours=1)
    instant = timedelta(microseconds=1)
    answers = [desk.against(at=at) for at in (MONDAY - instant, MONDAY, MONDAY + hour - instant, MONDAY + hour)]
    assert answers == [{}, {"laura": "time_off"}, {"laura": "time_off"}, {}]


def test_a_pause_ends_by_itself_where_it_has_an_end() -> None:
    until = MONDAY + timedelta(minutes=30)
    desk = Desk(document(reps={"laura": {"accepting": False}}), paused_until={"laura": until})
    assert desk.against(at=until - timedelta(seconds=1)) == {"laura": "paused"}
    assert desk.against(at=until) == {}


# --- caps ----------------------------------------------------------------------------------------

ALONE = {"laura": {}}


def takes(desk: Desk, *local: str) -> str:
    """Whether Laura takes a lead at each of these times: y or n."""
    return "".join("y" if desk.route(at=datetime.fromisoformat(one).replace(tzinfo=UTC)).rep else "n" for one in local)


@pytest.mark.parametrize("on", ["rep", "membership"])
@pytest.mark.parametrize(
    ("caps", "times", "answers"),
    [
        ({"open": 2}, ["2026-01-05T15:00", "2026-01-05T15:00", "2026-02-05T15:00", "2027-01-05T15:00"], "yynn"),
        ({"hour": 1}, ["2026-01-05T15:00", "2026-01-05T15:59:59", "2026-01-05T16:00", "2026-01-05T16:30"], "ynyn"),
        # midnight in Chicago is 06:00 UTC
        ({"day": 1}, ["2026-01-05T15:00", "2026-01-06T05:59:59", "2026-01-06T06:00"], "yny"),
        ({"week": 1}, ["2026-01-05T06:00", "2026-01-12T05:59:59", "2026-01-12T06:00"], "yny"),
        ({"week": 1}, ["2026-01-05T05:59", "2026-01-05T06:00", "2026-01-11T12:00"], "yyn"),  # Sunday, then Monday
        ({"month": 1}, ["2026-01-31T12:00", "2026-02-01T05:59:59", "2026-02-01T06:00"], "yny"),
        (
            {"month": 2, "day": 1},
            ["2026-01-05T15:00", "2026-01-05T16:00", "2026-01-06T15:00", "2026-01-07T15:00"],
            "ynyn",
        ),
        # half past one comes twice on 1 November: two hours
        ({"hour": 1}, ["2026-11-01T06:30", "2026-11-01T06:40", "2026-11-01T07:30", "2026-11-01T07:40"], "ynyn"),
        ({"hour": 0}, ["2026-01-05T15:00", "2026-01-05T16:00"], "nn"),
        ({"open": 0}, ["2026-01-05T15:00"], "n"),
    ],
    ids=str,
)
def test_caps_renew_with_the_periods_of_the_reps_zone(
    on: str, caps: dict[str, int], times: list[str], answers: str
) -> None:
    desk = Desk(
        document(
            calendars={"chicago": office()},
            reps={"laura": {"calendar": "chicago", "caps": caps if on == "rep" else {}}},
            inside={"laura": {"caps": caps if on == "membership" else {}}},
        )
    )
    assert takes(desk, *times) == answers


def test_a_capped_rep_is_named_so() -> None:
    desk = Desk(document(reps={"laura": {"caps": {"open": 1}}}))
    assert desk.reps(4) == "laura daniel emma daniel"
    assert desk.against() == {"laura": "capped"}


def test_a_rep_cap_counts_leads_of_all_teams_a_membership_cap_those_of_its_own() -> None:
    def desk(*, rep_cap: int | None, member_cap: int | None) -> Desk:
        return Desk(
            document(
                reps={"laura": {"caps": {"open": rep_cap} if rep_cap else {}}},
                inside={"laura": {"caps": {"open": member_cap} if member_cap else {}}},
                teams={"second": team(["laura"])},
                rules=[
                    rule("second", "second", when={"all": [{"field": "industry", "op": "is", "value": "second"}]}),
                    rule("first"),
                ],
            )
        )

    of_rep = desk(rep_cap=1, member_cap=None)
    assert (of_rep.route(industry="second").rep, of_rep.route().rep) == ("laura", None)
    of_team = desk(rep_cap=None, member_cap=1)
    assert (of_team.route(industry="second").rep, of_team.route().rep, of_team.route().rep) == ("laura", "laura", None)
    assert of_team.route(industry="second").rep == "laura"


def test_tried_before_in_this_cycle_is_against_a_rep_for_this_lead_only() -> None:
    desk = Desk(document())
    assert desk.decide(tried=["laura", "daniel"]).rep == "emma"
    assert desk.decide(tried=["laura", "daniel", "emma"]).reason == "tried"
    assert desk.decide().rep == "laura"
