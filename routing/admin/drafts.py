"""What every page of the draft shares: the bar that says where it stands, and one list in order, each row in words."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from routing.engine.sentences import Sentence
from routing.models import Territory
from routing.models.plan import Archivable
from routing.plan.arrange import NotInOrder, make_room, move, put_in_order
from routing.plan.publish import check_draft
from routing.plan.standing import standing

from .base import ArchivableAdmin
from .pages import page


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list in order: its name and its sentence, how deep it lies, and whether it can move."""

    pk: int
    name: str
    words: str = ""
    sentence: Sentence | None = None
    depth: int = 0
    number: str = ""
    aside: str = ""
    stays: bool = False
    neighbours: str = field(default="")


class DraftAdmin(ArchivableAdmin):
    """Items of the draft, in their order."""

    search_fields = ["slug", "name"]
    ordering = ["position", "pk"]
    prepopulated_fields = {"slug": ["name"]}
    change_form_outer_before_template = "admin/plan/bar.html"
    list_before_template = "admin/plan/bar.html"
    list_display = ["name", "archived_at"]
    intro = ""
    empty = ""
    add_words = "Add"

    def rows(self) -> list[Row]:
        """The list in words; a few queries whatever its length."""
        raise NotImplementedError

    def get_prepopulated_fields(self, request: HttpRequest, obj: object = None) -> dict[str, list[str]]:
        return {} if obj is not None else self.prepopulated_fields

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.method == "POST" and "action" not in request.POST:
            return self._arrange(request)
        context = {"standing": standing(), **(extra_context or {})}
        if request.method == "POST" or request.GET:
            return super().changelist_view(request, context)
        if not self.has_view_or_change_permission(request):
            return super().changelist_view(request, context)
        name = str(self.model._meta.verbose_name_plural)
        return page(
            request,
            "admin/plan/list.html",
            {
                **context,
                "opts": self.model._meta,
                "rows": self.rows(),
                "is_tree": self.model is Territory,
                "intro": self.intro,
                "empty": self.empty,
                "add_words": self.add_words,
                "may_change": self.has_change_permission(request),
                "may_add": self.has_add_permission(request),
                "archived": self.model._default_manager.exclude(archived_at=None).count(),
            },
            title=name[:1].upper() + name[1:],
        )

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        return super().changeform_view(request, object_id, form_url, {"standing": standing(), **(extra_context or {})})

    def save_model(self, request: HttpRequest, obj: Archivable, form: Any, change: bool) -> None:
        if not change:
            obj.position = make_room(type(obj))
        super().save_model(request, obj, form, change)

    def _arrange(self, request: HttpRequest) -> HttpResponse:
        """Up, down, or all in a new order: the answer is the list again."""
        back = HttpResponseRedirect(reverse(f"admin:routing_{self.model._meta.model_name}_changelist"))
        if not self.has_change_permission(request):
            return HttpResponse(status=403)
        try:
            for way, by in (("up", -1), ("down", 1)):
                if (pk := _whole(request.POST.get(way))) is not None:
                    move(self.model, pk, by=by)
                    back["Location"] += f"#row-{pk}"
            if request.POST.get("order"):
                pks = [_whole(pk) for pk in request.POST["order"].split(",")]
                put_in_order(self.model, [pk for pk in pks if pk is not None])
        except NotInOrder as error:
            self.message_user(request, str(error), messages.ERROR)
        return back

    @admin.action(description="Archive", permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Archives what nothing else in the draft needs."""
        with transaction.atomic():
            before = _errors()
            super().archive(request, queryset)
            new = [error for error in _errors() if error not in before]
            if new:
                transaction.set_rollback(True)
        if new:
            list(messages.get_messages(request))
            for error in new:
                self.message_user(request, f"Not archived: {error}", messages.ERROR)


def _errors() -> list[str]:
    return [str(finding) for finding in check_draft()[1] if finding.is_error]


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def outlined(rows: Iterable[Any]) -> list[tuple[Any, int]]:
    """Rows of a tree with their depth, each child after its parent; one whose parent is not there stands at the top."""
    listed = list(rows)
    known = {row.pk for row in listed}
    below: dict[int | None, list[Any]] = {}
    for row in listed:
        below.setdefault(row.parent_id if row.parent_id in known else None, []).append(row)
    found: list[tuple[Any, int]] = []
    waiting = [(row, 0) for row in reversed(below.get(None, []))]
    while waiting:
        row, depth = waiting.pop()
        found.append((row, depth))
        waiting += [(child, depth + 1) for child in reversed(below.get(row.pk, []))]
    return found
