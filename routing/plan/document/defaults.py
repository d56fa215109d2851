"""What a plan means where it says nothing."""

from typing import Any, Final

from .hours import ALWAYS

FORMAT: Final = 1

CAP_KINDS: Final = ("open", "hour", "day", "week", "month")
DELIVERIES: Final = ("assign", "offer", "claim", "pick", "blind", "manual")
PUSHED: Final = ("assign", "offer")
POOLED: Final = ("claim", "pick", "blind")
ORDERS: Final = ("round_robin", "weighted", "least_loaded", "best_match", "priority", "random")
CLOCKS: Final = ("always", "team", "owner")
STEPS: Final = ("remind", "escalate", "breach", "reassign", "release")
UNCLAIMED_STEPS: Final = ("remind", "escalate", "release")
WHEN_NOBODY: Final = ("wait", "next_rule", "anyone")
MAKE_UP_REASONS: Final = ("capped", "paused", "time_off", "off_shift")
RETURNING_BY: Final = ("email", "phone", "company")
OFFER_MINUTES: Final = 10


def calendar(slug: str) -> dict[str, Any]:
    """A calendar that is open all week, in UTC; it has no name beside its slug."""
    return {
        "timezone": "UTC",
        "hours": {day: [list(span) for span in spans] for day, spans in ALWAYS.items()},
        "holidays": None,
        "closed": [],
    }


def rep(username: str) -> dict[str, Any]:
    return {
        "name": username,
        "email": "",
        "calendar": None,
        "seniority": 1,
        "skills": {},
        "caps": {},
        "active": True,
        "accepting": True,
        "time_off": [],
    }


def team(slug: str) -> dict[str, Any]:
    return {
        "name": slug,
        "managers": [],
        "calendar": None,
        "members": {},
        "counts": counts(),
        "make_up": None,
        "credit": ["bad_data", "duplicate", "not_a_lead", "no_show"],
    }


def counts() -> dict[str, bool]:
    return {"manual": True, "claim": False, "pick": False, "blind": False}


def member() -> dict[str, Any]:
    return {"weight": 1, "caps": {}}


def make_up() -> dict[str, Any]:
    return {"reasons": list(MAKE_UP_REASONS), "leads": 3, "days": 7}


def territory(slug: str) -> dict[str, Any]:
    return {"name": slug, "parent": None, "where": [], "team": None, "reps": None, "from": None, "to": None}


def qualification() -> dict[str, Any]:
    return {"scores": [], "bands": bands(), "disqualify": []}


def bands() -> dict[str, int]:
    return {"hot": 70, "warm": 40}


def requires() -> dict[str, Any]:
    return {"on_shift": False, "skills": {}, "skills_from": [], "seniority": seniority()}


def seniority() -> dict[str, int | None]:
    return {"at_least": None, "at_most": None}


def rule(delivery: str) -> dict[str, Any]:
    """A rule's parts, in the order of its sentence; who it is and whom it goes to are always said."""
    return {
        "slug": "",
        "name": "",
        "when": None,
        "to": None,
        "delivery": "assign",
        "order": "round_robin",
        "requires": requires(),
        "offer_minutes": OFFER_MINUTES if delivery == "offer" else None,
        "hide_contact": False,
        "when_nobody": "wait",
        "sla": None,
    }


def returning() -> dict[str, Any]:
    return {"match": list(RETURNING_BY), "days": 90}


def document() -> dict[str, Any]:
    """A plan without anybody in it."""
    return {
        "plan": FORMAT,
        "name": "",
        "calendars": {},
        "reps": {},
        "teams": {},
        "territories": {},
        "qualification": None,
        "sla": {},
        "rules": [],
        "returning": returning(),
    }
