"""A pause that is over turns the switch on again: written down and logged, so that every page and report says so."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Min, QuerySet

from routing.models import Rep
from routing.people_changes import set_accepting, take_turn


def oldest(at: datetime) -> datetime | None:
    """Since when a pause is over whose switch still says otherwise."""
    moment: datetime | None = _over(at).aggregate(at=Min("paused_until"))["at"]
    return moment


def end_due(at: datetime) -> int:
    """Ends the pauses that are over, each as of the moment it was to end; gives how many."""
    with transaction.atomic():
        take_turn()
        ended = list(_over(at).order_by("paused_until", "pk"))
        for rep in ended:
            assert rep.paused_until is not None, "it is over"
            set_accepting(rep, True, at=rep.paused_until)
    return len(ended)


def _over(at: datetime) -> QuerySet[Rep]:
    return Rep.objects.filter(accepting=False, paused_until__lte=at)
