"""The piece of a text that shows why it was found, with the words marked. No Django here."""

from __future__ import annotations

import json
import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from sys import intern
from typing import NamedTuple

from search.analysis import STOP_WORDS, columns, stem
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
#: So many letters of a stem stand at the beginning of its word as they are.
SURE_OF_STEM = 6
#: Texts that each process remembers cut into words, at about 3 kB each.
CUTS = 4_000
#: What stands for a typed word and is that word: spelt right, written together or apart, in small letters.
TYPED = frozenset({Origin.CORRECTION, Origin.COMPOUND, Origin.CAPITALS})

#: Where a sentence has ended: what follows begins another.
_SENTENCE_END = re.compile(r"[.!?:;]['”’)\]]*\s+|\n\s*")


class _Cut(NamedTuple):
    """A text cut into words, as far as that does not depend on what is looked for. Small, because many are remembered.

    Attributes:
        starts, ends: Where each word stands in the text.
        texts, stems: Each word in its normal form, and its stem.
        stops: The places of words that say nothing by themselves.
        sentences: The places of words with which a sentence begins.
    """

    starts: array[int]
    ends: array[int]
    texts: tuple[str, ...]
    stems: tuple[str, ...]
    stops: frozenset[int]
    sentences: frozenset[int]


def beginning(text: str) -> tuple[Segment, ...]:
    """The first line of a text, as it is: for what stands under a hit, a list of places to go on to."""
    return (Segment(text[:BEGINNING].rsplit(None, 1)[0] + " …" if len(text) > BEGINNING else text),)


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

    def snippet(self, text: str, kept: str = "", length: int = SNIPPET_WORDS) -> tuple[Segment, ...]:
        """The most telling run of words of a text, as segments of plain text. The whole text where it is short.

        `kept`: what `cut_to_keep` made of this text, where an index has it.
        """
        cut = _cut(text, kept)
        if not cut.stems:
            return (Segment(text.strip()),) if text.strip() else ()
        worth = self._worth(cut)
        first, last = _window(cut, worth, length)
        start = 0 if first == 0 else cut.starts[first]
        end = len(text) if last == len(cut.stems) else cut.ends[last - 1]
        marked = [
            (cut.starts[at], cut.ends[at], cut.stems[at] not in self._literal)
            for at in sorted(worth)
            if first <= at < last
        ]
        segments = _segments(text, start, end, marked)
        if first:
            segments.insert(0, Segment("… "))
        if last < len(cut.stems):
            segments.append(Segment(" …"))
        return tuple(segments)

    def _note(self, single: str, weight: float) -> None:
        self._single[single] = max(self._single.get(single, 0.0), weight)

    def _worth(self, cut: _Cut) -> dict[int, float]:
        """How much each word explains, by its place, of those that are marked."""
        single, held = self._single, set(cut.stems)
        worth = {
            at: single[each] for each in single.keys() & held for at in _places(cut.stems, each) if at not in cut.stops
        }
        # What the text writes apart ("take home") and its reader together; few texts do, so most cost one look each.
        squeezed = _spelt_as_stems("".join(cut.texts))
        for each in single.keys() - held:
            # What a stem has lost or changed of its word is its end.
            begun = each[: max(len(each) - 1, SURE_OF_STEM)]
            for at in _joined(cut, begun, each) if begun in squeezed else ():
                for place in (at, at + 1):
                    worth[place] = max(worth.get(place, 0.0), single[each])
        for stems, weight in self._phrases:
            if held.issuperset(stems):
                for place in _runs(cut, stems):
                    worth[place] = max(worth.get(place, 0.0), weight)
        return {at: value for at, value in worth.items() if value}


def _places(stems: Sequence[str], wanted: str) -> Iterator[int]:
    """Where a stem stands among others, one of which it is."""
    at = -1
    # By the sequence's own search, which is much quicker than a loop over every word.
    for _ in range(stems.count(wanted)):
        at = stems.index(wanted, at + 1)
        yield at


def _runs(cut: _Cut, stems: tuple[str, ...]) -> Iterator[int]:
    """The places of words that stand together as in a phrase, stop words between them passed over."""
    # A phrase that needs its stop words ("on top") stands in the text with them.
    passed = cut.stops if STOP_WORDS.isdisjoint(stems) else frozenset()
    for first in _places(cut.stems, stems[0]):
        places = [first]
        at = first
        for each in stems[1:]:
            at += 1
            while at in passed:
                at += 1
            if at == len(cut.stems) or cut.stems[at] != each:
                break
            places.append(at)
        else:
            yield from places


def _joined(cut: _Cut, begun: str, wanted: str) -> Iterator[int]:
    """Where a word and the next are one word with this stem, which begins so; by the place of the first."""
    # Stems are looked at last: one never worked out before costs more than all else here.
    first_letters = ("e", "a", "o") if begun[0] == "e" else begun[0]
    for at, (left, right) in enumerate(pairwise(cut.texts)):
        if (
            left[0] in first_letters
            and _spelt_as_stems(left + right).startswith(begun)
            and cut.starts[at + 1] - cut.ends[at] <= 1
            and stem(left + right) == wanted
        ):
            yield at


def _spelt_as_stems(text: str) -> str:
    return text.replace("ae", "e").replace("oe", "e")


def cut_to_keep(text: str) -> str:
    """How a text is cut into words, for an index to keep beside it: to cut it anew takes three times as long."""
    cut = _cut_anew(text)
    return json.dumps(
        [list(cut.starts), list(cut.ends), cut.texts, sorted(cut.stops), sorted(cut.sentences)], separators=(",", ":")
    )


@lru_cache(maxsize=CUTS)
def _cut(text: str, kept: str) -> _Cut:
    """Remembered, because the same passages answer many searches."""
    if not kept:
        return _cut_anew(text)
    starts, ends, texts, stops, sentences = json.loads(kept)
    return _Cut(
        starts=array("I", starts),
        ends=array("I", ends),
        texts=tuple(map(intern, texts)),
        stems=tuple(map(stem, texts)),
        stops=frozenset(stops),
        sentences=frozenset(sentences),
    )


def _cut_anew(text: str) -> _Cut:
    found = columns(text)
    places = {start: at for at, start in enumerate(found.starts)}
    return _Cut(
        starts=array("I", found.starts),
        ends=array("I", found.ends),
        texts=tuple(found.texts),
        stems=tuple(map(stem, found.texts)),
        stops=frozenset([at for at, each in enumerate(found.texts) if each in STOP_WORDS and not found.capitals[at]]),
        sentences=frozenset(places[end.end()] for end in _SENTENCE_END.finditer(text) if end.end() in places),
    )


def _window(cut: _Cut, worth: Mapping[int, float], length: int) -> tuple[int, int]:
    """The run of `length` words with the most different matches, begun at a sentence where that loses nothing."""
    if len(cut.stems) <= length:
        return 0, len(cut.stems)
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
    last = len(cut.stems) - length
    starts = {0}
    for at in matches:
        lead = max(at - length // 4, 0)
        starts.add(min(lead, last))
        starts.update(min(near, last) for near in range(lead, at + 1) if near in cut.sentences)
    return starts


def _segments(text: str, start: int, end: int, marked: Sequence[tuple[int, int, bool]]) -> list[Segment]:
    """A piece of a text as segments; `marked`: where a marked word starts and ends, and whether it was only meant."""
    segments: list[Segment] = []
    at = start
    for first, last, meant in marked:
        if first < at or last > end:
            continue
        between = text[at:first]
        if segments and segments[-1].marked and segments[-1].meant == meant and between.isspace():
            segments[-1] = Segment(segments[-1].text + between + text[first:last], True, meant)
        else:
            if between:
                segments.append(Segment(between))
            segments.append(Segment(text[first:last], True, meant))
        at = last
    if at < end:
        segments.append(Segment(text[at:end]))
    return segments
