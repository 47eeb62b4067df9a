"""What is known about a source before its text is read: the content of `source.yaml`."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import yaml

from guidance.importing.errors import InvalidFacts


class SectionRole(StrEnum):
    """How the text under a heading is to be read."""

    TEXT = "text"
    FRONT = "front"
    CONTENTS = "contents"
    REFERENCES = "references"
    LETTER = "letter"
    #: Figures that were pictures: what is left of them is axis labels and legends.
    FIGURES = "figures"
    CONTACT = "contact"


@dataclass(frozen=True)
class OutlineEntry:
    """One heading of the outline."""

    key: str
    title: str
    depth: int
    number: str = ""
    #: True: the text has lost this heading and the title is ours.
    supplied: bool = False
    #: The first words under the heading, where no line of its own marks its place. The line stays part of the text.
    starts: str = ""
    role: SectionRole = SectionRole.TEXT


@dataclass(frozen=True)
class Aside:
    """Words that a web page shows beside a sentence and that the text has fused into it."""

    first_words: str
    last_words: str


@dataclass(frozen=True)
class ReadingHints:
    """What the reader cannot know from the text alone."""

    #: First words of lines that belong to a page's furniture or interface.
    drop: tuple[str, ...] = ()
    #: First and last words of interface remarks inside a paragraph.
    cut: tuple[Aside, ...] = ()
    aside: tuple[Aside, ...] = ()
    #: Words at which a fused list item or label starts.
    split_before: tuple[str, ...] = ()
    #: Phrases that open a paragraph as a heading would.
    lead_phrases: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReviewedDoubt:
    """A doubt that somebody has looked at."""

    code: str
    where: str
    explained: str


@dataclass(frozen=True)
class EditionFacts:
    """One dated version."""

    label: str
    date: str = ""
    year: int | None = None
    file: str = ""
    #: Words in the file that was reviewed; a file with far fewer has been cut off.
    words: int | None = None


@dataclass(frozen=True)
class SourceFacts:
    """A source with the edition we hold of it."""

    slug: str
    title: str
    edition: EditionFacts
    short_title: str = ""
    publisher: str = ""
    kind: str = ""
    nation: str = ""
    audience: str = ""
    address: str = ""
    licence_allows: str = "staff-only"
    licence_statement: str = ""
    status: str = "current"
    status_note: str = ""
    outline: tuple[OutlineEntry, ...] = ()
    hints: ReadingHints = field(default_factory=ReadingHints)
    doubts: tuple[ReviewedDoubt, ...] = ()


def load_facts(path: Path) -> SourceFacts:
    """Read a `source.yaml`. Raises InvalidFacts naming what is missing."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InvalidFacts(
            f"There is no {path.name} in {path.parent.name}. Write one, as docs/content-formats.md says."
        )
    except yaml.YAMLError as error:
        raise InvalidFacts(f"{path.parent.name}/{path.name} is not valid YAML: {error}")
    if not isinstance(raw, Mapping):
        raise InvalidFacts(f"{path.parent.name}/{path.name} must be a mapping of facts.")
    return facts_from(raw)


def facts_from(raw: Mapping[str, object]) -> SourceFacts:
    """Build the facts from plain data, refusing what would fail later with a worse message."""
    edition = _mapping(raw, "edition")
    licence = _mapping(raw, "licence")
    for name in ("slug", "title"):
        if not raw.get(name):
            raise InvalidFacts(f"source.yaml needs `{name}`.")
    if not edition.get("label"):
        raise InvalidFacts("source.yaml needs `edition: {label: ...}`.")
    outline = tuple(_outline_entry(entry) for entry in _list(raw, "outline"))
    keys = [entry.key for entry in outline]
    repeated = sorted({key for key in keys if keys.count(key) > 1})
    if repeated:
        raise InvalidFacts(
            f"The outline repeats the keys {', '.join(repeated)}. Give repeats an ordinal: `Contents (2)`."
        )
    return SourceFacts(
        slug=_text(raw, "slug"),
        title=_text(raw, "title"),
        short_title=_text(raw, "short_title") or _text(raw, "title"),
        publisher=_text(raw, "publisher"),
        kind=_text(raw, "kind"),
        nation=_text(raw, "nation"),
        audience=_text(raw, "audience"),
        address=_text(raw, "address"),
        licence_allows=_text(licence, "allows") or "staff-only",
        licence_statement=_text(licence, "statement"),
        status=_text(raw, "status") or "current",
        status_note=_text(raw, "status_note"),
        edition=EditionFacts(
            label=_text(edition, "label"),
            date=_text(edition, "date"),
            year=_number(edition, "year"),
            file=_text(edition, "file"),
            words=_number(edition, "words"),
        ),
        outline=outline,
        hints=_hints(_mapping(raw, "reading")),
        doubts=tuple(
            ReviewedDoubt(_text(doubt, "code"), _text(doubt, "where"), _text(doubt, "explained"))
            for doubt in _list(raw, "doubts")
        ),
    )


def _hints(raw: Mapping[str, object]) -> ReadingHints:
    return ReadingHints(
        drop=_texts(raw, "drop"),
        cut=tuple(Aside(_text(item, "from"), _text(item, "to")) for item in _list(raw, "cut")),
        aside=tuple(Aside(_text(item, "from"), _text(item, "to")) for item in _list(raw, "aside")),
        split_before=_texts(raw, "split_before"),
        lead_phrases=_texts(raw, "lead_phrases"),
    )


def _outline_entry(raw: Mapping[str, object]) -> OutlineEntry:
    key, title = _text(raw, "key"), _text(raw, "title")
    if not key or not title:
        raise InvalidFacts("Every entry of the outline needs `key` and `title`.")
    role = _text(raw, "role") or SectionRole.TEXT.value
    if role not in set(SectionRole):
        raise InvalidFacts(f"The outline entry {key} has the unknown role {role}.")
    return OutlineEntry(
        key=key,
        title=title,
        depth=_number(raw, "depth") or 1,
        number=_text(raw, "number"),
        supplied=bool(raw.get("supplied", False)),
        starts=_text(raw, "starts"),
        role=SectionRole(role),
    )


def _mapping(raw: Mapping[str, object], name: str) -> Mapping[str, object]:
    value = raw.get(name) or {}
    if not isinstance(value, Mapping):
        raise InvalidFacts(f"`{name}` in source.yaml must be a mapping.")
    return value


def _list(raw: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    value = raw.get(name) or []
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        raise InvalidFacts(f"`{name}` in source.yaml must be a list of mappings.")
    return value


def _texts(raw: Mapping[str, object], name: str) -> tuple[str, ...]:
    value = raw.get(name) or []
    if not isinstance(value, Iterable) or isinstance(value, str | Mapping):
        raise InvalidFacts(f"`{name}` in source.yaml must be a list of texts.")
    return tuple(str(item) for item in value)


def _text(raw: Mapping[str, object], name: str) -> str:
    value = raw.get(name)
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, datetime.date) else str(value).strip()


def _number(raw: Mapping[str, object], name: str) -> int | None:
    value = raw.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidFacts(f"`{name}` in source.yaml must be a whole number.")
    return value
