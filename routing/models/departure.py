"""Reps who were taken out of business, and what became of their open leads."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .lead import Lead
from .people import Rep, Team, User


class Departure(models.Model):
    """One rep who was deactivated, and what becomes of the leads they have open.

    Its row is the lock under which their leads are moved, one after the other; `taken` counts them.
    """

    class What(models.TextChoices):
        REROUTE = "reroute", "routed again by the rules"
        GIVE = "give", "given to one rep"
        SPREAD = "spread", "spread over a team, in turn"
        KEEP = "keep", "kept as they are"

    rep = models.ForeignKey(Rep, on_delete=models.CASCADE, related_name="departures")
    begun_at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    what = models.CharField(max_length=8, choices=What)
    to_rep = models.ForeignKey(Rep, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    to_team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    override = models.CharField(max_length=500, blank=True, help_text="Why caps are passed over; empty: they hold.")
    leads = models.PositiveIntegerField(default=0, help_text="Open leads when it began.")
    taken = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    came_back = models.BooleanField(default=False, help_text="They were active again before all leads were moved.")

    class Meta:
        ordering = ["-begun_at", "-pk"]
        indexes = [
            models.Index(fields=["begun_at"], condition=Q(finished_at__isnull=True), name="departures_under_way")
        ]

    def __str__(self) -> str:
        return f"{self.rep} left on {self.begun_at:%Y-%m-%d}"


class DepartingLead(models.Model):
    """What became of one lead of somebody who left: written in the transaction that did it, once."""

    departure = models.ForeignKey(Departure, on_delete=models.CASCADE, related_name="moved")
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    done = models.BooleanField()
    to = models.ForeignKey(Rep, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    words = models.CharField(max_length=300)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["departure", "lead"], name="a_departing_lead_is_moved_once"),
        ]

    def __str__(self) -> str:
        return self.words
