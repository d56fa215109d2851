"""Archiving on a list and on an object's page: what is refused is said in words, with the way to what uses it."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import now

from routing.access import within_reach
from routing.models import Calendar, Rep, Team, User
from routing.plan.archiving import InUse, Use, archive_calendar, archive_team, bring_back

from .base import ArchivedFilter, KeptAdmin, who_asks

PEOPLE: dict[str, Any] = {"rep": Rep, "team": Team}
ARCHIVES: dict[type, Callable[..., None]] = {Team: archive_team, Calendar: archive_calendar}


class UsedAdmin(KeptAdmin):
    """Something that is archived once nothing uses it. What is archived is offered nowhere."""

    actions = ["archive", "bring_back"]
    list_filter = [ArchivedFilter]
    change_form_outer_before_template = "admin/people/archive.html"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        offered = request.resolver_match is not None and request.resolver_match.url_name == "autocomplete"
        return found.filter(archived_at=None) if offered else found, may_repeat

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        may = row is not None and self.has_change_permission(request, row)
        context = {"archivable": row if may else None, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    @admin.action(description="Archive", permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for row in queryset.filter(archived_at=None):
            try:
                ARCHIVES[self.model](row, at=now(), by=who_asks(request))
            except InUse as error:
                why = refused(error.name, _as_told(who_asks(request), error.uses))
                self.message_user(request, format_html("Not archived: {}", why), messages.ERROR)
            else:
                self.message_user(request, f"{row} is archived. Its past stays; it can be brought back.")

    @admin.action(description="Bring back from the archive", permissions=["change"])
    def bring_back(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for row in queryset.exclude(archived_at=None):
            bring_back(row, at=now(), by=who_asks(request))
            self.message_user(request, f"{row} is back.")


def refused(name: str, uses: list[Use]) -> SafeString:
    """Why it cannot go, each reason a link."""
    links = [
        format_html('<a class="underline" href="{}">{}</a>', _address(use), use.words) if use.kind else use.words
        for use in uses
    ]
    return format_html("{} is still used: {}.", name, format_html_join("; ", "{}", ((link,) for link in links)))


def _as_told(user: User, uses: list[Use]) -> list[Use]:
    """Of people whom they do not look after, somebody is told only how many they are."""
    told = [use for use in uses if use.kind not in PEOPLE or _within_reach(user, use)]
    hidden = len(uses) - len(told)
    return [*told, Use(f"{hidden} of other teams", "", "")] if hidden else told


def _within_reach(user: User, use: Use) -> bool:
    return within_reach(user, PEOPLE[use.kind]._default_manager.filter(pk=use.key)).exists()


def _address(use: Use) -> str:
    if use.kind == "version":
        return reverse("admin:plan_version", args=[use.key])
    if use.kind == "leads":
        team, _, status = str(use.key).partition(":")
        return f"{reverse('admin:routing_lead_changelist')}?team__id__exact={team}&status__exact={status}"
    return reverse(f"admin:routing_{use.kind}_change", args=[use.key])
