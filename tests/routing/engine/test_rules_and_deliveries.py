"""The first rule that matches and delivers wins: rules, deliveries, territories, qualification, and when nobody can."""

from __future__ import annotations

from typing import Any

import pytest

from routing.engine.decide import Decision

from .small_plan import MONDAY, Desk, document, office, rule, territory, when

BIG = when("company_size", "at_least", 1000)
AWAY = {"accepting": False}
NOBODY_INSIDE = dict.fromkeys(("laura", "daniel", "emma"), AWAY)


def line(decision: Decision) -> tuple[str, str, str | None, str, str | None, str]:
    return decision.outcome, decision.rule_slug, decision.team, decision.delivery, decision.rep, decision.reason


def test_the_first_rule_that_matches_decides() -> None:
    desk = Desk(document(rules=[rule("big", "outside", when=BIG), rule("bigger", when=BIG), rule()]))
    assert desk.decide(company_size="5000").rule_slug == "big"
    assert desk.decide(company_size="5").rule_slug == "everything"
    assert [step.rule.slug for step in desk.decide(company_size="5000").steps] == ["big"]


def test_a_rule_before_the_last_without_conditions_matches_everything() -> None:
    desk = Desk(document(rules=[rule("open-door", "outside"), rule()]))
    assert desk.decide().rule_slug == "open-door"


@pytest.mark.parametrize("delivery", ["claim", "pick", "blind", "manual"])
def test_a_pooled_delivery_is_never_without_somebody(delivery: str) -> None:
    desk = Desk(document(reps=NOBODY_INSIDE, rules=[rule(delivery=delivery, when_nobody="next_rule"), rule("last")]))
    assert line(desk.route()) == ("pooled", "everything", "inside", delivery, None, "pooled")
    assert desk.lags() == {}


def test_an_offer_counts_as_accepted() -> None:
    desk = Desk(document(rules=[rule(delivery="offer")]))
    assert line(desk.route()) == ("offered", "everything", "inside", "offer", "laura", "round_robin")
    assert desk.route().rep == "daniel"


def test_a_rule_to_one_rep_asks_only_them_moves_no_ledger_and_knows_no_membership_caps() -> None:
    plan = document(
        reps={"laura": {"caps": {"open": 2}}},
        inside={"laura": {"caps": {"open": 0}, "weight": 0}, "daniel": {}, "emma": {}},
        rules=[rule("for-laura", {"rep": "laura"}, order="weighted")],
    )
    desk = Desk(plan)
    assert line(desk.route()) == ("assigned", "for-laura", None, "assign", "laura", "weighted")
    assert desk.route().rep == "laura"
    assert line(desk.route()) == ("waiting", "for-laura", None, "assign", None, "capped")
    assert desk.lags() == {}
    assert desk.roster.ledger("inside").last == {}, "no lead through the team"


def test_a_rule_to_one_rep_may_demand_and_hop_to_a_team() -> None:
    plan = document(
        reps={"laura": AWAY},
        rules=[rule("for-laura", {"rep": "laura"}, when_nobody={"team": "outside"})],
    )
    assert line(Desk(plan).route()) == ("assigned", "for-laura", "outside", "assign", "omar", "round_robin")


# --- territories ---------------------------------------------------------------------------------

US = {"field": "country", "op": "is", "value": "US"}
TX = {"field": "region", "op": "is", "value": "TX"}
DALLAS = {"field": "postcode", "op": "in_ranges", "value": ["75000-75399", "752*"]}

MAP = {
    "us": territory(where=[US], team="inside", reps=["laura"]),
    "texas": territory("us", [TX]),
    "dallas": territory("texas", [DALLAS], team="outside"),
    "big": territory("us", [BIG["all"][0]], reps=["emma", "daniel"]),
    "also-texas": territory("us", [TX]),
    "nobody": territory(where=[{"field": "country", "op": "is", "value": "NO"}]),
}
PLACED = [rule("placed", {"territory": True}), rule()]


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"country": "us"}, "us"),
        ({"country": "US", "region": "tx"}, "texas"),
        ({"country": "US", "region": "TX", "postcode": "75201-1234"}, "dallas"),
        ({"country": "US", "postcode": "75201"}, "us"),
        ({"region": "TX", "postcode": "75201"}, None),  # the ancestors must hold too
        ({"country": "US", "region": "TX", "company_size": "5000"}, "texas"),  # equally deep: the first listed
        ({"country": "US", "company_size": "5000"}, "big"),
        ({"country": "NO"}, "nobody"),
        ({}, None),
    ],
    ids=str,
)
def test_a_leads_territory_is_the_deepest_that_holds_and_the_first_listed_of_these(
    values: dict[str, str], found: str | None
) -> None:
    place = Desk(document(territories=MAP, rules=PLACED)).qualified(**values).territory  # type: ignore[arg-type]
    assert (place.slug if place else None) == found


@pytest.mark.parametrize(
    ("values", "asked"),
    [
        ({"country": "US"}, ("placed", "inside", ("laura",))),
        ({"country": "US", "region": "TX"}, ("placed", "inside", ("laura", "daniel", "emma"))),
        ({"country": "US", "company_size": "5000"}, ("placed", "inside", ("daniel", "emma"))),
        ({"country": "US", "region": "TX", "postcode": "75201"}, ("placed", "outside", ("omar",))),
        ({"country": "NO"}, ("everything", "inside", ("laura", "daniel", "emma"))),  # a territory without a team
        ({}, ("everything", "inside", ("laura", "daniel", "emma"))),
    ],
    ids=str,
)
def test_a_parents_team_is_inherited_its_reps_are_not(
    values: dict[str, str], asked: tuple[str, str, tuple[str, ...]]
) -> None:
    decision = Desk(document(territories=MAP, rules=PLACED)).decide(**values)  # type: ignore[arg-type]
    assert (decision.rule_slug, decision.team, decision.steps[-1].eligibles[0].takers) == asked


@pytest.mark.parametrize("order", [("north", "south"), ("south", "north")])
def test_among_equally_deep_ones_of_different_parents_the_first_listed_is_it(order: tuple[str, str]) -> None:
    below = {f"{parent}-child": territory(parent, [US]) for parent in order}
    for tree in (
        {"north": territory(), "south": territory()} | below,
        {"south": territory(), "north": territory()} | below,
    ):
        place = Desk(document(territories=tree)).qualified(country="US").territory
        assert place is not None
        assert place.slug == f"{order[0]}-child"


@pytest.mark.parametrize(
    ("dates", "parents", "found"),
    [
        ({}, {}, "child"),
        ({"from": "2026-01-05"}, {}, "child"),
        ({"from": "2026-01-06"}, {}, "parent"),
        ({"to": "2026-01-06"}, {}, "child"),
        ({"to": "2026-01-05"}, {}, "parent"),
        ({}, {"to": "2026-01-05"}, None),  # what is above must be in force too
    ],
    ids=str,
)
def test_a_territory_holds_from_its_first_day_until_before_its_last(
    dates: dict[str, str], parents: dict[str, str], found: str | None
) -> None:
    tree = {"parent": territory(where=[US], **parents), "child": territory("parent", [US], **dates)}
    place = Desk(document(territories=tree)).qualified(country="US").territory
    assert (place.slug if place else None) == found


def test_rules_may_ask_for_the_territory() -> None:
    desk = Desk(document(territories=MAP, rules=[rule("tx", "outside", when=when("territory", "is", "TEXAS")), rule()]))
    assert desk.decide(country="US", region="TX").rule_slug == "tx"
    assert desk.decide(country="US").rule_slug == "everything"


# --- qualification -------------------------------------------------------------------------------


def points(slug: str, number: int, condition: dict[str, Any] | None) -> dict[str, Any]:
    return {"slug": slug, "name": slug, "points": number, "when": condition}


SCORED: dict[str, Any] = {
    "scores": [
        points("big", 60, BIG),
        points("huge", 70, when("company_size", "at_least", 10_000)),
        points("free", -30, when("free_mail", "is", "yes")),
        points("title", 40, when("job_title", "contains", "head")),
    ],
    "bands": {"hot": 70, "warm": 40},
    "disqualify": [
        {"slug": "student", "name": "Student", "reason": "no buyer", "when": when("job_title", "contains", "student")},
        {"slug": "nobody", "name": "Nobody", "reason": "", "when": when("email", "is_not_set")},
    ],
}


@pytest.mark.parametrize(
    ("values", "score", "band"),
    [
        ({"email": "a@b.c"}, 0, "cold"),
        ({"email": "a@gmail.com"}, 0, "cold"),  # -30 is not below 0
        ({"company_size": "1000"}, 60, "warm"),
        ({"company_size": "10000"}, 100, "hot"),  # 130 is not above 100
        ({"company_size": "1000", "email": "a@gmail.com"}, 30, "cold"),
        ({"job_title": "Head of IT"}, 40, "warm"),
        ({"company_size": "1000", "job_title": "Head", "email": "a@gmail.com"}, 70, "hot"),
        ({"company_size": "10000", "email": "a@gmail.com", "job_title": "Head"}, 100, "hot"),  # the sum is clamped: 140
    ],
    ids=str,
)
def test_points_add_up_clamped_to_0_and_100_and_bands_follow(values: dict[str, str], score: int, band: str) -> None:
    lead = Desk(document(qualification=SCORED)).qualified(**values)  # type: ignore[arg-type]
    assert (lead.score, lead.band) == (score, band)


@pytest.mark.parametrize(
    ("qualification", "score", "band"),
    [
        (None, 0, "cold"),
        ({"scores": [], "bands": {"hot": 0, "warm": 0}}, 0, "hot"),
        ({"scores": [points("all", 40, None)]}, 40, "warm"),
    ],
    ids=str,
)
def test_without_qualification_a_lead_is_0_and_cold(qualification: Any, score: int, band: str) -> None:
    lead = Desk(document(qualification=qualification)).qualified()
    assert (lead.score, lead.band) == (score, band)


def test_a_disqualified_lead_keeps_its_territory_and_has_no_rule_and_the_first_listed_reason_counts() -> None:
    desk = Desk(document(qualification=SCORED, territories=MAP, rules=PLACED))
    decision = desk.route(job_title="PhD student", country="US")
    assert line(decision) == ("disqualified", "", None, "", None, "student")
    assert decision.qualified.territory is not None
    assert decision.qualified.disqualifier is not None
    assert decision.qualified.disqualifier.reason == "no buyer"
    assert desk.decide().reason == "nobody"


# --- when nobody can take it ---------------------------------------------------------------------


def test_wait_holds_the_lead_with_the_commonest_reason() -> None:
    reps = {"laura": AWAY, "daniel": {"caps": {"open": 0}}, "emma": {"caps": {"open": 0}}}
    desk = Desk(document(reps=reps, rules=[rule("big", when=BIG), rule("last", "outside")]))
    assert line(desk.route(company_size="1000")) == ("waiting", "big", "inside", "assign", None, "capped")
    assert desk.lags() == {}


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (rule("second", "outside", when=BIG), ("assigned", "second", "outside", "assign", "omar", "round_robin")),
        (rule("second", when=BIG), ("waiting", "second", "inside", "assign", None, "paused")),
        (rule("second", when=BIG, delivery="claim"), ("pooled", "second", "inside", "claim", None, "pooled")),
        (rule("second", when=when("industry", "is_set")), ("waiting", "last", "inside", "assign", None, "paused")),
    ],
    ids=["delivers", "waits", "pools", "does not match"],
)
def test_next_rule_goes_on_and_the_later_rule_decides(second: dict[str, Any], expected: tuple[Any, ...]) -> None:
    rules = [rule("first", when=BIG, when_nobody="next_rule"), second, rule("last")]
    assert line(Desk(document(reps=NOBODY_INSIDE, rules=rules)).route(company_size="1000")) == expected


def test_next_rule_throughout_waits_with_the_last_rule_that_matched_and_in_the_catch_all_it_is_wait() -> None:
    rules = [
        rule("first", when=BIG, when_nobody="next_rule"),
        rule("second", when=BIG, delivery="offer", when_nobody="next_rule"),
        rule("never", "outside", when=when("industry", "is_set"), when_nobody="next_rule"),
        rule("placed", {"territory": True}, when_nobody="next_rule"),
    ]
    decision = Desk(document(reps=NOBODY_INSIDE, rules=rules)).route(company_size="1000")
    assert line(decision) == ("waiting", "second", "inside", "offer", None, "paused")
    last = Desk(document(reps=NOBODY_INSIDE, rules=[rule(when_nobody="next_rule")])).route()
    assert line(last) == ("waiting", "everything", "inside", "assign", None, "paused")


def test_anyone_ignores_switch_and_shift_and_keeps_the_rest() -> None:
    reps: dict[str, Any] = {
        "laura": {"accepting": False, "caps": {"open": 1}},
        "daniel": {"calendar": "office", "caps": {"open": 1}},
        "emma": {"time_off": [{"from": "2026-01-01T00:00:00", "to": "2026-02-01T00:00:00"}]},
    }
    closed = office() | {"hours": {day: [] for day in office()["hours"]}}
    plan = document(
        calendars={"office": closed}, reps=reps, rules=[rule(requires={"on_shift": True}, when_nobody="anyone")]
    )
    desk = Desk(plan)
    assert desk.reps(2) == "laura daniel"
    waiting = desk.route()
    assert line(waiting) == ("waiting", "everything", "inside", "assign", None, "capped"), "what remains against them"
    assert [eligibles.first_reasons() for eligibles in waiting.steps[0].eligibles] == [
        {"laura": "paused", "daniel": "off_shift", "emma": "time_off"},
        {"laura": "capped", "daniel": "capped", "emma": "time_off"},
    ]


def test_another_team_is_asked_with_the_same_delivery_order_and_demands_but_without_the_territorys_own_reps() -> None:
    tree = {"us": territory(where=[US], team="inside", reps=["laura"])}
    rules = [
        rule(
            "placed",
            {"territory": True},
            delivery="offer",
            order="priority",
            requires={"seniority": {"at_least": 2}},
            when_nobody={"team": "outside"},
        ),
        rule(),
    ]
    outside = {"omar": {}, "daniel": {}, "emma": {}}
    plan = document(
        reps={"laura": AWAY | {"seniority": 2}, "daniel": {"seniority": 2}, "emma": {"seniority": 3}},
        territories=tree,
        rules=rules,
        teams={"outside": document(inside=outside)["teams"]["inside"]},
    )
    desk = Desk(plan)
    assert line(desk.route(country="US")) == ("offered", "placed", "outside", "offer", "daniel", "priority")
    assert desk.roster.ledger("outside").last == {"daniel": MONDAY}
    assert desk.roster.team_load("outside", "daniel").open == 1


def test_after_another_team_fails_too_the_lead_waits_under_the_rules_own_team_and_its_members_reasons() -> None:
    plan = document(reps=NOBODY_INSIDE | {"omar": {"caps": {"open": 0}}}, rules=[rule(when_nobody={"team": "outside"})])
    decision = Desk(plan).route()
    assert line(decision) == ("waiting", "everything", "inside", "assign", None, "paused")
    assert [eligibles.ask.team for eligibles in decision.steps[0].eligibles] == ["inside", "outside"]


def test_another_teams_ledger_moves_when_it_takes_the_lead() -> None:
    desk = Desk(document(reps=NOBODY_INSIDE, rules=[rule(when_nobody={"team": "outside"})]))
    desk.route()
    assert desk.lags("inside") == {}
    assert desk.lags("outside") == {"omar": 0}


def test_a_plan_of_no_matching_rule_holds_the_lead_rather_than_losing_it() -> None:
    assert line(Desk(document(rules=[rule(when=BIG)])).route()) == ("waiting", "", None, "", None, "no_rule")


# --- the same again ------------------------------------------------------------------------------


def test_deciding_changes_nothing_and_the_same_inputs_give_the_same_decision() -> None:
    desk = Desk(document(qualification=SCORED, territories=MAP, rules=PLACED, reps={"emma": {"caps": {"open": 2}}}))
    desk.reps(10)
    before = desk.roster.ledger("inside").to_state()
    decisions = [desk.decide(country="US", region="TX") for _ in range(3)]
    assert len({line(decision) for decision in decisions}) == 1
    assert desk.roster.ledger("inside").to_state() == before
    again = Desk(desk.plan.document)
    again.reps(10)
    assert line(again.decide(country="US", region="TX")) == line(decisions[0])


def test_a_decision_keeps_who_was_owed_and_what_it_rested_on() -> None:
    desk = Desk(document(inside={"laura": {"weight": 3}, "daniel": {}, "emma": {}}, rules=[rule(order="weighted")]))
    decision = desk.decide()
    assert decision.owed is not None
    assert decision.owed.members == (("laura", 3), ("daniel", 1), ("emma", 1))
    assert decision.taken_from is not None
    assert decision.taken_from.takers == ("laura", "daniel", "emma")
    assert [float(decision.owed.share(name)) for name in ("laura", "daniel", "omar")] == [0.6, 0.2, 0.0]
    pushed = Desk(document(rules=[rule(order="priority")])).decide()
    assert pushed.owed is None
