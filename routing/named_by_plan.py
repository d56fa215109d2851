"""Whom a plan names. Published versions hold names, not keys, so what they name is archived and never deleted."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.apps import apps
from django.db.models import Model, ProtectedError
from django.db.models.signals import pre_delete

_HOURS: Final = ("within_hours", "outside_hours")


@dataclass(frozen=True, slots=True)
class Named:
    """The calendars and teams by slug, and the reps by username, that a plan names."""

    calendars: set[str] = field(default_factory=set)
    reps: set[str] = field(default_factory=set)
    teams: set[str] = field(default_factory=set)


def named_by(plan: Mapping[str, Any]) -> Named:
    """Everybody whom the plan half of a canonical document names."""
    named = Named()
    for territory in plan["territories"].values():
        named.teams.update(filter(None, [territory["team"]]))
        named.reps.update(territory["reps"] or ())
        named.calendars.update(calendars_in(territory["where"]))
    for rule in plan["rules"]:
        named.teams.update(filter(None, [rule["to"].get("team")]))
        named.reps.update(filter(None, [rule["to"].get("rep")]))
        if isinstance(rule["when_nobody"], dict):
            named.teams.add(rule["when_nobody"]["team"])
        named.calendars.update(calendars_in(rule["when"]))
    qualification = plan["qualification"] or {"scores": [], "disqualify": []}
    for item in (*qualification["scores"], *qualification["disqualify"]):
        named.calendars.update(calendars_in(item["when"]))
    return named


def keep_what_versions_name() -> None:
    """Has the deletion of a calendar, rep or team refused where a published version names it."""
    for model in ("Calendar", "Rep", "Team"):
        pre_delete.connect(_refuse, sender=f"routing.{model}", dispatch_uid=f"named_by_plan.{model}")


def _refuse(sender: type[Model], instance: Any, **kwargs: Any) -> None:
    name = instance.username if sender.__name__ == "Rep" else instance.slug
    versions = apps.get_model("routing", "PlanVersion").objects.filter(document__contains=json.dumps(name))
    for number, document in versions.order_by("number").values_list("number", "document"):
        if name in getattr(named_by(json.loads(document)), f"{sender.__name__.lower()}s"):
            raise ProtectedError(
                f"{name} is named by version {number} of the plan: it can be archived, not deleted.", {instance}
            )


def calendars_in(node: Any) -> Iterator[str]:
    """The calendars that conditions name, however deep."""
    if isinstance(node, list):
        for member in node:
            yield from calendars_in(member)
    elif isinstance(node, dict) and node.get("op") in _HOURS:
        yield node["value"]
    elif isinstance(node, dict) and "field" not in node:
        for members in node.values():
            yield from calendars_in(members)
