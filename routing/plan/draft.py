"""The plan half of the configuration: from the draft's rows to the canonical document, and back."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from routing.models import Disqualifier, PlanSettings, Rep, Rule, ScoreRule, SlaPolicy, Team, Territory
from routing.models.plan import Archivable

from .document.defaults import FORMAT
from .rows import archive, bring, positions


def draft_document() -> dict[str, Any]:
    """The draft as the canonical document holds it, in six queries whatever its size. What is archived is left out."""
    settings = PlanSettings.objects.get()
    territories = _drafted(Territory).select_related("parent", "team")
    scores, disqualifiers = _drafted(ScoreRule), _drafted(Disqualifier)
    rules = _drafted(Rule).select_related("to_team", "to_rep", "when_nobody_team", "sla")
    return {
        "plan": FORMAT,
        "name": settings.name,
        "territories": {
            row.slug: {
                "name": row.name,
                "parent": row.parent.slug if row.parent else None,
                "where": [_condition(member) for member in row.where],
                "team": row.team.slug if row.team else None,
                "reps": row.reps,
                "from": row.starts_on.isoformat() if row.starts_on else None,
                "to": row.ends_on.isoformat() if row.ends_on else None,
            }
            for row in territories
        },
        "qualification": {
            "scores": [
                {"slug": row.slug, "name": row.name, "points": row.points, "when": _condition(row.when)}
                for row in scores
            ],
            "bands": {"hot": settings.hot, "warm": settings.warm},
            "disqualify": [
                {"slug": row.slug, "name": row.name, "reason": row.reason, "when": _condition(row.when)}
                for row in disqualifiers
            ],
        }
        if settings.qualifies
        else None,
        "sla": {
            row.slug: {"clock": row.clock, "steps": row.steps} | ({"unclaimed": row.unclaimed} if row.unclaimed else {})
            for row in _drafted(SlaPolicy)
        },
        "rules": [_rule_document(row) for row in rules],
        "returning": settings.returning and {key: settings.returning[key] for key in ("match", "days")},
    }


def write_draft(document: Mapping[str, Any], *, at: datetime) -> None:
    """Makes the draft as a complete, checked document says, in the caller's transaction.

    What it leaves out is archived. The teams and reps that it names must be there.
    """
    _write_settings(document)
    _write_territories(document["territories"], at)
    qualification = document["qualification"] or {"scores": [], "disqualify": []}
    for model, items in ((ScoreRule, qualification["scores"]), (Disqualifier, qualification["disqualify"])):
        places = _places(model, [item["slug"] for item in items])
        bring(
            model,
            {
                item["slug"]: {**_without(item, "slug"), "position": places[item["slug"]], "archived_at": None}
                for item in items
            },
        )
        archive(model, all_but=places, at=at)
    _write_policies(document["sla"], at)
    _write_rules(document["rules"], at)


def _write_settings(document: Mapping[str, Any]) -> None:
    settings = PlanSettings.objects.get()
    qualification = document["qualification"]
    wanted = {
        "name": document["name"],
        "qualifies": qualification is not None,
        "returning": document["returning"],
        **(qualification["bands"] if qualification else {}),
    }
    if any(getattr(settings, field) != value for field, value in wanted.items()):
        PlanSettings.objects.update(**wanted)


def _write_territories(wanted: Mapping[str, Mapping[str, Any]], at: datetime) -> None:
    places = _places(Territory, wanted)
    teams = _ids(Team, "slug", (item["team"] for item in wanted.values()))
    rows = bring(
        Territory,
        {
            slug: {
                "name": item["name"],
                "where": item["where"],
                "team_id": teams[item["team"]],
                "reps": item["reps"],
                "starts_on": _day(item["from"]),
                "ends_on": _day(item["to"]),
                "position": places[slug],
                "archived_at": None,
            }
            for slug, item in wanted.items()
        },
    )
    # Parents come second: a child may be listed before its parent.
    moved = []
    for slug, item in wanted.items():
        parent = rows[item["parent"]].pk if item["parent"] else None
        if rows[slug].parent_id != parent:
            rows[slug].parent_id = parent
            moved.append(rows[slug])
    Territory.objects.bulk_update(moved, ["parent"], batch_size=500)
    archive(Territory, all_but=wanted, at=at)


def _write_policies(wanted: Mapping[str, Mapping[str, Any]], at: datetime) -> None:
    """SLA policies. The file gives them no name of their own: a new one is called by its slug until somebody does."""
    known = dict(SlaPolicy.objects.values_list("slug", "name"))
    places = _places(SlaPolicy, wanted)
    bring(
        SlaPolicy,
        {
            slug: {
                "name": known.get(slug, slug),
                "clock": item["clock"],
                "steps": item["steps"],
                "unclaimed": item.get("unclaimed") or [],
                "position": places[slug],
                "archived_at": None,
            }
            for slug, item in wanted.items()
        },
    )
    archive(SlaPolicy, all_but=wanted, at=at)


def _write_rules(wanted: list[dict[str, Any]], at: datetime) -> None:
    places = _places(Rule, [rule["slug"] for rule in wanted])
    others = [rule["when_nobody"]["team"] for rule in wanted if isinstance(rule["when_nobody"], dict)]
    teams = _ids(Team, "slug", [*(rule["to"].get("team") for rule in wanted), *others])
    reps = _ids(Rep, "username", (rule["to"].get("rep") for rule in wanted))
    policies = _ids(SlaPolicy, "slug", (rule["sla"] for rule in wanted))

    def attributes(rule: Mapping[str, Any]) -> dict[str, Any]:
        to, requires, nobody = rule["to"], rule["requires"], rule["when_nobody"]
        return {
            "name": rule["name"],
            "when": rule["when"],
            "to_team_id": teams[to.get("team")],
            "to_territory": to.get("territory", False),
            "to_rep_id": reps[to.get("rep")],
            "delivery": rule["delivery"],
            "order": rule["order"],
            "on_shift": requires["on_shift"],
            "skills": requires["skills"],
            "skills_from": requires["skills_from"],
            "seniority_at_least": requires["seniority"]["at_least"],
            "seniority_at_most": requires["seniority"]["at_most"],
            "offer_minutes": rule["offer_minutes"],
            "hide_contact": rule["hide_contact"],
            "when_nobody": "team" if isinstance(nobody, dict) else nobody,
            "when_nobody_team_id": teams[nobody["team"]] if isinstance(nobody, dict) else None,
            "sla_id": policies[rule["sla"]],
            "position": places[rule["slug"]],
            "archived_at": None,
        }

    bring(Rule, {rule["slug"]: attributes(rule) for rule in wanted})
    archive(Rule, all_but=places, at=at)


def _rule_document(row: Rule) -> dict[str, Any]:
    if row.to_team:
        to: dict[str, Any] = {"team": row.to_team.slug}
    elif row.to_rep:
        to = {"rep": row.to_rep.username}
    else:
        to = {"territory": True}
    return {
        "slug": row.slug,
        "name": row.name,
        "when": row.when and _condition(row.when),
        "to": to,
        "delivery": row.delivery,
        "order": row.order,
        "requires": {
            "on_shift": row.on_shift,
            "skills": row.skills,
            "skills_from": row.skills_from,
            "seniority": {"at_least": row.seniority_at_least, "at_most": row.seniority_at_most},
        },
        "offer_minutes": row.offer_minutes,
        "hide_contact": row.hide_contact,
        "when_nobody": {"team": row.when_nobody_team.slug} if row.when_nobody_team else row.when_nobody,
        "sla": row.sla.slug if row.sla else None,
    }


def _condition(node: Any) -> Any:
    """A condition or group with its keys in their own order: PostgreSQL sorts them."""
    if not isinstance(node, dict) or "field" not in node:
        return {key: [_condition(one) for one in members] for key, members in node.items()} if node else node
    return {key: node[key] for key in ("field", "op", "value") if key in node}


def _drafted(model: type[Archivable]) -> Any:
    return model._default_manager.filter(archived_at=None).order_by("position", "pk")


def _places(model: type[Archivable], wanted: Iterable[str]) -> dict[str, int]:
    return positions(wanted, _drafted(model).values_list("slug", "position"))


def _ids(model: type[Rep | Team | SlaPolicy], key: str, names: Iterable[str | None]) -> dict[str | None, int | None]:
    """Primary keys by name; nobody's is None."""
    named: Collection[str] = {name for name in names if name}
    return {None: None, **dict(model._default_manager.filter(**{f"{key}__in": named}).values_list(key, "pk"))}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _without(item: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name != key}
