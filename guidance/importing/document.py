"""What a read edition consists of: values that can be printed, compared and stored."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from guidance.importing.facts import SectionRole


class PassageKind(StrEnum):
    """What a passage is in its document."""

    PARAGRAPH = "paragraph"
    LIST = "list"
    TABLE_ROW = "table-row"
    TABLE_CAPTION = "table-caption"
    FIGURE_CAPTION = "figure-caption"
    EXAMPLE = "example"
    PRACTICE_POINT = "practice-point"
    QUOTATION = "quotation"
    REFERENCE = "reference"
    LETTER = "letter"
    FRONT_MATTER = "front-matter"
    #: Addresses, telephone numbers and e-mail of offices that are mostly gone: kept, never shown or searched.
    CONTACT = "contact"


@dataclass(frozen=True)
class ImportedTable:
    """The table a row or a caption belongs to."""

    label: str
    caption: str
    #: "6" in "Table 6"; None where the document does not number it.
    number: str | None
    head: tuple[str, ...] = ()


@dataclass(frozen=True)
class ImportedSection:
    """A numbered or headed part of the edition, in reading order."""

    key: str
    number: str
    title: str
    depth: int
    parent_key: str | None
    slug: str
    first_line: int
    last_line: int
    #: True: the heading is ours, because the text has lost its own.
    supplied: bool = False
    role: SectionRole = SectionRole.TEXT


@dataclass(frozen=True)
class ImportedPassage:
    """The smallest citable piece."""

    id: str
    section_key: str
    #: Place within its section, from 1.
    ordinal: int
    kind: PassageKind
    markdown: str
    #: The document's own words in their order, without any markup.
    plain: str
    hash: str
    #: What a person can cite: "section 5.2.6, paragraph 2", "Table 6, row 1".
    locator: str
    first_line: int
    last_line: int
    table: ImportedTable | None = None
    #: Number of the row within its table, from 1; None for everything but rows.
    row: int | None = None
    cells: tuple[str, ...] = ()


@dataclass(frozen=True)
class Doubt:
    """Something the reader decided without being sure."""

    code: str
    #: Section and line, to look it up.
    where: str
    detail: str


@dataclass(frozen=True)
class ImportedEdition:
    """One dated version of a source, taken apart."""

    sections: tuple[ImportedSection, ...]
    passages: tuple[ImportedPassage, ...]
    doubts: tuple[Doubt, ...]
    metadata: tuple[tuple[str, str], ...]
