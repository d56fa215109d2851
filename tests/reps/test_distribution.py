"""How leads are distributed: plain sentences, and where I stand."""

import pytest

from reps.plan_in_words import Names, condition_in_words, in_words, rule_in_words, team_in_words, teams_of

NAMES = Names(teams={"inside": "Inside", "outside": "Outside"}, reps={"laura": "Laura Ortiz"})


def rule(**fields):
    return {
        "slug": "one",
        "name": "One",
        "when": None,
        "to": {"team": "inside"},
        "delivery": "assign",
        "order": "round_robin",
        "requires": {"on_shift": False, "skills": {}, "skills_from": [], "seniority": {}},
        "offer_minutes": None,
        "hide_contact": False,
        "when_nobody": "wait",
        "sla": None,
    } | fields


SIZE = {"field": "company_size", "op": "at_least", "value": 1000}
TRADE = {"field": "industry", "op": "in", "value": ["healthcare", "retail", "energy"]}


@pytest.mark.parametrize(
    ("node", "words"),
    [
        (SIZE, "company size is at least 1,000"),
        (TRADE, "industry is one of healthcare, retail or energy"),
        ({"field": "company_size", "op": "between", "value": [10, 50]}, "company size is between 10 and 50"),
        ({"field": "email", "op": "is_set"}, "e-mail is set"),
        ({"field": "attributes.team_size", "op": "is", "value": "5"}, "team size is 5"),
        ({"all": [SIZE, {"any": [TRADE, SIZE]}]}, None),
        ({"none": [SIZE]}, "not (company size is at least 1,000)"),
    ],
)
def test_conditions_read_as_people_say_them(node, words):
    said = in_words(node, NAMES)
    if words is None:
        words = f"{condition_in_words(SIZE, NAMES)} and ({in_words(TRADE, NAMES)} or {in_words(SIZE, NAMES)})"
    assert said == words


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Everything else: Inside, round robin."),
        ({"when": {"all": [SIZE]}}, "If company size is at least 1,000: Inside, round robin."),
        ({"delivery": "claim"}, "Everything else: Inside, the first to claim it has it."),
        (
            {"delivery": "offer", "order": "best_match", "offer_minutes": 10},
            "Everything else: Inside, offered best match first, with 10 minutes to accept.",
        ),
        ({"to": {"rep": "laura"}}, "Everything else: to Laura Ortiz."),
        ({"to": {"territory": True}, "order": "weighted"}, "Everything else: the team of its territory, by weight."),
        (
            {"when_nobody": {"team": "outside"}, "sla": "golden"},
            "Everything else: Inside, round robin, respond within 5 minutes, if nobody there can take it, Outside.",
        ),
        (
            {"requires": {"on_shift": True, "skills": {"health-care": 2}, "seniority": {"at_least": 3}}},
            "Everything else: Inside, round robin, on shift only, knowing health care at level 2, seniority 3 or more.",
        ),
    ],
)
def test_a_rule_is_one_sentence(fields, sentence):
    plan = {"sla": {"golden": {"steps": [{"after": 180, "do": "remind"}, {"after": 300, "do": "breach"}]}}}
    assert rule_in_words(rule(**fields), plan, NAMES) == sentence


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
    assert "Everything else: Inside, round robin, respond within 5 minutes." in page
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
