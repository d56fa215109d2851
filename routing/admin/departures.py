"""Deactivating reps: what becomes of their open leads is asked first, done through the one door, and reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from django.utils.timezone import now

from routing import access, departures
from routing.models import DepartingLead, Departure, Lead, Rep, Team, User
from routing.people_changes import set_active
from routing.plan.archiving import uses_of_rep

from .archiving import refused
from .base import who_asks
from .pages import page, wants

CHANGES: Final = "routing.change_rep"
MOST: Final = 200
REFUSED_SHOWN: Final = 100


class LeaveForm(forms.Form):
    """What becomes of the open leads of whoever is deactivated."""

    what = forms.ChoiceField(
        choices=[
            ("reroute", "Route them again by the rules in force; whoever had one before is passed over"),
            ("give", "Give them to one rep"),
            ("spread", "Spread them over a team, in turn"),
            ("keep", "Keep them: they stay in this name until somebody hands them out"),
        ],
        initial="reroute",
        widget=forms.RadioSelect,
        label="Their open leads",
    )
    to_rep = forms.ModelChoiceField(Rep.objects.none(), required=False, empty_label="Choose a rep", label="To")
    to_team = forms.ModelChoiceField(Team.objects.none(), required=False, empty_label="Choose a team", label="Over")
    override = forms.CharField(
        required=False,
        max_length=500,
        label="Reason for passing over caps",
        help_text="Blank: caps hold, and leads that would break one stay where they are.",
    )
    end_sessions = forms.BooleanField(required=False, initial=True, label="Log them out everywhere")

    def __init__(self, *args: Any, reps: QuerySet[Rep], teams: QuerySet[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to_rep"].queryset = reps  # type: ignore[attr-defined]
        self.fields["to_team"].queryset = teams  # type: ignore[attr-defined]
        for name in ("to_rep", "to_team", "override"):
            self.fields[name].widget.attrs["class"] = "lo-input"

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        for what, field, words in (("give", "to_rep", "Say to whom."), ("spread", "to_team", "Say over which team.")):
            if filled.get("what") == what and not filled.get(field) and field not in self.errors:
                self.add_error(field, words)
        return filled


@dataclass(frozen=True, slots=True)
class Report:
    """How far it has come with the leads of one who left."""

    departure: Departure
    done: int
    refused: int
    left: list[DepartingLead]

    @property
    def runs(self) -> bool:
        if self.departure.what == Departure.What.KEEP:
            return False
        return self.departure.finished_at is None and self.done + self.refused < self.departure.leads

    @property
    def total(self) -> int:
        return max(self.departure.leads, self.done + self.refused)


def departure_pages(site: AdminSite) -> list[URLPattern]:
    """The addresses of these pages, below the reps'."""
    return [
        path("leave/", site.admin_view(leave_page), name="rep_leave"),
        path("left/", site.admin_view(left_page), name="rep_left"),
        path("back/", site.admin_view(back_page), name="rep_back"),
    ]


def leave_page(request: HttpRequest, ids: Sequence[int] | None = None) -> HttpResponse:
    """Asks what becomes of the leads; then deactivates, and begins to move them."""
    wants(request, CHANGES)
    user, at = who_asks(request), now()
    chosen = _chosen(request, ids)
    reps = list(_mine(user).filter(pk__in=chosen, active=True).order_by("name", "pk")[:MOST])
    if not reps:
        messages.error(request, "Choose at least one active rep.")
        return HttpResponseRedirect(reverse("admin:routing_rep_changelist"))
    if needed := [refused(f"{rep}", uses) for rep in reps if (uses := uses_of_rep(rep))]:
        for words in needed:
            messages.error(request, words)
        return HttpResponseRedirect(reverse("admin:routing_rep_changelist"))
    sent = request.method == "POST" and "what" in request.POST
    form = LeaveForm(
        request.POST if sent else None,
        reps=access.reps_visible_to(user)
        .filter(active=True)
        .exclude(pk__in=[rep.pk for rep in reps])
        .order_by("name", "pk"),
        teams=access.teams_visible_to(user).order_by("name", "pk"),
    )
    if sent and form.is_valid():
        filled = form.cleaned_data
        begun = departures.deactivate(
            reps,
            what=filled["what"],
            at=at,
            by=user,
            to_rep=filled["to_rep"],
            to_team=filled["to_team"],
            override=filled["override"],
            end_sessions=filled["end_sessions"],
        )
        departures.move_due(at)  # what takes longer, the workers do
        messages.success(request, f"{_named([one.rep for one in begun])} {_is(begun)} not active any more.")
        asked = urlencode({"id": [one.pk for one in begun]}, doseq=True)
        return HttpResponseRedirect(f"{reverse('admin:rep_left')}?{asked}")
    opened = dict(
        Lead.objects.filter(owner__in=reps, is_open=True).values_list("owner").annotate(Count("pk")).order_by()
    )
    return page(
        request,
        "admin/people/leave.html",
        {
            "form": form,
            "reps": [(rep, opened.get(rep.pk, 0)) for rep in reps],
            "open_leads": sum(opened.values()),
            "back": reverse("admin:routing_rep_changelist"),
        },
        title=f"Deactivate {_named(reps)}",
    )


def left_page(request: HttpRequest) -> HttpResponse:
    """What became of the leads of whoever left: those asked for, else the last ones."""
    wants(request, CHANGES)
    mine = access.within_reach(who_asks(request), Departure.objects.select_related("rep", "by", "to_rep", "to_team"))
    ids = [int(one) for one in request.GET.getlist("id") if one.isascii() and one.isdigit()][:MOST]
    asked = mine.filter(pk__in=ids) if ids else mine
    shown = list(
        asked.annotate(
            done=Count("moved", filter=Q(moved__done=True)), refused=Count("moved", filter=Q(moved__done=False))
        )[: MOST if ids else 20]
    )
    refused: dict[int, list[DepartingLead]] = {}
    lines = DepartingLead.objects.filter(departure__in=shown, done=False).select_related("lead").order_by("pk")
    for line in lines[:REFUSED_SHOWN]:
        refused.setdefault(line.departure_id, []).append(line)
    reports = [Report(one, one.done, one.refused, refused.get(one.pk, [])) for one in shown]
    return page(
        request,
        "admin/people/left.html",
        {"reports": reports, "runs": any(report.runs for report in reports)},
        title="Reps who left",
    )


def back_page(request: HttpRequest) -> HttpResponse:
    """Takes one rep back into business. A form posts here; nothing is reset."""
    wants(request, CHANGES)
    chosen = _chosen(request, None) if request.method == "POST" else []
    take_back(request, _mine(who_asks(request)).filter(pk__in=chosen))
    where = reverse("admin:routing_rep_change", args=chosen) if len(chosen) == 1 else None
    return HttpResponseRedirect(where or reverse("admin:routing_rep_changelist"))


def take_back(request: HttpRequest, reps: QuerySet[Rep]) -> None:
    """Makes reps active again and says so."""
    back = set_active(list(reps[:MOST]), True, at=now(), by=who_asks(request))
    if back:
        verb = "is" if len(back) == 1 else "are"
        messages.success(request, f"{_named(back)} {verb} active again. Balances, caps and teams are as they were.")
    else:
        messages.warning(request, "Nobody of these was inactive.")


def _mine(user: User) -> QuerySet[Rep]:
    return access.within_reach(user, Rep.objects.all())


def _chosen(request: HttpRequest, ids: Sequence[int] | None) -> list[int]:
    if ids is not None:
        return list(ids)
    given = (request.POST if request.method == "POST" else request.GET).getlist("rep")
    return [int(one) for one in given if one.isascii() and one.isdigit()][:MOST]


def _named(reps: Sequence[Rep]) -> str:
    names = [str(rep) for rep in reps]
    if len(names) > 4:
        return f"{len(names)} reps"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else "Nobody"


def _is(begun: Sequence[Departure]) -> str:
    return "is" if len(begun) <= 1 else "are"
