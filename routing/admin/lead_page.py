"""One lead: its facts, where it stands, why it is there, and everything that happened to it."""

from datetime import datetime
from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse
from django.utils.timezone import now

from routing import access, explain
from routing.absences import away_at
from routing.engine import sentences
from routing.engine.fields import FIELDS, label_of
from routing.models import Lead
from routing.naming import names

from .base import who_asks
from .pages import page
from .trial import behind_or_ahead

FACTS = [name for name in FIELDS if name not in ("score", "band", "territory", "stage", "source")]


def lead_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The page; what the asker may not see of the lead is not on it."""
    user = who_asks(request)
    lead = get_object_or_404(
        access.visible_to(user).select_related("source", "stage", "team", "owner", "territory", "plan_version"), pk=pk
    )
    told = None
    if Lead.objects.filter(access.contact_open_to(user), pk=pk).exists():
        told = access.told_to(user, pk, explain.explanation(pk))
        for asked in told.get("rules") or ():
            _say(asked["conditions"])
    called = names()
    return page(
        request,
        "admin/leads/lead.html",
        {
            "lead": lead,
            "away": away_at(now(), [lead.owner_id]).get(lead.owner_id) if lead.owner_id else None,
            "opts": Lead._meta,
            "facts": [*_facts(lead), *sorted(lead.attributes.items())],
            "told": told,
            "reps": [
                (
                    called.reps.get(rep["rep"], rep["rep"]),
                    {**rep, "said": _ranked(rep), "words": rep.get("words", "").removeprefix(f"{rep['rep']} ")},
                )
                for rep in (told or {}).get("reps", [])
            ],
            "happened": happened(lead),
            "captures": lead.captures.select_related("source").order_by("-pk")[:20],
            "may_hand_out": Lead.objects.filter(access.lead_managed_by(user), pk=pk).exists(),
            "desk": _desk(pk),
        },
        title=lead.display_name,
    )


def happened(lead: Lead) -> list[tuple[datetime, str, str]]:
    """Everything that happened to a lead, the last first: when, what, and by whom."""
    found: list[tuple[datetime, str, str]] = [(lead.captured_at, f"Came in from {lead.source.name}", "")]
    for row in lead.assignments.select_related("rep", "team", "by"):
        team = f" of {row.team}" if row.team else ""
        note = f": {row.note}" if row.note else ""
        found.append((row.assigned_at, f"{row.rep}{team} got it, {row.get_method_display()}{note}", _name(row.by)))
        if row.ended_at:
            found.append((row.ended_at, f"{row.rep} had it no longer: {row.ended_because.replace('_', ' ')}", ""))
    for decision in lead.decisions.select_related("team", "rep").order_by("-pk")[:50]:
        if decision.outcome not in ("assigned", "offered"):
            words = explain.OUTCOMES.get(decision.outcome, decision.outcome)
            where = f" of {decision.team}" if decision.team and decision.outcome == "pooled" else ""
            rule = f" by the rule {decision.rule}" if decision.rule else ""
            found.append((decision.at, f"It was {words}{where}{rule}", f"plan version {decision.plan_version_id}"))
    for change in lead.changes.select_related("by")[:100]:
        found.append((change.at, f"{change.kind.replace('_', ' ').capitalize()}", _name(change.by) or change.origin))
    return sorted(found, key=lambda one: one[0], reverse=True)


def _facts(lead: Lead) -> Any:
    for name in FACTS:
        value = getattr(lead, name, None)
        if name == "free_mail" and value is not None:
            value = "yes" if value else "no"
        if value not in (None, ""):
            label = label_of(name)
            yield label[:1].upper() + label[1:], f"{value.normalize():f}" if hasattr(value, "normalize") else value


def _name(user: Any) -> str:
    return (user.get_full_name() or user.get_username()) if user else ""


def _desk(pk: int) -> str:
    """The lead's page at the reps' desk, where there is one."""
    try:
        return reverse("lead", args=[pk])
    except NoReverseMatch:
        return ""


def _say(node: dict[str, Any] | None) -> None:
    """Puts each condition of an explanation into words, beside its answer."""
    if node is None:
        return
    if "field" in node:
        actual = "not set" if node["actual"] is None else node["actual"]
        node["words"] = sentences.of_condition(node) + ("" if node["holds"] else f": it is {actual}")
        return
    for members in node.values():
        for member in members if isinstance(members, list) else ():
            _say(member)


def _ranked(rep: dict[str, Any]) -> str:
    """The keys a rep was ranked by, in words."""
    if "lag" in rep:
        return f"{behind_or_ahead(Fraction(rep['lag']))}, share {float(Fraction(rep['share'])):.0%}"
    if "open" in rep:
        return f"{rep['open']} open of {rep['open_cap']}"
    if "levels" in rep:
        knows = ", ".join(f"{skill} {level}" for skill, level in rep["levels"].items()) or "no wanted skill"
        return f"{knows}; seniority {rep['seniority']}"
    return f"number {rep['position'] + 1} in the team" if "position" in rep else ""
