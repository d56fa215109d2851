"""What customers said, to be read; and when they are asked: a policy for each team, or for all."""

from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.timezone import now

from reps.feedback.answering import ask_no_more
from reps.feedback.form import chosen
from reps.models import POOR, RATINGS, FeedbackPolicy, FeedbackRequest, Occasion
from routing.admin.base import ReadOnlyAdmin
from routing.admin.long_lists import FarEnough, WhenFilter

from .policies import TeamPolicyAdmin


class StandsFilter(admin.SimpleListFilter):
    """Where requests stand. What was answered is shown until others are asked for."""

    title = "stands"
    parameter_name = "stands"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        others = [(str(value), str(label).capitalize()) for value, label in FeedbackRequest.State.choices]
        return [*(pair for pair in others if pair[0] != FeedbackRequest.State.ANSWERED), ("all", "Everything")]

    def choices(self, changelist: Any) -> Any:
        first, *rest = super().choices(changelist)
        return [{**first, "display": "Answered"}, *rest]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "all":
            return queryset
        known = self.value() in FeedbackRequest.State.values
        return queryset.filter(state=self.value() if known else FeedbackRequest.State.ANSWERED)


class RatingFilter(admin.SimpleListFilter):
    """How happy they are."""

    title = "rating"
    parameter_name = "rating"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("poor", "1 and 2"), *((str(number), f"{number}: {words}") for number, words in RATINGS.items())]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "poor":
            return queryset.filter(rating__lte=POOR)
        wanted = chosen(self.value() or "")
        return queryset.filter(rating=wanted) if wanted else queryset


class HappenedFilter(WhenFilter):
    """When it was won, lost or met."""

    field = "happened_at"


class OnlyTheirs(admin.RelatedOnlyFieldListFilter):
    """A filter that names only what is on the list of whoever looks."""


@admin.register(FeedbackRequest)
class FeedbackRequestAdmin(ReadOnlyAdmin):
    empty_words = (
        "No customer has said anything yet. They are asked where a policy under Asking for feedback is switched on; "
        "their answers show here, the latest first."
    )
    list_display = ["with_lead", "gives", "said", "occasion", "rep", "team", "answered_at"]
    list_display_links = ["gives"]
    list_filter = [StandsFilter, RatingFilter, "occasion", HappenedFilter, ("team", OnlyTheirs), ("rep", OnlyTheirs)]
    list_select_related = ["lead", "rep", "team"]
    ordering = [F("answered_at").desc(nulls_last=True), "-happened_at", "-pk"]
    search_fields = ["words", "lead__company"]
    search_help_text = "What they said, or their company"
    show_full_result_count = False
    paginator = FarEnough
    actions = ["do_not_ask"]
    fields = [
        *("with_lead", "gives", "words", "occasion", "rep", "team"),
        *("happened_at", "due_at", "sent_at", "answered_at"),
    ]

    @admin.display(description="Lead", ordering="lead")
    def with_lead(self, row: FeedbackRequest) -> str:
        beside = row.lead.company if row.lead.company != row.lead.display_name else ""
        page = reverse("admin:routing_lead_change", args=[row.lead_id])
        words = '<span class="lo"><a href="{}">{}</a></span><br><span class="lo-soft">{}</span>'
        return format_html(words, page, row.lead.display_name, beside)

    @admin.display(description="Rating", ordering="rating")
    def gives(self, row: FeedbackRequest) -> str:
        """The number, and what it means; where there is none, why not."""
        if row.rating is None:
            return f"{row.get_state_display()}: {row.because}" if row.because else row.get_state_display()
        look = "lo-bad" if row.rating <= POOR else ""
        words = '<span class="lo"><span class="lo-tag {}">{}</span> {}</span>'
        return format_html(words, look, row.rating, row.in_words)

    @admin.display(description="In their words")
    def said(self, row: FeedbackRequest) -> str:
        return Truncator(row.words).chars(160) or "–"

    def has_silence_permission(self, request: HttpRequest) -> bool:
        """Whoever reads what customers say may be told by one, on the phone, that they do not want to be asked."""
        return self.has_view_permission(request)

    @admin.action(description="Do not ask these customers again", permissions=["silence"])
    def do_not_ask(self, request: HttpRequest, queryset: QuerySet[FeedbackRequest]) -> None:
        rows = list(queryset[:500])
        ask_no_more(requests=rows, at=now())
        self.message_user(request, f"Will not be asked again: the customers of {len(rows)}.")


@admin.register(FeedbackPolicy)
class FeedbackPolicyAdmin(TeamPolicyAdmin):
    empty_words = (
        "No customer is asked anything. With a policy, they get a short mail after a lead is won, lost or met, and "
        "answer with 1 to 5 and a word."
    )
    list_display = ["shown", "active", "says", "company"]
    list_display_links = ["shown"]
    list_select_related = ["team"]
    fieldsets = [
        (None, {"fields": ["team", "active", "company"]}),
        ("After what", {"fields": ["after_won", "after_lost", "after_meeting"]}),
        ("When", {"fields": ["hours", "not_again_days"]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["team"] if obj else []

    @admin.display(description="Asks")
    def says(self, policy: FeedbackPolicy) -> str:
        after = [str(label) for value, label in Occasion.choices if policy.asks_after(value)]
        how_soon = f"{policy.hours} hours" if policy.hours != 1 else "1 hour"
        return f"{how_soon} after: {', '.join(after)}" if after else "nothing"
