"""The plan half of the file: territories, qualification, SLA policies, rules and returning leads, each item whole."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from routing.engine.fields import Kind, kind_of

from . import defaults
from .conditions import a_rule_group, a_scoring_group, a_where
from .finding import BAD, Bad, Findings, below, did_you_mean, listed
from .people import levels
from .scalars import Read, a_date, a_duration, a_slug, a_text, a_username, one_of, whole, yes_or_no
from .shapes import is_left_out, list_of, mapping_of, read_keys

_UNREADABLE_GROUP: dict[str, Any] = {"all": []}
"""Stands for conditions that were refused, so that their rule does not look like one without any."""


def territories(node: Any, place: str, found: Findings) -> dict[str, Any] | Bad:
    """Territories by slug, in the order listed, which decides among equally deep ones."""
    read = mapping_of(a_slug, _a_territory)(node, place, found)
    if isinstance(read, Bad):
        return BAD
    return {slug: {**defaults.territory(slug), **territory} for slug, territory in read.items()}


def qualification(node: Any, place: str, found: Findings) -> dict[str, Any]:
    """Scores, bands and disqualifiers: only the parts that the file names."""
    keys: dict[str, Read] = {"scores": _scores, "bands": _bands, "disqualify": _disqualifiers}
    return read_keys(node, place, found, keys)


def sla(node: Any, place: str, found: Findings) -> dict[str, Any] | Bad:
    """SLA policies by slug."""
    policies: dict[str, Any] | Bad = mapping_of(a_slug, _a_policy)(node, place, found)
    return policies


def rules(node: Any, place: str, found: Findings) -> list[dict[str, Any]] | Bad:
    """Rules in their order, every one with a slug and a name."""
    read = list_of(_a_rule)(node, place, found)
    return BAD if isinstance(read, Bad) else _named(read, "rule")


def returning(node: Any, place: str, found: Findings) -> dict[str, Any] | None:
    """How a lead that comes back finds its owner; None for `off`."""
    if node in ("off", "no", "false"):
        return None
    keys: dict[str, Read] = {
        "match": list_of(one_of(defaults.RETURNING_BY), empty=False, unique=True),
        "days": whole(1, 36500),
    }
    if not isinstance(node, dict):
        found.error(place, "must be off, or a mapping like {match: [email, phone, company], days: 90}")
        return defaults.returning()
    return {**defaults.returning(), **read_keys(node, place, found, keys)}


def slug_from(name: str) -> str:
    """A slug made from a name: plain letters, digits and hyphens; blank where the name has none of these."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower())[:80].strip("-")


def _a_territory(node: Any, place: str, found: Findings) -> dict[str, Any]:
    keys: dict[str, Read] = {
        "name": a_text,
        "parent": a_slug,
        "where": a_where,
        "team": a_slug,
        "reps": list_of(a_username, empty=False, unique=True),
        "from": a_date,
        "to": a_date,
    }
    read = read_keys(node, place, found, keys)
    if "from" in read and "to" in read and read["from"] >= read["to"]:
        found.error(below(place, "to"), f"must be after its start, {read['from']} (the end is excluded)")
    return read


def _scores(node: Any, place: str, found: Findings) -> list[dict[str, Any]] | Bad:
    read = list_of(_a_score)(node, place, found)
    return BAD if isinstance(read, Bad) else _named(read, "score")


def _a_score(node: Any, place: str, found: Findings) -> dict[str, Any]:
    keys: dict[str, Read] = {
        "slug": a_slug,
        "name": a_text,
        "points": whole(-1_000_000, 1_000_000),
        "when": a_scoring_group,
    }
    read = read_keys(node, place, found, keys, required=("points", "when"))
    _wants_a_name(node, place, found)
    return {"slug": "", "name": "", "points": 0, "when": _UNREADABLE_GROUP, **read}


def _bands(node: Any, place: str, found: Findings) -> dict[str, int]:
    keys: dict[str, Read] = dict.fromkeys(defaults.bands(), whole(0, 1000))
    return read_keys(node, place, found, keys)


def _disqualifiers(node: Any, place: str, found: Findings) -> list[dict[str, Any]] | Bad:
    read = list_of(_a_disqualifier)(node, place, found)
    if isinstance(read, Bad):
        return BAD
    named = _named(read, "disqualifier")
    return [{**disqualifier, "reason": disqualifier["reason"] or disqualifier["name"]} for disqualifier in named]


def _a_disqualifier(node: Any, place: str, found: Findings) -> dict[str, Any]:
    keys: dict[str, Read] = {"slug": a_slug, "name": a_text, "reason": a_text, "when": a_scoring_group}
    read = read_keys(node, place, found, keys, required=("when",))
    _wants_a_name(node, place, found)
    return {"slug": "", "name": "", "reason": "", "when": _UNREADABLE_GROUP, **read}


def _a_policy(node: Any, place: str, found: Findings) -> dict[str, Any]:
    keys: dict[str, Read] = {
        "clock": one_of(defaults.CLOCKS),
        "steps": list_of(_a_step, empty=False),
        "unclaimed": list_of(_an_unclaimed_step),
    }
    read = read_keys(node, place, found, keys, required=("steps",))
    if not read.get("unclaimed", True):
        del read["unclaimed"]  # an empty list says nothing
    return {"clock": "always", "steps": [], **read}


def _a_step(node: Any, place: str, found: Findings) -> dict[str, Any] | Bad:
    return _one_step(defaults.STEPS, node, place, found)


def _an_unclaimed_step(node: Any, place: str, found: Findings) -> dict[str, Any] | Bad:
    """What happens to a lead that lies in a pool or waits, and that nobody owns."""
    return _one_step(defaults.UNCLAIMED_STEPS, node, place, found)


def _one_step(does: tuple[str, ...], node: Any, place: str, found: Findings) -> dict[str, Any] | Bad:
    keys: dict[str, Read] = {"after": a_duration, "do": one_of(does)}
    read = read_keys(node, place, found, keys, required=("after", "do"))
    return {"after": read["after"], "do": read["do"]} if len(read) == 2 else BAD


def _a_rule(node: Any, place: str, found: Findings) -> dict[str, Any]:
    keys: dict[str, Read] = {
        "slug": a_slug,
        "name": a_text,
        "when": a_rule_group,
        "to": _a_target,
        "delivery": one_of(defaults.DELIVERIES),
        "order": one_of(defaults.ORDERS),
        "requires": _requires,
        "offer_minutes": whole(1, 100_000),
        "hide_contact": yes_or_no,
        "when_nobody": _when_nobody,
        "sla": a_slug,
    }
    read = read_keys(node, place, found, keys, required=("to",))
    _wants_a_name(node, place, found)
    if isinstance(node, dict) and not is_left_out(node.get("when")):
        read.setdefault("when", _UNREADABLE_GROUP)
    return {**defaults.rule(read.get("delivery", "assign")), **read}


def _a_target(node: Any, place: str, found: Findings) -> dict[str, Any] | Bad:
    if isinstance(node, str):
        slug = a_slug(node, place, found)
        return BAD if isinstance(slug, Bad) else {"team": slug}
    keys: dict[str, Read] = {"team": a_slug, "territory": yes_or_no, "rep": a_username}
    read = read_keys(node, place, found, keys)
    if isinstance(node, dict) and len(node) != 1:
        found.error(place, "must be a team, {territory: true} or {rep: laura}: exactly one of them")
        return BAD
    if read.get("territory") is False:
        found.error(below(place, "territory"), "can only be true")
        return BAD
    if isinstance(node, dict) and not read and set(node) <= set(keys) and all(map(is_left_out, node.values())):
        found.error(place, "names nobody")
    return read or BAD


def _requires(node: Any, place: str, found: Findings) -> dict[str, Any]:
    keys: dict[str, Read] = {
        "on_shift": yes_or_no,
        "skills": levels,
        "skills_from": list_of(_a_skill_field, unique=True),
        "seniority": _seniority,
    }
    return {**defaults.requires(), **read_keys(node, place, found, keys)}


def _a_skill_field(node: Any, place: str, found: Findings) -> str | Bad:
    """A field whose value names a skill: a text, or an attribute."""
    field = a_text(node, place, found)
    if isinstance(field, Bad):
        return BAD
    kind = kind_of(field)
    if kind is None:
        known = ("industry", "product", "language", "country", "current_solution", "job_title")
        found.error(place, f"{field!r} is not a field{did_you_mean(field, known)}")
        return BAD
    if kind not in (Kind.TEXT, Kind.ATTRIBUTE):
        found.error(place, f"{field!r} holds no text that could name a skill")
        return BAD
    return field


def _seniority(node: Any, place: str, found: Findings) -> dict[str, int | None]:
    keys: dict[str, Read] = dict.fromkeys(defaults.seniority(), whole(1, 5))
    read = {**defaults.seniority(), **read_keys(node, place, found, keys)}
    if read["at_least"] and read["at_most"] and read["at_least"] > read["at_most"]:
        found.error(place, f"nobody is at least {read['at_least']} and at most {read['at_most']}")
    return read


def _when_nobody(node: Any, place: str, found: Findings) -> Any:
    if isinstance(node, dict):
        read = read_keys(node, place, found, {"team": a_slug}, required=("team",))
        return read or BAD
    if isinstance(node, str) and node in defaults.WHEN_NOBODY:
        return node
    shown = repr(node) if isinstance(node, str) else "this"
    hint = did_you_mean(node, defaults.WHEN_NOBODY) if isinstance(node, str) else ""
    found.error(place, f"{shown} is not known here; use {listed((*defaults.WHEN_NOBODY, '{team: general}'))}{hint}")
    return BAD


def _wants_a_name(node: Any, place: str, found: Findings) -> None:
    if isinstance(node, dict) and is_left_out(node.get("name")) and is_left_out(node.get("slug")):
        found.error(below(place, "name"), "is missing")


def _named(items: Iterable[dict[str, Any]], what: str) -> list[dict[str, Any]]:
    """The items, each with a name and a slug; a slug made here steps aside for one that was given, or made before."""
    listed_items = list(items)
    taken = {item["slug"] for item in listed_items if item["slug"]}
    named = []
    for item in listed_items:
        slug = item["slug"]
        if not slug:
            wanted = slug_from(item["name"]) or what
            slug, turn = wanted, 1
            while slug in taken:
                turn += 1
                slug = f"{wanted[:75]}-{turn}"
            taken.add(slug)
        named.append({**item, "slug": slug, "name": item["name"] or slug})
    return named
