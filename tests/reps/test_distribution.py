"""How leads are distributed: plain sentences, and where I stand."""

import pytest

from reps.plan_in_words import team_in_words, teams_of
from routing.engine.sentences import Names
from routing.plan.document import defaults

NAMES = Names(teams={"inside": "Inside", "outside": "Outside"}, reps={"laura": "Laura Ortiz"})


def rule(**fields):
    return {**defaults.rule(fields.get("delivery", "assign")), "name": "One", "to": {"team": "inside"}, **fields}


SIZE = {"field": "company_size", "op": "at_least", "value": 1000}


def test_a_team_is_two_or_three_sentences():
    plan = {"rules": [rule(name="Big ones"), rule(name="The rest", delivery="claim")]}
    assert team_in_words("inside", plan, NAMES, counts={"manual": True}) == [
        "Inside gets leads by 2 rules: “Big ones” and “The rest”.",
        "They are given round robin or put on the claim board, as the rule says.",
        (
            "Round robin and by weight mean fair share: next is whoever would soonest be a whole lead short; "
            "leads that are handed over count too."
        ),
    ]
    assert len(team_in_words("outside", plan, NAMES, counts={})) == 1


@pytest.mark.parametrize(
    ("when", "teams"),
    [
        (None, {"inside", "outside"}),
        ({"all": [{"field": "territory", "op": "is", "value": "south"}]}, {"outside"}),
        ({"all": [{"field": "territory", "op": "in", "value": ["world"]}]}, {"inside", "outside"}),
        ({"all": [SIZE]}, {"inside", "outside"}),
    ],
    ids=["no condition", "one territory", "and all that lies in it", "another condition"],
)
def test_a_rule_to_the_territory_reaches_the_teams_it_may(when, teams):
    plan = {
        "territories": {
            "world": {"parent": None, "team": None},
            "north": {"parent": "world", "team": "inside"},
            "south": {"parent": "world", "team": "outside"},
        }
    }
    assert teams_of(rule(to={"territory": True}, when=when), plan) == teams


def test_the_page_tells_the_plan_and_where_i_stand(people, routed, desk_of):
    routed()
    page = " ".join(desk_of(people.laura).get("/how-leads-are-distributed/").content.decode().split())
    assert "0.7 leads ahead" in page
    assert "Otherwise Inside, round robin, respond within 5 minutes." in page
    assert page.count("may reach you") == 3
    assert "0.3 leads behind" in desk_of(people.daniel).get("/how-leads-are-distributed/").content.decode()


def test_my_place_stands_beside_the_queue(people, routed, desk_of):
    routed()
    assert b"0.7 leads ahead" in desk_of(people.laura).get("/").content


def test_without_a_plan_or_a_team_the_page_says_what_will_be_there(people, desk_of):
    people.inside.memberships.all().delete()
    page = desk_of(people.laura).get("/how-leads-are-distributed/").content
    assert b"You are in no team yet." in page
    assert b"No plan is published yet." in page
