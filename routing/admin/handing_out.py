"""Many leads at once: handed out to a rep, or routed again, each through the one door, and each answered for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import now

from routing import access, assignment, jobs
from routing.absences import away_at
from routing.assignment import AssignmentError
from routing.models import Lead, Load, Rep, TimeOff

from .base import Choose, TextInput, who_asks
from .pages import page, wants

MOST_AT_ONCE: Final = 500
HANDS_OUT: Final = ("routing.view_lead", "routing.change_lead")


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one lead."""

    lead: Lead
    done: bool
    words: str


class HandOutForm(forms.Form):
    """To whom, and why a cap may be passed over."""

    rep = forms.ModelChoiceField(queryset=Rep.objects.none(), widget=Choose, empty_label="Choose a rep")
    override = forms.CharField(
        label="Reason for passing over a cap",
        required=False,
        max_length=500,
        widget=TextInput,
        help_text="Blank: caps hold, and leads that would break one stay where they are.",
    )

    def __init__(self, *args: Any, reps: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = reps.filter(active=True).order_by("name", "pk")
        opened = dict(Load.objects.filter(team=None).values_list("rep_id", "open"))
        away = away_at(now(), listed.values("pk"))
        field = self.fields["rep"]
        field.queryset = listed  # type: ignore[attr-defined]
        field.label_from_instance = lambda rep: f"{rep}, {_room(rep, opened.get(rep.pk, 0), away.get(rep.pk))}"  # type: ignore[attr-defined]


def hand_out_page(request: HttpRequest, ids: Sequence[int] | None = None) -> HttpResponse:
    """Chosen leads and to whom they go; then, lead by lead, what became of them."""
    wants(request, *HANDS_OUT)
    user = who_asks(request)
    chosen = _chosen(request, ids)
    if not chosen:
        messages.error(request, "Choose at least one lead.")
        return HttpResponseRedirect(_back(request))
    sent = request.method == "POST" and "rep" in request.POST
    form = HandOutForm(request.POST if sent else None, reps=access.reps_visible_to(user))
    if sent and form.is_valid():
        rep, override = form.cleaned_data["rep"], form.cleaned_data["override"]

        def give(lead: Lead) -> str:
            assignment.hand_over(lead_id=lead.pk, rep=rep, by=user, at=now(), override=override)
            return f"{rep} has it now."

        return _answered(request, _each(request, chosen, give), title=f"Handed out to {rep}")
    leads = list(in_hands_of(request).filter(pk__in=chosen).select_related("owner", "team"))
    return page(
        request,
        "admin/leads/hand_out.html",
        {"form": form, "leads": leads, "ids": chosen, "back": _back(request)},
        title=f"Hand out {_count(len(chosen))}",
    )


def reroute_page(request: HttpRequest, ids: Sequence[int] | None = None) -> HttpResponse:
    """Chosen leads, asked about once more; then put back to be routed by the rules in force."""
    wants(request, *HANDS_OUT)
    user = who_asks(request)
    chosen = _chosen(request, ids)
    if not chosen:
        messages.error(request, "Choose at least one lead.")
        return HttpResponseRedirect(_back(request))
    if request.method == "POST" and "sure" in request.POST:

        def again(lead: Lead) -> str:
            assignment.reroute(lead_id=lead.pk, by=user, at=now())
            return "It is routed again."

        answers = _each(request, chosen, again)
        jobs.wake_routing()
        return _answered(request, answers, title="Routed again")
    leads = list(in_hands_of(request).filter(pk__in=chosen).select_related("owner", "team"))
    return page(
        request,
        "admin/leads/reroute.html",
        {"leads": leads, "ids": chosen, "back": _back(request)},
        title=f"Route {_count(len(chosen))} again",
    )


def in_hands_of(request: HttpRequest) -> Any:
    """The leads that this person may see and hand out."""
    user = who_asks(request)
    return access.visible_to(user).filter(access.lead_managed_by(user))


def _chosen(request: HttpRequest, ids: Sequence[int] | None) -> list[int]:
    """The ids that were chosen, in their order."""
    if ids is not None:
        return list(ids)
    if request.method != "POST":
        raise PermissionDenied
    given = request.POST.getlist("lead")
    return list(dict.fromkeys(int(one) for one in given if one.isascii() and one.isdigit()))[:MOST_AT_ONCE]


def _each(request: HttpRequest, ids: Sequence[int], act: Callable[[Lead], str]) -> list[Answer]:
    """The act on every lead, each in a transaction of its own; a refusal stops none of the others."""
    mine = in_hands_of(request).in_bulk(ids)
    seen = access.visible_to(who_asks(request)).in_bulk(ids)
    answers = []
    for pk in ids:
        lead = mine.get(pk)
        if lead is None:
            if pk in seen:
                answers.append(Answer(seen[pk], False, "It is not yours to hand out."))
            continue
        try:
            answers.append(Answer(lead, True, act(lead)))
        except AssignmentError as error:
            answers.append(Answer(lead, False, str(error)))
    return answers


def _answered(request: HttpRequest, answers: list[Answer], *, title: str) -> HttpResponse:
    done = sum(answer.done for answer in answers)
    return page(
        request,
        "admin/leads/answers.html",
        {"answers": sorted(answers, key=lambda answer: answer.done), "done": done, "back": _back(request)},
        title=title,
    )


def _back(request: HttpRequest) -> str:
    """Where the person came from, if it is a page of leads here."""
    here = reverse("admin:routing_lead_changelist")
    asked = request.POST.get("back", "")
    return asked if asked.startswith(here) else here


def _room(rep: Rep, opened: int, away: TimeOff | None) -> str:
    words = f"{opened} of {rep.cap_open} open" if rep.cap_open is not None else f"{opened} open"
    if away is not None:
        cover = f", covered by {away.cover}" if away.cover is not None else ""
        return f"{words}, away until {away.back_words}{cover}"
    return words if rep.accepting else f"{words}, not taking leads"


def _count(number: int) -> str:
    return "a lead" if number == 1 else f"{number} leads"
