"""How often something was tried."""

from __future__ import annotations

from django.db import models


class Tally(models.Model):
    """Tries of one kind by one somebody, since they were last quiet for long. Kept as a hash: no address, no name."""

    key = models.CharField(max_length=64, unique=True)
    count = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()
    last_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["-last_at", "pk"]

    def __str__(self) -> str:
        return f"{self.key[:8]}: {self.count}"
