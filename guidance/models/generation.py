"""The one row that says which state the public content is in."""

from __future__ import annotations

from django.db import models


class ContentGeneration(models.Model):
    """Its token changes with the content. Read and written through `guidance.generation`."""

    ONLY = 1

    token = models.CharField(max_length=32)
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "content generation"

    def __str__(self) -> str:
        return self.token
