"""What a rep means to do next with a lead, and what became of it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now

from routing.models import Assignment, Lead, User


class NextStepQuerySet(models.QuerySet["NextStep"]):
    """The words for where a step stands."""

    def open(self) -> NextStepQuerySet:
        """Still to be done: neither ended, nor over with the having of the lead."""
        return self.filter(ended_at=None, assignment__ended_at=None, lead__is_open=True)

    def overdue(self) -> NextStepQuerySet:
        """Still to be done, and past due for so long that it was told."""
        return self.open().filter(overdue_at__isnull=False)


class NextStep(models.Model):
    """The one thing to do next with a lead, and when. Append-only but for its end and for what was told of it.

    Whoever set it is reminded of it, and nobody else: what a rep planned ends with their having the lead, so it belongs
    to the assignment under which they had it. Put off or changed, it ends, and another takes its place.
    """

    class Outcome(models.TextChoices):
        DONE = "done", "done"
        POSTPONED = "postponed", "put off"
        REPLACED = "replaced", "changed"
        CANCELLED = "cancelled", "cancelled"
        CLOSED = "closed", "ended: the lead was closed"
        MOVED_ON = "moved_on", "ended: the lead went to somebody else"

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="next_steps")
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="next_steps")
    at = models.DateTimeField("due", help_text="When it is due.")
    what = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="next_steps")
    set_at = models.DateTimeField(default=now, editable=False)
    reminded_at = models.DateTimeField(null=True, blank=True, editable=False)
    overdue_at = models.DateTimeField(
        "called overdue", null=True, blank=True, editable=False, help_text="When its being overdue was told."
    )
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True, editable=False)

    objects: Any = NextStepQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["lead"],
                condition=Q(ended_at__isnull=True),
                name="one_next_step_per_lead",
                violation_error_message="This lead has a next step already.",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, outcome="") | (Q(ended_at__isnull=False) & ~Q(outcome="")),
                name="an_ended_step_has_an_outcome",
                violation_error_message="A step has an outcome exactly when it has ended.",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("set_at")),
                name="a_step_ends_after_it_was_set",
            ),
        ]
        indexes = [
            models.Index(fields=["by", "at"], condition=Q(ended_at__isnull=True), name="next_steps_of_a_person"),
            models.Index(
                fields=["at", "id"],
                condition=Q(ended_at__isnull=True, reminded_at__isnull=True),
                name="next_steps_to_remind",
            ),
            models.Index(
                fields=["at", "id"],
                condition=Q(ended_at__isnull=True, overdue_at__isnull=True),
                name="next_steps_to_call_overdue",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what or 'next step'} with lead {self.lead_id}"
