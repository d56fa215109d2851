"""How somebody wants to be told."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from routing.models import User


class Preference(models.Model):
    """What one person chose. Whoever chose nothing has no row, and what is usual."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="told_how")
    chosen: Any = models.JSONField(
        default=dict, help_text='The channels of each kind that differs, for example {"lead.assigned": ["page"]}.'
    )
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    urgent_passes = models.BooleanField(default=True)
    digest_hour = models.PositiveSmallIntegerField(null=True, blank=True)
    digest_due_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["user"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None) | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="quiet_hours_have_both_ends",
            ),
            models.CheckConstraint(
                condition=Q(digest_hour=None) | Q(digest_hour__lte=23), name="a_digest_comes_at_an_hour_of_the_day"
            ),
        ]
        indexes = [models.Index(fields=["digest_due_at"], condition=Q(digest_due_at__isnull=False), name="digests_due")]

    def __str__(self) -> str:
        return f"How {self.user} is told"
