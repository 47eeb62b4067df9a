"""The passages of the source documents as search documents, straight from the reader: no database needed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import yaml
from django.conf import settings

from guidance.importing.document import ImportedPassage, ImportedSection, PassageKind
from guidance.importing.facts import load_facts
from guidance.importing.reader import read_edition, read_file
from search.documents import SearchDocument

#: Lists of references name everything and answer nothing.
HELD_DOWN = {PassageKind.REFERENCE: 0.3, PassageKind.FRONT_MATTER: 0.5}


def judged_folder() -> Path | None:
    """Where the judged queries are: `SEARCH_JUDGED`, or beside the repository."""
    folder = Path(os.environ.get("SEARCH_JUDGED", settings.BASE_DIR.parent / "shared" / "search"))
    return folder if (folder / "evaluate.py").is_file() else None


def documents_folder() -> Path | None:
    """Where the source documents are: `SOURCES`, or beside the repository."""
    for folder in (Path(settings.SOURCES_DIR), settings.BASE_DIR.parent / "shared" / "sources"):
        if folder.is_dir() and all((folder / f"{facts.parent.name}.txt").is_file() for facts in _facts_files()):
            return folder
    return None


def source_passages(folder: Path) -> Iterator[SearchDocument]:
    """Every passage of every source that is searched, with its In brief as words that help to find it."""
    for path in _facts_files():
        facts = load_facts(path)
        edition = read_edition(read_file(folder / f"{facts.slug}.txt"), facts)
        briefs = path.with_name("briefs.yaml")
        in_brief = yaml.safe_load(briefs.read_text(encoding="utf-8")) if briefs.is_file() else {}
        sections = {section.key: section for section in edition.sections}
        for passage in edition.passages:
            if passage.kind is not PassageKind.CONTACT:
                above = (facts.title, *_headings_above(sections, passage))
                yield _document(passage, sections[passage.section_key], above, in_brief, facts.slug, facts.edition.year)


def _document(
    passage: ImportedPassage,
    section: ImportedSection,
    above: tuple[str, ...],
    in_brief: dict[str, str],
    source: str,
    year: int | None,
) -> SearchDocument:
    heading = _heading(section)
    table = passage.table
    return SearchDocument(
        key=passage.id,
        kind="passage",
        ref=passage.id,
        title=table.caption if table else heading,
        body=passage.plain,
        url=f"/sources/{source}/#{passage.id}",
        path=(*above, heading) if table else above,
        source=source,
        section=_place_of(passage, section),
        year=year,
        extra=str(in_brief.get(section.key, "")),
        weight=HELD_DOWN.get(passage.kind, 1.0),
    )


def _place_of(passage: ImportedPassage, section: ImportedSection) -> str:
    """As in the portal: a table and an item of a numbered list are places of their own."""
    if passage.table:
        return f"{section.key} > {passage.table.label}"
    _, _, item = passage.locator.rpartition(", item ")
    return f"{section.key} > item {item}" if item.isdigit() else section.key


def _headings_above(sections: dict[str, ImportedSection], passage: ImportedPassage) -> tuple[str, ...]:
    headings: list[str] = []
    key = sections[passage.section_key].parent_key
    while key:
        headings.insert(0, _heading(sections[key]))
        key = sections[key].parent_key
    return tuple(headings)


def _heading(section: ImportedSection) -> str:
    return f"{section.number} {section.title}".strip()


def _facts_files() -> list[Path]:
    return sorted((settings.CONTENT_DIR / "sources").glob("*/source.yaml"))
