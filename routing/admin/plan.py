"""The plan as it is drafted, and its published versions. Nothing here takes effect until it is published."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, reverse
from django.utils.timezone import now

from routing.engine import sentences
from routing.models import Disqualifier, PlanSettings, PlanVersion, Rule, ScoreRule, SlaPolicy, Territory
from routing.naming import names
from routing.plan.compare import territory_in_words
from routing.plan.draft import draft_document
from routing.plan.publish import Unrestorable, restore
from routing.plan.standing import standing

from .base import ModelAdmin, ReadOnlyAdmin, who_asks
from .drafts import DraftAdmin, Row, outlined
from .forms import DisqualifierForm, PlanSettingsForm, RuleForm, ScoreRuleForm, SlaPolicyForm, TerritoryForm
from .plan_pages import plan_pages


@admin.register(Rule)
class RuleAdmin(DraftAdmin):
    form = RuleForm
    list_select_related = ["to_team", "to_rep"]
    autocomplete_fields = ["sla"]
    intro = "Asked from the top. The first rule that matches a lead and can deliver it decides."
    empty = "No rules yet. Start from a starter plan, or add the first rule: one without conditions takes every lead."
    add_words = "Add a rule"
    conditional_fields = {
        "order": "['assign', 'offer', 'blind'].includes(delivery)",
        "offer_minutes": "delivery == 'offer'",
        "hide_contact": "delivery == 'offer'",
        "nobody": "['assign', 'offer'].includes(delivery)",
    }
    fieldsets = [
        (None, {"fields": [("name", "slug")]}),
        ("Which leads", {"fields": ["when"]}),
        ("To whom, and how", {"fields": ["to", "delivery", "order", "offer_minutes", "hide_contact", "nobody", "sla"]}),
        (
            "Who of them can take it",
            {"fields": ["on_shift", "skills", "skills_from", ("seniority_at_least", "seniority_at_most")]},
        ),
    ]

    def rows(self) -> list[Row]:
        document, called = draft_document(), names()
        pks = dict(Rule.objects.filter(archived_at=None).values_list("slug", "pk"))
        listed = document["rules"]
        last = len(listed) - 1
        return [
            Row(
                pks[rule["slug"]],
                rule["name"],
                sentence=sentences.of_rule(rule, names=called, policies=document["sla"], is_last=place == last),
                number=str(place + 1),
                stays=place == last and rule["when"] is None,
            )
            for place, rule in enumerate(listed)
        ]


@admin.register(Territory)
class TerritoryAdmin(DraftAdmin):
    form = TerritoryForm
    list_select_related = ["parent", "team"]
    autocomplete_fields = ["parent", "team"]
    intro = "A lead belongs to the deepest territory that holds it. Among equally deep ones, the first listed has it."
    empty = "No territories yet. Add one for each piece of the market that has a team of its own."
    add_words = "Add a territory"
    fieldsets = [
        (None, {"fields": [("name", "slug"), "parent"]}),
        ("What it holds", {"fields": ["where"]}),
        ("Whose it is", {"fields": ["team", "reps"]}),
        ("When", {"fields": [("starts_on", "ends_on")]}),
    ]

    def rows(self) -> list[Row]:
        called = names()
        items = draft_document()["territories"]
        listed = Territory.objects.filter(archived_at=None).order_by("position", "pk")
        return [
            Row(
                row.pk,
                row.name,
                words=f"{territory_in_words(items[row.slug] | {'parent': None}, called)}.",
                depth=depth,
            )
            for row, depth in outlined(listed)
        ]


class QualificationAdmin(DraftAdmin):
    """Scores and disqualifiers: they count only where the plan says that leads are scored."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        settings = PlanSettings.objects.get()
        return super().changelist_view(request, {"qualifying": settings, **(extra_context or {})})


@admin.register(ScoreRule)
class ScoreRuleAdmin(QualificationAdmin):
    form = ScoreRuleForm
    intro = "Every one that holds adds its points; the sum stays within 0 and 100."
    empty = "No scores yet. Add one for each thing that makes a lead better, or worse."
    add_words = "Add a score"

    def rows(self) -> list[Row]:
        called = names()
        return [
            Row(
                row.pk,
                row.name,
                words=_capital(f"{sentences.of_group(row.when, names=called)}."),
                aside=f"{row.points:+d}",
            )
            for row in ScoreRule.objects.filter(archived_at=None).order_by("position", "pk")
        ]


@admin.register(Disqualifier)
class DisqualifierAdmin(QualificationAdmin):
    form = DisqualifierForm
    intro = "The first that holds sets the lead aside with its reason. Nothing is deleted."
    empty = "No disqualifiers yet. Add one for leads that nobody should work: students, competitors, tests."
    add_words = "Add a disqualifier"

    def rows(self) -> list[Row]:
        called = names()
        return [
            Row(
                row.pk,
                row.name,
                words=f"If {sentences.of_group(row.when, names=called)}, set aside: {row.reason or row.name}.",
            )
            for row in Disqualifier.objects.filter(archived_at=None).order_by("position", "pk")
        ]


@admin.register(SlaPolicy)
class SlaPolicyAdmin(DraftAdmin):
    form = SlaPolicyForm
    intro = "How fast a lead must be answered, and what happens when it is not. Rules name the one that holds for them."
    empty = "No response times yet. The usual first one: remind after 3 minutes, a breach after 5."
    add_words = "Add a response time"
    fieldsets = [(None, {"fields": [("name", "slug"), "clock", "steps", "unclaimed"]})]

    def rows(self) -> list[Row]:
        return [
            Row(row.pk, row.name, words=_capital(f"{sentences.of_steps(vars(row))}."))
            for row in SlaPolicy.objects.filter(archived_at=None).order_by("position", "pk")
        ]


@admin.register(PlanSettings)
class PlanSettingsAdmin(ModelAdmin):
    form = PlanSettingsForm
    list_display = ["name", "qualifies", "hot", "warm"]
    change_form_outer_before_template = "admin/plan/bar.html"
    fieldsets = [
        (None, {"fields": ["name"]}),
        ("Scores", {"fields": ["qualifies", ("hot", "warm")]}),
        ("Leads that come back", {"fields": ["return_by", "return_days"]}),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        return [*plan_pages(self.admin_site), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one row: its page is the list."""
        return HttpResponseRedirect(reverse("admin:routing_plansettings_change", args=[1]))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        return super().changeform_view(request, object_id, form_url, {"standing": standing(), **(extra_context or {})})


@admin.register(PlanVersion)
class PlanVersionAdmin(ReadOnlyAdmin):
    empty_words = "Nothing was published yet. Every published version of the plan is kept here, with its note."
    list_display = ["version", "published_at", "author", "note", "in_force"]
    list_display_links = ["version"]
    list_select_related = ["published_by"]
    list_before_template = "admin/plan/bar.html"
    actions = ["restore"]

    @admin.display(description="Version", ordering="number")
    def version(self, row: PlanVersion) -> str:
        return f"Version {row.number}"

    @admin.display(description="By", ordering="published_by__username")
    def author(self, row: PlanVersion) -> str:
        by = row.published_by
        return (by.get_full_name() or by.get_username()) if by else "the command line"

    @admin.display(description="In force", boolean=True)
    def in_force(self, row: Any) -> bool:
        return row.number == self.number_in_force

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        stands = standing()
        self.number_in_force = stands.number
        return super().changelist_view(request, {"standing": stands, **(extra_context or {})})

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A version has a page of its own: in words, compared, with the way back to it."""
        version = self.get_object(request, object_id)
        if version is None or not self.has_view_permission(request, version):
            return super().change_view(request, object_id, form_url, extra_context)
        return HttpResponseRedirect(reverse("admin:plan_version", args=[version.number]))

    def has_restore_permission(self, request: HttpRequest) -> bool:
        """Restoring changes the draft: for whoever may change the plan."""
        return request.user.has_perm("routing.change_plansettings")

    @admin.action(description="Make this the draft again", permissions=["restore"])
    def restore(self, request: HttpRequest, queryset: QuerySet[PlanVersion]) -> None:
        if queryset.count() != 1:
            self.message_user(request, "Choose one version.", messages.ERROR)
            return
        version = queryset.get()
        try:
            restore(version.number, at=now(), by=who_asks(request))
        except Unrestorable as error:
            self.message_user(request, str(error), messages.ERROR)
        else:
            self.message_user(request, f"The draft is as version {version.number} was. Check it, then publish it.")


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
