"""Where the sections of a document begin: by its outline where there is one, else by the look of the lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from guidance.importing.document import Doubt
from guidance.importing.errors import TruncatedSource
from guidance.importing.facts import OutlineEntry, SectionRole, SourceFacts
from guidance.importing.fingerprint import normalised
from guidance.importing.inline import to_plain
from guidance.importing.lines import Line, is_contents_entry

_NUMBERED = re.compile(r"^(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+(\S.{1,150})$")
_MARKDOWN_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")
_LIST_MARK = re.compile(r"^\s*(?:[-•·▪◦*+]\s|\d{1,3}[.)]\s)")
_BULLET = re.compile(r"^[-•·▪◦*+]\s")
_END_MARKS = ".:;,!"
_MOST_WORDS_OF_A_HEADING = 14
_NAMED_AT_MOST = 5


@dataclass(frozen=True)
class Heading:
    """A heading at its place. `content_from` is the first line of the section's own text."""

    entry: OutlineEntry
    line: int
    content_from: int
    #: True: the title stands glued to the first sentence and is to be taken off it.
    glued: bool = False


def find_headings(lines: Sequence[Line], facts: SourceFacts) -> tuple[Heading, ...]:
    """Find every heading of the outline in order. Raises TruncatedSource naming those that are not there."""
    found: list[Heading] = []
    missing: list[OutlineEntry] = []
    position = 0
    for entry in facts.outline:
        if entry.supplied and not entry.starts:
            found.append(Heading(entry, lines[position].number, lines[position].number))
            continue
        place = _place_of(entry, lines, position)
        if place is None:
            missing.append(entry)
            continue
        line = lines[place]
        if entry.starts:
            found.append(Heading(entry, line.number, line.number, glued=_is_glued(entry, line)))
        else:
            found.append(Heading(entry, line.number, line.number + 1))
        position = place + 1
    if missing:
        raise TruncatedSource(_what_is_missing(missing, facts))
    return tuple(found)


def _place_of(entry: OutlineEntry, lines: Sequence[Line], start: int) -> int | None:
    if entry.starts:
        first_words = normalised(entry.starts)
        # The line a heading was found on may also be where the next one starts.
        return next(
            (
                index
                for index in range(start, len(lines))
                if f"{normalised(lines[index].text)} ".startswith(f"{first_words} ")
            ),
            None,
        )
    wanted = normalised(f"{entry.number} {entry.title}")
    return next(
        (index for index in range(start, len(lines)) if _heading_words(lines[index]) == wanted),
        None,
    )


def _heading_words(line: Line) -> str:
    """Return the words of a line that may be a heading. Table rows and list items name headings without being them."""
    text = line.text.strip()
    if line.tabbed or _BULLET.match(text):
        return ""
    markdown = _MARKDOWN_HEADING.match(text)
    return normalised(to_plain(markdown.group(2) if markdown else text))


def _is_glued(entry: OutlineEntry, line: Line) -> bool:
    """True for "Summary With the support of ...": the title, then a new sentence without any mark between."""
    rest = line.text.strip().removeprefix(entry.title)
    return rest != line.text.strip() and bool(re.match(r"\s+[A-Z]", rest))


def _what_is_missing(missing: list[OutlineEntry], facts: SourceFacts) -> str:
    names = [f"{entry.number} {entry.title}".strip() for entry in missing[:_NAMED_AT_MOST]]
    more = f" and {len(missing) - _NAMED_AT_MOST} more" if len(missing) > _NAMED_AT_MOST else ""
    return (
        f"This does not look like the whole of “{facts.short_title}”: {len(missing)} of {len(facts.outline)} headings "
        f"are missing or out of order ({'; '.join(names)}{more}). Check that the file is complete. "
        "If it is a new edition, change the outline in its source.yaml first."
    )


def guess_outline(lines: Sequence[Line], markdown: bool) -> tuple[tuple[OutlineEntry, ...], tuple[Doubt, ...]]:
    """Draw up an outline of a source we know nothing about. Everything that is a guess is also a doubt."""
    entries: list[OutlineEntry] = []
    doubts: list[Doubt] = []
    path: list[OutlineEntry] = []
    seen: dict[str, int] = {}
    for index, line in enumerate(lines):
        guess = _guess(lines, index, markdown, bool(path and path[-1].role is SectionRole.CONTENTS))
        if guess is None:
            continue
        number, title, level = guess
        path = [entry for entry in path if _is_above(entry, number, level)]
        depth = number.count(".") + 1 if number else (level or (path[-1].depth + 1 if path else 1))
        key = number or " > ".join([*([path[-1].key] if path else []), title])
        seen[key] = seen.get(key, 0) + 1
        if seen[key] > 1:
            key = f"{key} ({seen[key]})"
        role = _guessed_role(title)
        entry = OutlineEntry(key=key, title=title, depth=depth, number=number, role=role)
        entries.append(entry)
        path.append(entry)
        if not number and not level:
            doubts.append(Doubt("heading-guessed", f"line {line.number}", f"“{title}” looks like a heading."))
    return tuple(entries), tuple(doubts)


def _guess(lines: Sequence[Line], index: int, markdown: bool, in_contents: bool) -> tuple[str, str, int] | None:
    line = lines[index]
    text = line.text.strip()
    if not text or line.tabbed or is_contents_entry(line) or (in_contents and not _isolated(lines, index)):
        return None
    marked = _MARKDOWN_HEADING.match(text) if markdown else None
    if marked:
        numbered = _NUMBERED.match(marked.group(2))
        if numbered:
            return numbered.group(1), to_plain(numbered.group(2)), len(marked.group(1))
        return "", to_plain(marked.group(2)), len(marked.group(1))
    if markdown or not _isolated(lines, index) or text[-1] in _END_MARKS:
        return None
    numbered = _NUMBERED.match(text)
    if numbered and numbered.group(2)[0].isupper():
        return numbered.group(1), to_plain(numbered.group(2)), 0
    short = len(text.split()) <= _MOST_WORDS_OF_A_HEADING and text[0].isupper() and not _LIST_MARK.match(line.text)
    return ("", to_plain(text), 0) if short and _text_follows(lines, index) else None


def _isolated(lines: Sequence[Line], index: int) -> bool:
    before = index == 0 or lines[index - 1].blank
    return before and (index + 1 >= len(lines) or lines[index + 1].blank)


def _text_follows(lines: Sequence[Line], index: int) -> bool:
    following = next((line for line in lines[index + 1 :] if not line.blank), None)
    return following is not None and len(following.text) > len(lines[index].text)


def _is_above(entry: OutlineEntry, number: str, level: int) -> bool:
    if number:
        return bool(entry.number) and number.startswith(f"{entry.number}.")
    if level:
        return entry.depth < level
    return bool(entry.number)


def _guessed_role(title: str) -> SectionRole:
    words = normalised(title)
    if words in {"contents", "table of contents"}:
        return SectionRole.CONTENTS
    return SectionRole.REFERENCES if words in {"references", "bibliography"} else SectionRole.TEXT


def contents_disagreements(lines: Sequence[Line], headings: Sequence[Heading]) -> list[Doubt]:
    """Compare the contents list with the headings in the body."""
    titles = {heading.entry.number: heading.entry.title for heading in headings if heading.entry.number}
    doubts = []
    for line in lines:
        match = re.match(r"^\s*(\d+(?:\.\d+)*)\s+(\S.*?)(?:[.\t ]*\t+\s*\d*\s*)?$", line.text)
        if not match:
            continue
        number, title = match.group(1), match.group(2).rstrip(". \t")
        if number in titles and normalised(title) != normalised(titles[number]):
            detail = f"The contents list and the body give section {number} different titles. The body's is used."
            doubts.append(Doubt("contents-disagree", f"Contents, line {line.number}", detail))
    return doubts
