"""The clocks by which leads must be answered or taken, and the steps that were taken when they were not."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .assignment import Assignment
from .lead import Lead
from .people import Rep, Team
from .plan import PlanVersion


class SlaClock(models.Model):
    """How long a lead has been with its owner unanswered (`response`), or lain or waited unclaimed (`unclaimed`).

    One row a lead and owner, whatever the number of steps: `due_at` is when the next step is due, empty once nothing is
    left to happen. What is due costs what is due, however many clocks run. Routing writes one a lead: few indexes.
    """

    class Kind(models.TextChoices):
        RESPONSE = "response", "to be answered"
        UNCLAIMED = "unclaimed", "to be claimed"

    kind = models.CharField(max_length=10, choices=Kind)
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="clocks", db_constraint=False)
    cycle = models.PositiveIntegerField(default=1)
    assignment = models.OneToOneField(
        Assignment, on_delete=models.CASCADE, null=True, blank=True, related_name="clock", db_constraint=False
    )
    rep = models.ForeignKey(
        Rep, on_delete=models.CASCADE, null=True, blank=True, related_name="clocks", db_constraint=False, db_index=False
    )
    team = models.ForeignKey(
        Team, on_delete=models.CASCADE, null=True, blank=True, related_name="+", db_constraint=False, db_index=False
    )
    plan_version = models.ForeignKey(
        PlanVersion, on_delete=models.PROTECT, to_field="number", related_name="+", db_constraint=False, db_index=False
    )
    policy = models.CharField(max_length=80)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True, help_text="When the next step is due.")
    breach_at = models.DateTimeField(null=True, blank=True, help_text="Until when an answer is in time.")
    breached_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_because = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["lead"], condition=Q(stopped_at__isnull=True), name="one_running_clock_per_lead"
            ),
            models.CheckConstraint(
                condition=Q(kind="response", assignment__isnull=False) | Q(kind="unclaimed", assignment__isnull=True),
                name="a_response_clock_is_of_an_assignment",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True) | Q(due_at__isnull=True), name="nothing_is_due_on_a_stopped_clock"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="clocks_due"),
            models.Index(
                fields=["breach_at"],
                condition=Q(kind="response", stopped_at__isnull=True, breach_at__isnull=False),
                name="clocks_to_answer",
            ),
            models.Index(
                fields=["team", "breached_at"], condition=Q(breached_at__isnull=False), name="clocks_breached"
            ),
            # Written by whoever answers in time, not by routing.
            models.Index(
                fields=["team", "breach_at"],
                condition=Q(kind="response", stopped_because="touched", breached_at__isnull=True),
                name="clocks_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy} for lead {self.lead_id}"


class SlaStep(models.Model):
    """A step that was taken, once. Append-only."""

    clock = models.ForeignKey(SlaClock, on_delete=models.CASCADE, related_name="steps")
    key = models.CharField(max_length=16, help_text="For example remind-1: what it does, and its turn among the same.")
    do = models.CharField(max_length=10)
    due_at = models.DateTimeField()
    taken_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["clock", "key"], name="one_step_once_per_clock")]
        indexes = [models.Index(fields=["do", "taken_at"], name="sla_steps_taken")]

    def __str__(self) -> str:
        return f"{self.key} of clock {self.clock_id}"


class HoursSeen(models.Model):
    """The hours that running clocks were last dated by, and whose clocks are to be dated anew. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    people = models.PositiveBigIntegerField(default=0, help_text="The revision of people of the last look.")
    hours = models.JSONField(default=dict, help_text="A digest of the hours of each rep and team.")
    to_redate = models.JSONField(default=list)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_hours_seen_row")]

    def __str__(self) -> str:
        return f"Hours of people {self.people}"
