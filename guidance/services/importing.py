"""Bringing sources into the database: their outlines from `content/`, their texts from files.

Doing it again changes nothing: not a row is written, nothing is said to have changed. What goes wrong leaves the
database as it was.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.db import models, transaction
from django.utils.text import slugify

from guidance import generation, licensing
from guidance.importing.document import Doubt, ImportedEdition, ImportedPassage, ImportedSection
from guidance.importing.errors import InvalidFacts, MissingSource, UnreadableSource
from guidance.importing.facts import EditionFacts, SourceFacts, load_facts
from guidance.importing.reader import file_types, read_edition, read_file, sections_of_outline
from guidance.models.sources import Edition, Passage, Section, Source
from guidance.signals import passages_imported, sections_changed
from guidance.starter import StarterContent, SyncResult, sync

FACTS_FILE = "source.yaml"
BRIEFS_FILE = "briefs.yaml"
#: The label of an edition that nobody has written facts about yet.
UNREVIEWED = "unreviewed"
_MARKDOWN = frozenset({".md", ".markdown"})
_BATCH = 200


class UnknownSource(UnreadableSource):
    """It cannot be told which source a file belongs to."""


@dataclass(frozen=True)
class ReportedDoubt:
    """A doubt of the reader, with what somebody has said about it."""

    code: str
    where: str
    detail: str
    #: Empty: nobody has looked at it yet.
    explained: str = ""

    @property
    def is_new(self) -> bool:
        return not self.explained


@dataclass(frozen=True)
class ImportReport:
    """What an import found and what it did."""

    slug: str
    edition: str
    dry_run: bool
    sections: int
    passages: int
    kinds: tuple[tuple[str, int], ...]
    tables: tuple[tuple[str, int], ...]
    added: int
    changed: int
    removed: int
    doubts: tuple[ReportedDoubt, ...]
    sha256: str

    @property
    def changed_anything(self) -> bool:
        return bool(self.added or self.changed or self.removed)

    @property
    def new_doubts(self) -> tuple[ReportedDoubt, ...]:
        return tuple(doubt for doubt in self.doubts if doubt.is_new)


@dataclass(frozen=True)
class OutlineReport:
    """What loading a source's folder did."""

    slug: str
    edition: str
    source: SyncResult
    sections: int
    briefs: int
    #: Sections whose In brief was edited here and has changed in its file too. The edit stays.
    kept: tuple[str, ...] = ()
    #: In briefs for sections that the outline does not have.
    unknown: tuple[str, ...] = ()


def sources_content() -> Path:
    """Return the folder of facts, outlines and In briefs."""
    return Path(settings.CONTENT_DIR) / "sources"


def import_source(
    path: Path, *, slug: str | None = None, dry_run: bool = False, content: Path | None = None
) -> ImportReport:
    """Read a file and store its sections and passages.

    Args:
        path: The file.
        slug: Which source it is; told from the file's name when left out.
        dry_run: Read and compare, and change nothing.
        content: The folder of the facts, for tests; the project's own when left out.

    Raises:
        UnreadableSource: one of its kinds, with what to do about it. The database is as it was.
    """
    folder = content or sources_content()
    text = read_file(path)
    facts = _facts_for(path, slug, folder)
    edition = read_edition(text, facts, markdown=path.suffix.lower() in _MARKDOWN)
    sha256 = dict(edition.metadata)["sha256"]
    with transaction.atomic():
        counts = _store(edition, facts, sha256, folder / facts.slug, dry_run=dry_run)
        if dry_run:
            transaction.set_rollback(True)
    return _report(edition, facts, sha256, counts, dry_run)


def import_folder(path: Path, *, content: Path | None = None) -> tuple[ImportReport, ...]:
    """Import every file of a folder that belongs to a source we have facts about. Others are left alone.

    Raises:
        UnreadableSource: for the first file that cannot be read. Files before it stay imported.
    """
    if not path.is_dir():
        raise MissingSource(f"There is no folder {path.name}. Check SOURCES.")
    folder = content or sources_content()
    known = [file for file in sorted(path.iterdir()) if file.suffix.lower() in file_types() and _guess(file, folder)]
    return tuple(import_source(file, content=folder) for file in known)


def load_outline(folder: Path) -> OutlineReport:
    """Load the facts, the sections and the In briefs of one source, without its text.

    Facts and In briefs that somebody has edited here stay as they are. A source that was deleted here stays deleted.
    """
    facts = load_facts(folder / FACTS_FILE)
    with transaction.atomic():
        result = sync(_source_item(facts))
        source = Source.objects.filter(slug=facts.slug).first()
        if source is None:
            return OutlineReport(facts.slug, facts.edition.label, result, sections=0, briefs=0)
        edition = _edition_for(source, facts)
        sections = sections_of_outline(facts)
        changed, removed = _store_sections(edition, sections)
        briefs = _load_briefs(folder / BRIEFS_FILE)
        written, kept, unknown = _store_briefs(edition, briefs)
        _tell_of_sections(edition, {*changed, *written}, removed)
    return OutlineReport(
        facts.slug, facts.edition.label, result, sections=len(sections), briefs=len(briefs), kept=kept, unknown=unknown
    )


def load_outlines(content: Path | None = None) -> tuple[OutlineReport, ...]:
    """Load every source folder of `content/sources/`."""
    folder = content or sources_content()
    return tuple(load_outline(each.parent) for each in sorted(folder.glob(f"*/{FACTS_FILE}")))


# --- which source


def _facts_for(path: Path, slug: str | None, folder: Path) -> SourceFacts:
    chosen = slug or _guess(path, folder)
    if chosen is None:
        known = ", ".join(sorted(each.parent.name for each in folder.glob(f"*/{FACTS_FILE}"))) or "none"
        raise UnknownSource(
            f"It cannot be told which source {path.name} is. Name it with --slug. Sources with facts: {known}."
        )
    if (folder / chosen / FACTS_FILE).is_file():
        facts = load_facts(folder / chosen / FACTS_FILE)
        if facts.slug != chosen:
            raise InvalidFacts(f"The slug in {chosen}/{FACTS_FILE} is {facts.slug}. It must be the name of its folder.")
        return facts
    if slugify(chosen) != chosen:
        raise UnknownSource(f"“{chosen}” is not a slug. Use lower-case letters, digits and hyphens.")
    title = chosen.replace("-", " ").capitalize()
    # Nobody has looked at its licence, so nobody but staff is shown its text.
    return SourceFacts(
        slug=chosen,
        title=title,
        short_title=title,
        edition=EditionFacts(label=UNREVIEWED, file=path.name),
        licence_allows=Source.Licence.STAFF_ONLY,
        licence_statement="Nobody has recorded a licence yet.",
    )


def _guess(path: Path, folder: Path) -> str | None:
    if (folder / path.stem / FACTS_FILE).is_file():
        return path.stem
    for facts_file in sorted(folder.glob(f"*/{FACTS_FILE}")):
        if load_facts(facts_file).edition.file == path.name:
            return facts_file.parent.name
    return None


def _source_values(facts: SourceFacts) -> dict[str, Any]:
    return {
        "title": facts.title,
        "short_title": facts.short_title,
        "publisher": facts.publisher,
        "kind": facts.kind,
        "nation": facts.nation,
        "audience": facts.audience,
        "address": facts.address,
        "licence_allows": facts.licence_allows,
        "licence_statement": facts.licence_statement,
        "status": facts.status,
        "status_note": facts.status_note,
    }


def _source_item(facts: SourceFacts) -> StarterContent:
    values = _source_values(facts)

    def update(source: Source) -> Source:
        for name, value in values.items():
            setattr(source, name, value)
        source.full_clean()
        source.save()
        return source

    return StarterContent(
        kind="source",
        key=facts.slug,
        data=values,
        find=lambda: Source.objects.filter(slug=facts.slug).first(),
        create=lambda: update(Source(slug=facts.slug)),
        update=update,
    )


def _edition_for(source: Source, facts: SourceFacts) -> Edition:
    values = {"date": facts.edition.date, "year": facts.edition.year, "file_name": facts.edition.file}
    edition, created = Edition.objects.get_or_create(source=source, label=facts.edition.label, defaults=values)
    if created:
        older = source.editions.exclude(pk=edition.pk)
        # An extract licence covers the document once, not once for each edition.
        Passage.objects.filter(section__edition__in=older).exclude(extract="").update(extract="")
        older.update(is_current=False)
    elif any(getattr(edition, name) != value for name, value in values.items()):
        for name, value in values.items():
            setattr(edition, name, value)
        edition.save()
    return edition


# --- storing


@dataclass(frozen=True)
class _Counts:
    added: int
    changed: int
    removed: int


def _store(edition: ImportedEdition, facts: SourceFacts, sha256: str, folder: Path, *, dry_run: bool) -> _Counts:
    if (folder / FACTS_FILE).is_file():
        loaded = load_outline(folder).source
        if loaded.is_failure:
            raise InvalidFacts(f"{facts.slug}/{FACTS_FILE}: {loaded.message}")
    source = Source.objects.filter(slug=facts.slug).first()
    if source is None:
        # New here, or deleted here and asked for again by whoever imports it.
        source = Source.objects.create(slug=facts.slug, **_source_values(facts))
    row = _edition_for(source, facts)
    changed_sections, removed_sections = _store_sections(row, edition.sections)
    extracts = licensing.allot_extracts(edition) if row.is_current else {}
    counts, changed, removed = _store_passages(row, edition.passages, extracts)
    if row.sha256 != sha256:
        row.sha256 = sha256
        row.save(update_fields=["sha256"])
    if dry_run:
        return counts
    _tell_of_sections(row, changed_sections, removed_sections)
    if changed or removed:
        generation.bump_generation()
        passages_imported.send(sender=Edition, edition=row, changed=changed, removed=removed)
    return counts


def _tell_of_sections(edition: Edition, changed: Iterable[int], removed: Iterable[int]) -> None:
    changed, removed = tuple(sorted(changed)), tuple(sorted(removed))
    if changed or removed:
        generation.bump_generation()
        sections_changed.send(sender=Edition, edition=edition, changed=changed, removed=removed)


def _store_sections(edition: Edition, sections: Sequence[ImportedSection]) -> tuple[set[int], set[int]]:
    """Bring the sections to what was read, in place. Returns the keys of those that changed and those that went."""
    rows = {row.key: row for row in Section.objects.filter(edition=edition)}
    removed = {row.pk for key, row in rows.items() if key not in {section.key for section in sections}}
    # What stood under a section that is gone may stay: it gets its new parent below.
    Section.objects.filter(parent_id__in=removed).update(parent=None)
    Section.objects.filter(pk__in=removed).delete()
    changed: set[int] = set()
    parents: dict[str, Section] = {}
    for order, section in enumerate(sections, start=1):
        parent = parents[section.parent_key] if section.parent_key else None
        values = {
            "parent_id": parent.pk if parent else None,
            "number": section.number,
            "title": section.title,
            "slug": section.slug,
            "depth": section.depth,
            "order": order,
            "role": section.role.value,
            "supplied": section.supplied,
        }
        row = rows.get(section.key)
        if row is None or _set_changed(row, values):
            row = row or Section(edition=edition, key=section.key, **values)
            row.save()
            changed.add(row.pk)
        parents[section.key] = row
    return changed, removed


def _store_passages(
    edition: Edition, passages: Sequence[ImportedPassage], extracts: Mapping[str, str]
) -> tuple[_Counts, tuple[str, ...], tuple[str, ...]]:
    sections = {row.key: row.pk for row in Section.objects.filter(edition=edition)}
    rows = {row.pk: row for row in Passage.objects.filter(section__edition=edition)}
    new: list[Passage] = []
    changed: list[Passage] = []
    for passage in passages:
        values = _passage_values(passage, sections[passage.section_key], extracts.get(passage.id, ""))
        row = rows.pop(passage.id, None)
        if row is None:
            new.append(Passage(passage_id=passage.id, **values))
        elif _set_changed(row, values):
            changed.append(row)
    Passage.objects.bulk_create(new, batch_size=_BATCH)
    if changed:
        fields = [name.removesuffix("_id") for name in _passage_values(passages[0], 0, "")]
        Passage.objects.bulk_update(changed, fields, batch_size=_BATCH)
    removed = tuple(sorted(rows))
    Passage.objects.filter(pk__in=removed).delete()
    ids = tuple(row.pk for row in (*new, *changed))
    return _Counts(len(new), len(changed), len(removed)), ids, removed


def _passage_values(passage: ImportedPassage, section_id: int, extract: str) -> dict[str, Any]:
    table = passage.table and {
        "label": passage.table.label,
        "caption": passage.table.caption,
        "number": passage.table.number,
        "head": list(passage.table.head),
        "cells": list(passage.cells),
    }
    return {
        "section_id": section_id,
        "order": passage.ordinal,
        "kind": passage.kind.value,
        "markdown": passage.markdown,
        "plain": passage.plain,
        "extract": extract,
        "hash": passage.hash,
        "locator": passage.locator,
        "first_line": passage.first_line,
        "last_line": passage.last_line,
        "table": table,
        "row": passage.row,
    }


def _set_changed(row: models.Model, values: Mapping[str, Any]) -> bool:
    """Set the values that differ. Returns whether any did."""
    different = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in different.items():
        setattr(row, name, value)
    return bool(different)


# --- In briefs


def _load_briefs(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except yaml.YAMLError as error:
        raise InvalidFacts(f"{path.parent.name}/{path.name} is not valid YAML: {error}")
    if not isinstance(raw, Mapping) or not all(isinstance(value, str) for value in raw.values()):
        raise InvalidFacts(f"{path.parent.name}/{path.name} must map section keys to texts.")
    return {str(key): value.strip() for key, value in raw.items()}


def _store_briefs(edition: Edition, briefs: Mapping[str, str]) -> tuple[set[int], tuple[str, ...], tuple[str, ...]]:
    """Store the In briefs that nobody has edited here. Returns the sections written, those kept, and unknown keys."""
    rows = {row.key: row for row in Section.objects.filter(edition=edition)}
    written: list[Section] = []
    kept: list[str] = []
    for key, brief in briefs.items():
        row = rows.get(key)
        if row is None or _digest(brief) == row.in_brief_digest:
            continue
        untouched = _digest(row.in_brief) == (row.in_brief_digest or _digest(""))
        if not untouched:
            kept.append(key)
        else:
            row.in_brief, row.in_brief_digest = brief, _digest(brief)
            written.append(row)
    Section.objects.bulk_update(written, ["in_brief", "in_brief_digest"], batch_size=_BATCH)
    unknown = tuple(key for key in briefs if key not in rows)
    return {row.pk for row in written}, tuple(kept), unknown


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# --- reporting


def _report(edition: ImportedEdition, facts: SourceFacts, sha256: str, counts: _Counts, dry_run: bool) -> ImportReport:
    tables = Counter(p.table.label for p in edition.passages if p.table is not None and p.row is not None)
    return ImportReport(
        slug=facts.slug,
        edition=facts.edition.label,
        dry_run=dry_run,
        sections=len(edition.sections),
        passages=len(edition.passages),
        kinds=tuple(sorted(Counter(passage.kind.value for passage in edition.passages).items())),
        tables=tuple(tables.items()),
        added=counts.added,
        changed=counts.changed,
        removed=counts.removed,
        doubts=_with_reviews(edition.doubts, facts),
        sha256=sha256,
    )


def _with_reviews(doubts: Sequence[Doubt], facts: SourceFacts) -> tuple[ReportedDoubt, ...]:
    reviews = {(review.code, review.where): review.explained for review in facts.doubts}
    plain = (ReportedDoubt(doubt.code, doubt.where, doubt.detail) for doubt in doubts)
    return tuple(replace(doubt, explained=reviews.get((doubt.code, doubt.where), "")) for doubt in plain)
