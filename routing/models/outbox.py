"""News for people and other systems, written in the transaction that made it true."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from .lead import Lead
from .people import Rep, Team


class Event(models.Model):
    """Something that happened and must be told. Holds ids and plain words, never contact details."""

    kind = models.CharField(max_length=40, help_text="For example lead.assigned, lead.pooled, lead.repeated.")
    at = models.DateTimeField(default=now)
    lead = models.ForeignKey(
        Lead, on_delete=models.CASCADE, null=True, blank=True, related_name="events", db_constraint=False
    )
    team = models.ForeignKey(
        Team, on_delete=models.CASCADE, null=True, blank=True, related_name="+", db_constraint=False, db_index=False
    )
    rep = models.ForeignKey(
        Rep, on_delete=models.CASCADE, null=True, blank=True, related_name="+", db_constraint=False, db_index=False
    )
    detail: Any = models.JSONField(default=dict, blank=True)
    dispatched_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["id"], condition=Q(dispatched_at__isnull=True), name="events_to_dispatch"),
            models.Index(fields=["dispatched_at"], condition=Q(dispatched_at__isnull=False), name="events_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M}"
