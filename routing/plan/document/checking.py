"""A whole document checked: does all that is named exist, does it fit, and would anything surprise a manager?"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from routing.engine.fields import WITH_CALENDAR

from . import defaults
from .conditions import conditions_in
from .finding import Finding, Findings, below, did_you_mean
from .hours import WEEKDAYS, minutes_of


def check(document: dict[str, Any]) -> list[Finding]:
    """Everything wrong or doubtful in a whole canonical document: errors that stop it, warnings that do not.

    A value of None where `read` could not make one out is passed over: `read` has said so.
    """
    found = Findings()
    _check_calendars(document, found)
    _check_reps(document, found)
    _check_teams(document, found)
    _check_territories(document, found)
    _check_qualification(document, found)
    _check_sla(document, found)
    _check_rules(document, found)
    return found.all


def _known(slug: str | None, kind: str, among: Iterable[str], place: str, found: Findings) -> bool:
    """Whether something named exists; None names nothing and is fine."""
    if slug is None:
        return True
    names = among if isinstance(among, dict | set | frozenset) else list(among)
    if slug in names:
        return True
    found.error(place, f"there is no {kind} {slug!r}{did_you_mean(slug, names)}")
    return False


# --- people ---------------------------------------------------------------------------------------


def _check_calendars(document: dict[str, Any], found: Findings) -> None:
    for slug, calendar in document["calendars"].items():
        place = f"calendars.{slug}.hours"
        if not any(calendar["hours"].values()):
            found.warning(place, "the calendar is never open: nobody with it is ever on shift")
        for day, following in zip(WEEKDAYS, (*WEEKDAYS[1:], WEEKDAYS[0]), strict=True):
            late = max((minutes_of(span)[1] for span in calendar["hours"][day]), default=0) - 24 * 60
            if any(minutes_of(span)[0] < late for span in calendar["hours"][following]):
                found.warning(f"{place}.{day}", f"runs past midnight into the hours of {following}; both count once")


def _check_reps(document: dict[str, Any], found: Findings) -> None:
    for username, rep in document["reps"].items():
        _known(rep["calendar"], "calendar", document["calendars"], f"reps.{username}.calendar", found)


def _check_teams(document: dict[str, Any], found: Findings) -> None:
    for slug, team in document["teams"].items():
        _known(team["calendar"], "calendar", document["calendars"], f"teams.{slug}.calendar", found)
        for username in team["members"]:
            _known(username, "rep", document["reps"], f"teams.{slug}.members.{username}", found)


# --- the plan -------------------------------------------------------------------------------------


def _check_territories(document: dict[str, Any], found: Findings) -> None:
    territories = document["territories"]
    circles = set()
    for slug, territory in territories.items():
        place = f"territories.{slug}"
        _known(territory["team"], "team", document["teams"], f"{place}.team", found)
        _known(territory["parent"], "territory", territories, f"{place}.parent", found)
        for index, username in enumerate(territory["reps"] or ()):
            _known(username, "rep", document["reps"], f"{place}.reps[{index}]", found)
        _check_conditions(document, territory["where"], f"{place}.where", found)
        if slug in _ancestors(territories, slug):
            circles.add(slug)
            found.error(f"{place}.parent", f"goes round in a circle: {slug!r} is its own ancestor")
    if circles:
        return
    _check_territory_reps(document, found)
    _check_overlaps(territories, found)


def _ancestors(territories: dict[str, Any], slug: str) -> list[str]:
    """The parents of a territory, nearest first; ends where one is met again."""
    chain: list[str] = []
    parent = territories[slug]["parent"]
    while parent in territories and parent not in chain:
        chain.append(parent)
        parent = territories[parent]["parent"]
    return chain


def _check_territory_reps(document: dict[str, Any], found: Findings) -> None:
    territories = document["territories"]
    for slug, territory in territories.items():
        line = [slug, *_ancestors(territories, slug)]
        team = next((territories[one]["team"] for one in line if territories[one]["team"]), None)
        if not territory["reps"] or team not in document["teams"]:
            continue
        for index, username in enumerate(territory["reps"]):
            if username in document["reps"] and username not in document["teams"][team]["members"]:
                place = f"territories.{slug}.reps[{index}]"
                found.warning(place, f"{username!r} is no member of {team!r} and gets no leads of this territory")


def _check_overlaps(territories: dict[str, Any], found: Findings) -> None:
    """Equally deep territories with the same conditions: the first listed takes all of it."""
    alike: dict[tuple[int, frozenset[str]], list[str]] = defaultdict(list)
    for slug in territories:
        line = [slug, *_ancestors(territories, slug)]
        wanted = frozenset(_text(condition) for one in line for condition in territories[one]["where"])
        before = alike[len(line), wanted]
        first = next((other for other in before if _same_days(territories[other], territories[slug])), None)
        if first is not None:
            message = f"overlaps {first!r}, which is as deep and has the same conditions; the first listed wins"
            found.warning(f"territories.{slug}", message)
        before.append(slug)


def _same_days(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two territories are both in force on some day."""
    starts = max(one["from"] or "", other["from"] or "")
    ends = min(one["to"] or "9999-12-31", other["to"] or "9999-12-31")
    return starts < ends


def _check_qualification(document: dict[str, Any], found: Findings) -> None:
    qualification = document["qualification"]
    if qualification is None:
        return
    for part in ("scores", "disqualify"):
        _check_slugs(qualification[part], f"qualification.{part}", found)
        for index, item in enumerate(qualification[part]):
            _check_conditions(document, item["when"], f"qualification.{part}[{index}].when", found)
    hot, warm = qualification["bands"]["hot"], qualification["bands"]["warm"]
    if hot < warm:
        found.warning("qualification.bands", f"hot ({hot}) is below warm ({warm}): no lead is ever warm")


def _check_sla(document: dict[str, Any], found: Findings) -> None:
    for slug, policy in document["sla"].items():
        for part in ("steps", "unclaimed"):
            seen = set()
            for index, step in enumerate(policy.get(part) or ()):
                if (step["after"], step["do"]) in seen:
                    found.warning(f"sla.{slug}.{part}[{index}]", "is there a second time; each step is taken once")
                seen.add((step["after"], step["do"]))


def _check_rules(document: dict[str, Any], found: Findings) -> None:
    rules = document["rules"]
    _check_slugs(rules, "rules", found)
    for index, rule in enumerate(rules):
        _check_rule(document, rule, f"rules[{index}]", found)
    if not rules or rules[-1]["when"] is not None:
        place = f"rules[{len(rules) - 1}]" if rules else "rules"
        found.error(
            place, "the last rule must be the catch-all, without `when`, so that no lead is left without a rule"
        )
    elif rules[-1]["to"] == {"territory": True}:
        message = "the catch-all must go to a team or a rep: a lead without a territory would be left without a rule"
        found.error(f"rules[{len(rules) - 1}].to", message)
    _check_shadows(rules, found)


def _check_rule(document: dict[str, Any], rule: dict[str, Any], place: str, found: Findings) -> None:
    target = rule["to"] or {}
    _known(target.get("team"), "team", document["teams"], f"{place}.to", found)
    _known(target.get("rep"), "rep", document["reps"], f"{place}.to.rep", found)
    _known(rule["sla"], "SLA policy", document["sla"], f"{place}.sla", found)
    if isinstance(rule["when_nobody"], dict):
        other = rule["when_nobody"]["team"]
        if _known(other, "team", document["teams"], f"{place}.when_nobody.team", found) and other == target.get("team"):
            found.warning(f"{place}.when_nobody.team", f"{other!r} is the rule's own team; this is the same as wait")
    if rule["when"] is not None:
        _check_conditions(document, rule["when"], f"{place}.when", found)
    if "rep" in target and rule["delivery"] not in defaults.PUSHED:
        found.error(f"{place}.delivery", f"{rule['delivery']!r} needs a team; to one rep, use assign or offer")
    if rule["hide_contact"] and rule["delivery"] != "offer":
        found.warning(f"{place}.hide_contact", "only an offer hides the contact; it has no effect here")
    if rule["delivery"] in defaults.POOLED and rule["when_nobody"] != "wait":
        message = f"has no effect: with {rule['delivery']} the lead lies in the pool, whoever is there"
        found.warning(f"{place}.when_nobody", message)
    if target == {"territory": True} and not document["territories"]:
        found.warning(f"{place}.to", "there are no territories: the rule matches no lead")
    _check_takers(document, rule, place, found)


def _check_takers(document: dict[str, Any], rule: dict[str, Any], place: str, found: Findings) -> None:
    """Pushed rules that nobody could ever take."""
    target = rule["to"] or {}
    rep = document["reps"].get(target.get("rep", ""))
    if rep is not None and not rep["active"]:
        found.warning(f"{place}.to.rep", f"{target['rep']!r} is not active: nobody takes these leads")
    team = document["teams"].get(target.get("team", ""))
    if team is None or rule["delivery"] not in defaults.PUSHED:
        return
    members = team["members"]
    if not members:
        found.warning(f"{place}.to", f"the team {target['team']!r} has no members: nobody takes these leads")
        return
    if rule["order"] == "weighted" and not any(member["weight"] for member in members.values()):
        found.warning(f"{place}.order", f"every weight in {target['team']!r} is 0: nobody takes these leads")
    for skill, level in rule["requires"]["skills"].items():
        levels = [document["reps"][name]["skills"].get(skill, 0) for name in members if name in document["reps"]]
        if levels and max(levels) < level:
            message = f"nobody in {target['team']!r} has {skill!r} at level {level}: nobody takes these leads"
            found.warning(f"{place}.requires.skills.{skill}", message)


def _check_shadows(rules: list[dict[str, Any]], found: Findings) -> None:
    """Rules that no lead reaches: after one without conditions, or with the conditions of one before."""
    everything: str | None = None
    seen: dict[str, str] = {}
    for index, rule in enumerate(rules):
        place = f"rules[{index}]"
        if everything is not None:
            found.warning(place, f"is never reached: {everything!r} before it matches every lead")
            continue
        if rule["when_nobody"] == "next_rule" and rule["delivery"] not in defaults.POOLED:
            continue
        if rule["to"] == {"territory": True}:
            continue
        if rule["when"] is None:
            everything = rule["slug"]
            continue
        before = seen.setdefault(_text(rule["when"]), rule["slug"])
        if before != rule["slug"]:
            found.warning(place, f"is never reached: {before!r} before it has the same conditions")


def _check_slugs(items: list[dict[str, Any]], place: str, found: Findings) -> None:
    first: dict[str, int] = {}
    for index, item in enumerate(items):
        before = first.setdefault(item["slug"], index)
        if before != index:
            message = f"{item['slug']!r} is the slug of {place}[{before}] too; every slug is there once"
            found.error(below(f"{place}[{index}]", "slug"), message)


def _check_conditions(document: dict[str, Any], node: Any, place: str, found: Findings) -> None:
    for here, condition in conditions_in(node, place):
        for at, value in _values(condition, here):
            if condition["op"] in WITH_CALENDAR:
                _known(value, "calendar", document["calendars"], at, found)
            elif condition["op"] not in ("is", "is_not", "in", "not_in"):
                continue
            elif condition["field"] == "territory" and value not in document["territories"]:
                hint = did_you_mean(value, document["territories"])
                found.warning(at, f"there is no territory {value!r}{hint}")
            elif condition["field"] == "band" and value.casefold() not in ("hot", "warm", "cold"):
                found.warning(at, f"there is no band {value!r}; use hot, warm or cold")


def _values(condition: dict[str, Any], place: str) -> Iterator[tuple[str, Any]]:
    value = condition.get("value")
    if isinstance(value, list):
        yield from ((f"{place}.value[{index}]", item) for index, item in enumerate(value))
    elif value is not None:
        yield f"{place}.value", value


def _text(node: Any) -> str:
    return json.dumps(node, sort_keys=True)
