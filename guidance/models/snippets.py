"""What pages and trees share: dated figures, words and their meanings, and where sources disagree."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import chain, count

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.text import slugify
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import StreamField

from guidance.blocks.citation import CitationBlock
from guidance.blocks.tension import SidesBlock
from search.analysis import STOP_WORDS, words
from search.lexicon import DEFAULT_WEIGHT, NAMES_FROM, is_ordinary

_ONE_PER_LINE = "One per line."
#: Of a slug made of a term, so much; the rest is room for a number.
SLUG_ROOM = 110


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _refuse_words_that_say_nothing(row: GlossaryTerm | SearchWords) -> None:
    """A word that is left out of every search, or one letter that may mean anything, would never find what is meant."""
    settled = {line.casefold() for line in row.lines("ambiguous")} if row.lines("context") else set()
    errors: dict[str, str] = {}
    for field in ("term", "searched", "typed", "pairs"):
        for line in row.lines(field):
            for text in line.split("=", 1) if field == "pairs" else (line,):
                if problem := _says_nothing(text.strip(), settled):
                    errors.setdefault(field, problem)
    if errors:
        raise ValidationError(errors)


def _says_nothing(text: str, settled: set[str]) -> str:
    """What is wrong with a word for the search, in a sentence; empty where nothing is."""
    found = words(text)
    if len(found) != 1 or is_ordinary(text):
        return ""
    if len(found[0].text) == 1 and text.casefold() not in settled:
        return (
            f"“{text}” is one character and may mean anything. Take it away, or write it under “words with another "
            "sense” too and give the words of the context that settle it."
        )
    if len(found[0].text) > 1 and found[0].text in STOP_WORDS:
        return f"“{text}” is left out of every search. Take it away, or write a longer phrase that holds it."
    return ""


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
    """A word of the field, what it means, and which words search may take for it."""

    class Age(models.TextChoices):
        CURRENT = "current", "In use"
        OLD = "old", "Old: from 2006 or 2009"
        BOTH = "both", "In old and in current texts"

    slug = models.SlugField(max_length=120, unique=True)
    term = models.CharField(max_length=160)
    meaning = models.TextField(help_text="In our own words.")
    age = models.CharField("in use", max_length=10, choices=Age.choices, default=Age.CURRENT)
    synonyms = models.TextField("words for the same", blank=True, help_text=f"For readers. {_ONE_PER_LINE}")
    sources = models.TextField("sources that use it", blank=True, help_text=f"By slug. {_ONE_PER_LINE}")
    see_also = models.TextField(blank=True, help_text=f"Related terms, never exchanged in search. {_ONE_PER_LINE}")
    unprinted = models.TextField(
        "expansions that no text prints", blank=True, help_text=f"Names and abbreviations from outside. {_ONE_PER_LINE}"
    )
    searched = models.TextField(
        "words that find each other", blank=True, help_text=f"Safe both ways in search. {_ONE_PER_LINE}"
    )
    typed = models.TextField(
        "words that people type",
        blank=True,
        help_text=f"Someone who types one of these means the term. {_ONE_PER_LINE}",
    )
    pairs = models.TextField(blank=True, help_text="Words of one pair stand for each other. One pair per line: MI = …")
    ambiguous = models.TextField(
        "words with another sense",
        blank=True,
        help_text=f"They count only beside a word of the context, or alone. {_ONE_PER_LINE}",
    )
    context = models.TextField(blank=True, help_text=f"Words that settle the sense. {_ONE_PER_LINE}")
    note = models.TextField(blank=True, help_text="What to watch.")

    panels = [
        FieldPanel("term"),
        FieldPanel("slug"),
        FieldPanel("meaning"),
        FieldPanel("note"),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("age", "sources", "synonyms", "unprinted", "see_also")],
            heading="For readers",
        ),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("searched", "typed", "pairs", "ambiguous", "context")], heading="For search"
        ),
    ]

    class Meta:
        ordering = ["term"]
        verbose_name = "glossary term"

    def __str__(self) -> str:
        return self.term

    def clean(self) -> None:
        super().clean()
        _refuse_words_that_say_nothing(self)

    def lines(self, field: str) -> tuple[str, ...]:
        """A field that holds one thing per line."""
        return _lines(getattr(self, field))


class SearchWords(models.Model):
    """Words that search takes for one another and that need no entry in the glossary: brands, slang, everyday words."""

    slug = models.SlugField(max_length=120, unique=True)
    term = models.CharField(max_length=160, help_text="The word as the sources or our pages have it.")
    searched = models.TextField(
        "words that find each other", blank=True, help_text=f"Safe both ways in search. {_ONE_PER_LINE}"
    )
    typed = models.TextField(
        "words that people type",
        blank=True,
        help_text=f"Someone who types one of these means the term. {_ONE_PER_LINE}",
    )
    pairs = models.TextField(blank=True, help_text="Words of one pair stand for each other. One pair per line: MI = …")
    ambiguous = models.TextField(
        "words with another sense",
        blank=True,
        help_text=f"They count only beside a word of the context, or alone. {_ONE_PER_LINE}",
    )
    context = models.TextField(blank=True, help_text=f"Words that settle the sense. {_ONE_PER_LINE}")
    weight = models.FloatField(
        default=DEFAULT_WEIGHT,
        validators=[MinValueValidator(0.1), MaxValueValidator(1.0)],
        help_text="What a match is worth, the word itself being worth 1. "
        f"Below {NAMES_FROM}: neighbours, no names for it.",
    )
    note = models.TextField(blank=True, help_text="What to watch.")

    panels = [
        FieldPanel("term"),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("searched", "typed", "pairs", "ambiguous", "context", "weight")],
            heading="For search",
        ),
        FieldPanel("note"),
    ]

    class Meta:
        ordering = ["term"]
        verbose_name = "search words"
        verbose_name_plural = "search words"

    def __str__(self) -> str:
        return self.term

    def clean(self) -> None:
        """The slug is made of the first term and kept for good: the starter content finds its rows by it."""
        super().clean()
        _refuse_words_that_say_nothing(self)
        self.slug = self.slug or self._free_slug()

    def _free_slug(self) -> str:
        own = slugify(self.term)[:SLUG_ROOM] or "words"
        taken = set(SearchWords.objects.filter(slug__startswith=own).values_list("slug", flat=True))
        return next(slug for slug in chain([own], (f"{own}-{number}" for number in count(2))) if slug not in taken)

    def lines(self, field: str) -> tuple[str, ...]:
        """A field that holds one thing per line."""
        return _lines(getattr(self, field))


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
