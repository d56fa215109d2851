"""What is done with the draft as a whole: check it, try a lead, begin anew, publish, compare, restore."""

import json
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.timezone import now

from routing import access, leadfacts
from routing.engine import sentences
from routing.engine.fields import COMPUTED, FIELDS, Kind
from routing.models import Lead, PlanVersion, Revision, Rule, Source, Stage, Team
from routing.naming import names
from routing.plan.compare import Change, compare
from routing.plan.document import Finding, plan_half
from routing.plan.draft import draft_document
from routing.plan.publish import (
    PlanRefused,
    PublishedMeanwhile,
    Unrestorable,
    check_draft,
    configuration,
    current,
    publish,
    restore,
)
from routing.plan.standing import standing
from routing.plan.starters import NoSuchStarter, start_from, starters

from .base import Choose, TextArea, TextInput, who_asks
from .pages import page, wants
from .trial import try_lead

SEES = "routing.view_rule"
CHANGES = "routing.change_plansettings"


def plan_pages(site: AdminSite) -> list[URLPattern]:
    """The addresses of these pages, below the plan's settings."""
    pages = (
        ("check", check_page),
        ("publish", publish_page),
        ("try", try_page),
        ("start", start_page),
        ("version/<int:number>", version_page),
    )
    return [
        path(f"{address}/", site.admin_view(view), name=f"plan_{address.partition('/')[0]}") for address, view in pages
    ]


def changes_of_draft() -> list[Change]:
    """How the draft differs from the version in force."""
    _, text = current()
    return compare(json.loads(text) if text else {}, plan_half(configuration()), names=names())


# --- check ----------------------------------------------------------------------------------------


def check_page(request: HttpRequest) -> HttpResponse:
    """Everything that is wrong with the draft or may surprise, each with a link to where it is mended."""
    wants(request, SEES)
    _, findings = check_draft()
    return page(
        request,
        "admin/plan/check.html",
        {"standing": standing(), "findings": [_linked(finding) for finding in findings]},
        title="Check the draft",
    )


def _linked(finding: Finding) -> dict[str, Any]:
    """A finding with the page on which it is mended, and its place in words."""
    section, _, rest = finding.place.partition(".")
    name = section.partition("[")[0]
    address, words = "", finding.place
    if name == "rules" and "[" in section:
        place = int(section.partition("[")[2].rstrip("]"))
        rules = list(Rule.objects.filter(archived_at=None).order_by("position", "pk")[place : place + 1])
        if rules:
            address = reverse("admin:routing_rule_change", args=[rules[0].pk])
            words = f"Rule {place + 1}, {rules[0].name}"
    elif name in ("rules", "territories", "sla", "teams", "reps", "calendars", "qualification"):
        model = {
            "rules": "rule",
            "territories": "territory",
            "sla": "slapolicy",
            "teams": "team",
            "reps": "rep",
            "calendars": "calendar",
            "qualification": "disqualifier" if rest.startswith("disqualify") else "scorerule",
        }[name]
        address = reverse(f"admin:routing_{model}_changelist")
        words = f"{name[:1].upper()}{name[1:]}{f': {rest}' if rest else ''}"
    return {"is_error": finding.is_error, "place": words, "message": finding.message, "address": address}


# --- publish --------------------------------------------------------------------------------------


class PublishForm(forms.Form):
    """A note on what changes and why, and the version that the publisher saw in force."""

    note = forms.CharField(
        max_length=500,
        widget=TextInput,
        help_text="What changes, and why: people read it in the list of versions.",
    )
    expected = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


def publish_page(request: HttpRequest) -> HttpResponse:
    """What would change, what the checker says, a note, and the button."""
    wants(request, CHANGES)
    stands = standing()
    form = PublishForm(request.POST if request.method == "POST" else None, initial={"expected": stands.number})
    refused: list[Finding] = []
    if request.method == "POST" and form.is_valid():
        try:
            version = publish(
                note=form.cleaned_data["note"],
                by=who_asks(request),
                at=now(),
                expected=form.cleaned_data["expected"],
            )
        except PlanRefused as error:
            refused = error.findings
        except PublishedMeanwhile as error:
            messages.error(request, str(error))
            form = PublishForm(initial={"expected": error.version.number, "note": form.cleaned_data["note"]})
            stands = standing()
        else:
            messages.success(request, f"Version {version.number} is in force. New leads follow it from now on.")
            return HttpResponseRedirect(reverse("admin:routing_planversion_changelist"))
    findings = refused or check_draft()[1]
    return page(
        request,
        "admin/plan/publish.html",
        {
            "standing": stands,
            "form": form,
            "changes": changes_of_draft(),
            "findings": [_linked(finding) for finding in findings],
            "refused": any(finding.is_error for finding in findings),
        },
        title="Publish the draft",
    )


# --- versions -------------------------------------------------------------------------------------


def version_page(request: HttpRequest, number: int) -> HttpResponse:
    """One version in words, how it differs from another, and the way back to it."""
    wants(request, SEES)
    version = get_object_or_404(PlanVersion.objects.select_related("published_by"), number=number)
    if request.method == "POST":
        wants(request, CHANGES)
        try:
            restore(number, at=now(), by=who_asks(request))
        except Unrestorable as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"The draft is as version {number} was. Check it, then publish it.")
        return HttpResponseRedirect(reverse("admin:routing_rule_changelist"))
    others = list(PlanVersion.objects.exclude(number=number).values_list("number", flat=True))
    asked = request.GET.get("with", "")
    before = next((one for one in others if one < number), 0)
    other = int(asked) if asked.isdigit() and int(asked) in others else None
    with_draft = asked == "draft"
    document, called = json.loads(version.document), names()
    if with_draft:
        changes = compare(document, plan_half(draft_document()), names=called)
    else:
        against = before if other is None else other
        older = PlanVersion.objects.filter(number=against).values_list("document", flat=True).first()
        changes = compare(json.loads(older) if older else {}, document, names=called)
    listed = document["rules"]
    return page(
        request,
        "admin/plan/version.html",
        {
            "version": version,
            "others": others,
            "other": "draft" if with_draft else (before if other is None else other),
            "changes": changes,
            "rules": [
                (
                    rule["name"],
                    sentences.of_rule(rule, names=called, policies=document["sla"], is_last=place == len(listed) - 1),
                )
                for place, rule in enumerate(listed)
            ],
            "in_force": Revision.objects.filter(plan=number).exists(),
            "may_restore": request.user.has_perm(CHANGES),
        },
        title=f"Version {number}",
    )


# --- start from -----------------------------------------------------------------------------------


def start_page(request: HttpRequest) -> HttpResponse:
    """The starter plans, each in words, to begin with one."""
    wants(request, CHANGES)
    if request.method == "POST":
        key = request.POST.get("starter", "")
        try:
            start_from(key, with_people="people" in request.POST, at=now(), by=who_asks(request))
        except NoSuchStarter as error:
            raise Http404(str(error)) from error
        except PlanRefused as error:
            for finding in error.findings:
                messages.error(request, str(finding))
        else:
            messages.success(request, "The draft is now the starter plan. Look through it, change it, then publish it.")
            return HttpResponseRedirect(reverse("admin:routing_rule_changelist"))
    listed = []
    for starter in starters():
        document = starter.document
        called = sentences.Names(
            teams={slug: team["name"] for slug, team in document["teams"].items()},
            reps={name: rep["name"] for name, rep in document["reps"].items()},
            territories={slug: one["name"] for slug, one in document["territories"].items()},
        )
        rules = [
            sentences.of_rule(rule, names=called, policies=document["sla"], is_last=place == len(document["rules"]) - 1)
            for place, rule in enumerate(document["rules"])
        ]
        listed.append({"starter": starter, "rules": rules[:8], "more": max(0, len(rules) - 8)})
    has_rules = Rule.objects.filter(archived_at=None).exists()
    return page(
        request,
        "admin/plan/start.html",
        {"standing": standing(), "starters": listed, "has_rules": has_rules, "has_teams": Team.objects.exists()},
        title="Start from a starter plan",
    )


# --- try a lead -----------------------------------------------------------------------------------

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
    wants(request, SEES)
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
            context["findings"] = [_linked(finding) for finding in findings if finding.is_error]
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
