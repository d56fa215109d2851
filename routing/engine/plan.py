"""A published plan, compiled once: rules and conditions ready to be asked, indexed by the fields they read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from .conditions import Group, Node, compile_when
from .eligibility import Ask
from .facts import Facts
from .index import Index
from .qualification import Qualification
from .sla import Policy, policies_from
from .territories import Territories, Territory

POOLED: Final = frozenset({"claim", "pick", "blind", "manual"})


@dataclass(slots=True, eq=False)
class Rule:
    """One sentence of the plan: which leads, to whom, how, and how fast."""

    slug: str
    name: str
    number: int
    when: Group | None
    team: str | None
    to_territory: bool
    rep: str | None
    delivery: str
    order: str
    on_shift: bool
    skills: tuple[tuple[str, int], ...]
    skills_from: tuple[str, ...]
    at_least: int | None
    at_most: int | None
    offer_minutes: int | None
    hide_contact: bool
    when_nobody: str
    other_team: str | None
    sla: str | None
    _asks: dict[tuple[str | None, tuple[str, ...] | None, bool], Ask] = field(default_factory=dict)

    def matches(self, facts: Facts, territory: Territory | None) -> bool:
        """Whether this rule is about a lead. One to the lead's territory wants a territory with a team."""
        if self.to_territory and (territory is None or territory.team is None):
            return False
        return self.when is None or self.when.holds(facts)

    def team_for(self, territory: Territory | None) -> str | None:
        """The team it sends a lead to; None for a rule to one rep."""
        return territory.team if self.to_territory and territory is not None else self.team

    def ask(self, territory: Territory | None, *, other_team: str | None = None, relaxed: bool = False) -> Ask:
        """Whom it asks for a lead; of another team without the territory's own reps."""
        team = other_team or self.team_for(territory)
        only = territory.reps if self.to_territory and territory is not None and other_team is None else None
        key = (team, only, relaxed)
        ask = self._asks.get(key)
        if ask is None:
            ask = self._asks[key] = Ask(
                team=team,
                rep=self.rep if other_team is None else None,
                only=only,
                skills=self.skills,
                at_least=self.at_least,
                at_most=self.at_most,
                weighted=self.order == "weighted" and team is not None,
                on_shift=self.on_shift,
                relaxed=relaxed,
            )
        return ask

    def wanted(self, facts: Facts, skills: frozenset[str]) -> frozenset[str]:
        """The skills best_match adds up: those demanded, and those named like the lead's values, each once."""
        found = {skill for skill, _ in self.skills}
        for name in self.skills_from:
            value = facts.raw.get(name, facts[name])
            # Lower case, not case folded: as the names of skills are written.
            skill = "-".join(str(value).lower().split()) if value is not None else ""
            if skill in skills:
                found.add(skill)
        return frozenset(found)


@dataclass(frozen=True, slots=True)
class Returning:
    """How a lead finds the owner its person or company already has:
    the kinds of match, in order, and for how many days.
    """

    match: tuple[str, ...]
    days: int


class CompiledPlan:
    """The plan half of a canonical document, compiled. `number` is the published version's, 0 for a draft or a file."""

    def __init__(self, document: Mapping[str, Any], *, number: int = 0) -> None:
        self.document = document
        self.number = number
        self.qualification = Qualification(document.get("qualification"))
        self.territories = Territories(document.get("territories") or {})
        listed = document.get("rules") or []
        self.rules = tuple(_rule(place, entry, last=place == len(listed) - 1) for place, entry in enumerate(listed))
        returning = document.get("returning")
        self.returning = Returning(tuple(returning["match"]), returning["days"]) if returning else None
        self.sla: dict[str, Policy] = policies_from(document)
        self.index = Index([rule.when for rule in self.rules])
        self.reads = frozenset(_reads(self))

    def teams_reached(self, rule: Rule, territory: Territory | None) -> set[str]:
        """The teams whose reps a rule may give a lead to."""
        return {team for team in (rule.team_for(territory), rule.other_team) if team is not None}


def _rule(number: int, entry: Mapping[str, Any], *, last: bool) -> Rule:
    requires = entry.get("requires") or {}
    seniority = requires.get("seniority") or {}
    to, nobody = entry["to"], entry.get("when_nobody") or "wait"
    other_team = nobody["team"] if isinstance(nobody, Mapping) else None
    words = "team" if other_team is not None else nobody
    return Rule(
        slug=entry["slug"],
        name=entry["name"],
        number=number,
        when=compile_when(entry.get("when")),
        team=to.get("team"),
        to_territory=bool(to.get("territory")),
        rep=to.get("rep"),
        delivery=entry.get("delivery") or "assign",
        order=entry.get("order") or "round_robin",
        on_shift=bool(requires.get("on_shift")),
        skills=tuple((requires.get("skills") or {}).items()),
        skills_from=tuple(requires.get("skills_from") or ()),
        at_least=seniority.get("at_least"),
        at_most=seniority.get("at_most"),
        offer_minutes=entry.get("offer_minutes"),
        hide_contact=bool(entry.get("hide_contact")),
        when_nobody="wait" if last and words == "next_rule" else words,
        other_team=other_team,
        sla=entry.get("sla"),
    )


def _reads(plan: CompiledPlan) -> set[str]:
    """Every field that something in the plan looks at."""
    whens: list[Node | None] = [rule.when for rule in plan.rules]
    whens += [score.when for score in plan.qualification.scores]
    whens += [rule.when for rule in plan.qualification.disqualify]
    whens += [territory.where for territory in plan.territories.by_slug.values()]
    fields = {condition.field for when in whens if isinstance(when, Group) for condition in when.conditions()}
    fields.update(name for rule in plan.rules for name in rule.skills_from)
    if "postcode" in fields:
        fields.add("country")
    return fields
