"""What the reps of the demo mean to do next: some of it due, some overdue, some put off; and when leads begin anew."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef

from reps import planning
from reps.models import RecyclePolicy
from routing.models import Assignment, Lead, Rep

# When it was set and is due, from now; negative: before.
AHEAD: Final = (
    (timedelta(days=-6), timedelta(days=-3), "ring again, they were away"),
    (timedelta(days=-1), timedelta(hours=-3), "send the quote"),
    (timedelta(hours=-5), timedelta(minutes=50), "call about the trial"),
    (timedelta(hours=-3), timedelta(hours=20), "show the mobile app"),
    (timedelta(days=-2), timedelta(days=6), "they decide this week"),
)


def plan_ahead(*, at: datetime) -> None:
    """A few next steps for every rep, on leads that they have answered, and a policy that is not switched on yet."""
    had_by_then = Assignment.objects.filter(lead=OuterRef("pk"), ended_at=None, assigned_at__lt=at - timedelta(days=6))
    for rep in Rep.objects.filter(active=True).select_related("user").order_by("pk"):
        if rep.user is None:
            continue
        mine = Lead.objects.filter(Exists(had_by_then), owner=rep, is_open=True, first_touch_at__isnull=False)
        for lead, (set_at, due_at, what) in zip(mine.order_by("-assigned_at", "pk"), AHEAD, strict=False):
            if due_at < timedelta(days=-1):  # it was put off once already
                early = {"at": at + set_at, "due_at": at + set_at + timedelta(days=1)}
                planning.plan_next(lead_id=lead.pk, what=what, by=rep.user, **early)
                set_at += timedelta(days=1)
            planning.plan_next(lead_id=lead.pk, at=at + set_at, due_at=at + due_at, what=what, by=rep.user)
    RecyclePolicy.objects.create(
        untouched_days=21, lost_days=60, lost_reasons=["not now", "could not be reached"], at_most=20
    )
