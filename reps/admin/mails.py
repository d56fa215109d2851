"""Mails that were not understood: each with its reason, to be assigned to a lead by hand or left aside."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import now

from reps.mail import receiving
from reps.mail.message import body_of
from reps.models import Activity, StrayMail
from routing import access
from routing.admin.base import Choose, NumberInput, ReadOnlyAdmin, who_asks
from routing.admin.pages import page, wants
from routing.models import Lead, Rep

MAY = "reps.change_straymail"
READ = 4000


class StateFilter(admin.SimpleListFilter):
    """What nobody has to look at is out of sight until asked for."""

    title = "what became of it"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        rest = [(str(value), str(label)) for value, label in StrayMail.State.choices if value != StrayMail.State.OPEN]
        return [*rest, ("all", "Everything")]

    def choices(self, changelist: Any) -> Any:
        first, *rest = super().choices(changelist)
        return [{**first, "display": "To be looked at"}, *rest]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "all":
            return queryset
        return queryset.filter(state=self.value() if self.value() in StrayMail.State.values else StrayMail.State.OPEN)


class AssignForm(forms.Form):
    """Which lead a mail is about, and from whom it was."""

    lead = forms.ModelChoiceField(Lead.objects.none(), required=False, widget=Choose, empty_label="Choose a lead")
    number = forms.IntegerField(
        label="Or another, by its number",
        required=False,
        min_value=1,
        max_value=2**62,
        widget=NumberInput,
        help_text="As in the address of its page.",
    )
    direction = forms.ChoiceField(
        label="It was",
        choices=[(Activity.Direction.OUT, "sent to the lead"), (Activity.Direction.IN, "an answer from the lead")],
        widget=Choose,
    )

    def __init__(self, *args: Any, leads: QuerySet[Lead], rep: Rep | None, **kwargs: Any) -> None:
        """`leads` are those that a mail may be assigned to; those of `rep` that are open can be chosen."""
        super().__init__(*args, **kwargs)
        self.leads = leads
        if rep is None:
            del self.fields["lead"]
            return
        field = self.fields["lead"]
        field.queryset = leads.filter(owner=rep, is_open=True).order_by("-assigned_at")  # type: ignore[attr-defined]
        field.label_from_instance = lambda lead: ", ".join(  # type: ignore[attr-defined]
            dict.fromkeys(part for part in (lead.display_name, lead.company) if part)
        )

    def clean(self) -> dict[str, Any]:
        """With the lead that was meant."""
        filled = super().clean() or self.cleaned_data
        number = filled.get("number")
        if number:
            filled["lead"] = self.leads.filter(pk=number).first()
            if filled["lead"] is None:
                self.add_error("number", "There is no such lead of yours.")
        elif not filled.get("lead") and not self.errors:
            raise ValidationError("Say which lead it is about.")
        return filled


@admin.register(StrayMail)
class StrayMailAdmin(ReadOnlyAdmin):
    empty_words = "Every mail that came in was understood. What could not be logged with a lead waits here."
    list_display = ["about", "sender", "recipients", "rep", "reason", "received_at"]
    list_display_links = ["about"]
    list_filter = [StateFilter, ("rep", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["rep"]
    search_fields = ["subject", "sender", "recipients"]
    show_full_result_count = False
    actions = ["leave_aside"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[StrayMail]:
        return super().get_queryset(request).defer("raw")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A mail may hold what must not be kept: whoever may delete it does."""
        return request.user.has_perm("reps.delete_straymail")

    @admin.display(description="Mail", ordering="subject")
    def about(self, row: StrayMail) -> str:
        return row.subject or "(no subject)"

    def has_aside_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY)

    @admin.action(description="Leave aside", permissions=["aside"])
    def leave_aside(self, request: HttpRequest, queryset: QuerySet[StrayMail]) -> None:
        rows = list(queryset[:500])
        for stray in rows:
            receiving.leave_aside(stray=stray, by=who_asks(request), at=now())
        self.message_user(request, f"Left {len(rows)} aside.")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        stray = self.get_object(request, object_id)
        if stray is None or not self.has_view_permission(request, stray):
            return super().change_view(request, object_id, form_url, extra_context)
        user = who_asks(request)
        leads = Lead.objects.filter(access.lead_managed_by(user))
        form = AssignForm(request.POST or None, leads=leads, rep=stray.rep)
        if request.method != "POST":
            return self._page(request, stray, form)
        wants(request, MAY)
        if "aside" in request.POST:
            receiving.leave_aside(stray=stray, by=user, at=now())
            messages.success(request, "Left aside.")
            return HttpResponseRedirect(reverse("admin:reps_straymail_changelist"))
        if form.is_valid():
            lead, direction = form.cleaned_data["lead"], form.cleaned_data["direction"]
            try:
                receiving.assign(stray=stray, lead=lead, direction=direction, by=user, at=now())
            except ValidationError as refused:
                form.add_error(None, refused)
            else:
                messages.success(request, f"Logged with {lead.display_name}.")
                return HttpResponseRedirect(reverse("admin:routing_lead_change", args=[lead.pk]))
        return self._page(request, stray, form)

    def _page(self, request: HttpRequest, stray: StrayMail, form: AssignForm) -> HttpResponse:
        raw = bytes(stray.raw)
        return page(
            request,
            "admin/leads/stray_mail.html",
            {
                "stray": stray,
                "read": (body_of(raw) or raw.decode("utf-8", "replace"))[:READ],
                "form": form,
                "may": request.user.has_perm(MAY) and stray.state != StrayMail.State.ASSIGNED,
                "opts": StrayMail._meta,
            },
            title=stray.subject or "(no subject)",
        )
