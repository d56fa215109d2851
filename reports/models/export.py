"""Exports that are too large to be waited for: what was asked, how far it is, and the file by parts."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.timezone import now


class ExportRun(models.Model):
    """One file being written in the background for somebody, who downloads it within some days.

    `due_at` is when it is gone on with, or thrown away; whoever writes it puts that off meanwhile, so that somebody
    else goes on should they die. It can be downloaded only once it is whole.
    """

    class State(models.TextChoices):
        WRITING = "writing", "being written"
        READY = "ready", "ready"
        FAILED = "failed", "failed"

    sheet = models.CharField(max_length=20)
    by = models.ForeignKey("routing.User", on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField(default=now)
    asked: Any = models.JSONField(default=dict, help_text="Period, team and source.")
    bom = models.BooleanField(default=False)
    rights = models.TextField(help_text="What the person might see when they asked.")

    state = models.CharField(max_length=8, choices=State, default=State.WRITING)
    expected = models.PositiveIntegerField(default=0, help_text="Rows when it was asked for.")
    rows = models.PositiveIntegerField(default=0, help_text="Rows so far.")
    size = models.PositiveBigIntegerField(default=0, help_text="Bytes so far.")
    cursor = models.PositiveBigIntegerField(default=0, help_text="The key of the last row.")
    parts_so_far = models.PositiveIntegerField(default=0)
    settled: Any = models.JSONField(null=True, help_text="Columns that were settled when it began.")
    tries = models.PositiveSmallIntegerField(default=0, help_text="How often it was begun or gone on with in vain.")
    error = models.CharField(max_length=300, blank=True)
    ready_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = "export"
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="exports_due"),
            models.Index(fields=["by", "-asked_at"], name="exports_of_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.sheet} at {self.asked_at:%Y-%m-%d %H:%M}"

    @property
    def is_at_work(self) -> bool:
        return self.state == self.State.WRITING

    @property
    def file_name(self) -> str:
        return f"{self.sheet}-{self.asked_at:%Y-%m-%d}"


class ExportPart(models.Model):
    """A piece of an export's file: whole lines, packed. In the database, for web and workers share no disk."""

    run = models.ForeignKey(ExportRun, on_delete=models.CASCADE, related_name="parts", db_index=False)
    number = models.PositiveIntegerField()
    packed = models.BinaryField(help_text="Bytes of the file, by zlib.")

    class Meta:
        ordering = ["run", "number"]
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="one_part_per_export_and_number")]

    def __str__(self) -> str:
        return f"Part {self.number} of export {self.run_id}"
