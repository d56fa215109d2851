"""A large company to measure with:
a plan of many rules with nested conditions, many reps, and leads that spread over all.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
INDUSTRIES = ("healthcare", "retail", "finance", "logistics", "education", "energy", "media", "public sector")
PRODUCTS = ("ehr", "billing", "crm", "payroll", "analytics")
COUNTRIES = ("US", "DE", "FR", "GB", "NL", "ES", "IT", "PL")
ORDERS = ("round_robin", "weighted", "round_robin", "least_loaded", "best_match")
TEAM_SIZE = 10


def document(*, rules: int, reps: int) -> dict[str, Any]:
    """People and plan as a canonical document: `reps` in teams of ten; a third of them capped or off shift now.

    Each rule but the last asks for its own campaign in a group of groups, so that matches spread over all of them.
    """
    closed = {day: [] for day in DAYS}
    teams = {f"team-{number}": [] for number in range(max(1, reps // TEAM_SIZE))}
    people = {}
    for number in range(reps):
        username = f"rep-{number:04}"
        away, full = number % 6 == 1, number % 6 == 3
        people[username] = {
            "name": f"Rep {number}",
            "email": f"{username}@acme.example",
            "calendar": "never-now" if away else None,
            "seniority": 1 + number % 5,
            "skills": {INDUSTRIES[number % 8].replace(" ", "-"): 1 + number % 3},
            "caps": {"day": 0} if full else {"open": 100_000, "day": 50_000},
            "active": True,
            "accepting": True,
            "time_off": [],
        }
        teams[f"team-{number % len(teams)}"].append(username)
    names = list(teams)
    return {
        "plan": 1,
        "name": "Bench",
        "calendars": {
            "never-now": {
                "timezone": "UTC",
                "hours": closed | {day: [["00:00", "00:01"]] for day in DAYS},
                "holidays": None,
                "closed": [],
            }
        },
        "reps": people,
        "teams": {
            slug: {
                "name": slug,
                "managers": [],
                "calendar": None,
                "members": {rep: {"weight": 1 + place % 3, "caps": {}} for place, rep in enumerate(members)},
                "counts": {"manual": True, "claim": False, "pick": False, "blind": False},
                "make_up": None,
                "credit": [],
            }
            for slug, members in teams.items()
        },
        "territories": {
            country.lower(): {
                "name": country,
                "parent": None,
                "where": [{"field": "country", "op": "is", "value": country}],
                "team": names[place % len(names)],
                "reps": None,
                "from": None,
                "to": None,
            }
            for place, country in enumerate(COUNTRIES)
        },
        "qualification": {
            "scores": [
                {
                    "slug": f"score-{place}",
                    "name": f"Score {place}",
                    "points": 15,
                    "when": {"all": [{"field": "industry", "op": "is", "value": industry}]},
                }
                for place, industry in enumerate(INDUSTRIES)
            ]
            + [
                {
                    "slug": "big",
                    "name": "Big",
                    "points": 40,
                    "when": {"all": [{"field": "company_size", "op": "at_least", "value": 500}]},
                }
            ],
            "bands": {"hot": 50, "warm": 15},
            "disqualify": [
                {
                    "slug": "student",
                    "name": "Student",
                    "reason": "not a buyer",
                    "when": {"all": [{"field": "job_title", "op": "contains", "value": "student"}]},
                }
            ],
        },
        "sla": {"golden": {"clock": "always", "steps": [{"after": 300, "do": "breach"}]}},
        "rules": [_rule(number, names) for number in range(rules - 1)]
        + [_shape("everything-else", None, {"team": names[0]}, "assign", "round_robin", number=0)],
        "returning": {"match": ["email", "phone", "company"], "days": 90},
    }


def _rule(number: int, teams: list[str]) -> dict[str, Any]:
    when = {
        "all": [
            {"field": "attributes.campaign", "op": "is", "value": f"campaign {number}"},
            {
                "any": [
                    {"field": "company_size", "op": "at_least", "value": 1 + number % 7},
                    {
                        "all": [
                            {"field": "industry", "op": "in", "value": list(INDUSTRIES[:3])},
                            {"field": "country", "op": "is_set"},
                        ]
                    },
                ]
            },
            {
                "none": [
                    {"field": "email", "op": "ends_with", "value": ".invalid"},
                    {"field": "job_title", "op": "contains", "value": "intern"},
                ]
            },
        ]
    }
    to: dict[str, Any] = {"territory": True} if number % 10 == 9 else {"team": teams[number % len(teams)]}
    delivery = "claim" if number % 25 == 24 else "assign"
    return _shape(f"rule-{number}", when, to, delivery, ORDERS[number % len(ORDERS)], number=number)


def _shape(slug: str, when: Any, to: dict[str, Any], delivery: str, order: str, *, number: int) -> dict[str, Any]:
    return {
        "slug": slug,
        "name": slug,
        "when": when,
        "to": to,
        "delivery": delivery,
        "order": order,
        "requires": {
            "on_shift": True,
            "skills": {},
            "skills_from": ["industry"],
            "seniority": {"at_least": None, "at_most": None},
        },
        "offer_minutes": None,
        "hide_contact": False,
        "when_nobody": "wait",
        "sla": "golden",
    }


def leads(count: int, *, rules: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Facts of leads, by field name; each campaign as often as the others."""
    chance = random.Random(seed)
    for number in range(count):
        yield {
            "email": f"person-{number}@company-{number % 4000}.example",
            "first_name": "Priya",
            "last_name": f"Number {number}",
            "job_title": chance.choice(("Head of IT", "Buyer", "Owner", "Nurse")),
            "company": f"Company {number % 4000}",
            "company_size": chance.choice((5, 40, 180, 700, 3000)),
            "industry": chance.choice(INDUSTRIES),
            "country": chance.choice(COUNTRIES),
            "product": chance.choice(PRODUCTS),
            "attributes.campaign": f"campaign {number % max(1, rules - 1)}",
        }


def arrivals_start() -> datetime:
    """A quarter of an hour ago: when the leads that wait came in."""
    return datetime.now(UTC) - timedelta(minutes=15)
