"""Imports: the list of them, and the addresses of their pages."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html

from routing.models import ImportRun

from . import import_pages as pages
from .base import ReadOnlyAdmin

LOOK = {"finished": "lo-good", "columns": "lo-warn", "checked": "lo-warn"}


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    """Files of leads, the last first."""

    empty_words = (
        "No imports yet. Upload a CSV or XLSX file: you see what would become of every row before anything comes in."
    )
    list_display = ["filename", "standing", "source", "started_at", "by", "read", "created", "duplicates", "rejected"]
    list_filter = ["state", "source"]
    list_select_related = ["source", "by"]
    search_fields = ["filename"]
    date_hierarchy = "started_at"

    @admin.display(description="State", ordering="state")
    def standing(self, row: ImportRun) -> str:
        look = LOOK.get(row.state, "")
        return format_html('<span class="lo"><span class="lo-tag {}">{}</span></span>', look, row.get_state_display())

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("routing.add_importrun")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/columns/", view(pages.columns_page), name="import_columns"),
            path("<int:pk>/progress/", view(pages.progress), name="import_progress"),
            path("<int:pk>/begin/", view(pages.begin), name="import_begin"),
            path("<int:pk>/discard/", view(pages.discard), name="import_discard"),
            path("<int:pk>/rejects/", view(pages.rejects), name="import_rejects"),
            path("<int:pk>/route/", view(pages.route), name="import_route"),
            path("<int:pk>/undo/", view(pages.undo_page), name="import_undo"),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return pages.upload_page(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        run = self.get_object(request, object_id)
        if request.method != "GET" or run is None or not self.has_view_permission(request, run):
            return super().change_view(request, object_id, form_url, extra_context)
        return pages.import_page(request, run.pk)
