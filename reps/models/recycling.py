"""What becomes of leads that nobody touches, or that were lost for a reason that may pass."""

from __future__ import annotations

from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from routing.models import Team

LOST_REASONS: Final = ["no budget", "no need", "not now", "chose somebody else", "could not be reached", "other"]
"""What a rep chooses from when a lead is lost."""


class RecyclePolicy(models.Model):
    """When leads begin anew: a team's own, or (without a team) that of all teams that have none. Off until switched on.

    `looked_at` is when leads were last looked for: it is set by whoever takes the look, so that nobody else does.
    """

    team = models.OneToOneField(
        Team,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="recycling",
        help_text="Empty: all teams without a policy of their own.",
    )
    active = models.BooleanField("switched on", default=False)
    untouched_days = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="An open lead that its owner has done nothing with for so many days is routed again. Empty: never.",
    )
    lost_days = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="A lead lost for one of the reasons below is routed again after so many days. Empty: never.",
    )
    lost_reasons: Any = models.JSONField("lost because", default=list, blank=True)
    most_cycles = models.PositiveSmallIntegerField(
        default=3, help_text="A lead begins anew until it has been through so many cycles, its first included."
    )
    at_most = models.PositiveSmallIntegerField(
        "at most, an hour", default=50, help_text="So that a team is not flooded on the day it is switched on."
    )
    looked_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = [models.F("team__name").asc(nulls_first=True), "pk"]
        verbose_name_plural = "recycle policies"
        constraints = [
            models.UniqueConstraint(
                models.Value(1),
                condition=Q(team__isnull=True),
                name="one_recycle_policy_for_the_rest",
                violation_error_message="There is a policy for all other teams already.",
            ),
            models.CheckConstraint(
                condition=Q(untouched_days__isnull=True) | Q(untouched_days__gte=1),
                name="untouched_for_a_day_at_least",
                violation_error_message="A day is the least.",
            ),
            models.CheckConstraint(
                condition=Q(at_most__gte=1),
                name="recycles_one_at_least",
                violation_error_message="One an hour is the least; to recycle none, switch it off.",
            ),
        ]

    def __str__(self) -> str:
        return f"Recycling, {self.team or 'all other teams'}"

    def clean(self) -> None:
        """What is switched on does something."""
        unknown = [reason for reason in self.lost_reasons if reason not in LOST_REASONS]
        if unknown:
            raise ValidationError({"lost_reasons": f"There is no such reason: {', '.join(unknown)}."})
        if self.lost_days is not None and not self.lost_reasons:
            raise ValidationError({"lost_reasons": "Choose the reasons for which lost leads come again."})
        if self.active and self.untouched_days is None and self.lost_days is None:
            raise ValidationError({"untouched_days": "Say after how many days, for untouched or for lost leads."})
