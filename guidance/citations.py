"""Citation strings: reading, writing, and finding the passage that one points at.

Reading and writing know nothing of Django. `resolve` asks the database, in two queries for any number of citations,
and remembers the answers of this process until something public changes.

    >>> parse("models-of-care-update-2006@2006-07 5.2.4 #0f3a9c11d2e4").section_key
    '5.2.4'
    >>> format_citation(CitationRef("guide", "2009-07", "Domestic abuse"))
    'guide@2009-07 Domestic abuse'
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar
from urllib.parse import quote

HASH_LENGTH = 12
SOURCES_URL = "/sources/"
CURRENT = "current"
RIGHT_FORM = "source@edition section key #first 12 characters of the passage hash"
EXAMPLE = "towards-successful-treatment-completion@2009-07 5.2.4 #0f3a9c11d2e4"

_FORM = re.compile(
    r"(?P<source>[a-z0-9]+(?:-[a-z0-9]+)*)@(?P<edition>[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*)"
    r" (?P<section>\S(?:.*?\S)??)(?: #(?P<hash>[0-9a-f]{12}))?"
)
#: A hash that was begun and not finished must not be read as part of a heading.
_BROKEN_HASH = re.compile(r"(?:^|\s)#[0-9A-Za-z]*$")


class InvalidCitation(ValueError):
    """The text is not a citation. The message says what the right form is."""

    def __init__(self, text: str) -> None:
        shown = text if len(text) <= 120 else f"{text[:120]}…"
        super().__init__(f"“{shown}” is not a citation. Write it as: {RIGHT_FORM}. Example: {EXAMPLE}.")
        self.text = text


@dataclass(frozen=True, slots=True, order=True)
class CitationRef:
    """What a citation names. Without a hash it points at a whole section."""

    source: str
    edition: str
    section_key: str
    hash12: str = ""

    def __str__(self) -> str:
        return format_citation(self)


class Precision(Enum):
    """How near a citation opens to what it cites."""

    PASSAGE = "passage"
    SECTION = "section"
    UNRESOLVED = "unresolved"


@dataclass(frozen=True, slots=True)
class ResolvedCitation:
    """A citation as a reader meets it. `source` is a short title. With nothing found, `url` is the list of sources.

    `is_lost`: the document is loaded and does not hold the cited passage. It opens at the section, which may no longer
    say what it is cited for.
    """

    ref: CitationRef
    precision: Precision
    url: str
    label: str
    year: int | None = None
    historic: bool = False
    source: str = ""
    locator: str = ""
    passage_id: str = ""
    is_lost: bool = False

    @property
    def is_resolved(self) -> bool:
        """Its passage is found, or, with the document not loaded, its section (product design, section 5)."""
        return self.source_is_known and not self.is_lost

    @property
    def source_is_known(self) -> bool:
        return self.precision is not Precision.UNRESOLVED

    @property
    def text(self) -> str:
        """The citation as it is written in content."""
        return format_citation(self.ref)


def parse(text: str) -> CitationRef:
    """Read one citation string.

    Raises:
        InvalidCitation: if the text has another form.
    """
    cleaned = " ".join(text.split())
    match = _FORM.fullmatch(cleaned)
    if match is None or _BROKEN_HASH.search(match["section"]):
        raise InvalidCitation(cleaned)
    return CitationRef(match["source"], match["edition"], match["section"], match["hash"] or "")


def format_citation(ref: CitationRef) -> str:
    """The string that `parse` reads back to the same value."""
    text = f"{ref.source}@{ref.edition} {ref.section_key}"
    return f"{text} #{ref.hash12}" if ref.hash12 else text


def parse_all(texts: Iterable[str]) -> tuple[CitationRef, ...]:
    """Read several citations, each once, in the order given."""
    return tuple(dict.fromkeys(parse(text) for text in texts))


def section_url(source: str, edition: str, section_slug: str) -> str:
    return f"{SOURCES_URL}{quote(source)}/{quote(edition)}/{quote(section_slug)}/"


def passage_anchor(passage_id: str) -> str:
    return f"p-{passage_id}"


def passage_url(source: str, edition: str, section_slug: str, passage_id: str) -> str:
    return f"{section_url(source, edition, section_slug)}#{passage_anchor(passage_id)}"


def section_locator(number: str, title: str) -> str:
    """How a person names a section: by its number, or by its heading where it has none."""
    return f"section {number}" if number else f"section “{title}”"


def citation_label(source_title: str, locator: str, year: int | None) -> str:
    return f"{source_title}, {locator} ({year})" if year else f"{source_title}, {locator}"


def resolve(refs: Iterable[CitationRef]) -> dict[CitationRef, ResolvedCitation]:
    """Find what each citation points at: two queries for any number, none for those this process knows already."""
    from .generation import remembered

    known: dict[CitationRef, ResolvedCitation] = remembered("citations")
    wanted = tuple(dict.fromkeys(refs))
    missing = [ref for ref in wanted if ref not in known]
    if missing:
        known.update(_look_up(missing))
    return {ref: known[ref] for ref in wanted}


def resolve_texts(texts: Iterable[str]) -> Mapping[str, ResolvedCitation]:
    """`resolve` for citation strings. A string that is no citation comes back unresolved, with itself as its label."""
    refs: dict[str, CitationRef] = {}
    broken: dict[str, ResolvedCitation] = {}
    for text in texts:
        try:
            refs[text] = parse(text)
        except InvalidCitation:
            broken[text] = _unfound(CitationRef("", "", text), text)
    found = resolve(refs.values())
    return {**broken, **{text: found[ref] for text, ref in refs.items()}}


@dataclass(frozen=True, slots=True)
class _Place:
    """A section as far as a citation needs it. Rows of models would cost several times the rest of a look-up."""

    section: int
    number: str
    title: str
    slug: str
    edition: str
    year: int | None
    source: str
    source_title: str
    source_short_title: str
    status: str
    #: Empty where the document has not been imported.
    sha256: str

    #: Where the values stand, seen from a section, in the order of the fields.
    FIELDS: ClassVar[tuple[str, ...]] = (
        "pk",
        "number",
        "title",
        "slug",
        "edition__label",
        "edition__year",
        "edition__source__slug",
        "edition__source__title",
        "edition__source__short_title",
        "edition__source__status",
        "edition__sha256",
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """A passage with a cited hash."""

    passage_id: str
    locator: str
    place: _Place


def _look_up(refs: list[CitationRef]) -> dict[CitationRef, ResolvedCitation]:
    # The pure half of this module must load without Django, and the models import it.
    from django.db.models.functions import Left

    from guidance.models.sources import Passage, Section

    slugs, labels = {ref.source for ref in refs}, {ref.edition for ref in refs}
    rows = Section.objects.filter(
        edition__source__slug__in=slugs, edition__label__in=labels, key__in={ref.section_key for ref in refs}
    ).values_list("key", *_Place.FIELDS)
    sections: dict[tuple[str, str, str], _Place] = {}
    for key, *values in rows:
        place = _Place(*values)
        sections[place.source, place.edition, key] = place
    hashes = {ref.hash12 for ref in refs if ref.hash12}
    passages: dict[tuple[str, str, str], list[_Found]] = {}
    if hashes:
        cited = (
            Passage.objects.filter(section__edition__source__slug__in=slugs, section__edition__label__in=labels)
            .annotate(hash12=Left("hash", HASH_LENGTH))
            .filter(hash12__in=hashes)
            .order_by("section__order", "order")
            .values_list("hash12", "passage_id", "locator", *(f"section__{name}" for name in _Place.FIELDS))
        )
        for hash12, passage_id, locator, *values in cited:
            place = _Place(*values)
            found = _Found(passage_id, locator, place)
            passages.setdefault((place.source, place.edition, hash12), []).append(found)
    return {
        ref: _resolved(
            ref,
            sections.get((ref.source, ref.edition, ref.section_key)),
            passages.get((ref.source, ref.edition, ref.hash12), ()),
        )
        for ref in refs
    }


def _unfound(ref: CitationRef, text: str) -> ResolvedCitation:
    return ResolvedCitation(
        ref, Precision.UNRESOLVED, url=SOURCES_URL, label=text, source=ref.source, locator=ref.section_key
    )


def rests_on_historic_text(found: Iterable[ResolvedCitation]) -> bool:
    """Whether there are citations and every one is of a source that is not current. One that is not found is not."""
    found = tuple(found)
    return bool(found) and all(citation.historic for citation in found)


def _resolved(ref: CitationRef, section: _Place | None, candidates: Sequence[_Found]) -> ResolvedCitation:
    """The cited passage in its section; else the same passage elsewhere in the edition; else the section."""
    in_section = [found for found in candidates if section and found.place.section == section.section]
    passage = next(iter(in_section or candidates), None)
    place = passage.place if passage else section
    if place is None:
        return _unfound(ref, format_citation(ref))
    locator = passage.locator if passage else section_locator(place.number, place.title)
    title = place.source_short_title or place.source_title
    url = section_url(place.source, place.edition, place.slug)
    return ResolvedCitation(
        ref,
        Precision.PASSAGE if passage else Precision.SECTION,
        url=f"{url}#{passage_anchor(passage.passage_id)}" if passage else url,
        label=citation_label(title, locator, place.year),
        year=place.year,
        historic=place.status != CURRENT,
        source=title,
        locator=locator,
        passage_id=passage.passage_id if passage else "",
        is_lost=bool(ref.hash12 and place.sha256 and passage is None),
    )
