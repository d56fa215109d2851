"""Which leads somebody has and has not answered: the one place that the queue and the digest go by."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from routing.models import Assignment


def unanswered() -> Q:
    """Of leads that somebody has: those that whoever has them now has not answered.

    One that was recycled, or that a colleague had, was answered before, but not by them.
    """
    by_nobody = Assignment.objects.filter(lead=OuterRef("pk"), ended_at=None, first_touch_at=None)
    return Q(first_touch_at=None) | Q(Exists(by_nobody))
