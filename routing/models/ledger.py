"""The fairness of a team, kept exactly: balances, the postings they come from, and how full everybody is."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .assignment import Assignment
from .lead import Lead
from .offer import Offer
from .people import Rep, Team


class TeamLedger(models.Model):
    """What each member is owed and got, as exact numbers.
    Its row is the lock under which the team's leads are decided.
    """

    team = models.OneToOneField(Team, on_delete=models.CASCADE, primary_key=True, related_name="ledger")
    state = models.TextField(default="{}", help_text="JSON: the common denominator, lags, last leads, absences.")

    def __str__(self) -> str:
        return f"Ledger of {self.team_id}"


class EligibleSet(models.Model):
    """Reps who could have taken a lead, with weights. Stored once, referred to by every posting that shares it."""

    digest = models.CharField(max_length=64, unique=True)
    members = models.TextField(help_text="JSON: [[rep, weight], ...].")

    def __str__(self) -> str:
        return self.digest[:12]


class Posting(models.Model):
    """One lead delivered by fair share: everybody in the set is owed their share, the winner is charged one.
    Append-only.

    An offer is posted when it is made, so that ten leads at once are not all offered to the same rep, and reversed when
    it is not accepted. A reversal has `sign` -1 and repeats the set and winner of what it reverses.
    """

    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, related_name="postings", db_constraint=False, db_index=False
    )
    at = models.DateTimeField()
    winner = models.ForeignKey(Rep, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    eligible = models.ForeignKey(
        EligibleSet, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    sign = models.SmallIntegerField(default=1)
    reason = models.CharField(max_length=40)
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="postings")
    assignment = models.ForeignKey(
        Assignment,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="postings",
        db_constraint=False,
        db_index=False,
    )
    offer = models.ForeignKey(
        Offer,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="postings",
        db_constraint=False,
        db_index=False,
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(sign__in=[1, -1]), name="posting_sign"),
            models.UniqueConstraint(fields=["assignment", "sign"], name="one_posting_per_assignment_and_sign"),
            models.UniqueConstraint(fields=["offer", "sign"], name="one_posting_per_offer_and_sign"),
            models.CheckConstraint(
                condition=Q(assignment__isnull=False, offer__isnull=True)
                | Q(assignment__isnull=True, offer__isnull=False),
                name="posting_of_an_assignment_or_an_offer",
            ),
        ]
        indexes = [models.Index(fields=["team", "id"], name="postings_of_a_team")]

    def __str__(self) -> str:
        return f"{self.reason} {self.sign:+d} to {self.winner_id}"


class Load(models.Model):
    """How many leads a rep holds and got in the running periods: of all teams (`team` empty) or of one."""

    rep = models.ForeignKey(Rep, on_delete=models.CASCADE, related_name="loads")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, related_name="loads")
    open = models.PositiveIntegerField(default=0)
    hour_key = models.CharField(max_length=32, blank=True)
    hour = models.PositiveIntegerField(default=0)
    day_key = models.CharField(max_length=32, blank=True)
    day = models.PositiveIntegerField(default=0)
    week_key = models.CharField(max_length=32, blank=True)
    week = models.PositiveIntegerField(default=0)
    month_key = models.CharField(max_length=32, blank=True)
    month = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["rep", "team"]
        constraints = [
            models.UniqueConstraint(fields=["rep"], condition=Q(team__isnull=True), name="one_load_per_rep"),
            models.UniqueConstraint(
                fields=["rep", "team"], condition=Q(team__isnull=False), name="one_load_per_membership"
            ),
            models.CheckConstraint(condition=Q(open__gte=0), name="load_open_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.rep_id}: {self.open} open"
