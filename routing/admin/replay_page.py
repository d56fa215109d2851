"""“Replay”: the draft and the plan in force over the last leads, and what would have gone elsewhere. Writes nothing."""

from __future__ import annotations

import json
from typing import Any, Final

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse

from routing import access
from routing.export import csv_answer, wants_bom
from routing.models import Lead, Rep, Rule, Team
from routing.naming import names
from routing.own_files import REPLAY
from routing.plan.publish import check_draft, current
from routing.plan.standing import standing
from routing.simulate.replay import Moved, last_leads

from .base import who_asks
from .findings import linked
from .pages import SEES_THE_PLAN, page, wants
from .replayed import Replayed, Spoken, replayed

COUNTS: Final = (100, 1000, 5000)
WHICH: Final = (("other", "another rule, team or kind"), ("turn", "another rep by turn"), ("all", "all of them"))
PAGE: Final = 50
PLAIN: Final = forms.Select(attrs={"class": "lo-input"})


class ReplayForm(forms.Form):
    """How many of the last leads, of which team."""

    leads = forms.TypedChoiceField(
        label="The last", coerce=int, choices=[(count, f"{count:,} leads") for count in COUNTS], widget=PLAIN
    )
    team = forms.ModelChoiceField(Team.objects.none(), required=False, empty_label="every team", widget=PLAIN)

    def __init__(self, *args: Any, teams: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]


def replay_page(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The form, and once it is sent, what the draft would have done otherwise with the leads one looks after."""
    wants(request, SEES_THE_PLAN, "routing.view_lead")
    user = who_asks(request)
    teams = access.within_reach(user, Team.objects.filter(archived_at=None)).order_by("name", "pk")
    form = ReplayForm(request.GET if "leads" in request.GET else None, teams=teams, initial={"leads": 1000})
    context: dict[str, Any] = {"standing": standing(), "form": form}
    if form.is_bound and form.is_valid():
        leads = Lead.objects.filter(access.lead_managed_by(user))
        if form.cleaned_data["team"]:
            leads = leads.filter(team=form.cleaned_data["team"])
        draft, findings = check_draft()
        past = last_leads(leads, form.cleaned_data["leads"])
        if draft is None:
            context["findings"] = [linked(finding) for finding in findings if finding.is_error]
        elif not past:
            context["none"] = True
        else:
            number, text = current()
            in_force = json.loads(text) if text else None
            ends = replayed(past, draft, in_force)
            spoken, rules, reps = _spoken(request, draft, in_force)
            shown = _ordered(ends, spoken, request)
            if request.GET.get("format") == "csv":
                return _download(request, shown, spoken)
            listed = Paginator(shown, PAGE).get_page(request.GET.get("page"))
            seen = access.visible_to(user).in_bulk([one.id for one in listed])
            context |= {
                "number": number,
                "past": past,
                "ends": ends,
                "moved": len(ends.moved),
                "turned": sum(one.by_turn for one in ends.moved),
                "by_rule": spoken.counts(ends, spoken.rule, first=rules, addresses=rules),
                "by_place": spoken.counts(ends, spoken.place, first=reps, addresses=reps),
                "page": listed,
                "rows": [
                    (seen[one.id], *(f(end) for end in (one.before, one.after) for f in (spoken.place, spoken.rule)))
                    for one in listed
                    if one.id in seen
                ],
                "which": _which(request, ends),
                "kinds": WHICH,
                "sort": request.GET.get("sort", "-came"),
            }
    return page(request, "admin/plan/replay.html", context, title="Replay the last leads")


def _spoken(
    request: HttpRequest, draft: dict[str, Any], in_force: dict[str, Any] | None
) -> tuple[Spoken, dict[str, str], dict[str, str]]:
    """Ends in words; then the rules and the reps by what they are called, each with the page it is changed on."""
    pks = dict(Rule.objects.values_list("slug", "pk"))
    slugs: dict[str, str] = {}
    for plan in (in_force or {"rules": []}, draft):
        slugs |= {rule["slug"]: rule["name"] for rule in plan["rules"]}
    order = [rule["slug"] for rule in draft["rules"]]
    rules = {
        slugs[slug]: reverse("admin:routing_rule_change", args=[pks[slug]]) if slug in pks else ""
        for slug in [*order, *(slug for slug in slugs if slug not in order)]
    }
    known = access.within_reach(who_asks(request), Rep.objects.order_by("name", "pk")).values_list(
        "username", "name", "pk"
    )
    reps = {name or username: reverse("admin:routing_rep_change", args=[pk]) for username, name, pk in known}
    return Spoken(names(), slugs, {username for username, _, _ in known}), rules, reps


def _which(request: HttpRequest, ends: Replayed) -> str:
    asked = request.GET.get("which", "")
    if asked in dict(WHICH):
        return asked
    return "turn" if all(one.by_turn for one in ends.moved) else "other"


def _ordered(ends: Replayed, spoken: Spoken, request: HttpRequest) -> list[Moved]:
    """The leads that are asked for, in the order that is asked for; the last that came first."""
    which, sort = _which(request, ends), request.GET.get("sort", "-came")
    found = [one for one in ends.moved if which == "all" or one.by_turn == (which == "turn")]
    column, descending = sort.removeprefix("-"), sort.startswith("-")
    if column == "came":
        return found if descending else found[::-1]
    if column in ("before", "after"):
        found.sort(key=lambda one: spoken.place(getattr(one, column)), reverse=descending)
    return found


def _download(request: HttpRequest, shown: list[Moved], spoken: Spoken) -> StreamingHttpResponse:
    seen = access.visible_to(who_asks(request)).in_bulk([one.id for one in shown])
    header = (*REPLAY, "before", "rule_before", "after", "rule_after")
    rows = (
        (
            *(one.id, seen[one.id].display_name, seen[one.id].company, seen[one.id].captured_at),
            *(spoken.place(one.before), spoken.rule(one.before), spoken.place(one.after), spoken.rule(one.after)),
        )
        for one in shown
        if one.id in seen
    )
    return csv_answer("replay", header, rows, bom=wants_bom(request))
