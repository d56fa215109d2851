"""Who had a lead and why: decisions and assignments."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from .lead import Lead
from .people import Rep, Team, User


class PeopleState(models.Model):
    """The people as they were, without names, addresses and switches:
    canonical JSON, once for each different digest.
    """

    digest = models.CharField(max_length=64, unique=True)
    document = models.TextField()

    def __str__(self) -> str:
        return self.digest[:12]


class RosterState(models.Model):
    """The dynamic state a batch of decisions started from: ledgers and loads.
    Decisions refer to it and say what came since.
    """

    at = models.DateTimeField()
    people = models.ForeignKey("routing.PeopleState", on_delete=models.PROTECT, to_field="digest", related_name="+")
    state = models.TextField(help_text="JSON: by team the ledger, by rep the loads and the switch where it is off.")

    def __str__(self) -> str:
        return f"State at {self.at:%Y-%m-%d %H:%M:%S}"


class Decision(models.Model):
    """What became of a lead when the rules were asked, and what that rested on. Append-only."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="decisions", db_index=False)
    cycle = models.PositiveIntegerField(default=1)
    at = models.DateTimeField()
    outcome = models.CharField(max_length=12)
    plan_version = models.ForeignKey(
        "routing.PlanVersion",
        on_delete=models.PROTECT,
        to_field="number",
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    rule = models.CharField(max_length=80, blank=True)
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_constraint=False, db_index=False
    )
    rep = models.ForeignKey(
        Rep, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_constraint=False, db_index=False
    )
    reason = models.CharField(max_length=80, blank=True)
    after_wait = models.BooleanField(default=False, help_text="Whether the lead had been held before.")
    basis = models.ForeignKey(
        RosterState, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions", db_constraint=False
    )
    ordinal = models.PositiveIntegerField(default=0, help_text="Its place in the batch that shares the basis.")
    explanation = models.TextField(help_text="JSON: the facts the plan reads, and the keys it was decided by.")

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["lead", "-id"], name="decisions_of_a_lead"),
            models.Index(
                fields=["at"], condition=Q(after_wait=True, rep__isnull=False), name="decisions_that_ended_a_wait"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} by {self.rule or 'no rule'}"


class Assignment(models.Model):
    """One line in a lead's ownership history. Append-only but for its end."""

    class Method(models.TextChoices):
        ASSIGN = "assign", "pushed"
        OFFER = "offer", "accepted"
        CLAIM = "claim", "claimed"
        PICK = "pick", "picked"
        BLIND = "blind", "pulled blind"
        MANUAL = "manual", "handed out"
        RETURNING = "returning", "returned"
        IMPORT = "import", "brought from elsewhere"

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="assignments")
    cycle = models.PositiveIntegerField(default=1)
    rep = models.ForeignKey(Rep, on_delete=models.PROTECT, related_name="assignments", db_index=False)
    team = models.ForeignKey(
        Team,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assignments",
        db_constraint=False,
        db_index=False,
    )
    method = models.CharField(max_length=10, choices=Method)
    rule = models.CharField(max_length=80, blank=True)
    decision = models.ForeignKey(
        Decision,
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="assignments",
        db_constraint=False,
        db_index=False,
    )
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    note = models.CharField(max_length=500, blank=True)
    assigned_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=40, blank=True)
    first_touch_at = models.DateTimeField(null=True, blank=True)
    working_wait = models.PositiveIntegerField(
        null=True, help_text="Working seconds from the assignment to the first touch, by the rep's hours."
    )

    class Meta:
        ordering = ["-assigned_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["lead"], condition=Q(ended_at__isnull=True), name="one_active_assignment_per_lead"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("assigned_at")),
                name="assignment_ends_after_it_starts",
            ),
        ]
        indexes = [models.Index(fields=["rep", "-assigned_at"], name="assignments_of_a_rep")]

    def __str__(self) -> str:
        return f"Lead {self.lead_id} to {self.rep_id} ({self.method})"
