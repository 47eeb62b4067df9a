"""What the index still has to be told, what editors put first, and which searches found too little.

The index itself is not in this database.
"""

from __future__ import annotations

import re

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

#: How the key of a result looks: its kind, and what names it there.
KEY = re.compile(r"[a-z][a-z-]*:(?!//)\S+")


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


class BestBet(models.Model):
    """What editors put first for certain words, until a day. Shown only to those who may find it anyway."""

    words = models.TextField(
        help_text="The searches it answers, one per line. Case, plural and small words do not matter.",
    )
    key = models.CharField(
        "what to show",
        max_length=200,
        help_text="The key of a result, for example tree:12. Staff see it under “Why this hit”.",
    )
    owner = models.CharField(max_length=120, help_text="Who answers for it.")
    expires = models.DateField(help_text="The last day on which it is shown.")
    note = models.TextField(blank=True, help_text="Why it is needed.")

    class Meta:
        ordering = ["expires", "key"]
        verbose_name = "best bet"

    def __str__(self) -> str:
        return f"{self.lines[0] if self.lines else ''}: {self.key}"

    def clean(self) -> None:
        """A bet that nobody would ever see, or that stands there already, is a slip."""
        if self.pk is None and self.expires and self.expires < timezone.localdate():
            raise ValidationError({"expires": "This day is over. Give the last day on which it is to be shown."})
        if self.key and not KEY.fullmatch(self.key):
            raise ValidationError({"key": "A key looks like tree:12. Copy it from “Why this hit” under a result."})
        others = BestBet.objects.filter(key=self.key, expires__gte=timezone.localdate()).exclude(pk=self.pk)
        wanted = {line.casefold() for line in self.lines}
        if any(wanted & {line.casefold() for line in other.lines} for other in others):
            raise ValidationError({"words": "Another best bet shows the same for one of these searches already."})

    @admin.display(description="Searches it answers")
    def searches(self) -> str:
        return " · ".join(self.lines)

    @property
    def lines(self) -> tuple[str, ...]:
        """The searches it answers."""
        return tuple(line.strip() for line in self.words.splitlines() if line.strip())


class PoorSearch(models.Model):
    """How often a search found nothing that answers it on one day. Who asked is not known.

    For words that may be a name, `words` holds a keyed hash until they come back: see `search.editing`.
    """

    words = models.CharField(max_length=100)
    day = models.DateField(default=timezone.localdate)
    times = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-day", "-times"]
        constraints = [models.UniqueConstraint(fields=["words", "day"], name="poor_search_once_a_day")]
        verbose_name = "search that found too little"
        verbose_name_plural = "searches that found too little"

    def __str__(self) -> str:
        return f"{self.words}: {self.times}"
