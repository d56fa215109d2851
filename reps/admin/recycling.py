"""When leads begin anew: a policy for each team, or for all; what it would do now is shown before it is switched on."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.timezone import now

from reps import recycling
from reps.models import LOST_REASONS, RecyclePolicy
from routing import access
from routing.admin.base import Checkboxes, who_asks
from routing.admin.pages import page

from .policies import TeamPolicyAdmin

SHOWN = 200


class PolicyForm(forms.ModelForm):
    """A policy, its reasons as boxes to tick."""

    lost_reasons = forms.MultipleChoiceField(
        label="Lost because",
        required=False,
        choices=[(reason, reason) for reason in LOST_REASONS],
        widget=Checkboxes,
    )

    class Meta:
        model = RecyclePolicy
        labels = {"untouched_days": "After so many days", "lost_days": "After so many days"}
        fields = ("team", "active", "untouched_days", "lost_days", "lost_reasons", "most_cycles", "at_most")


@admin.register(RecyclePolicy)
class RecyclePolicyAdmin(TeamPolicyAdmin):
    form = PolicyForm
    empty_words = (
        "No lead begins anew by itself. With a policy, leads that nobody touches, or that were lost for a reason that "
        "may pass, are routed again."
    )
    list_display = ["shown", "active", "says", "would"]
    list_display_links = ["shown"]
    list_select_related = ["team"]
    readonly_fields = ["would", "says"]
    fieldsets = [
        (None, {"fields": ["team", "active", "would"]}),
        ("Leads that nobody touches", {"fields": ["untouched_days"]}),
        ("Leads that were lost", {"fields": ["lost_days", "lost_reasons"]}),
        ("With measure", {"fields": [("at_most", "most_cycles")]}),
    ]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """What it would do now is known once it was saved."""
        first, *rest = self.fieldsets
        if obj is not None and not self.has_change_permission(request, obj):
            return [(None, {"fields": ["active", "says", "would"]})]
        return [first, *rest] if obj else [(None, {"fields": ["team", "active"]}), *rest]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["would", "says", "team"] if obj else []

    @admin.display(description="Begins anew")
    def says(self, policy: RecyclePolicy) -> str:
        parts = [f"untouched for {policy.untouched_days} days"] if policy.untouched_days else []
        if policy.lost_days is not None:
            parts.append(f"{policy.lost_days} days after being lost for {', '.join(policy.lost_reasons)}")
        return "; ".join(parts) or "nothing"

    @admin.display(description="Now")
    def would(self, policy: RecyclePolicy) -> str:
        return format_html(
            '<span class="lo"><a href="{}">Which leads, if it looked now</a></span>',
            reverse("admin:recycling_preview", args=[policy.pk]),
        )

    def get_urls(self) -> list[URLPattern]:
        own = path("<int:pk>/now/", self.admin_site.admin_view(self.preview), name="recycling_preview")
        return [own, *super().get_urls()]

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The leads that a policy would recycle now, whether it is switched on or not."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        policy = get_object_or_404(self.get_queryset(request).select_related("team"), pk=pk)
        at, user = now(), who_asks(request)
        mine = access.lead_managed_by(user)
        found = {one.lead_id: one.because for one in recycling.would(policy, at=at, limit=SHOWN, among=mine)}
        leads = access.visible_to(user).filter(pk__in=found).select_related("owner", "team").in_bulk()
        rows = [(leads[lead_id], because) for lead_id, because in found.items() if lead_id in leads]
        return page(
            request,
            "admin/leads/recycle.html",
            {
                "policy": policy,
                "rows": rows,
                "count": recycling.how_many(policy, at=at, among=mine),
                "opts": RecyclePolicy._meta,
                "back": reverse("admin:reps_recyclepolicy_change", args=[pk]),
            },
            title=str(policy),
        )
