"""Every page of the admin that shows itself when asked for, so that a browser can walk through them all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

from django.contrib import admin
from django.db.models import Model
from django.urls import reverse

from routing.models import Decision, Disqualifier, Lead, PlanVersion, ScoreRule, Skill, SlaPolicy, Source, Territory
from routing.pipeline import route_leads
from routing.plan.load import load_file
from routing.plan.publish import publish
from tests.cast import MONDAY_MORNING, lead, lead_in_pool

ACME = (Path(__file__).parents[1] / "plan" / "acme.yaml").read_text(encoding="utf-8")

OF_NO_OBJECT = (
    *("admin:index", "admin:lead_manual", "admin:plan_check", "admin:plan_try", "admin:plan_publish"),
    *("admin:plan_start", "admin:password_change", "admin:password_change_done"),
)
PLACE = {"field": "country", "op": "is", "value": "US"}
WHEN = {"all": [PLACE]}
STEPS = [{"after": 300, "do": "breach"}]
REFUSED = 403
SHOWN = 200


def furnish(house: SimpleNamespace) -> None:
    """Beside one of everything: Acme's plan with every kind of condition and row, and leads in every state."""
    Decision.objects.all().delete()  # made up, with nothing to explain
    load_file(ACME, at=MONDAY_MORNING)
    for made, filled in (
        (SlaPolicy, {"name": "Slow", "steps": STEPS}),
        (ScoreRule, {"when": WHEN}),
        (Disqualifier, {"when": WHEN}),
    ):
        made.objects.filter(slug__in=("s", "d")).update(**filled)
    Territory.objects.filter(slug="us").update(where=[PLACE])
    publish(at=MONDAY_MORNING)
    routed = lead(first_name="Priya", company="Northwind", email="p@northwind.example", company_size=1200, country="US")
    route_leads([routed.pk])
    house.routed = Lead.objects.get(pk=routed.pk)
    inside = house.people.inside
    lead_in_pool(inside, "manual", first_name="Manual", company="Old Mill", band="hot")
    lead(status="waiting", reason="paused", waiting_since=MONDAY_MORNING, team=inside, company="Cedar", due_at=None)
    lead(status="disqualified", reason="student", due_at=None)
    lead(status="parked", error="It could not be routed.", due_at=None)
    source = Source.objects.get(slug="web")
    source.form_fields = [{"name": "company_size", "label": "How many are you?", "required": True}]
    source.mapping, source.defaults = {"firm": "company"}, {"country": "US"}
    source.save()
    source.captures.create(channel="api", status="failed", body='{"email": "none"}', error={"email": ["No address."]})


def pages() -> Iterator[str]:
    """The address of every page: those of no object, and of each model the list, the forms and some rows."""
    for name in OF_NO_OBJECT:
        yield reverse(name)
    yield reverse("admin:plan_version", args=[PlanVersion.objects.latest("number").number])
    yield reverse("admin:app_list", args=["routing"])
    yield reverse("admin:routing_lead_history", args=[Lead.objects.earliest("pk").pk])
    yield reverse("admin:routing_skill_history", args=[Skill.objects.earliest("pk").pk])
    for model in sorted(admin.site._registry, key=lambda model: model.__name__):
        place = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{place}_changelist")
        yield reverse(f"{place}_add")
        for row in some(model):
            yield reverse(f"{place}_change", args=[row.pk])
        yield reverse(f"{place}_delete", args=[row.pk])


def some(model: type[Model]) -> list[Model]:
    """The second row of a model and the last: of what Acme's plan fills the first that it does, and the plainest."""
    rows = list(model._default_manager.order_by("pk"))
    return rows[1:2] + rows[2:][-1:] or rows[:1]
