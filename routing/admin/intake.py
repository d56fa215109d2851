"""What comes in: sources, their tokens, the inbox of captures."""

import json
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.timezone import now

from routing import jobs
from routing.asking import KNOWN
from routing.engine.fields import ATTRIBUTE_PREFIX, COMPUTED, FIELDS, kind_of
from routing.intake import capture as captures
from routing.intake import tokens
from routing.intake.mapping import FULL_NAME, IGNORED, field_problem
from routing.intake.replaying import NotReplayable, replay
from routing.models import ApiToken, Capture, Source

from .base import KeptAdmin, ModelAdmin, ReadOnlyAdmin, TextArea, who_asks
from .conditions import from_lines, in_lines
from .long_lists import FarEnough, ReceivedFilter, RecentValues
from .pages import page, wants
from .rows import Column, LinesField, RowsField

CHANNELS = ["api", "form", "csv", "email", "webhook", "phone", "chat"]


def _fields() -> list[str]:
    return [*(name for name in FIELDS if name not in COMPUTED), FULL_NAME, IGNORED, f"{ATTRIBUTE_PREFIX}NAME"]


def _pairs(first: str, second: str) -> dict[str, Any]:
    """A mapping as rows of two columns."""
    return {
        "to_rows": lambda value: [{first: key, second: _text(one)} for key, one in _flat(value).items()],
        "from_rows": lambda rows: {row[first]: row[second] for row in rows},
    }


class SourceForm(forms.ModelForm):
    """Where captures come from."""

    mapping = RowsField(
        [
            Column("incoming", "Called by the sender", placeholder="Firmenname"),
            Column("field", "Field", suggestions=_fields, placeholder="company"),
        ],
        **_pairs("incoming", "field"),
        add="Add a name",
        label="What the sender calls otherwise",
        help_text="Names that are fields already need no row. `ignore` leaves one out; attributes.NAME keeps it.",
    )
    defaults = RowsField(
        [
            Column("field", "Field", suggestions=_fields, placeholder="country"),
            Column("value", "Value", placeholder="US"),
        ],
        **_pairs("field", "value"),
        add="Add a fact",
        label="Given to every lead that does not bring it",
    )

    form_fields = RowsField(
        [
            Column("field", "Fact", suggestions=lambda: [*KNOWN, f"{ATTRIBUTE_PREFIX}message"], placeholder="email"),
            Column("label", "Words", placeholder="its usual words"),
            Column("required", "Must be filled in", choices=lambda: [("yes", "must be filled in"), ("no", "may be")]),
            Column("choices", "To choose from, parted by commas", placeholder="choices"),
            Column("help", "A hint below it", placeholder="hint"),
            Column("long", "How large", choices=lambda: [("no", "one line"), ("yes", "several lines")]),
        ],
        to_rows=lambda value: [_asked_row(one) for one in value or []],
        from_rows=lambda rows: [_asked(row) for row in rows],
        add="Add a question",
        label="Questions",
        help_text="In their order. None: name, e-mail, company, phone and a message.",
    )
    form_origins = LinesField(
        label="Sites that may embed it",
        widget=TextArea(attrs={"rows": 2}),
        help_text="One on a line, like https://www.example.com.",
    )

    class Meta:
        model = Source
        fields = (
            *("slug", "name", "channel", "active", "default_country", "mapping", "defaults"),
            *("form_open", "form_title", "form_intro", "form_fields", "form_consent", "form_thanks", "form_redirect"),
            "form_origins",
        )
        labels = {
            "form_open": "It is open",
            "form_title": "Title",
            "form_intro": "Introduction",
            "form_consent": "Consent",
            "form_thanks": "Thanks",
            "form_redirect": "Or send them to",
        }
        widgets = {name: TextArea(attrs={"rows": 3}) for name in ("form_intro", "form_consent", "form_thanks")}

    def clean_mapping(self) -> dict[str, str]:
        mapping = self.cleaned_data["mapping"]
        problems = [f"{name}: {why}" for name, field in mapping.items() if (why := field_problem(field))]
        if "" in mapping:
            problems.append("A row has no name: say what the sender calls it.")
        if problems:
            raise forms.ValidationError(problems)
        return mapping

    def clean_defaults(self) -> dict[str, Any]:
        typed = self.cleaned_data["defaults"]
        for name in typed:
            if name in COMPUTED or kind_of(name) is None:
                raise forms.ValidationError(field_problem(name) or f"{name!r} is not a field.")
        before = self.instance.defaults if self.instance.pk else {}
        return before if {key: _text(value) for key, value in _flat(before).items()} == typed else typed


@admin.register(Source)
class SourceAdmin(KeptAdmin):
    form = SourceForm
    empty_words = "No sources yet. Add one for each place that leads come from: a website, a fair, a partner."
    list_display = ["name", "slug", "channel", "active", "open_tokens", "came"]
    list_filter = ["active", "channel"]
    search_fields = ["slug", "name"]
    change_form_outer_after_template = "admin/leads/source_tokens.html"
    fieldsets = [
        (None, {"fields": [("name", "slug"), ("channel", "active"), "default_country"]}),
        ("How what comes is read", {"fields": ["mapping", "defaults"]}),
        (
            "Hosted form",
            {
                "fields": [
                    *("form_open", "form_title", "form_intro", "form_fields", "form_consent"),
                    *("form_thanks", "form_redirect", "form_origins"),
                ]
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        good = Q(tokens__revoked_at=None) & (Q(tokens__expires_at=None) | Q(tokens__expires_at__gt=now()))
        return (
            super().get_queryset(request).annotate(good_tokens=Count("tokens", filter=good & Q(tokens__isnull=False)))
        )

    @admin.display(description="Tokens", ordering="good_tokens")
    def open_tokens(self, row: Any) -> int:
        return row.good_tokens

    @admin.display(description="")
    def came(self, row: Source) -> str:
        address = reverse("admin:routing_lead_changelist")
        return format_html('<a class="text-link" href="{}?source__id__exact={}">its leads</a>', address, row.pk)

    def get_urls(self) -> list[URLPattern]:
        made = self.admin_site.admin_view(self.make_token)
        return [path("<int:pk>/token/", made, name="source_token"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        listed = ApiToken.objects.filter(source_id=object_id) if object_id.isdigit() else ApiToken.objects.none()
        context = {"tokens": listed.order_by("-created_at"), "source_id": object_id, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def make_token(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A new token of the source; its secret is on this page and nowhere else, ever."""
        wants(request, "routing.change_source", "routing.add_apitoken")
        source = get_object_or_404(Source, pk=pk)
        if request.method != "POST":
            return HttpResponseRedirect(reverse("admin:routing_source_change", args=[pk]))
        name = request.POST.get("name", "").strip()[:120] or source.name
        token, secret = tokens.make(name=name, at=now(), source=source)
        answer = page(
            request,
            "admin/leads/token.html",
            {
                "source": source,
                "token": token,
                "secret": secret,
                "address": request.build_absolute_uri("/api/v1/leads/"),
            },
            title="A new token",
        )
        answer["Cache-Control"] = "no-store"
        return answer


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


class NeedsSomebody(admin.SimpleListFilter):
    """What nobody has to look at is out of sight until asked for."""

    title = "what became of it"
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("all", "Everything"), *[(str(value), str(label)) for value, label in Capture.Status.choices]]

    def choices(self, changelist: Any) -> Any:
        first, *rest = super().choices(changelist)
        return [{**first, "display": "Needs somebody"}, *rest]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "all":
            return queryset
        if self.value() in Capture.Status.values:
            return queryset.filter(status=self.value())
        return queryset.filter(status__in=[Capture.Status.FAILED, Capture.Status.QUARANTINED])


class BodyForm(forms.Form):
    """The body as it came, to be mended."""

    body = forms.CharField(widget=TextArea(attrs={"rows": 12, "spellcheck": "false"}), strip=False)


@admin.register(Capture)
class CaptureAdmin(ReadOnlyAdmin):
    """The inbox."""

    empty_words = "Nothing needs you. What cannot be read, or looks like junk, waits here to be mended and replayed."

    list_display = ["arrival", "source", "received_at", "became", "why", "lead"]
    list_display_links = ["arrival"]
    list_filter = [NeedsSomebody, ReceivedFilter, "source", ("channel", RecentValues)]
    list_select_related = ["source", "lead"]
    ordering = ["-pk"]
    paginator = FarEnough
    show_full_result_count = False
    actions = ["replay_all"]

    @admin.display(description="Capture", ordering="pk")
    def arrival(self, row: Capture) -> str:
        return f"Capture {row.pk}"

    @admin.display(description="Became")
    def became(self, row: Capture) -> str:
        look = {"failed": "lo-bad", "quarantined": "lo-warn", "lead": "lo-good"}.get(row.status, "")
        return format_html('<span class="lo"><span class="lo-tag {}">{}</span></span>', look, row.get_status_display())

    @admin.display(description="Why")
    def why(self, row: Capture) -> str:
        return "; ".join(reasons(row))[:200]

    def has_replay_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("routing.change_capture")

    @admin.action(description="Replay as it came", permissions=["replay"])
    def replay_all(self, request: HttpRequest, queryset: QuerySet[Capture]) -> None:
        done = refused = 0
        for capture in queryset.select_related("source")[:500]:
            try:
                done += replay(capture, at=now()).lead_id is not None
            except NotReplayable:
                refused += 1
        jobs.wake_routing()
        self.message_user(request, f"{done} became leads or were attached to one.", messages.SUCCESS)
        if refused:
            self.message_user(request, f"{refused} were left alone: they are leads already.", messages.WARNING)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        capture = self.get_object(request, object_id)
        if capture is None or not self.has_view_permission(request, capture):
            return super().change_view(request, object_id, form_url, extra_context)
        may = self.has_replay_permission(request)
        if request.method == "POST":
            wants(request, "routing.change_capture")
            return self._mended(request, capture)
        return self._page(request, capture, BodyForm(initial={"body": capture.body}), may)

    def _page(self, request: HttpRequest, capture: Capture, form: BodyForm, may: bool) -> HttpResponse:
        return page(
            request,
            "admin/leads/capture.html",
            {
                "capture": capture,
                "reasons": reasons(capture),
                "read": _readable(capture),
                "form": form,
                "may_mend": may and capture.status in (Capture.Status.FAILED, Capture.Status.QUARANTINED),
                "opts": Capture._meta,
            },
            title=f"Capture {capture.pk}",
        )

    def _mended(self, request: HttpRequest, capture: Any) -> HttpResponse:
        form = BodyForm(request.POST)
        if not form.is_valid():
            return self._page(request, capture, form, True)
        try:
            after = replay(capture, at=now(), body=form.cleaned_data["body"], by=who_asks(request))
        except NotReplayable as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(request.path)
        if after.lead_id is None:
            messages.error(request, f"Still no lead. {' '.join(reasons(after))}")
            return HttpResponseRedirect(request.path)
        jobs.wake_routing()
        messages.success(
            request, "It is a lead now." if after.status == "lead" else "It belongs to a lead that is there."
        )
        return HttpResponseRedirect(reverse("admin:routing_lead_change", args=[after.lead_id]))


def reasons(capture: Capture) -> list[str]:
    """Why a capture is no lead, in words."""
    error = capture.error
    if isinstance(error, dict):
        return [
            f"{name}: {' '.join(map(str, words)) if isinstance(words, list) else words}"
            for name, words in error.items()
        ]
    return [str(error)] if error else []


def _readable(capture: Capture) -> str:
    """The body laid out for reading, where it is JSON."""
    try:
        return json.dumps(captures.content(capture), indent=2, ensure_ascii=False)
    except (captures.Unreadable, captures.WrongShape):
        return capture.body


def _asked_row(one: dict[str, Any]) -> dict[str, str]:
    """A question of the hosted form as a row."""
    return {
        **{key: str(one.get(key) or "") for key in ("field", "label", "help")},
        **{key: "yes" if one.get(key) else "no" for key in ("required", "long")},
        "choices": in_lines(one.get("choices") or []).replace("\n", ", "),
    }


def _asked(row: dict[str, str]) -> dict[str, Any]:
    """A row as the question it is; what is usual is left out."""
    question: dict[str, Any] = {key: row[key] for key in ("field", "label", "help") if row[key]}
    question |= {key: True for key in ("required", "long") if row[key] == "yes"}
    choices = from_lines(row["choices"])
    return {**question, "choices": choices} if choices else question


def _flat(value: Any) -> dict[str, Any]:
    """A source's facts with its attributes under names of their own."""
    facts = dict(value or {})
    attributes = facts.pop("attributes", None)
    if isinstance(attributes, dict):
        facts |= {f"{ATTRIBUTE_PREFIX}{name}": one for name, one in attributes.items()}
    return facts


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
