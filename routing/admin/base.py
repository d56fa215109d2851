"""What every admin page here is made of. The theme is handed on from this module alone, so that it can be changed."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.timezone import now
from unfold.admin import ModelAdmin as ThemedModelAdmin
from unfold.admin import StackedInline as ThemedStackedInline
from unfold.admin import TabularInline as ThemedTabularInline
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget as Checkboxes
from unfold.widgets import UnfoldAdminIntegerFieldWidget as NumberInput
from unfold.widgets import UnfoldAdminSelectWidget as Choose
from unfold.widgets import UnfoldAdminTextareaWidget as TextArea
from unfold.widgets import UnfoldAdminTextInputWidget as TextInput

from routing.access import within_reach
from routing.models import User

__all__ = [
    "AdminPasswordChangeForm",
    "ArchivableAdmin",
    "ArchivedFilter",
    "Checkboxes",
    "Choose",
    "KeptAdmin",
    "ModelAdmin",
    "NumberInput",
    "ReadOnlyAdmin",
    "StackedInline",
    "TabularInline",
    "TextArea",
    "TextInput",
    "UserChangeForm",
    "UserCreationForm",
    "who_asks",
]


def who_asks(request: HttpRequest) -> User:
    """The person on the page: nobody comes here without having logged in."""
    return cast(User, request.user)


class ModelAdmin(ThemedModelAdmin):
    """A page of the admin."""

    warn_unsaved_form = True
    list_per_page = 50
    empty_words = ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return within_reach(who_asks(request), super().get_queryset(request))


class TabularInline(ThemedTabularInline):
    """Rows of another model on an object's page."""

    extra = 0

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A field of a row is named for whoever does not see the head of its column."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            field.widget.attrs.setdefault("aria-label", str(field.label or db_field.verbose_name))
        return field

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return within_reach(who_asks(request), super().get_queryset(request))


class StackedInline(ThemedStackedInline):
    """One row of another model on an object's page, with room for its words."""

    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return within_reach(who_asks(request), super().get_queryset(request))


class ArchivedFilter(admin.SimpleListFilter):
    """What is archived is out of sight until asked for."""

    title = "archived"
    parameter_name = "archived"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Archived")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(archived_at__isnull=self.value() != "yes")


class KeptAdmin(ModelAdmin):
    """Something history may name: it is archived or switched off, never deleted, and its short name stays."""

    kept_name = "slug"

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        fields = list(super().get_readonly_fields(request, obj))
        return fields if obj is None else [*fields, self.kept_name]


class ReadOnlyAdmin(ModelAdmin):
    """Something to look at: it is written by the work itself."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ArchivableAdmin(KeptAdmin):
    """Something that is archived from its list, and brought back there."""

    actions = ["archive", "bring_back"]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [ArchivedFilter, *super().get_list_filter(request)]

    @admin.action(description="Archive", permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        count = queryset.filter(archived_at=None).update(archived_at=now())
        self.message_user(request, f"Archived {count}.")

    @admin.action(description="Bring back from the archive", permissions=["change"])
    def bring_back(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        count = queryset.exclude(archived_at=None).update(archived_at=None)
        self.message_user(request, f"Brought back {count}.")
