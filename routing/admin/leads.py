"""Leads and what became of them. They change hands through routing.assignment alone."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html

from routing import access, lead_sheet
from routing.export import csv_answer
from routing.intake.normalise import person_keys
from routing.models import Assignment, Decision, Event, Lead, LeadChange, Stage

from .base import KeptAdmin, ReadOnlyAdmin, who_asks
from .handing_out import MOST_AT_ONCE, hand_out_page, reroute_page
from .lead_page import lead_page
from .long_lists import AssignedFilter, CameFilter, FarEnough, RecentValues
from .manual_queue import manual_page
from .response_clocks import ResponseFilter

STATUS_LOOK = {
    Lead.Status.ASSIGNED: "lo-good",
    Lead.Status.WAITING: "lo-warn",
    Lead.Status.PARKED: "lo-bad",
    Lead.Status.DISQUALIFIED: "lo-warn",
}


class PoolFilter(admin.SimpleListFilter):
    """Where leads lie that nobody owns."""

    title = "pool"
    parameter_name = "pool"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("unclaimed", "to be claimed, picked or pulled"),
            ("manual", "to be handed out by hand"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        lying = queryset.filter(status=Lead.Status.POOLED)
        if self.value() == "unclaimed":
            return lying.exclude(delivery="manual")
        return lying.filter(delivery="manual") if self.value() == "manual" else queryset


@admin.register(Lead)
class LeadAdmin(ReadOnlyAdmin):
    list_display = ["lead", "where", "owner", "team", "stage", "heat", "came_from", "captured_at"]
    list_display_links = ["lead"]
    list_filter = ["status", CameFilter, PoolFilter, ResponseFilter, ("band", RecentValues), "stage", "team", "source"]
    list_select_related = ["owner", "team", "stage", "source"]
    empty_words = (
        "No leads here. Those that come by the API, a form or an import are listed with where they went, and why."
    )
    search_fields = ["company"]
    search_help_text = "Name, company, e-mail, phone, the source's id, or the lead's number"
    ordering = ["-captured_at", "-pk"]
    list_per_page = 25
    paginator = FarEnough
    show_full_result_count = False
    actions = ["hand_out", "route_again", "export"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Lead]:
        """In the list, what was withdrawn with its import is out of sight until it is asked for."""
        seen = access.visible_to(who_asks(request))
        is_list = request.resolver_match is not None and request.resolver_match.url_name == "routing_lead_changelist"
        if is_list and request.GET.get("status__exact") != Lead.Status.WITHDRAWN:
            return seen.exclude(status=Lead.Status.WITHDRAWN)
        return seen

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Lead], search_term: str
    ) -> tuple[QuerySet[Lead], bool]:
        """Every word is in it somewhere; contact details are looked at only where the asker may see them."""
        open_to = access.contact_open_to(who_asks(request))
        for word in search_term.split()[:8]:
            keys = person_keys(email=word, phone=word)
            contact = Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(external_id=word)
            if "@" in word:
                contact |= Q(email_key=keys.email_key or word.lower())
            elif "." in word:
                contact |= Q(email_domain=word.lower())
            if keys.phone_key and sum(letter.isdigit() for letter in word) > 5:
                contact |= Q(phone_key__endswith=keys.phone_key.lstrip("+0"))
            found = Q(company__icontains=word) | (open_to & contact if open_to else contact)
            if word.isascii() and word.isdigit() and len(word) < 19:
                found |= Q(pk=int(word))
            queryset = queryset.filter(found)
        return queryset, False

    @admin.display(description="Lead")
    def lead(self, row: Lead) -> str:
        beside = row.company if row.company and row.company != row.display_name else ""
        return format_html('{}<br><span class="lo-soft">{}</span>', row.display_name, beside) if beside else str(row)

    @admin.display(description="Where it is", ordering="status")
    def where(self, row: Lead) -> str:
        status = Lead.Status(row.status)
        words = (
            f"{status.label}" if row.delivery != "manual" or row.status != Lead.Status.POOLED else "to be handed out"
        )
        look = STATUS_LOOK.get(status, "")
        return format_html('<span class="lo"><span class="lo-tag {}">{}</span></span>', look, words)

    @admin.display(description="Score", ordering="score")
    def heat(self, row: Lead) -> str:
        return f"{row.band} {row.score}"

    @admin.display(description="From", ordering="source")
    def came_from(self, row: Lead) -> str:
        return row.source.name

    @admin.action(description="Hand out to a rep…")
    def hand_out(self, request: HttpRequest, queryset: QuerySet[Lead]) -> HttpResponse | None:
        return self._many(request, queryset, hand_out_page)

    @admin.action(description="Route again…")
    def route_again(self, request: HttpRequest, queryset: QuerySet[Lead]) -> HttpResponse | None:
        return self._many(request, queryset, reroute_page)

    @admin.action(description="Export as CSV")
    def export(self, request: HttpRequest, queryset: QuerySet[Lead]) -> StreamingHttpResponse:
        sheet = lead_sheet.LeadSheet.of(queryset)
        # One by one from the database: a million leads are no reason to hold them all.
        return csv_answer("leads", sheet.header, map(sheet.row, sheet.reading(queryset).iterator(2000)), bom=True)

    def _many(self, request: HttpRequest, queryset: QuerySet[Lead], then: Any) -> HttpResponse | None:
        ids = list(queryset.order_by("captured_at", "pk").values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
        if len(ids) > MOST_AT_ONCE:
            self.message_user(request, f"At most {MOST_AT_ONCE} leads at once; choose fewer.", messages.ERROR)
            return None
        return then(request, ids)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("manual/", view(manual_page), name="lead_manual"),
            path("hand-out/", view(hand_out_page), name="lead_hand_out"),
            path("route-again/", view(reroute_page), name="lead_reroute"),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        if request.method != "GET" or row is None or not self.has_view_permission(request, row):
            return super().change_view(request, object_id, form_url, extra_context)
        return lead_page(request, row.pk)


@admin.register(Assignment)
class AssignmentAdmin(ReadOnlyAdmin):
    list_display = ["lead", "rep", "team", "method", "rule", "assigned_at", "ended_at", "ended_because"]
    list_filter = ["method", "team", AssignedFilter]
    list_select_related = ["lead", "rep", "team"]
    ordering = ["-pk"]
    paginator = FarEnough
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Assignment]:
        # Of leads that are theirs to look after: one that only lies there for them, or is on offer, may hide its name.
        return access.within_reach(who_asks(request), super().get_queryset(request))


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    list_display = ["lead", "at", "outcome", "rule", "team", "rep", "reason"]
    list_filter = [("outcome", RecentValues)]
    list_select_related = ["lead", "team", "rep"]
    ordering = ["-pk"]
    paginator = FarEnough
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Decision]:
        return _of_visible_leads(super().get_queryset(request), request)


@admin.register(LeadChange)
class LeadChangeAdmin(ReadOnlyAdmin):
    list_display = ["lead", "at", "kind", "origin", "by"]
    list_filter = [("origin", RecentValues), ("kind", RecentValues)]
    list_select_related = ["lead", "by"]
    ordering = ["-pk"]
    paginator = FarEnough
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[LeadChange]:
        return _of_visible_leads(super().get_queryset(request), request)


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["kind", "at", "lead", "team", "rep", "dispatched_at"]
    list_filter = [("kind", RecentValues)]
    list_select_related = ["lead", "team", "rep"]
    ordering = ["-pk"]
    paginator = FarEnough
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        return _of_visible_leads(super().get_queryset(request), request)


def _of_visible_leads(rows: QuerySet[Any], request: HttpRequest) -> QuerySet[Any]:
    """Rows about leads that the asker may see."""
    user = who_asks(request)
    if access.sees_everything(user):
        return rows
    return rows.filter(lead__in=Lead.objects.filter(access.seen_by(user)).values("pk"))


@admin.register(Stage)
class StageAdmin(KeptAdmin):
    list_display = ["position", "name", "slug", "kind"]
    list_display_links = ["name"]
    ordering = ["position", "pk"]
