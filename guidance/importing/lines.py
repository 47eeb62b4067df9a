"""Lines of a file, and which of them are page furniture rather than text."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from guidance.importing.facts import SourceFacts
from guidance.importing.fingerprint import normalised
from guidance.importing.inline import tidy
from guidance.importing.tables import keep_boundaries

_PAGE_NUMBER = re.compile(r"^\s*(?:page\s+)?\d{1,4}(?:\s+of\s+\d{1,4})?\s*$", re.I)
_CONTINUED = re.compile(r"\(\s*cont(?:inued|d|\.)?\s*\)\s*$", re.I)
#: "Training ..... 12", or "3.1<tab>Training<tab>12": an entry of a contents list.
_CONTENTS_ENTRY = re.compile(r"^\s*(?:[\d.]+\s+)?\S.*?(?:\t+|\.{3,})\s*(?:\t\s*)?\d{1,4}\s*$")
#: A heading printed on every page comes back at least this often, at least this many lines apart.
_RUNNING_TIMES, _RUNNING_GAP = 3, 15


@dataclass(frozen=True)
class Line:
    """A line with its number in the file, from 1. Leading space is kept: it tells wrapped and nested lines."""

    number: int
    text: str

    @property
    def blank(self) -> bool:
        return not self.text.strip()

    @property
    def tabbed(self) -> bool:
        return "\t" in self.text.strip(" ")


def lines_of(text: str) -> list[Line]:
    """Split and tidy a text. Form feeds count as line breaks."""
    raw = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").split("\n")
    return [
        Line(number, tidy(keep_boundaries(line) if "\t" in line else line).rstrip(" "))
        for number, line in enumerate(raw, start=1)
    ]


def one_paragraph_a_line(lines: list[Line]) -> bool:
    """True for texts saved from a web page: no blank lines, every line a whole paragraph."""
    filled = [len(line.text) for line in lines if not line.blank]
    blanks = sum(line.blank for line in lines)
    return len(filled) > 3 and blanks < len(filled) / 20 and median(filled) > 80


def is_contents_entry(line: Line) -> bool:
    """True for an entry of a contents list, with its page number."""
    return bool(_CONTENTS_ENTRY.match(line.text))


def without_furniture(lines: list[Line], facts: SourceFacts, headings: frozenset[int]) -> list[Line]:
    """Blank out page numbers, running headers, repeated titles and interface words. `headings` are never furniture."""
    running = _running_headers(lines)
    names = {normalised(name) for name in (facts.title, facts.short_title, facts.publisher) if name}
    names |= {f"the {name}" for name in names}
    drops = tuple(normalised(drop) for drop in facts.hints.drop)
    known_titles = {normalised(entry.title) for entry in facts.outline}

    def furniture(line: Line) -> bool:
        if line.blank or line.number in headings:
            return False
        words = normalised(line.text)
        if _PAGE_NUMBER.match(line.text) or words in names or _without_digits(line.text) in running:
            return True
        if any(words == drop or words.startswith(f"{drop} ") for drop in drops):
            return True
        return bool(_CONTINUED.search(line.text)) and normalised(_CONTINUED.sub("", line.text)) in known_titles

    return [Line(line.number, "") if furniture(line) else line for line in lines]


def _running_headers(lines: list[Line]) -> set[str]:
    places: defaultdict[str, list[int]] = defaultdict(list)
    for line in lines:
        words = _without_digits(line.text)
        if words and not line.tabbed and len(words.split()) <= 12 and line.text.strip()[-1] not in ".:;,":
            places[words].append(line.number)
    return {
        words
        for words, numbers in places.items()
        if len(numbers) >= _RUNNING_TIMES
        and min(later - earlier for earlier, later in pairwise(numbers)) >= _RUNNING_GAP
    }


def _without_digits(text: str) -> str:
    return normalised(re.sub(r"\d+", "", text))
