"""Which public content cites which passage. Rebuilt from the content; never the place where a citation is kept."""

from __future__ import annotations

from django.db import models


class Citation(models.Model):
    """One citation on one live page."""

    page_type = models.CharField(max_length=100, help_text="The page type, for example guidance.GuidancePage.")
    page_id = models.PositiveIntegerField(db_index=True)
    anchor = models.CharField(max_length=200, blank=True)
    label = models.CharField(max_length=400, help_text="What cites, in words.")
    url = models.CharField(max_length=500)
    source = models.CharField(max_length=100)
    edition = models.CharField(max_length=60)
    section_key = models.CharField(max_length=400)
    hash12 = models.CharField(max_length=12, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["source", "edition", "hash12"], name="citation_by_passage"),
        ]
        ordering = ["label", "pk"]

    def __str__(self) -> str:
        return f"{self.label}: {self.source}@{self.edition} {self.section_key}"
