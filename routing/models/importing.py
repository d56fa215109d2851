"""Files of leads: an import from its upload to its undoing, and its rows as they wait to come in."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.timezone import now


class ImportRun(models.Model):
    """One file of leads coming in, with its counts.

    `due_at` is when its next step is to be done; whoever does it puts it off meanwhile, so that it is done by somebody
    else should they die. An import of the command line is done by its process and never due.
    """

    class State(models.TextChoices):
        COLUMNS = "columns", "columns to be named"
        CHECKING = "checking", "being checked"
        CHECKED = "checked", "ready to import"
        IMPORTING = "importing", "coming in"
        FINISHED = "finished", "imported"
        UNDOING = "undoing", "being undone"
        UNDONE = "undone", "undone"

    source = models.ForeignKey("routing.Source", on_delete=models.PROTECT, related_name="imports")
    filename = models.CharField("file", max_length=255)
    state = models.CharField(max_length=10, choices=State, default=State.FINISHED)
    started_at = models.DateTimeField(default=now)
    finished_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey("routing.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    # What is in the file, and how it is read
    rows = models.PositiveIntegerField(default=0)
    headers: Any = models.JSONField(default=list, blank=True)
    samples: Any = models.JSONField(default=list, blank=True, help_text="Some values of each column.")
    notes: Any = models.JSONField(default=list, blank=True)
    mapping: Any = models.JSONField(default=dict, blank=True, help_text="Column to field.")
    routes = models.BooleanField(default=True, help_text="Whether its leads are routed.")
    history = models.BooleanField(
        default=False, help_text="Whether its leads come with their past from another system."
    )
    starts_sla = models.BooleanField(default=False, help_text="Whether response times run for its leads.")

    # How far it is
    cursor = models.PositiveBigIntegerField(default=0)
    due_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)
    expected: Any = models.JSONField(null=True, blank=True, help_text="The counts of the dry run.")
    read = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)

    # Taken back
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey("routing.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    withdrawn = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-started_at", "-pk"]
        verbose_name = "import"
        indexes = [models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="imports_due")]

    def __str__(self) -> str:
        return f"{self.filename} at {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def is_at_work(self) -> bool:
        """Whether something is being done with it in the background."""
        return self.due_at is not None


class ImportPart(models.Model):
    """Some hundreds of rows of an uploaded file, until they have come in as captures; and what the dry run says."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="parts", db_index=False)
    number = models.PositiveIntegerField()
    rows = models.TextField(help_text="JSON: a list a row.")
    verdicts = models.TextField(blank=True, help_text="JSON: what would become of each row, and why.")
    created = models.PositiveIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["run", "number"]
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="one_part_per_import_and_number")]

    def __str__(self) -> str:
        return f"Part {self.number} of import {self.run_id}"
