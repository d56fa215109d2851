"""What is done with the draft as a whole: check it, begin anew, publish, compare, restore."""

import json

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.timezone import now

from routing.engine import sentences
from routing.models import PlanVersion, Revision, Rule, SlaClock, Team
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

from .base import TextInput, who_asks
from .findings import linked
from .pages import SEES_THE_PLAN, page, wants
from .replay_page import replay_page
from .try_page import try_page

CHANGES = "routing.change_plansettings"


def plan_pages(site: AdminSite) -> list[URLPattern]:
    """The addresses of these pages, below the plan's settings."""
    pages = (
        ("check", check_page),
        ("publish", publish_page),
        ("try", try_page),
        ("replay", replay_page),
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
    wants(request, SEES_THE_PLAN)
    _, findings = check_draft()
    return page(
        request,
        "admin/plan/check.html",
        {"standing": standing(), "findings": [linked(finding) for finding in findings]},
        title="Check the draft",
    )


# --- publish --------------------------------------------------------------------------------------


KEEP, MOVE = "keep", "move"


class PublishForm(forms.Form):
    """A note on what changes and why, and the version that the publisher saw in force."""

    note = forms.CharField(
        max_length=500,
        widget=TextInput,
        help_text="What changes, and why: people read it in the list of versions.",
    )
    expected = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    moves_clocks = forms.ChoiceField(
        choices=[(KEEP, "Leave them as they were"), (MOVE, "Move them to the new policies")],
        widget=forms.RadioSelect,
        initial=KEEP,
        required=False,
    )


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
                moves_clocks=form.cleaned_data["moves_clocks"] == MOVE,
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
            "findings": [linked(finding) for finding in findings],
            "refused": any(finding.is_error for finding in findings),
            "running": SlaClock.objects.filter(due_at__isnull=False).count(),
        },
        title="Publish the draft",
    )


# --- versions -------------------------------------------------------------------------------------


def version_page(request: HttpRequest, number: int) -> HttpResponse:
    """One version in words, how it differs from another, and the way back to it."""
    wants(request, SEES_THE_PLAN)
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
