"""Lists of a million rows: counted as far as anybody pages, and filtered without reading all of them."""

from datetime import timedelta
from typing import Any, Final

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.timezone import now

from .base import who_asks
from .days import midnight, monday

COUNTED: Final = 10_000
"""Rows that a list counts and pages through. Whoever wants to see more filters."""

RECENT: Final = 1_000
"""Rows off which a filter reads what there is to choose from."""


class MoreThan(int):
    """A number of rows that was not counted to its end, and says so wherever it is shown."""

    def __str__(self) -> str:
        return f"more than {COUNTED:,}"


class FarEnough(Paginator):
    """Pages of the first rows of a list; all of them where it is not longer."""

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        if not isinstance(rows, QuerySet):
            return len(rows)
        found = rows.order_by()[: COUNTED + 1].count()
        return MoreThan(COUNTED) if found > COUNTED else found


class RecentValues(admin.AllValuesFieldListFilter):
    """The values of a field to choose from: those of the last rows, and the one that is chosen."""

    def __init__(
        self, field: Any, request: HttpRequest, params: Any, model: Any, model_admin: Any, field_path: str
    ) -> None:
        super().__init__(field, request, params, model, model_admin, field_path)
        rows = model_admin.get_queryset(request).order_by("-pk")[:RECENT]
        found = {value for value in rows.values_list(field.name, flat=True) if value is not None}
        self.lookup_choices = sorted(found.union(self.lookup_val or ()))  # type: ignore[assignment]


class WhenFilter(admin.SimpleListFilter):
    """When something was, roughly."""

    field = "at"
    title = "when"
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("today", "today"), ("week", "this week"), ("month", "in the last 30 days")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        at, user = now(), who_asks(request)
        since = {"today": midnight(at, user), "week": monday(at, user), "month": at - timedelta(days=30)}
        when = self.value() or ""
        return queryset.filter(**{f"{self.field}__gte": since[when]}) if when in since else queryset


class CameFilter(WhenFilter):
    """When leads came."""

    field = "captured_at"
    title = "came"
    parameter_name = "came"


class AssignedFilter(WhenFilter):
    field = "assigned_at"


class ReceivedFilter(WhenFilter):
    field = "received_at"
