"""What starter content was loaded, and in which state it was left."""

from __future__ import annotations

from django.db import models


class StarterItem(models.Model):
    """One item of `content/` as it was last loaded. Kept when its object is deleted, so that it is not brought back."""

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    #: The model's label and the primary key of what was made from it.
    model = models.CharField(max_length=100)
    object_id = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, help_text="Hash of the file's item as last loaded.")
    state = models.CharField(max_length=64, help_text="State of the object as last loaded.")
    loaded = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="one_starter_item_per_key")]
        verbose_name = "starter item"

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
