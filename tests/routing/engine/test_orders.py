"""Who is next, for every order, with its ties."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest

from .small_plan import MONDAY, Desk, document, rule, when


def desk(order: str, *, reps: dict[str, Any] | None = None, **rest: Any) -> Desk:
    requires = rest.pop("requires", {})
    return Desk(document(reps=reps, rules=[rule(order=order, requires=requires)], **rest))


@pytest.mark.parametrize(
    ("away", "next_rep"),
    [((), "laura"), (("laura",), "daniel"), (("laura", "daniel"), "emma"), (("laura", "daniel", "emma"), None)],
    ids=["all here", "first away", "two away", "nobody"],
)
@pytest.mark.parametrize("order", ["round_robin", "weighted", "least_loaded", "best_match", "priority", "random"])
def test_every_order_passes_over_whoever_is_away(order: str, away: tuple[str, ...], next_rep: str | None) -> None:
    there = desk(order, reps={name: {"accepting": False} for name in away})
    got = there.decide().rep
    assert got not in away
    if order != "random" or len(away) > 1:
        assert got == next_rep


def test_round_robin_goes_round_by_position_and_weighted_by_weight() -> None:
    inside = {"emma": {"weight": 2}, "daniel": {"weight": 1}, "laura": {"weight": 1}}
    assert desk("round_robin", inside=inside).reps(6) == "emma daniel laura emma daniel laura"
    assert desk("weighted", inside=inside).reps(8).split().count("emma") == 4


def test_round_robin_among_level_reps_goes_to_whoever_waited_longest_since_their_last_lead_of_the_team() -> None:
    plan = document(
        rules=[rule("by-hand", order="priority", when=when("industry", "is", "favour")), rule("everything")],
    )
    there = Desk(plan)
    there.route(industry="favour", at=MONDAY)
    assert there.lags() == {}, "priority neither owes nor charges"
    assert there.reps(3, at=MONDAY + timedelta(hours=1)) == "daniel emma laura"


def test_least_loaded_compares_open_leads_with_open_caps_exactly() -> None:
    # 0/3 0/7 0/7: position; then the smallest fraction, whoever waited longest, position
    caps = {"laura": {"caps": {"open": 3}}, "daniel": {"caps": {"open": 7}}, "emma": {"caps": {"open": 7}}}
    assert desk("least_loaded", reps=caps).reps(10) == "laura daniel emma daniel emma daniel emma laura daniel emma"


def test_least_loaded_counts_a_rep_without_a_cap_with_the_teams_largest_of_all_members_or_100() -> None:
    # Emma's 10 counts, though she is away: Laura 1/10 of it per lead, Daniel 1/2
    reps = {"daniel": {"caps": {"open": 2}}, "emma": {"caps": {"open": 10}, "accepting": False}}
    assert desk("least_loaded", reps=reps).reps(8) == "laura daniel laura laura laura laura daniel laura"
    nobody = desk("least_loaded")
    assert nobody.reps(4) == "laura daniel emma laura"
    assert nobody.roster.largest_open_cap("inside") == 100


def test_least_loaded_counts_all_the_open_leads_of_a_rep_whatever_team_they_are_of() -> None:
    plan = document(
        teams={"second": document()["teams"]["inside"] | {"members": {"laura": {"weight": 1, "caps": {}}}}},
        rules=[
            rule("second", "second", when=when("industry", "is", "second")),
            rule("everything", order="least_loaded"),
        ],
    )
    there = Desk(plan)
    there.route(industry="second")
    assert there.reps(3) == "daniel emma laura"


def test_best_match_adds_up_the_levels_of_demanded_and_wanted_skills_each_once_then_seniority() -> None:
    reps = {
        "laura": {"skills": {"healthcare": 1, "german": 2}, "seniority": 1},
        "daniel": {"skills": {"healthcare": 2}, "seniority": 2},
        "emma": {"skills": {"healthcare": 1}, "seniority": 5},
    }
    requires = {"skills": {"healthcare": 1}, "skills_from": ["industry", "language"]}
    there = desk("best_match", reps=reps, requires=requires)
    assert there.decide(industry="Health care").rep == "daniel", "no such skill: the demanded one alone"
    assert there.decide(industry="Healthcare", language=" GERMAN ").rep == "laura", "1 + 2, healthcare counted once"
    assert there.decide(industry="Healthcare").rep == "daniel"
    without = desk("best_match", reps=reps)
    assert without.reps(2) == "emma emma", "nobody wanted anything: seniority"


def test_best_match_finds_a_skill_named_like_the_value_in_lower_case_with_hyphens_for_spaces() -> None:
    reps = {"daniel": {"skills": {"public-sector": 1}}, "emma": {"skills": {"großhandel": 1}}}
    there = desk("best_match", reps=reps, requires={"skills_from": ["industry"]})
    assert there.decide(industry=" Public  SECTOR").rep == "daniel"
    assert there.decide(industry="Großhandel").rep == "emma"
    assert there.decide(industry="retail").rep == "laura"
    assert there.decide().rep == "laura"


def test_best_match_ties_go_to_whoever_waited_longest_then_by_position() -> None:
    assert desk("best_match").reps(5) == "laura daniel emma laura daniel"


def test_priority_gives_to_the_first_who_can() -> None:
    assert desk("priority", reps={"laura": {"caps": {"open": 2}}, "daniel": {"caps": {"open": 1}}}).reps(5) == (
        "laura laura daniel emma emma"
    )


@pytest.mark.parametrize("id", ["1", "lead-7", "Zoë"])
def test_random_takes_the_sha256_of_the_leads_id_modulo_the_eligible_reps_in_position_order(id: str) -> None:
    number = int(hashlib.sha256(id.encode()).hexdigest(), 16)
    assert desk("random").decide(id).rep == ("laura", "daniel", "emma")[number % 3]
    assert desk("random", reps={"laura": {"active": False}}).decide(id).rep == ("daniel", "emma")[number % 2]


def test_random_is_even_over_many_leads() -> None:
    got = desk("random").reps(3000).split()
    assert all(900 < got.count(name) < 1100 for name in ("laura", "daniel", "emma"))
