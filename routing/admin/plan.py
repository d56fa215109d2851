"""The plan as it is drafted, and its published versions. Nothing here takes effect until it is published."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.timezone import now

from routing.models import Disqualifier, PlanSettings, PlanVersion, Rule, ScoreRule, SlaPolicy, Territory
from routing.plan.publish import PlanRefused, PublishedMeanwhile, Unrestorable, check_draft, publish, restore

from .base import ArchivableAdmin, ModelAdmin, ReadOnlyAdmin, who_asks
from .forms import DisqualifierForm, PlanSettingsForm, RuleForm, ScoreRuleForm, SlaPolicyForm, TerritoryForm


class DraftAdmin(ArchivableAdmin):
    """Items of the draft, in their order."""

    prepopulated_fields = {"slug": ["name"]}
    search_fields = ["slug", "name"]
    ordering = ["position", "pk"]

    def get_prepopulated_fields(self, request: HttpRequest, obj: object = None) -> dict[str, list[str]]:
        return {} if obj is not None else self.prepopulated_fields


@admin.register(Rule)
class RuleAdmin(DraftAdmin):
    form = RuleForm
    list_display = ["position", "name", "to_team", "to_rep", "to_territory", "delivery", "order"]
    list_display_links = ["name"]
    list_filter = ["delivery", "to_team"]
    list_select_related = ["to_team", "to_rep"]
    autocomplete_fields = ["to_team", "to_rep", "when_nobody_team", "sla"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "position"]}),
        ("Which leads", {"fields": ["when"]}),
        ("To whom", {"fields": ["to_team", "to_territory", "to_rep"]}),
        ("How", {"fields": ["delivery", "order", ("offer_minutes", "hide_contact")]}),
        (
            "Who can take them",
            {"fields": ["on_shift", "skills", "skills_from", ("seniority_at_least", "seniority_at_most")]},
        ),
        ("When nobody can", {"fields": ["when_nobody", "when_nobody_team"]}),
        ("How fast", {"fields": ["sla"]}),
    ]


@admin.register(Territory)
class TerritoryAdmin(DraftAdmin):
    form = TerritoryForm
    list_display = ["position", "name", "parent", "team", "starts_on", "ends_on"]
    list_display_links = ["name"]
    list_select_related = ["parent", "team"]
    autocomplete_fields = ["parent", "team"]


@admin.register(ScoreRule)
class ScoreRuleAdmin(DraftAdmin):
    form = ScoreRuleForm
    list_display = ["position", "name", "points"]
    list_display_links = ["name"]


@admin.register(Disqualifier)
class DisqualifierAdmin(DraftAdmin):
    form = DisqualifierForm
    list_display = ["position", "name", "reason"]
    list_display_links = ["name"]


@admin.register(SlaPolicy)
class SlaPolicyAdmin(DraftAdmin):
    form = SlaPolicyForm
    list_display = ["position", "name", "clock"]
    list_display_links = ["name"]


@admin.register(PlanSettings)
class PlanSettingsAdmin(ModelAdmin):
    form = PlanSettingsForm
    list_display = ["name", "qualifies", "hot", "warm"]
    actions = ["check_draft_now", "publish"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    @admin.action(description="Check the draft", permissions=["change"])
    def check_draft_now(self, request: HttpRequest, queryset: QuerySet[PlanSettings]) -> None:
        _, findings = check_draft()
        for finding in findings:
            self.message_user(request, str(finding), messages.ERROR if finding.is_error else messages.WARNING)
        if not findings:
            self.message_user(request, "Nothing to say against the draft.")

    @admin.action(description="Publish the draft", permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[PlanSettings]) -> None:
        try:
            version = publish(by=who_asks(request), at=now())
        except PlanRefused as refused:
            for finding in refused.findings:
                self.message_user(request, str(finding), messages.ERROR)
        except PublishedMeanwhile as error:
            self.message_user(request, str(error), messages.ERROR)
        else:
            self.message_user(request, f"Version {version.number} is in force.")


@admin.register(PlanVersion)
class PlanVersionAdmin(ReadOnlyAdmin):
    list_display = ["number", "published_at", "published_by", "note"]
    list_select_related = ["published_by"]
    actions = ["restore"]

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
