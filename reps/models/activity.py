"""What was done with a lead, told by the person who did it or by a system that saw it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from routing.models import Lead, Rep, User


class Activity(models.Model):
    """One call, e-mail, message, meeting or note about a lead. Append-only.

    `key` comes from the client: the same person sending the same key again means the same act, not a second one. What
    a system saw has no such person (`by`); there the same key with the same lead does.
    """

    class Kind(models.TextChoices):
        CALL = "call", "call"
        EMAIL = "email", "e-mail"
        MESSAGE = "message", "message"
        MEETING = "meeting", "meeting"
        NOTE = "note", "note"

    class Direction(models.TextChoices):
        OUT = "out", "outbound"
        IN = "in", "inbound"

    class Outcome(models.TextChoices):
        REACHED = "reached", "reached"
        NO_ANSWER = "no_answer", "no answer"
        VOICEMAIL = "voicemail", "voicemail"

    TOUCHES = (Kind.CALL, Kind.EMAIL, Kind.MESSAGE, Kind.MEETING)
    TALKS = (Kind.CALL, Kind.MEETING)

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="activities")
    kind = models.CharField(max_length=8, choices=Kind)
    direction = models.CharField(max_length=3, choices=Direction, default=Direction.OUT, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True, help_text="Of a call.")
    seconds = models.PositiveIntegerField(
        "duration in seconds", null=True, blank=True, help_text="Of a call or meeting."
    )
    at = models.DateTimeField(help_text="When it happened.")
    rep = models.ForeignKey(
        Rep,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="activities",
        help_text="Whose work it was. Empty: no person did it, as with an auto-reply.",
    )
    by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="activities", help_text="Who logged it."
    )
    body = models.TextField(blank=True)
    self_reported = models.BooleanField(default=True, help_text="Told by the person, not measured by a system.")
    logged_at = models.DateTimeField(default=now, editable=False)
    key = models.CharField(max_length=255, blank=True, editable=False)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name_plural = "activities"
        constraints = [
            models.UniqueConstraint(
                fields=["by", "key"],
                condition=~Q(key=""),
                name="one_activity_per_person_and_key",
                violation_error_message="This was logged already.",
            ),
            models.UniqueConstraint(
                fields=["lead", "key"],
                condition=~Q(key="") & Q(by__isnull=True),
                name="one_activity_per_lead_and_key_of_nobody",
                violation_error_message="This was logged already.",
            ),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(kind="call"),
                name="only_a_call_has_an_outcome",
                violation_error_message="Only a call has an outcome.",
            ),
            models.CheckConstraint(
                condition=Q(seconds__isnull=True) | Q(kind__in=["call", "meeting"]),
                name="only_talk_has_a_duration",
                violation_error_message="Only a call or a meeting has a duration.",
            ),
            models.CheckConstraint(
                condition=Q(kind="note", direction="") | (~Q(kind="note") & Q(direction__in=["out", "in"])),
                name="a_note_has_no_direction",
                violation_error_message="A note has no direction; everything else is outbound or inbound.",
            ),
        ]
        indexes = [
            models.Index(fields=["lead", "-at"], name="activities_of_a_lead"),
            models.Index(fields=["at"], name="activities_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} with lead {self.lead_id}"

    def clean(self) -> None:
        """What the constraints hold, said beside the field that is wrong."""
        errors = {}
        if self.outcome and self.kind != self.Kind.CALL:
            errors["outcome"] = "Only a call has an outcome."
        if self.seconds is not None and self.kind not in self.TALKS:
            errors["seconds"] = "Only a call or a meeting has a duration."
        if (self.kind == self.Kind.NOTE) != (self.direction == ""):
            errors["direction"] = "A note has no direction; everything else is outbound or inbound."
        if self.kind == self.Kind.NOTE and not self.body:
            errors["body"] = "A note without words says nothing."
        if self.at and self.at > self.logged_at:
            errors["at"] = "This is still to come; log it when it has happened."
        if errors:
            raise ValidationError(errors)

    @property
    def is_qualifying_touch(self) -> bool:
        """An outbound call, e-mail, message or meeting by a person: it answers the lead."""
        return self.kind in self.TOUCHES and self.direction == self.Direction.OUT and self.rep_id is not None
