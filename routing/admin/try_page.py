"""“Try a lead”: typed facts, or those of a lead that is there, sent through the draft."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.timezone import now

from routing import access, leadfacts
from routing.engine import sentences
from routing.engine.fields import COMPUTED, FIELDS, Kind
from routing.models import Lead, Source, Stage
from routing.naming import names
from routing.plan.publish import check_draft
from routing.plan.standing import standing

from .base import Choose, TextArea, TextInput, who_asks
from .findings import linked
from .pages import SEES_THE_PLAN, page, wants
from .trial import try_lead

OFTEN_ASKED = ("company", "company_size", "industry", "country", "region", "postcode", "email", "source")
TYPED = [field for field in FIELDS.values() if field.name not in COMPUTED]


class FactsForm(forms.Form):
    """The facts of a lead that comes, or came: as many as wanted."""

    unknown = forms.BooleanField(label="As if nobody had met them before", required=False)
    attributes = forms.CharField(
        required=False, widget=TextArea(attrs={"rows": 2}), help_text="The source's own facts, one on a line: plan: pro"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {
            "source": [("", "any"), *Source.objects.values_list("slug", "name")],
            "stage": [("", "any"), *Stage.objects.values_list("slug", "name")],
        }
        for field in TYPED:
            label = field.label[:1].upper() + field.label[1:]
            if field.name in choices:
                self.fields[field.name] = forms.ChoiceField(
                    label=label, choices=choices[field.name], required=False, widget=Choose
                )
            else:
                hint = "now" if field.kind is Kind.DATETIME else ""
                self.fields[field.name] = forms.CharField(
                    label=label, required=False, widget=TextInput(attrs={"placeholder": hint})
                )
        self.order_fields([*OFTEN_ASKED, *(field.name for field in TYPED), "attributes"])

    @property
    def often(self) -> list[Any]:
        """The facts that rules read most."""
        return [self[name] for name in OFTEN_ASKED]

    @property
    def rest(self) -> list[Any]:
        """All others."""
        return [bound for bound in self if bound.name not in (*OFTEN_ASKED, "unknown")]

    def facts(self) -> dict[str, object]:
        """What was typed, by field name."""
        found: dict[str, object] = {
            name: text for name, text in self.cleaned_data.items() if text and name not in ("attributes", "unknown")
        }
        for line in self.cleaned_data["attributes"].splitlines():
            name, _, text = line.partition(":")
            if name.strip() and text.strip():
                found[f"attributes.{name.strip()}"] = text.strip()
        return found


def try_page(request: HttpRequest) -> HttpResponse:
    """A lead of typed facts, or of one that is there, sent through the draft as things stand now. Writes nothing."""
    wants(request, SEES_THE_PLAN)
    at = now()
    initial: dict[str, Any] = {}
    lead_id = "0"
    if request.GET.get("lead", "").isdigit():
        lead = get_object_or_404(
            access.visible_to(who_asks(request)).select_related("source", "stage"), pk=int(request.GET["lead"])
        )
        lead_id, initial = str(lead.pk), {**facts_of(lead), "unknown": True}
    form = FactsForm(request.POST if request.method == "POST" else None, initial=initial)
    context: dict[str, Any] = {"standing": standing(), "form": form, "lead_id": lead_id}
    if request.method == "POST" and form.is_valid():
        document, findings = check_draft()
        if document is None:
            context["findings"] = [linked(finding) for finding in findings if finding.is_error]
        else:
            trial = try_lead(form.facts(), document, at=at, lead_id=lead_id, is_known=not form.cleaned_data["unknown"])
            called = names()
            context |= {
                "trial": trial,
                "names": called,
                "verdict": _verdict(trial.decision, called),
                "policies": document["sla"],
                "at": at,
                "reps": [(called.reps.get(rep.username, rep.username), rep) for rep in trial.reps],
                "not_asked": []
                if trial.decision.returned_by
                else [called.reps.get(name, name) for name in trial.not_asked],
            }
    return page(request, "admin/plan/try.html", context, title="Try a lead")


def facts_of(lead: Lead) -> dict[str, Any]:
    """A lead's facts as the form has them."""
    facts: dict[str, Any] = {name: getattr(lead, name) for name in leadfacts.TEXTS if name not in COMPUTED}
    facts |= {
        name: f"{value.normalize():f}" for name in leadfacts.NUMBERS if (value := getattr(lead, name)) is not None
    }
    facts |= {"source": lead.source.slug, "stage": lead.stage.slug, "captured_at": _instant(lead.captured_at)}
    facts["attributes"] = "\n".join(f"{name}: {value}" for name, value in lead.attributes.items())
    return facts


def _instant(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}Z"


SAME = {"email": "e-mail address", "phone": "phone number", "company": "company"}


def _verdict(decision: Any, called: sentences.Names) -> str:
    """What becomes of the lead, in one sentence."""
    rep = called.reps.get(decision.rep or "", decision.rep)
    team = called.teams.get(decision.team or "", decision.team)
    if decision.outcome == "disqualified":
        found = decision.qualified.disqualifier
        return f"It would be set aside by “{found.name}”: {found.reason}."
    if decision.returned_by is not None:
        return f"It would return to {rep}, who already has a lead of the same {SAME[decision.returned_by]}."
    if decision.outcome == "assigned":
        return f"{rep} would get it{f', of {team}' if team else ''}."
    if decision.outcome == "offered":
        return f"It would be offered to {rep}{f', of {team}' if team else ''}."
    if decision.outcome == "pooled":
        if decision.delivery == "manual":
            return f"It would wait in the manual queue of {team}."
        return f"It would lie in the pool of {team}: {sentences.POOLS[decision.delivery]}."
    if decision.rule is None:
        return "It would wait: no rule matches it."
    return f"It would wait for somebody of {team or rep} who can take it."
