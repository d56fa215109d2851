"""A lead on offer to one rep, alone, for some minutes."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from .assignment import Assignment, Decision
from .lead import Lead
from .people import Rep, Team, User


class Offer(models.Model):
    """One offer of a lead to a rep, and what became of it. Append-only but for its answer.

    While it is open the lead counts under the rep's caps, and in the team's ledger as if it had been accepted.
    """

    class State(models.TextChoices):
        OPEN = "open", "open"
        ACCEPTED = "accepted", "accepted"
        DECLINED = "declined", "declined"
        TIMED_OUT = "timed_out", "timed out"
        WITHDRAWN = "withdrawn", "withdrawn"

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="offers")
    cycle = models.PositiveIntegerField(default=1)
    rep = models.ForeignKey(Rep, on_delete=models.PROTECT, related_name="offers", db_index=False)
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_constraint=False, db_index=False
    )
    rule = models.CharField(max_length=80, blank=True)
    decision = models.ForeignKey(
        Decision,
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="offers",
        db_constraint=False,
        db_index=False,
    )
    offered_at = models.DateTimeField()
    expires_at = models.DateTimeField(help_text="From then on it is the next rep's turn.")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    answered_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True, help_text="Why it was declined or withdrawn.")
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    assignment = models.OneToOneField(
        Assignment, on_delete=models.CASCADE, null=True, blank=True, related_name="offer", help_text="Once accepted."
    )

    class Meta:
        ordering = ["-offered_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["lead"], condition=Q(state="open"), name="one_open_offer_per_lead"),
            models.CheckConstraint(
                condition=Q(state="accepted", assignment__isnull=False)
                | (~Q(state="accepted") & Q(assignment__isnull=True)),
                name="an_accepted_offer_became_an_assignment",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("offered_at")), name="an_offer_lasts"),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(state="open"), name="offers_to_expire"),
            models.Index(fields=["rep", "expires_at"], condition=Q(state="open"), name="offers_open_to_a_rep"),
        ]

    def __str__(self) -> str:
        return f"Lead {self.lead_id} offered to {self.rep_id} ({self.state})"
