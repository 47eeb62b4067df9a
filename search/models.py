"""What the index still has to be told. The index itself is not in this database."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class OutboxEntry(models.Model):
    """One object whose documents must be written to one index anew.

    Written in the transaction that changes the object, so that both happen or neither; gone once the index has it.
    """

    engine = models.CharField(max_length=32, default="embedded")
    kind = models.CharField(max_length=64)
    ref = models.CharField(max_length=255)
    created = models.DateTimeField(default=timezone.now)
    #: A search leaves an entry to the process that wrote it until then.
    due = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["engine", "due"], name="search_outbox_due")]
        verbose_name = "search outbox entry"
        verbose_name_plural = "search outbox entries"

    def __str__(self) -> str:
        return f"{self.kind} {self.ref}"
