"""The plan in plain words: what a manager reads is what the engine does."""

from typing import Any

import pytest

from routing.engine import sentences
from routing.engine.sentences import Names
from routing.plan.document import defaults

NAMES = Names(
    teams={"enterprise": "Enterprise", "general": "General"},
    reps={"laura": "Laura Ortiz"},
    territories={"tx": "Texas"},
    sources={"web": "Website"},
    calendars={"berlin": "Berlin office"},
)
POLICIES = {
    "golden": {"clock": "owner", "steps": [{"after": 180, "do": "remind"}, {"after": 300, "do": "breach"}]},
    "gentle": {"clock": "always", "steps": [{"after": 86400, "do": "remind"}]},
}
LARGE = {"field": "company_size", "op": "at_least", "value": 1000}
HEALTH = {"field": "industry", "op": "is", "value": "healthcare"}
GERMAN = {"field": "country", "op": "in", "value": ["DE", "AT", "CH"]}


def rule(**fields: Any) -> dict[str, Any]:
    """A rule of the canonical document, to Enterprise unless its fields say otherwise."""
    return {**defaults.rule(fields.get("delivery", "assign")), "to": {"team": "enterprise"}, **fields}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {"when": {"all": [LARGE, HEALTH]}, "sla": "golden"},
            (
                "If company size is at least 1000 and industry is healthcare, then Enterprise, round robin, "
                "respond within 5 minutes."
            ),
        ),
        (
            {"when": {"any": [LARGE]}, "sla": "gentle"},
            "If company size is at least 1000, then Enterprise, round robin.",
        ),
        ({"order": "weighted"}, "Every lead: Enterprise, by weight."),
        ({"to": {"rep": "laura"}, "when": {"all": [HEALTH]}}, "If industry is healthcare, then Laura Ortiz."),
        (
            {"to": {"territory": True}, "when_nobody": {"team": "general"}},
            "Every lead: the team of its territory, round robin, if nobody can take it, General.",
        ),
        (
            {"delivery": "offer", "hide_contact": True, "when_nobody": "next_rule"},
            (
                "Every lead: Enterprise, round robin, offered for 10 minutes, contact details hidden until accepted, "
                "if nobody can take it, the next rule."
            ),
        ),
        ({"delivery": "claim"}, "Every lead: Enterprise, the first to claim it has it."),
        (
            {"delivery": "pick", "hide_contact": True},
            "Every lead: Enterprise, to be picked from the pool, contact details hidden until picked.",
        ),
        ({"delivery": "blind", "order": "random"}, "Every lead: Enterprise, to be pulled blind, at random."),
        ({"delivery": "manual", "when_nobody": "anyone"}, "Every lead: Enterprise, to be handed out by hand."),
        (
            {
                "requires": {
                    "on_shift": True,
                    "skills": {"german": 2, "health-care": 1},
                    "skills_from": ["industry"],
                    "seniority": {"at_least": 3, "at_most": None},
                }
            },
            (
                "Every lead: Enterprise, round robin, only to those on shift, who know german at level 2 and "
                "health care, who best know its industry, of seniority 3 or higher."
            ),
        ),
    ],
    ids=[
        "two conditions and a response time",
        "a policy without a breach",
        "by weight",
        "to one rep",
        "to the territory",
        "an offer",
        "a claim",
        "a pick without contact details",
        "blind at random",
        "by hand",
        "demands",
    ],
)
def test_a_rule_reads_as_one_sentence(fields: dict[str, Any], words: str) -> None:
    assert str(sentences.of_rule(rule(**fields), names=NAMES, policies=POLICIES)) == words


def test_the_catch_all_says_otherwise() -> None:
    assert str(sentences.of_rule(rule(), names=NAMES, is_last=True)) == "Otherwise Enterprise, round robin."


@pytest.mark.parametrize(
    ("group", "words"),
    [
        (
            {"all": [LARGE, {"any": [HEALTH, GERMAN]}]},
            "company size is at least 1000 and (industry is healthcare or country is one of DE, AT or CH)",
        ),
        ({"none": [LARGE]}, "it is not so that company size is at least 1000"),
        ({"none": [LARGE, HEALTH]}, "neither company size is at least 1000 nor industry is healthcare"),
        ({"all": [{"field": "budget", "op": "between", "value": [10, 50]}]}, "budget is between 10 and 50"),
        ({"all": [{"field": "phone", "op": "is_not_set"}]}, "phone is not set"),
        ({"all": [{"field": "territory", "op": "is", "value": "tx"}]}, "territory is Texas"),
        ({"all": [{"field": "source", "op": "in", "value": ["web", "fair"]}]}, "source is one of Website or fair"),
        ({"all": [{"field": "attributes.team_size", "op": "is", "value": "5"}]}, "team size is 5"),
        (
            {"all": [{"field": "captured_at", "op": "within_hours", "value": "berlin"}]},
            "captured at is within the hours of Berlin office",
        ),
        (
            {"all": [{"field": "captured_at", "op": "more_than", "value": "2026-01-05T15:00:00Z"}]},
            "captured at is more than 2026-01-05 15:00 UTC",
        ),
    ],
    ids=[
        *("nested", "not", "neither", "between", "unset", "a territory's name", "a source's name", "an attribute"),
        *("a calendar's name", "a moment"),
    ],
)
def test_conditions_read_as_they_are_asked(group: dict[str, Any], words: str) -> None:
    assert sentences.of_group(group, names=NAMES) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(300, "5 minutes"), (60, "1 minute"), (5400, "1 hour and 30 minutes"), (86400, "1 day"), (0, "0 seconds")],
)
def test_times_are_said_in_their_units(seconds: int, words: str) -> None:
    assert sentences.duration(seconds) == words


def test_a_response_time_says_what_happens_when_and_by_which_clock() -> None:
    said = "after 3 minutes remind the rep, after 5 minutes count it as a breach; in the owner's hours"
    assert sentences.of_steps(POLICIES["golden"]) == said
