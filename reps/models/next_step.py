"""What a rep means to do next with a lead."""

from __future__ import annotations

from django.db import models
from django.utils.timezone import now

from routing.models import Lead, User


class NextStep(models.Model):
    """The one thing to do next with a lead, and when. A new one takes the place of the last; done, it is gone.

    Whoever set it is reminded of it, and nobody else: what a rep planned ends with their having the lead.
    """

    lead = models.OneToOneField(Lead, on_delete=models.CASCADE, primary_key=True, related_name="next_step")
    at = models.DateTimeField(help_text="When it is due.")
    what = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="next_steps")
    set_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["by", "at"], name="next_steps_of_a_person")]

    def __str__(self) -> str:
        return f"{self.what or 'next step'} with lead {self.lead_id}"
