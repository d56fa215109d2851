"""Random companies under strain: caps, shifts, absences, hops, returning people, territories that come and go."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from routing.simulate import Arrival
from tests.routing.engine.small_plan import DAYS, hours, rep, rule, team, territory

NAMES = ("laura", "daniel", "emma", "omar", "nina", "paul")
ZONES = ("UTC", "America/Chicago", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata", "America/St_Johns")
STARTS = tuple(
    datetime.fromisoformat(text).replace(tzinfo=UTC)
    for text in ("2026-01-05T15:00", "2026-03-07T22:00", "2026-10-31T22:00", "2026-10-24T21:00", "2010-11-06T21:00")
)
SHIFTS = (
    [],
    [["09:00", "17:00"]],
    [["22:00", "06:00"]],
    [["00:00", "24:00"]],
    [["08:00", "11:30"], ["12:30", "20:00"]],
)
ABLE = {"active": True, "accepting": True, "time_off": []}
STEPS = ((0, 1), (1, 60), (60, 1800), (600, 7200), (0, 90_000))
ORDERS = ("round_robin", "round_robin", "weighted", "weighted", "least_loaded", "best_match", "priority", "random")


def random_case(seed: int) -> tuple[dict[str, Any], list[Arrival]]:
    """A plan as a canonical document, and the leads that come."""
    dice = random.Random(seed)
    start = dice.choice(STARTS)
    document = {
        "plan": 1,
        "name": f"case {seed}",
        "calendars": {f"c{n}": _calendar(dice, start) for n in range(3)},
        "reps": {name: _rep(dice, start) for name in NAMES},
        "teams": {f"t{n}": _team(dice) for n in range(3)},
        "territories": _territories(dice, start) if dice.random() < 0.5 else {},
        "qualification": _qualification(dice) if dice.random() < 0.6 else None,
        "sla": {},
        "rules": [],
        "returning": None,
    }
    document["rules"] = [_rule(dice, n, document, last=False) for n in range(dice.randint(0, 5))]
    document["rules"].append(_rule(dice, 99, document, last=True))
    if dice.random() < 0.5:
        _fill_desks(dice, document)
    if dice.random() < 0.5:
        match = dice.sample(["email", "phone", "company"], dice.randint(1, 3))
        document["returning"] = {"match": match, "days": dice.choice([1, 2, 30])}
    return document, list(_leads(dice, start))


def _fill_desks(dice: random.Random, document: dict[str, Any]) -> None:
    """Nearly everybody is able, but for a lead or two an hour: many wait, and most of them not for long."""
    for of in document["reps"].values():
        caps = dice.choice([{"hour": 1}, {"hour": 1}, {"hour": 2}, {"day": 2}, {"open": 3}])
        of.update(ABLE if dice.random() < 0.8 else {}, caps=caps)
    for number, of in enumerate(document["rules"]):
        of["requires"] = {"on_shift": dice.random() < 0.3, "skills_from": ["industry"]}
        of["delivery"] = "assign"
        if number < len(document["rules"]) - 1:
            of["when_nobody"] = dice.choice(["wait", "next_rule", "next_rule", {"team": f"t{dice.randint(0, 2)}"}])


def _calendar(dice: random.Random, start: datetime) -> dict[str, Any]:
    week = {day: dice.choice(SHIFTS) for day in DAYS}
    closed = [(start + timedelta(days=dice.randint(0, 5))).date().isoformat()] if dice.random() < 0.3 else []
    return {
        "timezone": dice.choice(ZONES),
        "hours": hours(**week),
        "holidays": dice.choice([None, None, "US-IL", "DE"]),
        "closed": closed,
    }


def _caps(dice: random.Random, chance: float) -> dict[str, int]:
    if dice.random() > chance:
        return {}
    units = dice.sample(["open", "hour", "day", "week", "month"], dice.randint(1, 2))
    return {unit: dice.choice([0, 1, 1, 2, 3, 5]) if unit != "open" else dice.choice([1, 3, 8]) for unit in units}


def _rep(dice: random.Random, start: datetime) -> dict[str, Any]:
    off = []
    if dice.random() < 0.4:
        first = start.replace(tzinfo=None) + timedelta(hours=dice.randint(-30, 60))
        for _ in range(dice.randint(1, 2)):
            last = first + timedelta(hours=dice.choice([2, 12, 24, 30, 60]))
            off.append({"from": first.isoformat(), "to": last.isoformat()})
            first = last + timedelta(hours=dice.choice([0, 1, 5]))
    return rep(
        calendar=dice.choice([None, "c0", "c1", "c2"]),
        seniority=dice.randint(1, 5),
        skills={name: dice.randint(1, 3) for name in ("ehr", "retail", "german") if dice.random() < 0.4},
        caps=_caps(dice, 0.6),
        active=dice.random() > 0.1,
        accepting=dice.random() > 0.15,
        time_off=off,
    )


def _team(dice: random.Random) -> dict[str, Any]:
    who = dice.sample(NAMES, dice.randint(1, 5))
    make_up = None
    if dice.random() < 0.5:
        reasons = dice.sample(["capped", "paused", "time_off", "off_shift"], dice.randint(1, 3))
        make_up = {"reasons": reasons, "leads": dice.randint(1, 4), "days": dice.choice([1, 2, 7])}
    return team(
        {name: {"weight": dice.choice([0, 1, 1, 2, 3, 7]), "caps": _caps(dice, 0.3)} for name in who}, make_up=make_up
    )


def _territories(dice: random.Random, start: datetime) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for number in range(dice.randint(1, 4)):
        dates: dict[str, str | None] = {"from": None, "to": None}
        if dice.random() < 0.4:
            dates[dice.choice(["from", "to"])] = (start + timedelta(days=dice.randint(0, 3))).date().isoformat()
        made[f"area{number}"] = territory(
            dice.choice([None, *made]),
            [_condition(dice)] if dice.random() < 0.8 else [],
            team=dice.choice([None, "t0", "t1", "t2"]),
            reps=dice.sample(NAMES, 2) if dice.random() < 0.3 else None,
            **dates,
        )
    return made


def _qualification(dice: random.Random) -> dict[str, Any]:
    scores = [
        {"slug": f"s{n}", "name": "", "points": dice.choice([-20, 30, 45, 70]), "when": {"all": [_condition(dice)]}}
        for n in range(3)
    ]
    disqualify = [{"slug": "out", "name": "", "reason": "", "when": {"all": [_condition(dice), _condition(dice)]}}]
    return {"scores": scores, "bands": {"hot": 70, "warm": 40}, "disqualify": disqualify if dice.random() < 0.3 else []}


def _condition(dice: random.Random) -> dict[str, Any]:
    choices: tuple[tuple[str, str, Any], ...] = (
        ("industry", "is", dice.choice(["ehr", "retail"])),
        ("industry", "is_not", "retail"),
        ("country", "in", dice.sample(["US", "DE", "GB"], 2)),
        ("company_size", "at_least", dice.choice([10, 100])),
        ("company_size", "between", [5, 200]),
        ("email", "is_set", None),
        ("captured_at", "within_hours", "c0"),
    )
    field, op, value = dice.choice(choices)
    return {"field": field, "op": op, "value": value}


def _rule(dice: random.Random, number: int, document: dict[str, Any], *, last: bool) -> dict[str, Any]:
    delivery = dice.choice(["assign"] * 6 + ["offer", "claim"])
    to: dict[str, Any] = {"team": f"t{dice.randint(0, 2)}"}
    if not last and document["territories"] and dice.random() < 0.4:
        to = {"territory": True}
    elif not last and delivery in ("assign", "offer") and dice.random() < 0.2:
        to = {"rep": dice.choice(NAMES)}
    demands: dict[str, Any] = {"on_shift": dice.random() < 0.5, "skills_from": ["industry"]}
    if dice.random() < 0.2:
        demands["skills"] = {"ehr": 1}
    if dice.random() < 0.2:
        demands["seniority"] = {"at_least": 2}
    nobody = dice.choice(["wait", "wait", "next_rule", "anyone", {"team": f"t{dice.randint(0, 2)}"}])
    return rule(
        f"r{number}",
        to,
        when=None if last else {dice.choice(["all", "any"]): [_condition(dice), _condition(dice)]},
        delivery=delivery,
        order=dice.choice(ORDERS),
        requires=demands,
        when_nobody=nobody,
    )


def _leads(dice: random.Random, start: datetime) -> Any:
    steps, at = dice.choice(STEPS), start
    for number in range(dice.randint(5, 60)):
        at += timedelta(seconds=dice.randint(*(steps if dice.random() > 0.05 else (0, 90_000))))
        values = {
            "email": dice.choice(["", f"p{dice.randint(0, 6)}@firm{dice.randint(0, 4)}.example", "x@gmail.com"]),
            "phone": dice.choice(["", "", f"555-{dice.randint(0, 5)}"]),
            "company": dice.choice(["", f"Firm {dice.randint(0, 5)}"]),
            "company_size": dice.choice(["", "1", "10", "150", "n/a"]),
            "industry": dice.choice(["", "EHR", "retail", "other"]),
            "country": dice.choice(["", "US", "de", "GB"]),
        }
        yield Arrival(str(number), at, {name: value for name, value in values.items() if value})
