"""Small documents of our own words, and a short way to read them."""

from __future__ import annotations

from guidance.importing.document import ImportedEdition, ImportedPassage, PassageKind
from guidance.importing.facts import EditionFacts, OutlineEntry, ReadingHints, SectionRole, SourceFacts
from guidance.importing.reader import read_edition


def facts(*outline: OutlineEntry, hints: ReadingHints | None = None, words: int | None = None) -> SourceFacts:
    return SourceFacts(
        slug="bicycle-guide",
        title="The bicycle guide",
        short_title="Bicycle guide",
        publisher="Wheel Office",
        edition=EditionFacts(label="2020", words=words),
        outline=outline,
        hints=hints or ReadingHints(),
    )


def entry(title: str, depth: int = 1, *, number: str = "", role: SectionRole = SectionRole.TEXT) -> OutlineEntry:
    return OutlineEntry(key=number or title, title=title, depth=depth, number=number, role=role)


def read(text: str, *, hints: ReadingHints | None = None, role: SectionRole = SectionRole.TEXT) -> ImportedEdition:
    """Read a text as the one section "Brakes" of a document."""
    return read_edition(f"Brakes\n\n{text}", facts(entry("Brakes", role=role), hints=hints))


def passages(text: str, *, hints: ReadingHints | None = None, role: SectionRole = SectionRole.TEXT) -> list[str]:
    return [passage.plain for passage in read(text, hints=hints, role=role).passages]


def of_kind(edition: ImportedEdition, kind: PassageKind) -> list[ImportedPassage]:
    return [passage for passage in edition.passages if passage.kind is kind]
