"""What arrives: sources, the tokens they carry, and the captures, stored raw before anything else happens."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from routing.asking import read_fields

from .people import User


def check_origins(value: object) -> None:
    """Whether this is a list of origins as browsers name them. Each goes into a header as it stands."""
    if not isinstance(value, list):
        raise ValidationError('Write a list, for example ["https://www.example.com"].')
    for origin in value:
        if not isinstance(origin, str) or origin != origin_of(origin):
            raise ValidationError(
                "%(origin)s is no origin: write https:// and the host, for example https://www.example.com.",
                params={"origin": str(origin)[:100]},
            )


def origin_of(address: str) -> str | None:
    """Scheme and host of an address, as `https://www.example.com`; None where it has none that a browser would name."""
    try:
        URLValidator(schemes=["http", "https"])(address)
        parts = urlsplit(address)
        port = f":{parts.port}" if parts.port else ""
    except (ValidationError, ValueError):
        return None
    return f"{parts.scheme}://{parts.hostname}{port}"


class Source(models.Model):
    """Where captures come from: a channel, defaults, a field mapping, and perhaps a form that LeadOps shows for it."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    channel = models.CharField(max_length=20, default="api", help_text="api, csv, form, email, webhook, phone, chat")
    active = models.BooleanField(default=True)
    default_country = models.CharField(
        max_length=2, blank=True, help_text="Read phone numbers without a country code as from here, for example US."
    )
    defaults = models.JSONField(
        default=dict, blank=True, help_text="Facts given to every lead that does not bring them."
    )
    mapping = models.JSONField(default=dict, blank=True, help_text="Incoming name to field, where they differ.")

    # The hosted form at /f/<slug>/
    form_open = models.BooleanField("hosted form is open", default=False)
    form_title = models.CharField(max_length=120, blank=True, help_text="Empty: Get in touch.")
    form_intro = models.TextField(blank=True, help_text="A sentence or two under the title.")
    form_fields: Any = models.JSONField(
        default=list,
        blank=True,
        validators=[read_fields],
        help_text='What is asked, in order, for example [{"field": "email", "label": "Work e-mail", "required": true}, '
        '{"field": "attributes.topic", "label": "Topic", "choices": ["Demo", "Price"]}]. '
        "Empty: name, e-mail, company, phone and a message.",
    )
    form_consent = models.TextField(
        blank=True, help_text="What people must agree to. It is kept with the lead as they read it. Empty: not asked."
    )
    form_thanks = models.TextField(blank=True, help_text="Shown after sending. Empty: we will be in touch.")
    form_redirect = models.URLField(
        blank=True, max_length=500, help_text="Where people go after sending, instead of the thanks."
    )
    form_origins: Any = models.JSONField(
        "sites that may embed the form",
        default=list,
        blank=True,
        validators=[check_origins],
        help_text='For example ["https://www.example.com"]. Empty: none.',
    )

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name


class ApiToken(models.Model):
    """A bearer token, kept only as a hash: of a source that posts leads, or of a person who reads and claims them."""

    name = models.CharField(max_length=120)
    prefix = models.CharField(max_length=12, db_index=True, help_text="The part that is shown.")
    digest = models.CharField(max_length=64, unique=True)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, null=True, blank=True, related_name="tokens")
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="tokens")
    scopes = models.JSONField(default=list, help_text='For example ["leads:write"].')
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(source__isnull=False, user__isnull=True) | Q(source__isnull=True, user__isnull=False),
                name="token_of_a_source_or_a_person",
                violation_error_message="A token belongs to a source or to a person.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class Capture(models.Model):
    """One thing that arrived, raw. What cannot be understood stays here with its error, to be mended and replayed."""

    class Status(models.TextChoices):
        STORED = "stored", "stored"  # arrived, not yet understood
        LEAD = "lead", "became a lead"
        DUPLICATE = "duplicate", "attached to a lead"
        FAILED = "failed", "failed"
        REJECTED = "rejected", "rejected"  # bad input that was answered with its reasons
        QUARANTINED = "quarantined", "quarantined"
        WITHDRAWN = "withdrawn", "withdrawn with its import"

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="captures")
    channel = models.CharField(max_length=20)
    received_at = models.DateTimeField(default=now)
    content_type = models.CharField(max_length=100, blank=True)
    body = models.TextField(blank=True, help_text="As it came. Bytes that are no text are kept base64, and said so.")
    body_is_base64 = models.BooleanField(default=False)
    idempotency_key = models.CharField(max_length=255, null=True, blank=True)
    body_digest = models.CharField(max_length=64, blank=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.STORED)
    error: Any = models.JSONField(null=True, blank=True, help_text="Why it is no lead: words by field, or one text.")
    notes: Any = models.JSONField(null=True, blank=True)
    lead = models.ForeignKey("routing.Lead", on_delete=models.SET_NULL, null=True, blank=True, related_name="captures")
    run = models.ForeignKey(
        "routing.ImportRun", on_delete=models.SET_NULL, null=True, blank=True, related_name="captures"
    )
    row = models.PositiveIntegerField(null=True, blank=True, help_text="The line of the imported file.")
    answer: Any = models.JSONField(null=True, blank=True)
    answer_status = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "idempotency_key"],
                condition=Q(idempotency_key__isnull=False),
                name="one_capture_per_source_and_idempotency_key",
            )
        ]
        indexes = [
            models.Index(fields=["received_at"], condition=Q(status="stored"), name="captures_not_understood"),
            models.Index(
                fields=["-id"], condition=Q(status__in=["failed", "quarantined"]), name="captures_for_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"Capture {self.pk} from {self.source_id}"
