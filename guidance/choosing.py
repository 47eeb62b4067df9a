"""Finding the passage that an editor wants to cite, and showing what a citation points at.

An editor looks for a passage by its words, by its source and section number, by a citation or by the address of its
page. Everything found carries the citation as it is stored, so that nobody types one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote

from django.db.models import Q, QuerySet

from guidance.citations import (
    CURRENT,
    HASH_LENGTH,
    RIGHT_FORM,
    SOURCES_URL,
    CitationRef,
    InvalidCitation,
    Precision,
    ResolvedCitation,
    citation_label,
    format_citation,
    parse,
    passage_url,
    resolve,
    section_locator,
    section_url,
)
from guidance.importing.document import PassageKind
from guidance.licensing import Shown, shown_text
from guidance.models import Passage, Section, Source
from guidance.search_kinds import IN_BRIEF, PASSAGE
from search.query import MAX_PAGE, SearchQuery, clean
from search.results import Hit
from search.services import search

#: Sections of one answer; each brings its best passages.
SECTIONS_A_PAGE = 8
#: Entries of a section's own list in one answer.
ENTRIES_A_PAGE = 20
FEWEST_LETTERS = 2
#: Citations described in one go, and the longest one that is looked at.
MOST_CITATIONS, LONGEST_CITATION = 200, 700
#: Sections found by their heading alone.
MOST_HEADINGS = 5

TOO_SHORT = "Type at least two letters, or a section’s number."
NOTHING_FOUND = "Nothing found for “{}”. Try fewer or other words, a section’s number, or another source."
NOT_THERE = "There is no section “{}” in {}@{}. Search for its words instead."
GONE = "This passage is not in the edition that is loaded. Choose the passage that says it now."
NOT_LOADED = "The document is not loaded, so this shows its section’s In brief. The citation opens at the section."
EXTRACT = "The licence of this document lets us show these words only."
WITHHELD = "The licence of this document lets us show none of this passage."
CONTACT = "This passage holds contact details, which the portal does not show."
BRIEF = "Its section in brief: {}"

_ADDRESS = re.compile(r"(?:/passages/|#p-)([0-9a-z]{8,16})(?![0-9a-z])")
_SECTION_ADDRESS = re.compile(rf"{SOURCES_URL}([a-z0-9-]+)/([A-Za-z0-9.-]+)/([^/?#\s]+)")
_WORD = re.compile(r"[^\s,;:()“”\"'’‘]+")
_PARAGRAPH = re.compile(r",?\s*\bpara(?:graph|\.)?\s+(\d{1,3})\b", re.IGNORECASE)
#: Words that name no source and no section.
_FILLING = frozenset({"§", "s", "sec", "section", "sections", "chapter", "part", "of", "in", "the", "no", "number"})


@dataclass(frozen=True, slots=True)
class Card:
    """A passage or a section as an editor sees it.

    Attributes:
        citation: As it is stored.
        kind: What is cited: "passage", "section", or "" where it was not found.
        text: As much of the passage as its licence lets this person see; of a section, or while the document is not
            loaded, the section's In brief.
        note: What the editor should know about the text, or what is wrong with the citation.
        found: Words of the text that were looked for, as they are written there.
    """

    citation: str
    label: str
    text: str = ""
    year: int | None = None
    historic: bool = False
    url: str = SOURCES_URL
    kind: str = ""
    resolved: bool = True
    note: str = ""
    found: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """One page of an answer. `message` says what the editor should know about it; often nothing."""

    cards: tuple[Card, ...] = ()
    more: bool = False
    message: str = ""


def find(words: str, *, source: str = "", page: int = 1, to_staff: bool) -> Found:
    """Look for passages and sections to cite, best first.

    Args:
        words: What the editor typed or pasted. Anything is allowed.
        source: Slug of the only source to look in.
        page: From 1.
        to_staff: Whether the editor may read what is for staff only.

    Raises:
        SearchUnavailable: when no index can be read or built.
    """
    text = clean(words)
    page = min(max(page, 1), MAX_PAGE)
    named = _pasted(text.removeprefix("[[").removesuffix("]]").strip(), to_staff)
    if named is None:
        named = _at_place(text, source, to_staff)
    if named is not None:
        cards, message = named
        start = (page - 1) * ENTRIES_A_PAGE
        end = start + ENTRIES_A_PAGE
        return Found(
            tuple(cards[start:end]), end < len(cards), message or ("" if cards else NOTHING_FOUND.format(text))
        )
    if sum(character.isalnum() for character in text) < FEWEST_LETTERS:
        return Found(message=TOO_SHORT)
    return _by_words(text, source, page, to_staff)


def describe(texts: Iterable[str], *, to_staff: bool) -> tuple[Card, ...]:
    """What each of these citations points at, in the order given, in at most four queries for all of them."""
    wanted = list(dict.fromkeys(texts))[:MOST_CITATIONS]
    refs: dict[str, CitationRef] = {}
    for text in wanted:
        if len(text) <= LONGEST_CITATION and text.isprintable():
            try:
                refs[text] = parse(text)
            except InvalidCitation:
                continue
    resolved = resolve(refs.values())
    passages = {
        passage.passage_id: passage
        for passage in _passages(Q(pk__in=[each.passage_id for each in resolved.values() if each.passage_id]))
    }
    sections = {
        (section.edition.source.slug, section.edition.label, section.key): section
        for section in _sections(
            Q(
                edition__source__slug__in={ref.source for ref in refs.values()},
                edition__label__in={ref.edition for ref in refs.values()},
                key__in={ref.section_key for ref in refs.values()},
            )
        )
    }
    cards = []
    for text in wanted:
        ref = refs.get(text)
        if ref is None:
            note = f"This is no citation. The form is: {RIGHT_FORM}."
            cards.append(Card(text, text, resolved=False, note=note))
            continue
        found = resolved[ref]
        section = sections.get((ref.source, ref.edition, ref.section_key))
        cards.append(replace(_card(found, passages.get(found.passage_id), section, to_staff), citation=text))
    return tuple(cards)


def sources() -> tuple[tuple[str, str], ...]:
    """The sources that can be cited, as pairs of slug and title."""
    rows = Source.objects.filter(editions__is_current=True).distinct().order_by("title")
    return tuple((source.slug, str(source)) for source in rows)


# What was pasted


def _pasted(text: str, to_staff: bool) -> tuple[list[Card], str] | None:
    """What a citation or an address names, with what stands around it, and a message; None for anything else."""
    address = _ADDRESS.search(text)
    passage = _passages(Q(pk=address[1])).first() if address else None
    if passage:
        return [passage_card(passage, to_staff), section_card(passage.section)], ""
    place = _SECTION_ADDRESS.search(text)
    if place:
        at = Q(edition__source__slug=place[1], edition__label=place[2], slug=clean(unquote(place[3])))
        return _with_passages(_sections(at), to_staff), ""
    try:
        ref = parse(text)
    except InvalidCitation:
        return None
    card = describe([text], to_staff=to_staff)[0]
    sections = _sections(Q(edition__source__slug=ref.source, edition__label=ref.edition, key=ref.section_key))
    if card.kind == PASSAGE:
        return [card, *map(section_card, sections)], ""
    return _with_passages(sections, to_staff), "" if card.resolved else card.note


# By source and section number


def _at_place(text: str, source: str, to_staff: bool) -> tuple[list[Card], str] | None:
    """A numbered section with its passages and the sections below it, where the words name one and nothing else."""
    paragraph = _PARAGRAPH.search(text)
    words = [word.casefold().strip(".?!") for word in _WORD.findall(_PARAGRAPH.sub(" ", text).replace("§", " § "))]
    named = [word for word in words if word and word not in _FILLING]
    # "6 weeks" asks for words. A whole number names a section where it stands alone or is said to.
    plainly = len(named) == 1 or len(named) < len(words)
    numbers = [word for word in named if any(map(str.isdigit, word)) and (plainly or "." in word)]
    if not numbers:
        return None
    rows = _sections(Q(edition__is_current=True, number__in=[*numbers, *(number.upper() for number in numbers)]))
    if source:
        rows = rows.filter(edition__source__slug=source)
    here = [section for section in rows if _names(named, section)]
    if not here:
        return None
    below = Q(pk__in=[])
    for section in here:
        below |= Q(edition=section.edition_id, number__startswith=f"{section.number}.")
    found = [*_with_passages(here, to_staff), *(section_card(section) for section in _sections(below))]
    if paragraph:
        # The sort is stable: what was asked for first, the rest as the document has it.
        found.sort(key=lambda card: f"paragraph {paragraph[1]}" not in card.label.split(" (")[0].split(", "))
    return found, ""


def _names(words: Sequence[str], section: Section) -> bool:
    """Whether the words are this section's number and, all of them, words of its source."""
    edition = section.edition
    of_source = _words_of(
        edition.source.title, edition.source.short_title, edition.source.slug.replace("-", " "), edition.label
    ) | {edition.label.casefold(), str(edition.year)}
    rest = [word for word in words if word != section.number.casefold()]
    return len(rest) < len(words) and all(any(each.startswith(word) for each in of_source) for word in rest)


def _words_of(*texts: str) -> frozenset[str]:
    return frozenset(word.casefold().strip(".?!") for text in texts for word in _WORD.findall(text))


def _with_passages(sections: Iterable[Section], to_staff: bool) -> list[Card]:
    """Each section whole, then its passages in the order of the document."""
    cards: list[Card] = []
    for section in sections:
        cards.append(section_card(section))
        for passage in section.passages.exclude(kind=PassageKind.CONTACT.value).order_by("order"):
            passage.section = section
            cards.append(passage_card(passage, to_staff))
    return cards


# By words


def _by_words(text: str, source: str, page: int, to_staff: bool) -> Found:
    query = SearchQuery.of(
        text, kinds=(PASSAGE, IN_BRIEF), sources=(source,) if source else (), page=page, limit=SECTIONS_A_PAGE
    )
    answer = search(query)
    if page > max(answer.pages, 1):
        return Found()
    hits = sorted((each for hit in answer.hits for each in (hit, *hit.neighbours)), key=lambda hit: -hit.score)
    cards = list(_cards_of(hits, to_staff))
    more = page < answer.pages
    if not more:
        known = {card.citation for card in cards}
        cards += [card for card in _by_heading(text, source) if card.citation not in known]
    if not cards:
        return Found(message=NOTHING_FOUND.format(text))
    message = f"Searched for “{answer.corrected_text}”." if answer.corrected_text else " ".join(answer.relaxed)
    return Found(tuple(cards), more, message)


def _cards_of(hits: Sequence[Hit], to_staff: bool) -> Iterator[Card]:
    keys = [hit.key.partition(":")[2] for hit in hits]
    passages = {each.passage_id: each for each in _passages(Q(pk__in=keys))}
    sections = {
        str(each.pk): each
        for each in _sections(Q(pk__in=[key for hit, key in zip(hits, keys, strict=True) if hit.kind == IN_BRIEF]))
    }
    for hit, key in zip(hits, keys, strict=True):
        words = tuple(dict.fromkeys(segment.text for segment in hit.snippet if segment.marked))
        # What the index still holds and the database no more is left out; the index follows in a moment.
        if hit.kind == PASSAGE and key in passages:
            yield replace(passage_card(passages[key], to_staff), found=words)
        elif hit.kind == IN_BRIEF and key in sections:
            yield replace(section_card(sections[key]), found=words)


def _by_heading(text: str, source: str) -> Iterator[Card]:
    """Sections that have no In brief, and so are in no index, whose headings hold every word."""
    holding = Q(edition__is_current=True, in_brief="")
    for word in _WORD.findall(text):
        holding &= Q(title__icontains=word)
    if source:
        holding &= Q(edition__source__slug=source)
    return (section_card(section) for section in _sections(holding)[:MOST_HEADINGS])


# Cards


def passage_card(passage: Passage, to_staff: bool) -> Card:
    """A passage with its section, edition and source at hand."""
    section = passage.section
    edition = section.edition
    source = edition.source
    shown = shown_text(passage, source, to_staff=to_staff)
    return Card(
        format_citation(CitationRef(source.slug, edition.label, section.key, passage.hash[:HASH_LENGTH])),
        citation_label(str(source), passage.locator, edition.year),
        text=shown.plain,
        year=edition.year,
        historic=source.status != CURRENT,
        url=passage_url(source.slug, edition.label, section.slug, passage.passage_id),
        kind=PASSAGE,
        note=_note(shown.shown, passage),
    )


def _note(shown: Shown, passage: Passage) -> str:
    """Why the card does not show the whole text, and what helps in its place."""
    if shown is Shown.WHOLE:
        return ""
    if shown is Shown.EXTRACT:
        return EXTRACT
    why = CONTACT if passage.kind == PassageKind.CONTACT.value else WITHHELD
    brief = passage.section.in_brief
    return f"{why} {BRIEF.format(brief)}" if brief else why


def section_card(section: Section) -> Card:
    """A whole section with its edition and source at hand."""
    edition = section.edition
    source = edition.source
    return Card(
        format_citation(CitationRef(source.slug, edition.label, section.key)),
        citation_label(str(source), _section_name(section), edition.year),
        text=section.in_brief,
        year=edition.year,
        historic=source.status != CURRENT,
        url=section_url(source.slug, edition.label, section.slug),
        kind="section",
    )


def _section_name(section: Section) -> str:
    """The section's number with its heading, where a label elsewhere has the number alone: here it is chosen by it."""
    name = section_locator(section.number, section.title)
    return f"{name} “{section.title}”" if section.number and section.title else name


def _card(found: ResolvedCitation, passage: Passage | None, section: Section | None, to_staff: bool) -> Card:
    """The card of a citation that was read."""
    ref = found.ref
    if passage is not None:
        return passage_card(passage, to_staff)
    if found.precision is Precision.UNRESOLVED or section is None:
        note = NOT_THERE.format(ref.section_key, ref.source, ref.edition)
        return Card(found.text, found.label, resolved=False, note=note)
    card = section_card(section)
    if not ref.hash12:
        return card
    if section.edition.has_text:
        return replace(card, text="", kind="", resolved=False, note=GONE)
    return replace(card, kind=PASSAGE, note=NOT_LOADED)


def _passages(which: Q) -> QuerySet[Passage]:
    return Passage.objects.filter(which).select_related("section__edition__source")


def _sections(which: Q) -> QuerySet[Section]:
    return Section.objects.filter(which).select_related("edition__source").order_by("edition__source__title", "order")
