"""Why me, and why not me: the long answer for one lead, as a page or put into the lead's own."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from reps.timeline import who
from reps.views.door import LeadRequest, lead_page
from reps.why import Got, why
from routing.access import contact_open_to, rep_of, told_to
from routing.explain import explanation
from routing.models import Assignment, Lead
from routing.naming import names
from routing.roster import compiled


@require_safe
@lead_page
def lead_why(request: LeadRequest, lead_id: int) -> HttpResponse:
    """Told from the last decision, cut to what this person may know."""
    lead = get_object_or_404(request.desk.seen(), pk=lead_id)
    told = told_to(request.user, lead.pk, explanation(lead.pk))
    plan = compiled(told["decision"]["plan_version"]) if told["decision"] else None
    deciding = next((rule for rule in plan.rules if rule.slug == told["decision"]["rule"]), None) if plan else None
    me = rep_of(request.user)
    mine = me is not None and lead.owner_id == me.pk
    answer = why(
        told,
        me=me.username if me else "",
        mine=mine,
        owner=str(lead.owner or ""),
        got=how_they_got_it(lead),
        order=deciding.order if deciding else "",
        names=names(plan.document if plan else {}),
        facts_shown=Lead.objects.filter(contact_open_to(request.user), pk=lead.pk).exists(),
    )
    page = "_partials/why.html" if request.htmx else "desk/why.html"
    return render(
        request, page, {"lead": lead, "mine": mine, "why": answer, "heading": heading(lead, mine, me is None)}
    )


def how_they_got_it(lead: Lead) -> Got | None:
    """By the line of history that is in force."""
    line = Assignment.objects.filter(lead=lead, ended_at=None).select_related("by").first()
    return Got(line.method, who(line.by), line.note) if line else None


def heading(lead: Lead, mine: bool, onlooker: bool) -> str:
    """The question, as this reader would ask it."""
    if mine:
        return "Why me?"
    return "Why not me?" if lead.owner_id and not onlooker else "Why here?"
