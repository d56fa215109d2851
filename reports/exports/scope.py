"""Of which leads somebody gets raw rows, and whether these say who the leads are."""

from __future__ import annotations

from django.db.models import Q

from routing.access import EVERYTHING, NOTHING, managed, own, rep_of, sees_everything
from routing.models import Team, User

SEE_REPORTS = "routing.see_reports"


def reported_to(user: User) -> Q:
    """Which leads: all for ops and analysts, those of their teams for managers, their own for reps."""
    if not user.is_active:
        return NOTHING
    if sees_everything(user):
        return EVERYTHING
    if _has_leads(user):
        return own(user) | managed(user)
    return EVERYTHING if user.has_perm(SEE_REPORTS) else NOTHING


def sees_contact(user: User) -> bool:
    """Whether the rows say who a lead is: to whoever may see the leads themselves, and not only reports of them."""
    return sees_everything(user) or _has_leads(user)


def scope_of(user: User) -> str:
    """In a word what somebody's exports hold, so that a file is given out only while it is the same."""
    if not user.is_active:
        return ""
    if sees_everything(user):
        return "all"
    if _has_leads(user):
        teams = Team.objects.filter(managers=user).order_by("pk").values_list("pk", flat=True)
        rep = rep_of(user)
        return f"rep {rep.pk if rep else 0}, teams {' '.join(map(str, teams))}"
    return "reports" if user.has_perm(SEE_REPORTS) else ""


def _has_leads(user: User) -> bool:
    return rep_of(user) is not None or Team.objects.filter(managers=user).exists()
