"""Mail that comes in: the secret address of each rep, and what could not be understood."""

from __future__ import annotations

import secrets
from typing import Final

from django.db import models
from django.utils.timezone import now

from routing.models import Lead, Rep, User

ALPHABET: Final = "abcdefghijkmnpqrstuvwxyz23456789"
"""Without what is mistaken for something else; of one case, for mail servers may fold it."""
TOKEN_LENGTH: Final = 20


def new_token() -> str:
    """A hundred bits that nobody guesses."""
    return "".join(secrets.choice(ALPHABET) for _ in range(TOKEN_LENGTH))


class MailAddress(models.Model):
    """The secret address to which a rep sends copies of their mail. Renewed, the old one is nobody's."""

    rep = models.OneToOneField(Rep, on_delete=models.CASCADE, primary_key=True, related_name="mail_address")
    token = models.CharField(max_length=40, unique=True, default=new_token)
    made_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"Mail address of {self.rep_id}"


class StrayMail(models.Model):
    """A mail that was not logged, raw, with the reason: for somebody to assign, or to leave aside."""

    class State(models.TextChoices):
        OPEN = "open", "to be looked at"
        ASIDE = "aside", "left aside"
        ASSIGNED = "assigned", "assigned to a lead"

    received_at = models.DateTimeField(default=now)
    rep = models.ForeignKey(
        Rep,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="stray_mails",
        help_text="Whose address it is.",
    )
    sender = models.CharField("from", max_length=320, blank=True)
    recipients = models.CharField("to", max_length=1000, blank=True)
    subject = models.CharField(max_length=500, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    key = models.CharField(max_length=255, unique=True, help_text="The same mail again is kept once.")
    raw = models.BinaryField(help_text="As it came; of a very large one its beginning.")
    lead = models.ForeignKey(Lead, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    handled_at = models.DateTimeField(null=True, blank=True)
    handled_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-received_at", "-pk"]
        verbose_name = "mail not understood"
        verbose_name_plural = "mails not understood"
        indexes = [models.Index(fields=["state", "-received_at"], name="stray_mails_by_state")]

    def __str__(self) -> str:
        return self.subject or f"Mail {self.pk}"
