"""Sources, their editions, sections and passages."""

from __future__ import annotations

from django.db import models


class Source(models.Model):
    """A document we cite."""

    class Licence(models.TextChoices):
        """What the licence allows us to show. `guidance.licensing` is the only place that reads it."""

        FULL_TEXT = "full-text", "Full text"
        EXTRACTS_ONLY = "extracts-only", "Extracts only"
        STAFF_ONLY = "staff-only", "Staff only"

    class Status(models.TextChoices):
        CURRENT = "current", "Current"
        HISTORIC = "historic", "Historic"
        SUPERSEDED = "superseded", "Superseded"
        WITHDRAWN = "withdrawn", "Withdrawn"

    slug = models.SlugField(max_length=100, unique=True)
    title = models.CharField(max_length=300)
    short_title = models.CharField(max_length=200, blank=True)
    publisher = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=100, blank=True)
    nation = models.CharField(max_length=60, blank=True)
    audience = models.TextField(blank=True)
    address = models.URLField(blank=True, help_text="The publisher's own page, where it is known.")
    licence_allows = models.CharField(max_length=20, choices=Licence, default=Licence.STAFF_ONLY)
    licence_statement = models.TextField(blank=True)
    status = models.CharField(max_length=20, choices=Status, default=Status.CURRENT)
    status_note = models.CharField(max_length=300, blank=True, help_text="One line for the banner on its pages.")
    superseded_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="supersedes"
    )

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.short_title or self.title


class Edition(models.Model):
    """One dated version of a source. It may be here with its outline alone, or with its passages."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="editions")
    label = models.CharField(max_length=60)
    date = models.CharField(max_length=20, blank=True, help_text="As precise as it is known: 2009-07, 2023-10-25.")
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    is_current = models.BooleanField(default=True, help_text="The edition that is read; older ones stay for citations.")
    file_name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, help_text="Of the text that was imported; empty without it.")

    class Meta:
        ordering = ["source", "-year", "label"]
        constraints = [models.UniqueConstraint(fields=["source", "label"], name="one_edition_per_label")]

    def __str__(self) -> str:
        return f"{self.source} {self.label}"

    @property
    def has_text(self) -> bool:
        """Whether the document itself has been imported."""
        return bool(self.sha256)


class Section(models.Model):
    """A numbered or headed part of an edition. `order` is its place in the reading order of the whole edition."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="sections")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="children")
    key = models.CharField(max_length=400)
    number = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=300)
    slug = models.CharField(max_length=300)
    depth = models.PositiveSmallIntegerField()
    order = models.PositiveIntegerField()
    #: What the heading covers: text, front, contents, references, letter, figures or contact.
    role = models.CharField(max_length=20, default="text")
    supplied = models.BooleanField(default=False, help_text="The heading is ours; the text has lost its own.")
    in_brief = models.TextField(blank=True, help_text="What the section says, in our own words.")
    in_brief_digest = models.CharField(
        max_length=64, blank=True, editable=False, help_text="Of the In brief as starter content left it."
    )

    class Meta:
        ordering = ["edition", "order"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "key"], name="one_section_per_key"),
            models.UniqueConstraint(fields=["edition", "slug"], name="one_section_per_slug"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()


class Passage(models.Model):
    """The smallest citable piece. Its id is the same on every installation and never used for another text."""

    passage_id = models.CharField(max_length=16, primary_key=True)
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="passages")
    order = models.PositiveIntegerField(help_text="Place within its section.")
    kind = models.CharField(max_length=30, db_index=True)
    markdown = models.TextField()
    plain = models.TextField(help_text="The document's own words, without markup.")
    #: The one window of the text that may be shown where the licence allows extracts only; often empty.
    extract = models.TextField(blank=True)
    hash = models.CharField(max_length=64, db_index=True)
    locator = models.CharField(max_length=400)
    first_line = models.PositiveIntegerField(default=0)
    last_line = models.PositiveIntegerField(default=0)
    #: Of a row or a caption: label, caption, number, head and the row's cells.
    table = models.JSONField(null=True, blank=True)
    row = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["section__order", "order"]
        indexes = [models.Index(fields=["section", "order"], name="passage_in_section")]

    def __str__(self) -> str:
        return f"{self.locator} ({self.passage_id})"
