"""The piece of a text that shows why it was found, with the words marked. No Django here."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from search.analysis import STOP_WORDS, Word, stem, words
from search.planner import Origin, SearchPlan
from search.results import Segment

#: Words in a snippet: about two lines, and never more than an extract may hold.
SNIPPET_WORDS = 28
#: Characters of a text's first line.
BEGINNING = 160
#: What a snippet gains by beginning where a sentence does, and loses with its words at an edge; a match is worth 1.
SENTENCE_START, OFF_CENTRE = 0.3, 0.4
#: Alternatives worth less than this explain too little to be marked.
MARKED_FROM = 0.25
#: What stands for a typed word and is that word: spelt right, written together or apart, in small letters.
TYPED = frozenset({Origin.CORRECTION, Origin.COMPOUND, Origin.CAPITALS})

#: Where a sentence has ended: what follows begins another.
_SENTENCE_END = re.compile(r"[.!?:;]['”’)\]]*\s+|\n\s*")


class _Cut(NamedTuple):
    """A text cut into words, as far as that does not depend on what is looked for.

    `held`: every stem once. `squeezed`: all words without blanks between them, spelt as stems are.
    """

    words: tuple[Word, ...]
    stems: tuple[str, ...]
    held: frozenset[str]
    stops: tuple[bool, ...]
    squeezed: str
    sentences: frozenset[int]


class Highlighter:
    """Cuts snippets for one plan."""

    def __init__(self, plan: SearchPlan) -> None:
        #: How much each stem explains, and each run of stems.
        self._single: dict[str, float] = {}
        self._phrases: list[tuple[tuple[str, ...], float]] = []
        for term in plan.terms:
            self._note(term.stem.removeprefix("="), term.weight)
        for alternative in plan.alternatives:
            if alternative.weight < MARKED_FROM:
                continue
            if len(alternative.stems) == 1:
                self._note(alternative.stems[0], alternative.weight)
            else:
                self._phrases.append((alternative.stems, alternative.weight))
        self._literal = {term.stem.removeprefix("=") for term in plan.terms}
        self._literal |= {each.stems[0] for each in plan.alternatives if each.origin in TYPED and len(each.stems) == 1}

    def snippet(self, text: str, length: int = SNIPPET_WORDS) -> tuple[Segment, ...]:
        """The most telling run of words of a text, as segments of plain text. The whole text where it is short."""
        cut = _cut(text)
        if not cut.words:
            return (Segment(text.strip()),) if text.strip() else ()
        worth = self._worth(cut)
        first, last = _window(cut, worth, length)
        start = 0 if first == 0 else cut.words[first].start
        end = len(text) if last == len(cut.words) else cut.words[last - 1].end
        marked = [(cut.words[at], cut.stems[at] not in self._literal) for at in sorted(worth) if first <= at < last]
        segments = _segments(text, start, end, marked)
        if first:
            segments.insert(0, Segment("… "))
        if last < len(cut.words):
            segments.append(Segment(" …"))
        return tuple(segments)

    def beginning(self, text: str) -> tuple[Segment, ...]:
        """The first line of a text, with the words marked that stand in it."""
        head = text[:BEGINNING].rsplit(None, 1)[0] if len(text) > BEGINNING else text
        return (*self.snippet(head), Segment(" …")) if head != text else self.snippet(text)

    def _note(self, single: str, weight: float) -> None:
        self._single[single] = max(self._single.get(single, 0.0), weight)

    def _worth(self, cut: _Cut) -> dict[int, float]:
        """How much each word explains, by its place, of those that are marked."""
        single = self._single
        worth = {at: single[each] for at, each in enumerate(cut.stems) if each in single and not cut.stops[at]}
        # What the text writes apart ("take home") and its reader together; few texts do, so most cost one look each.
        if any(each[:6] in cut.squeezed for each in single.keys() - cut.held):
            for at, each in _joined(cut):
                if each in single:
                    for place in (at, at + 1):
                        worth[place] = max(worth.get(place, 0.0), single[each])
        for stems, weight in self._phrases:
            if cut.held.issuperset(stems):
                for place in _runs(cut, stems):
                    worth[place] = max(worth.get(place, 0.0), weight)
        return {at: value for at, value in worth.items() if value}


def _runs(cut: _Cut, stems: tuple[str, ...]) -> Iterator[int]:
    """The places of words that stand together as in a phrase, stop words between them passed over."""
    places: Sequence[int] = range(len(cut.words))
    # A phrase that needs its stop words ("on top") stands in the text with them.
    if not STOP_WORDS.intersection(stems):
        places = [at for at in places if cut.words[at].text not in STOP_WORDS]
    runs = [cut.stems[at] for at in places]
    size = len(stems)
    for at, each in enumerate(runs):
        if each == stems[0] and tuple(runs[at : at + size]) == stems:
            yield from places[at : at + size]


def _joined(cut: _Cut) -> Iterator[tuple[int, str]]:
    """The stem of each word and the next as one word, by the place of the first."""
    for at, (left, right) in enumerate(pairwise(cut.words)):
        if right.start - left.end <= 1:
            yield at, stem(left.text + right.text)


@lru_cache(maxsize=512)
def _cut(text: str) -> _Cut:
    """Remembered, because the same passages answer many searches."""
    found = words(text)
    stems = tuple(stem(word.text) for word in found)
    places = {word.start: at for at, word in enumerate(found)}
    return _Cut(
        words=tuple(found),
        stems=stems,
        held=frozenset(stems),
        stops=tuple(word.text in STOP_WORDS and not word.capitals for word in found),
        squeezed="".join(word.text for word in found).replace("ae", "e").replace("oe", "e"),
        sentences=frozenset(places[end.end()] for end in _SENTENCE_END.finditer(text) if end.end() in places),
    )


def _window(cut: _Cut, worth: Mapping[int, float], length: int) -> tuple[int, int]:
    """The run of `length` words with the most different matches, begun at a sentence where that loses nothing."""
    if len(cut.words) <= length:
        return 0, len(cut.words)
    matches = sorted(worth)
    best, best_value = 0, -1.0
    for first in sorted(_possible_starts(cut, matches, length)):
        places = matches[bisect_left(matches, first) : bisect_left(matches, first + length)]
        seen = {cut.stems[at]: worth[at] for at in places}
        value = sum(seen.values()) + (SENTENCE_START if first == 0 or first in cut.sentences else 0.0)
        if places:
            # What follows the words says more than what leads to them.
            value -= OFF_CENTRE * abs(places[0] - first - length // 4) / length
        if value > best_value:
            best, best_value = first, value
    return best, best + length


def _possible_starts(cut: _Cut, matches: Sequence[int], length: int) -> set[int]:
    """The beginning, some words before each match, and the sentences that begin near one."""
    last = len(cut.words) - length
    starts = {0}
    for at in matches:
        lead = max(at - length // 4, 0)
        starts.add(min(lead, last))
        starts.update(min(near, last) for near in range(lead, at + 1) if near in cut.sentences)
    return starts


def _segments(text: str, start: int, end: int, marked: Sequence[tuple[Word, bool]]) -> list[Segment]:
    segments: list[Segment] = []
    at = start
    for word, meant in marked:
        if word.start < at or word.end > end:
            continue
        between = text[at : word.start]
        if segments and segments[-1].marked and segments[-1].meant == meant and between.isspace():
            segments[-1] = Segment(segments[-1].text + between + text[word.start : word.end], True, meant)
        else:
            if between:
                segments.append(Segment(between))
            segments.append(Segment(text[word.start : word.end], True, meant))
        at = word.end
    if at < end:
        segments.append(Segment(text[at:end]))
    return segments
