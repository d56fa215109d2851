"""What reps planned with their leads: what is overdue first, for whoever looks after them."""

from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import now

from reps.models import NextStep
from reps.moments import coarse
from reps.reminding import overdue_after
from routing.admin.base import ReadOnlyAdmin


class StandsFilter(admin.SimpleListFilter):
    """Where steps stand. Those that are overdue are shown until others are asked for."""

    title = "stands"
    parameter_name = "stands"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("due", "Due by now"), ("open", "Still to be done"), ("ended", "Ended"), ("all", "Everything")]

    def choices(self, changelist: Any) -> Any:
        first, *rest = super().choices(changelist)
        return [{**first, "display": "Overdue"}, *rest]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        open_ones = queryset.filter(ended_at=None, assignment__ended_at=None, lead__is_open=True)
        match self.value():
            case "due":
                return open_ones.filter(at__lte=now())
            case "open":
                return open_ones
            case "ended":
                return queryset.exclude(pk__in=open_ones.values("pk"))
            case "all":
                return queryset
        return open_ones.filter(at__lte=now() - overdue_after())


class OnlyTheirs(admin.RelatedOnlyFieldListFilter):
    """A filter that names only what is on the list of whoever looks."""


@admin.register(NextStep)
class NextStepAdmin(ReadOnlyAdmin):
    empty_words = (
        "Nothing is overdue. What a rep set themselves to do and did not shows here, the longest overdue first."
    )
    list_display = ["with_lead", "what", "rep", "team", "at", "stands"]
    list_display_links = ["what"]
    list_filter = [StandsFilter, ("lead__team", OnlyTheirs), ("assignment__rep", OnlyTheirs)]
    list_select_related = ["lead__team", "assignment__rep"]
    ordering = ["at", "pk"]
    search_fields = ["what", "lead__company"]
    show_full_result_count = False

    @admin.display(description="Lead", ordering="lead")
    def with_lead(self, row: NextStep) -> str:
        beside = row.lead.company if row.lead.company != row.lead.display_name else ""
        page = reverse("admin:routing_lead_change", args=[row.lead_id])
        words = '<span class="lo"><a href="{}">{}</a></span><br><span class="lo-soft">{}</span>'
        return format_html(words, page, row.lead.display_name, beside)

    @admin.display(description="Rep", ordering=F("assignment__rep__name"))
    def rep(self, row: NextStep) -> str:
        return str(row.assignment.rep)

    @admin.display(description="Team", ordering=F("lead__team__name"))
    def team(self, row: NextStep) -> str:
        return str(row.lead.team or "–")

    @admin.display(description="Stands")
    def stands(self, row: NextStep) -> str:
        """In words, with how long it is overdue."""
        at = now()
        if row.outcome:
            words, look = row.get_outcome_display(), ""
        elif row.assignment.ended_at or not row.lead.is_open:
            words, look = "ended with the lead", ""
        elif row.at > at:
            words, look = f"in {coarse(row.at - at)}", ""
        elif row.at > at - overdue_after():
            words, look = f"due {coarse(at - row.at)} ago", "lo-warn"
        else:
            words, look = f"{coarse(at - row.at)} overdue", "lo-bad"
        return format_html('<span class="lo"><span class="lo-tag {}">{}</span></span>', look, words)
