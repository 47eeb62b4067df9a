"""What pages and trees share: dated figures, words and their meanings, and where sources disagree."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.fields import StreamField

from guidance.blocks.citation import CitationBlock
from guidance.blocks.tension import SidesBlock


class Tension(models.Model):
    """Two or more statements of sources that do not agree, and what the portal follows."""

    key = models.SlugField(max_length=40, unique=True, help_text="Permanent, for example X-03.")
    title = models.CharField(max_length=200)
    sides = StreamField(SidesBlock())
    we_follow = models.TextField("what we follow, and why")

    panels = [FieldPanel("key"), FieldPanel("title"), FieldPanel("sides"), FieldPanel("we_follow")]

    class Meta:
        ordering = ["key"]
        verbose_name = "disagreement"

    def __str__(self) -> str:
        return f"{self.key}: {self.title}"


class GlossaryTerm(models.Model):
    """A word of the field, what it means, and other words for the same thing."""

    slug = models.SlugField(max_length=120, unique=True)
    term = models.CharField(max_length=160)
    meaning = models.TextField(blank=True)
    also = models.TextField("other words for it", blank=True, help_text="One per line. Search treats them as the same.")
    note = models.TextField(blank=True, help_text="Where the word is old, disputed or used in more than one sense.")

    panels = [FieldPanel("term"), FieldPanel("slug"), FieldPanel("meaning"), FieldPanel("also"), FieldPanel("note")]

    class Meta:
        ordering = ["term"]
        verbose_name = "glossary term"

    def __str__(self) -> str:
        return self.term

    @property
    def other_words(self) -> tuple[str, ...]:
        return tuple(line.strip() for line in self.also.splitlines() if line.strip())


class Figure(models.Model):
    """A legal or national number with its place, its source and the days it is in force. Data, never a constant."""

    key = models.SlugField(max_length=120, help_text="Permanent; the same for earlier and later values.")
    title = models.CharField(max_length=200)
    value = models.DecimalField(max_digits=12, decimal_places=4)
    unit = models.CharField(max_length=20, help_text="A unit id, for example mg-l.")
    jurisdiction = models.CharField(max_length=120)
    starts = models.DateField("in force from")
    ends = models.DateField("in force until", null=True, blank=True, help_text="The last day. Empty: still in force.")
    citations = StreamField([("citation", CitationBlock())], blank=True)
    note = models.TextField(blank=True)

    panels = [
        FieldPanel("title"),
        FieldPanel("key"),
        FieldRowPanel([FieldPanel("value"), FieldPanel("unit"), FieldPanel("jurisdiction")]),
        FieldRowPanel([FieldPanel("starts"), FieldPanel("ends")]),
        FieldPanel("citations"),
        FieldPanel("note"),
    ]

    class Meta:
        ordering = ["key", "-starts"]
        constraints = [models.UniqueConstraint(fields=["key", "starts"], name="one_figure_value_per_start")]

    def __str__(self) -> str:
        return f"{self.title}: {self.shown_value} {self.unit}"

    def clean(self) -> None:
        super().clean()
        if self.ends and self.starts and self.ends < self.starts:
            raise ValidationError({"ends": "The last day lies before the first."})

    @property
    def shown_value(self) -> str:
        """The value without the zeros the database adds."""
        return f"{self.value:f}".rstrip("0").rstrip(".") if "." in f"{self.value:f}" else f"{self.value:f}"

    @classmethod
    def in_force(cls, day: date) -> Mapping[str, Figure]:
        """The figures in force on a day, by key. Where two overlap, the one that started last."""
        rows = cls.objects.filter(Q(ends__isnull=True) | Q(ends__gte=day), starts__lte=day).order_by("starts")
        return {figure.key: figure for figure in rows}
