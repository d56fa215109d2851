"""The plan in plain words: each rule, territory, score and response time as one sentence that a manager reads aloud."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from .fields import OPERATORS, WITH_CALENDAR, Kind, kind_of, label_of, parse_instant

ORDERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "round_robin": "round robin",
        "weighted": "by weight",
        "least_loaded": "least loaded first",
        "best_match": "best match first",
        "priority": "by priority",
        "random": "at random",
    }
)

POOLS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "claim": "the first to claim it has it",
        "pick": "to be picked from the pool",
        "blind": "to be pulled blind",
        "manual": "to be handed out by hand",
    }
)

STEPS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "remind": "remind the rep",
        "escalate": "tell the manager",
        "breach": "count it as a breach",
        "reassign": "give it to the next rep",
        "release": "put it into the pool",
    }
)

UNCLAIMED_STEPS: Final[Mapping[str, str]] = MappingProxyType(
    {"remind": "remind the team", "escalate": "tell the manager", "release": "put it into the pool to be claimed"}
)

CLOCKS: Final[Mapping[str, str]] = MappingProxyType(
    {"always": "around the clock", "team": "in the team's hours", "owner": "in the owner's hours"}
)

_FACTORS: Final = (("day", 24 * 3600), ("hour", 3600), ("minute", 60), ("second", 1))


@dataclass(frozen=True, slots=True)
class Names:
    """What people call whatever a plan names; what is not there is called by its slug."""

    teams: Mapping[str, str] = field(default_factory=dict)
    reps: Mapping[str, str] = field(default_factory=dict)
    territories: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    stages: Mapping[str, str] = field(default_factory=dict)
    calendars: Mapping[str, str] = field(default_factory=dict)

    def of_values(self, name: str, op: str) -> Mapping[str, str]:
        """What the values are called that a condition compares a field with."""
        if op in WITH_CALENDAR:
            return self.calendars
        return {"territory": self.territories, "source": self.sources, "stage": self.stages}.get(name, {})


@dataclass(frozen=True, slots=True)
class Sentence:
    """A rule in words, in its three parts: which leads, to whom, and how."""

    which: str
    to: str
    how: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.opening} {', '.join([self.to, *self.how])}."

    @property
    def opening(self) -> str:
        """What comes before the team: `If company size is at least 1000, then`."""
        if self.which.startswith("If "):
            return f"{self.which}, then"
        return self.which if self.which == "Otherwise" else f"{self.which}:"


def of_rule(
    rule: Mapping[str, Any],
    *,
    names: Names | None = None,
    policies: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
    is_last: bool = False,
) -> Sentence:
    """A rule of the canonical document as a sentence. `policies` are the plan's SLA policies by slug."""
    names = names or Names()
    if rule["when"] is None:
        which = "Otherwise" if is_last else "Every lead"
    else:
        which = f"If {of_group(rule['when'], names=names)}"
    to = rule["to"]
    if "team" in to:
        target = names.teams.get(to["team"], to["team"])
    elif "rep" in to:
        target = names.reps.get(to["rep"], to["rep"])
    else:
        target = "the team of its territory"
    how = [*_delivery(rule), *_demands(rule), *_speed(rule, policies), *_nobody(rule, names)]
    return Sentence(which, target, tuple(how))


def of_group(group: Mapping[str, Any], *, names: Names | None = None) -> str:
    """A group of conditions in words, without brackets around the whole."""
    names = names or Names()
    if not group:
        return "whatever it brings"
    ((kind, members),) = group.items()
    if not members:
        return "nothing is asked"
    if kind == "none":
        if len(members) == 1:
            return f"it is not so that {_member(members[0], names)}"
        return f"neither {' nor '.join(_member(member, names) for member in members)}"
    if len(members) == 1:
        return _bare(members[0], names)
    return f" {'and' if kind == 'all' else 'or'} ".join(_member(member, names) for member in members)


def of_condition(condition: Mapping[str, Any], *, names: Names | None = None) -> str:
    """One condition in words: `company size is at least 1000`."""
    name, op = condition["field"], condition["op"]
    words = f"{_spaced(label_of(name))} {OPERATORS.get(op, op)}"
    value = condition.get("value")
    if value is None:
        return words
    called = (names or Names()).of_values(name, op)
    listed = [_value(name, one, called) for one in (value if isinstance(value, list | tuple) else [value])]
    return f"{words} {both(listed) if op == 'between' else either(listed)}"


def of_where(where: Sequence[Mapping[str, Any]], *, names: Names | None = None) -> str:
    """A territory's own conditions in words; blank where it has none."""
    return of_group({"all": list(where)}, names=names) if where else ""


def of_steps(policy: Mapping[str, Any]) -> str:
    """An SLA policy in words: `after 3 minutes remind the rep, after 5 minutes tell the manager; around the clock`."""
    steps = [f"after {duration(step['after'])} {STEPS.get(step['do'], step['do'])}" for step in policy["steps"]]
    unclaimed = [
        f"unclaimed for {duration(step['after'])} {UNCLAIMED_STEPS.get(step['do'], step['do'])}"
        for step in policy.get("unclaimed") or ()
    ]
    return f"{', '.join([*steps, *unclaimed])}; {CLOCKS.get(policy['clock'], policy['clock'])}"


def respond_within(policy: Mapping[str, Any]) -> int | None:
    """The seconds after which a policy calls it a breach; None where it never does."""
    return min((step["after"] for step in policy["steps"] if step["do"] == "breach"), default=None)


def duration(seconds: int) -> str:
    """A length of time in words: `5 minutes`, `1 hour and 30 minutes`."""
    parts = []
    for unit, factor in _FACTORS:
        count, seconds = divmod(seconds, factor)
        if count:
            parts.append(f"{count} {unit}{'' if count == 1 else 's'}")
    return both(parts) or "0 seconds"


def either(words: Iterable[str]) -> str:
    """Choices as a person lists them: `a, b or c`."""
    return _listed(words, "or")


def both(words: Iterable[str]) -> str:
    """Things as a person lists them: `a, b and c`."""
    return _listed(words, "and")


def _listed(words: Iterable[str], last: str) -> str:
    *first, end = [*words] or [""]
    return f"{', '.join(first)} {last} {end}" if first else end


def _spaced(slug: str) -> str:
    """The name of a skill or of a source's own fact, as it is said."""
    return slug.replace("_", " ").replace("-", " ")


def _bare(member: Mapping[str, Any], names: Names) -> str:
    return of_condition(member, names=names) if "field" in member else of_group(member, names=names)


def _member(member: Mapping[str, Any], names: Names) -> str:
    """A member among others: a group that joins or denies several things stands in brackets."""
    if "field" in member:
        return of_condition(member, names=names)
    words = of_group(member, names=names)
    ((kind, members),) = member.items()
    return f"({words})" if len(members) > 1 or kind == "none" else words


def _value(name: str, value: Any, called: Mapping[str, str]) -> str:
    text = str(value)
    if kind_of(name) is Kind.DATETIME:
        moment = parse_instant(text)
        if moment is not None:
            return f"{moment:%Y-%m-%d %H:%M} UTC"
    return called.get(text, text)


def _delivery(rule: Mapping[str, Any]) -> list[str]:
    delivery, order = rule["delivery"], ORDERS.get(rule["order"], rule["order"])
    to_one = "rep" in rule["to"]
    if delivery == "assign":
        return [] if to_one else [order]
    if delivery == "offer":
        offered = f"offered for {duration(60 * (rule['offer_minutes'] or 10))}"
        return [offered if to_one else f"{order}, {offered}", *_hidden(rule, "accepted")]
    if delivery == "blind" and rule["order"] == "random":
        return [f"{POOLS[delivery]}, at random"]
    hidden = _hidden(rule, f"{delivery}ed") if delivery in ("claim", "pick") else []
    return [POOLS.get(delivery, delivery), *hidden]


def _hidden(rule: Mapping[str, Any], until: str) -> list[str]:
    return [f"contact details hidden until {until}"] if rule["hide_contact"] else []


def _demands(rule: Mapping[str, Any]) -> list[str]:
    requires = rule["requires"]
    found = ["only to those on shift"] if requires["on_shift"] else []
    if requires["skills"]:
        skills = [
            _spaced(skill) if level == 1 else f"{_spaced(skill)} at level {level}"
            for skill, level in requires["skills"].items()
        ]
        found.append(f"who know {both(skills)}")
    if requires["skills_from"]:
        found.append(f"who best know its {both(_spaced(label_of(name)) for name in requires['skills_from'])}")
    least, most = requires["seniority"]["at_least"], requires["seniority"]["at_most"]
    if least is not None and most is not None:
        found.append(f"of seniority {least} to {most}" if least != most else f"of seniority {least}")
    elif least is not None:
        found.append(f"of seniority {least} or higher")
    elif most is not None:
        found.append(f"of seniority {most} or lower")
    return found


def _speed(rule: Mapping[str, Any], policies: Mapping[str, Mapping[str, Any]]) -> list[str]:
    policy = policies.get(rule["sla"] or "")
    within = respond_within(policy) if policy is not None else None
    return [f"respond within {duration(within)}"] if within is not None else []


def _nobody(rule: Mapping[str, Any], names: Names) -> list[str]:
    nobody = rule["when_nobody"]
    if rule["delivery"] in POOLS or nobody == "wait":
        return []
    if isinstance(nobody, Mapping):
        return [f"if nobody can take it, {names.teams.get(nobody['team'], nobody['team'])}"]
    if nobody == "anyone":
        return ["if nobody can take it, anyone, off shift or paused"]
    return ["if nobody can take it, the next rule"]
