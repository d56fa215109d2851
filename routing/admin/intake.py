"""What comes in: sources, their tokens, the inbox of captures."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.timezone import now

from routing.intake import tokens
from routing.models import ApiToken, Capture, ImportRun, Source

from .base import KeptAdmin, ModelAdmin, ReadOnlyAdmin


@admin.register(Source)
class SourceAdmin(KeptAdmin):
    list_display = ["slug", "name", "channel", "active"]
    list_filter = ["active", "channel"]
    search_fields = ["slug", "name"]


@admin.register(ApiToken)
class ApiTokenAdmin(ModelAdmin):
    """Tokens are shown once, when they are made; what is kept of them opens nothing."""

    list_display = ["name", "prefix", "source", "user", "expires_at", "revoked_at", "last_used_at"]
    list_select_related = ["source", "user"]
    search_fields = ["name", "prefix"]
    autocomplete_fields = ["source", "user"]
    actions = ["revoke"]

    def get_fields(self, request: HttpRequest, obj: ApiToken | None = None) -> list[str]:
        fields = ["name", "source", "user", "expires_at"]
        return fields if obj is None else [*fields, "prefix", "scopes", "created_at", "revoked_at", "last_used_at"]

    def has_change_permission(self, request: HttpRequest, obj: ApiToken | None = None) -> bool:
        return obj is None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: ApiToken | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: ApiToken, form: Any, change: bool) -> None:
        token, secret = tokens.make(
            name=obj.name, at=now(), source=obj.source, user=obj.user, expires_at=obj.expires_at
        )
        obj.pk = token.pk
        self.message_user(request, f"The token is {secret} - keep it now, it is not shown again.")

    @admin.action(description="Revoke", permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        count = queryset.filter(revoked_at=None).update(revoked_at=now())
        self.message_user(request, f"Revoked {count}.")


@admin.register(Capture)
class CaptureAdmin(ReadOnlyAdmin):
    list_display = ["id", "source", "channel", "received_at", "status", "lead"]
    list_filter = ["status", "source", "channel"]
    list_select_related = ["source", "lead"]
    date_hierarchy = "received_at"
    show_full_result_count = False


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    list_display = [
        "filename",
        "source",
        "started_at",
        "finished_at",
        "read",
        "created",
        "duplicates",
        "rejected",
        "by",
    ]
    list_select_related = ["source", "by"]
    date_hierarchy = "started_at"
