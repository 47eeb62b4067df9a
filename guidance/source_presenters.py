"""What the templates of sources, sections and passages receive."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.dates import MONTHS
from django.utils.safestring import SafeString

from guidance import markdown
from guidance.citations import (
    HASH_LENGTH,
    CitationRef,
    citation_label,
    format_citation,
    passage_anchor,
    section_locator,
    section_url,
)
from guidance.generation import remembered
from guidance.licensing import Shown, shown_text
from guidance.models import Citation, Edition, Passage, Section, Source
from guidance.permissions import READ_STAFF_ONLY_SOURCE, permits
from guidance.visibility import visible_to

CONTACT = "contact"
TABLE_ROW, TABLE_CAPTION = "table-row", "table-caption"
#: Kinds that are set apart from the running text, with the words that say why.
CALL_OUTS = {
    "example": "Example",
    "practice-point": "Practice point",
    "quotation": "Quotation",
    "letter": "Letter",
}


@dataclass(frozen=True, slots=True)
class Banner:
    """Status and year, before anything else on a source's pages."""

    status: str
    text: str
    url: str = ""
    url_text: str = ""


@dataclass(frozen=True, slots=True)
class SectionLink:
    title: str
    url: str
    depth: int
    in_brief: str = ""


@dataclass(frozen=True, slots=True)
class PassageView:
    """One passage with its quiet mark. `html` is empty where its licence lets us show nothing of it."""

    id: str
    anchor: str
    kind: str
    locator: str
    citation: str
    label: str
    hash12: str
    html: SafeString | str
    is_extract: bool
    is_set_apart: bool
    #: What kind of passage it is, where its own first words do not say so.
    call_out: str = ""
    #: Year and status where it is not current: who comes by a citation lands below the banner that says so.
    dated: str = ""
    cells: tuple[SafeString, ...] = ()


@dataclass(frozen=True, slots=True)
class TableView:
    caption: str
    head: tuple[SafeString, ...]
    rows: tuple[PassageView, ...]
    caption_passage: PassageView | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a section: a passage, or a table made of several."""

    passage: PassageView | None = None
    table: TableView | None = None


@dataclass(frozen=True, slots=True)
class CitedBy:
    label: str
    url: str


def source_facts(source: Source, edition: Edition | None) -> list[tuple[str, str]]:
    """The facts of a source as pairs for a summary list; those that are not known are left out."""
    facts = [
        ("Publisher", source.publisher),
        ("Kind", source.kind),
        ("Date", date_in_words(edition.date) or str(edition.year or "") if edition else ""),
        ("Nation", source.nation),
        ("Written for", source.audience),
        ("What may be shown", source.get_licence_allows_display()),
        ("Licence", source.licence_statement),
    ]
    return [(name, value) for name, value in facts if value]


def date_in_words(text: str) -> str:
    """A date as precise as it is known, as people write it.

    >>> date_in_words("2023-10-25"), date_in_words("2009-07"), date_in_words("dataset R")
    ('25 October 2023', 'July 2009', 'dataset R')
    """
    match = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])(?:-(\d\d))?", text)
    if match is None:
        return text
    month = f"{MONTHS[int(match[2])]} {match[1]}"
    return f"{int(match[3])} {month}" if match[3] else month


def banner(source: Source, edition: Edition) -> Banner:
    """Status and year of what is being read."""
    if not edition.is_current:
        return Banner(
            Source.Status.SUPERSEDED.value,
            f"An older edition, from {edition.year or edition.label}.",
            source_url(source),
            "Read the current edition",
        )
    text = source.status_note or f"From {edition.year or edition.label}."
    successor = source.superseded_by if source.superseded_by_id else None
    return Banner(source.status, text, source_url(successor) if successor else "", str(successor or ""))


def source_url(source: Source) -> str:
    return reverse("guidance:source", args=[source.slug])


def contents(edition: Edition) -> tuple[SectionLink, ...]:
    """All sections of an edition in reading order. `edition.source` must be at hand."""
    return tuple(section_link(section, edition) for section in all_sections(edition))


def all_sections(edition: Edition) -> tuple[Section, ...]:
    """The sections of an edition, remembered until something public changes."""
    memory = remembered("sections")
    if edition.pk not in memory:
        memory[edition.pk] = tuple(edition.sections.order_by("order"))
    found: tuple[Section, ...] = memory[edition.pk]
    return found


def section_link(section: Section, edition: Edition) -> SectionLink:
    return SectionLink(
        str(section), section_url(edition.source.slug, edition.label, section.slug), section.depth, section.in_brief
    )


def may_read_staff_only(user: Any) -> bool:
    return permits(user, READ_STAFF_ONLY_SOURCE)


def pieces(section: Section, edition: Edition, *, to_staff: bool) -> tuple[Piece, ...]:
    """The text of a section as its licence allows, tables put together from their rows. Made once for all readers."""
    memory = remembered("section text")
    key = (section.pk, to_staff and edition.source.licence_allows == Source.Licence.STAFF_ONLY)
    if key not in memory:
        passages = section.passages.exclude(kind=CONTACT).order_by("order")
        memory[key] = tuple(_pieces(passages, section, edition, to_staff))
    found: tuple[Piece, ...] = memory[key]
    return found


def cited_by_in_section(
    section: Section, edition: Edition, hashes: Iterable[str], user: Any
) -> dict[str, list[CitedBy]]:
    """What cites each passage of a section, by the first characters of its hash; under "" what cites the section."""
    rows = (
        Citation.objects.filter(source=edition.source.slug, edition=edition.label)
        .filter(Q(hash12__in=list(hashes)) | Q(section_key=section.key, hash12=""))
        .filter(page_id__in=visible_to(user).values("pk"))
    )
    return _by_hash(rows)


def cited_by(passage: Passage, user: Any) -> list[CitedBy]:
    """What cites a passage, in one query."""
    edition = passage.section.edition
    rows = Citation.objects.filter(
        source=edition.source.slug,
        edition=edition.label,
        hash12=passage.hash[:HASH_LENGTH],
        page_id__in=visible_to(user).values("pk"),
    )
    return _by_hash(rows).get(passage.hash[:HASH_LENGTH], [])


def passage_view(passage: Passage, section: Section, edition: Edition, *, to_staff: bool) -> PassageView:
    source = edition.source
    shown = shown_text(passage, source, to_staff=to_staff)
    hash12 = passage.hash[:HASH_LENGTH]
    call_out = CALL_OUTS.get(passage.kind, "")
    cells: tuple[SafeString, ...] = ()
    if shown.is_whole and passage.kind == TABLE_ROW and passage.table:
        cells = tuple(markdown.render_inline(cell) for cell in passage.table.get("cells", ()))
    return PassageView(
        id=passage.passage_id,
        anchor=passage_anchor(passage.passage_id),
        kind=passage.kind,
        locator=passage.locator,
        citation=format_citation(CitationRef(source.slug, edition.label, section.key, hash12)),
        label=citation_label(str(source), passage.locator, edition.year),
        hash12=hash12,
        html="" if cells or shown.shown is Shown.NOTHING else markdown.render(shown.markdown).html,
        is_extract=shown.shown is Shown.EXTRACT,
        is_set_apart=bool(call_out) and shown.shown is not Shown.NOTHING,
        call_out="" if passage.plain.casefold().startswith(call_out.casefold()) else call_out,
        dated=_dated(source, edition),
        cells=cells,
    )


def _dated(source: Source, edition: Edition) -> str:
    status = Source.Status(banner(source, edition).status)
    if status is Source.Status.CURRENT:
        return ""
    return f"{edition.year or edition.label}, {status.label.lower()}"


def section_citation(section: Section, edition: Edition) -> tuple[str, str]:
    """The citation string of a whole section, and its label."""
    source = edition.source
    label = citation_label(str(source), section_locator(section.number, section.title), edition.year)
    return format_citation(CitationRef(source.slug, edition.label, section.key)), label


def _pieces(passages: Iterable[Passage], section: Section, edition: Edition, to_staff: bool) -> Iterator[Piece]:
    for label, group in groupby(passages, key=_table_label):
        members = list(group)
        views = [passage_view(passage, section, edition, to_staff=to_staff) for passage in members]
        rows = tuple(view for view in views if view.cells)
        if not label or not rows:
            yield from (Piece(passage=view) for view in views)
            continue
        table = next(passage.table for passage in members if passage.table)
        caption = next((view for view in views if view.kind == TABLE_CAPTION), None)
        head = tuple(markdown.render_inline(cell) for cell in table.get("head") or ())
        yield Piece(table=TableView(table.get("caption") or label, head, rows, caption))


def _table_label(passage: Passage) -> str:
    if passage.kind not in (TABLE_ROW, TABLE_CAPTION) or not passage.table:
        return ""
    return str(passage.table.get("label") or "Table")


def _by_hash(rows: QuerySet[Citation]) -> dict[str, list[CitedBy]]:
    """As plain values: a much cited section has hundreds of rows."""
    found: dict[str, dict[CitedBy, None]] = {}
    for hash12, label, url in rows.values_list("hash12", "label", "url"):
        found.setdefault(hash12, {})[CitedBy(label, url)] = None
    return {hash12: list(entries) for hash12, entries in found.items()}
