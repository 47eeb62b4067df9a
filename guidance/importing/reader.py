"""The seam between files and editions: one reader per file type, then one way to take the text apart.

A new file type is one function registered with `register_reader`; nothing else changes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from guidance.importing.blocks import Notes, blocks_of
from guidance.importing.document import Doubt, ImportedEdition, ImportedPassage, ImportedSection
from guidance.importing.errors import (
    BinarySource,
    EmptySource,
    MissingSource,
    OversizedSource,
    TruncatedSource,
    UnknownFileType,
    WrongEncoding,
)
from guidance.importing.facts import OutlineEntry, SectionRole, SourceFacts
from guidance.importing.fingerprint import normalised, slug_part, words_of
from guidance.importing.headings import Heading, contents_disagreements, find_headings, guess_outline
from guidance.importing.lines import Line, lines_of, one_paragraph_a_line, without_furniture
from guidance.importing.passages import Draft, Finisher, drafts_of
from guidance.importing.tables import has_unclosed_list

Reader = Callable[[bytes], str]

_LARGEST_FILE = 20_000_000
_MOST_CONTROL_CHARACTERS = 0.01
#: Words of the reviewed file that must be there: a better reading loses some furniture, a cut file loses more.
_SMALLEST_SHARE = 0.97
#: What UTF-8 looks like when it has been read as Windows-1252 and saved again.
_MOJIBAKE = re.compile("â€[™œ\u009d“”¢]|Ã[©¨¢]|Â£")
_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")

_readers: dict[str, Reader] = {}


def register_reader(suffix: str, reader: Reader) -> None:
    """Register the reader for a file type (".txt"). A second one for the same type is refused."""
    if suffix in _readers:
        raise ValueError(f"There is already a reader for {suffix} files.")
    _readers[suffix] = reader


def file_types() -> tuple[str, ...]:
    """Return the suffixes that can be read."""
    return tuple(sorted(_readers))


def read_file(path: Path) -> str:
    """Return the text of a file. Raises a kind of UnreadableSource that says what to do."""
    if path.is_dir():
        raise MissingSource(f"{path.name} is a folder. Name one file in it.")
    if not path.is_file():
        raise MissingSource(f"There is no file {path.name}. Check the path.")
    reader = _readers.get(path.suffix.lower())
    if reader is None:
        raise UnknownFileType(f"{path.name} cannot be read. Files of these types can: {', '.join(file_types())}.")
    if path.stat().st_size > _LARGEST_FILE:
        raise OversizedSource(
            f"{path.name} is larger than {_LARGEST_FILE // 1_000_000} MB. Check that it is the right file."
        )
    data = path.read_bytes()
    if not data.strip():
        raise EmptySource(f"{path.name} is empty. Get the file again.")
    text = reader(data)
    if not words_of(text):
        raise EmptySource(f"{path.name} holds no words. Get the file again.")
    return text


def read_plain_text(data: bytes) -> str:
    """Decode a text file, refusing what is not text or not UTF-8."""
    if data.startswith(_BYTE_ORDER_MARKS):
        raise WrongEncoding("The file is UTF-16. Save it as UTF-8 and import it again.")
    control = sum(byte < 9 or 13 < byte < 32 for byte in data)
    if b"\0" in data or control > len(data) * _MOST_CONTROL_CHARACTERS:
        raise BinarySource("The file is not text. Import the document's text, not an image, an archive or a program.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise WrongEncoding(f"The file is not UTF-8: line {line} cannot be read. Save it as UTF-8 and import it again.")
    if len(_MOJIBAKE.findall(text)) > 2:
        raise WrongEncoding("Quotation marks in the file have turned into signs like â€™. Save the original as UTF-8.")
    return text


register_reader(".txt", read_plain_text)
register_reader(".md", read_plain_text)
register_reader(".markdown", read_plain_text)


def read_edition(text: str, facts: SourceFacts, *, markdown: bool = False) -> ImportedEdition:
    """Take a text apart into sections and passages.

    With an outline in `facts`, every heading of it must be there (TruncatedSource names those that are not). Without
    one, headings are guessed, and each guess is a doubt. `markdown` says that `#` marks headings.
    """
    lines = lines_of(text)
    doubts: list[Doubt] = []
    if not facts.outline:
        guessed, doubts_of_headings = guess_outline(without_furniture(lines, facts, frozenset()), markdown)
        facts = replace(facts, outline=_with_front_matter(guessed, lines))
        doubts += doubts_of_headings
    headings = find_headings(lines, facts)
    _refuse_cut_off(text, facts)
    one_a_line = one_paragraph_a_line(lines)
    lines = without_furniture(
        lines, facts, frozenset(heading.content_from for heading in headings if heading.entry.starts)
    )
    sections: list[ImportedSection] = []
    passages: list[ImportedPassage] = []
    finisher = Finisher(facts.slug, facts.edition.label)
    builder = _SectionBuilder(headings)
    for index, heading in enumerate(headings):
        last_line = headings[index + 1].line - 1 if index + 1 < len(headings) else lines[-1].number
        section = builder.section(index, last_line)
        sections.append(section)
        if heading.entry.role is SectionRole.CONTENTS:
            doubts += contents_disagreements(_between(lines, heading.content_from, last_line), headings)
            continue
        drafts = _read_section(_own_lines(lines, heading, last_line), heading, facts, doubts, one_a_line)
        passages += finisher.finish(drafts, heading.entry, builder.place(index))
    doubts += [*_number_jumps(passages), *_unclosed_lists(text)]
    return ImportedEdition(tuple(sections), tuple(passages), tuple(doubts), _metadata(text))


def sections_of_outline(facts: SourceFacts) -> tuple[ImportedSection, ...]:
    """Return the sections of an outline alone, for a source whose text is not here."""
    builder = _SectionBuilder(tuple(Heading(entry, line=0, content_from=0) for entry in facts.outline))
    return tuple(builder.section(index, 0) for index in range(len(facts.outline)))


def _with_front_matter(outline: tuple[OutlineEntry, ...], lines: list[Line]) -> tuple[OutlineEntry, ...]:
    """Give text that stands before the first heading a section of its own."""
    first = outline[0] if outline else None
    opening = next((line for line in lines if not line.blank), None)
    wanted = normalised(f"{first.number} {first.title}") if first else ""
    if first is not None and opening is not None and normalised(opening.text) == wanted:
        return outline
    title = "Front matter" if outline else "Text"
    role = SectionRole.FRONT if outline else SectionRole.TEXT
    return (OutlineEntry(key=title, title=title, depth=1, supplied=True, role=role), *outline)


def _refuse_cut_off(text: str, facts: SourceFacts) -> None:
    expected = facts.edition.words
    if expected and len(text.split()) < expected * _SMALLEST_SHARE:
        raise TruncatedSource(
            f"The file has {len(text.split())} words; the reviewed edition of “{facts.short_title}” has {expected}. "
            "Its end or part of its middle is missing. Get the file again. If it is a new edition, give it a new label."
        )


def _between(lines: list[Line], first: int, last: int) -> list[Line]:
    return [line for line in lines if first <= line.number <= last]


def _own_lines(lines: list[Line], heading: Heading, last_line: int) -> list[Line]:
    own = _between(lines, heading.content_from, last_line)
    if heading.glued:
        first = own[0]
        own[0] = Line(first.number, first.text.strip().removeprefix(heading.entry.title).lstrip())
    return own


def _read_section(
    lines: list[Line], heading: Heading, facts: SourceFacts, doubts: list[Doubt], one_a_line: bool
) -> list[Draft]:
    entry = heading.entry
    notes = Notes(entry.key, doubts)
    hints = facts.hints
    if entry.starts and not entry.supplied and not heading.glued:
        hints = replace(hints, lead_phrases=(*hints.lead_phrases, entry.title))
    blocks = blocks_of(lines, hints, entry.role, notes, one_a_line)
    if blocks and not blocks[0].cells and normalised(blocks[0].plain) == normalised(entry.title):
        # Some headings stand twice: once as a heading, once as the first line of their text.
        blocks = blocks[1:]
    return list(drafts_of(blocks, entry.role, entry.title, notes))


def _number_jumps(passages: list[ImportedPassage]) -> list[Doubt]:
    """Doubt table numbers that do not follow one another: a table may be missing."""
    doubts = []
    last = 0
    for passage in passages:
        number = passage.table.number if passage.table and passage.row is None else None
        if number is None or not number.isdigit():
            continue
        if int(number) != last + 1:
            where = f"{passage.section_key}, line {passage.first_line}"
            doubts.append(Doubt("table-number-jump", where, f"Table {number} follows Table {last}."))
        last = int(number)
    return doubts


def _unclosed_lists(text: str) -> list[Doubt]:
    """Doubt cells whose HTML opens a list and never closes it: where the list ends is read from the next paragraph."""
    return [
        Doubt("unclosed-list", f"line {number}", "A table cell opens a list and never closes it.")
        for number, line in enumerate(text.split("\n"), start=1)
        if has_unclosed_list(line)
    ]


def _metadata(text: str) -> tuple[tuple[str, str], ...]:
    return (
        ("words", str(len(text.split()))),
        ("lines", str(text.count("\n") + 1)),
        ("sha256", hashlib.sha256(text.encode()).hexdigest()),
    )


class _SectionBuilder:
    """Knows the tree: parents, slugs that are unique, and how a section is named in a locator."""

    def __init__(self, headings: tuple[Heading, ...]) -> None:
        self._headings = headings
        self._parents = self._find_parents()
        self._slugs: set[str] = set()
        titles = [heading.entry.title for heading in headings]
        self._ambiguous = {title for title in titles if titles.count(title) > 1}

    def section(self, index: int, last_line: int) -> ImportedSection:
        heading = self._headings[index]
        entry = heading.entry
        parent = self._parents[index]
        return ImportedSection(
            key=entry.key,
            number=entry.number,
            title=entry.title,
            depth=entry.depth,
            parent_key=None if parent is None else self._headings[parent].entry.key,
            slug=self._slug(entry.key),
            first_line=heading.line,
            last_line=max(last_line, heading.line),
            supplied=entry.supplied,
            role=entry.role,
        )

    def place(self, index: int) -> str:
        """Return "section 5.2.6", "Domestic abuse" or "section 4.3.2, Encouraging reminders"."""
        entry = self._headings[index].entry
        if entry.number:
            return f"section {entry.number}"
        parent = self._parents[index]
        numbered = parent
        while numbered is not None and not self._headings[numbered].entry.number:
            numbered = self._parents[numbered]
        if numbered is not None:
            return f"section {self._headings[numbered].entry.number}, {entry.title}"
        if parent is not None and entry.title in self._ambiguous:
            return f"{self._headings[parent].entry.title}, {entry.title}"
        return entry.title

    def _slug(self, key: str) -> str:
        slug = "--".join(filter(None, (slug_part(part) for part in key.split(" > ")))) or "section"
        unique = slug
        repeat = 1
        while unique in self._slugs:
            repeat += 1
            unique = f"{slug}-{repeat}"
        self._slugs.add(unique)
        return unique

    def _find_parents(self) -> list[int | None]:
        parents: list[int | None] = []
        path: list[int] = []
        for index, heading in enumerate(self._headings):
            while path and self._headings[path[-1]].entry.depth >= heading.entry.depth:
                path.pop()
            parents.append(path[-1] if path else None)
            path.append(index)
        return parents
