"""Leads and what became of them: to look at. They change hands through routing.assignment alone."""

from django.contrib import admin

from routing.models import Assignment, Decision, Event, Lead, LeadChange, Stage

from .base import KeptAdmin, ReadOnlyAdmin


@admin.register(Lead)
class LeadAdmin(ReadOnlyAdmin):
    list_display = ["display_name", "status", "owner", "team", "stage", "score", "band", "reason", "captured_at"]
    list_filter = ["status", "band", "stage", "team", "source"]
    list_select_related = ["owner", "team", "stage"]
    search_fields = ["=external_id", "email_key", "company", "last_name"]
    date_hierarchy = "captured_at"
    show_full_result_count = False


@admin.register(Assignment)
class AssignmentAdmin(ReadOnlyAdmin):
    list_display = ["lead", "rep", "team", "method", "rule", "assigned_at", "ended_at", "ended_because"]
    list_filter = ["method", "team"]
    list_select_related = ["lead", "rep", "team"]
    date_hierarchy = "assigned_at"
    show_full_result_count = False


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    list_display = ["lead", "at", "outcome", "rule", "team", "rep", "reason"]
    list_filter = ["outcome"]
    list_select_related = ["lead", "team", "rep"]
    show_full_result_count = False


@admin.register(LeadChange)
class LeadChangeAdmin(ReadOnlyAdmin):
    list_display = ["lead", "at", "kind", "origin", "by"]
    list_filter = ["origin", "kind"]
    list_select_related = ["lead", "by"]
    show_full_result_count = False


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["kind", "at", "lead", "team", "rep", "dispatched_at"]
    list_filter = ["kind"]
    list_select_related = ["lead", "team", "rep"]
    show_full_result_count = False


@admin.register(Stage)
class StageAdmin(KeptAdmin):
    list_display = ["position", "name", "slug", "kind"]
    list_display_links = ["name"]
    ordering = ["position", "pk"]
