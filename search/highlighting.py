"""The piece of a text that shows why it was found, with the words marked. No Django here."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from itertools import pairwise

from search.analysis import STOP_WORDS, Word, stem, words
from search.planner import Origin, SearchPlan
from search.results import Segment

#: Words in a snippet: about two lines, and never more than an extract may hold.
SNIPPET_WORDS = 28
#: What a snippet gains by beginning where a sentence does, and loses with its words at an edge; a match is worth 1.
SENTENCE_START, OFF_CENTRE = 0.3, 0.4
#: Alternatives worth less than this explain too little to be marked.
MARKED_FROM = 0.25
#: What stands for a typed word and is that word: spelt right, written together or apart, in small letters.
TYPED = frozenset({Origin.CORRECTION, Origin.COMPOUND, Origin.CAPITALS})

_SENTENCE_END = re.compile(r"[.!?:;]['”’)\]]*\s+$|\n\s*$")


def snippet(text: str, plan: SearchPlan, length: int = SNIPPET_WORDS) -> tuple[Segment, ...]:
    """The most telling run of words of a text, as segments of plain text. The whole text where it is short."""
    found, stems = _cut(text)
    if not found:
        return (Segment(text.strip()),) if text.strip() else ()
    worth = _worth(found, stems, plan)
    first, last = _window(text, found, stems, worth, length)
    start = 0 if first == 0 else found[first].start
    end = len(text) if last == len(found) else found[last - 1].end
    literal = {term.stem.removeprefix("=") for term in plan.terms}
    literal |= {each.stems[0] for each in plan.alternatives if each.origin in TYPED and len(each.stems) == 1}
    marked = [(word, stem(word.text) not in literal) for word, value in zip(found, worth, strict=True) if value]
    segments = _segments(text, start, end, marked)
    if first:
        segments.insert(0, Segment("… "))
    if last < len(found):
        segments.append(Segment(" …"))
    return tuple(segments)


@lru_cache(maxsize=512)
def _cut(text: str) -> tuple[tuple[Word, ...], tuple[str, ...]]:
    """The words of a text and their stems. Remembered, because the same passages answer many searches."""
    found = tuple(words(text))
    return found, tuple(stem(word.text) for word in found)


def _worth(found: Sequence[Word], stems: Sequence[str], plan: SearchPlan) -> list[float]:
    """How much each word explains, 0 for those that are not marked."""
    single: dict[str, float] = {}
    for term in plan.terms:
        plain = term.stem.removeprefix("=")
        single[plain] = max(single.get(plain, 0.0), term.weight)
    phrases = []
    for alternative in plan.alternatives:
        if alternative.weight < MARKED_FROM:
            continue
        if len(alternative.stems) == 1:
            only = alternative.stems[0]
            single[only] = max(single.get(only, 0.0), alternative.weight)
        else:
            phrases.append(alternative)
    worth = [
        0.0 if word.text in STOP_WORDS and not word.capitals else single.get(each, 0.0)
        for word, each in zip(found, stems, strict=True)
    ]
    starts = {each[:2] for each in single}
    for left, (one, other) in enumerate(pairwise(found)):
        written = one.text + other.text
        if other.start - one.end > 1 or not _may_begin(written, starts):
            continue
        joined = single.get(stem(written), 0.0)
        if joined:
            worth[left] = max(worth[left], joined)
            worth[left + 1] = max(worth[left + 1], joined)
    everything = list(range(len(found)))
    content = [at for at in everything if found[at].text not in STOP_WORDS] if phrases else []
    for phrase in phrases:
        # A phrase that needs its stop words ("on top") stands in the text with them.
        places = everything if STOP_WORDS.intersection(phrase.stems) else content
        runs = [stems[at] for at in places]
        size = len(phrase.stems)
        for at, each in enumerate(runs):
            if each == phrase.stems[0] and tuple(runs[at : at + size]) == phrase.stems:
                for place in places[at : at + size]:
                    worth[place] = max(worth[place], phrase.weight)
    return worth


def _may_begin(word: str, starts: Collection[str]) -> bool:
    """Whether the stem of a word may begin with one of these two letters, without the cost of making it.

    A stem begins as its word does, but for "ae" and "oe", which may be spelt with one letter.
    """
    return word[:2] in starts or "ae" in word[:8] or "oe" in word[:8]


def _window(
    text: str, found: Sequence[Word], stems: Sequence[str], worth: Sequence[float], length: int
) -> tuple[int, int]:
    """The run of `length` words with the most different matches, begun at a sentence where that loses nothing."""
    if len(found) <= length:
        return 0, len(found)
    best, best_value = 0, -1.0
    for first in sorted(_possible_starts(text, found, worth, length)):
        seen: dict[str, float] = {}
        places = [at for at in range(first, first + length) if worth[at]]
        for at in places:
            seen[stems[at]] = worth[at]
        value = sum(seen.values()) + (SENTENCE_START if first == 0 or _begins_sentence(text, found[first]) else 0.0)
        if places:
            # What follows the words says more than what leads to them.
            value -= OFF_CENTRE * abs(places[0] - first - length // 4) / length
        if value > best_value:
            best, best_value = first, value
    return best, best + length


def _possible_starts(text: str, found: Sequence[Word], worth: Sequence[float], length: int) -> set[int]:
    """The beginning, some words before each match, and the sentences that begin near one."""
    last = len(found) - length
    starts = {0}
    for at, value in enumerate(worth):
        if value:
            lead = max(at - length // 4, 0)
            starts.add(min(lead, last))
            starts.update(min(near, last) for near in range(lead, at + 1) if _begins_sentence(text, found[near]))
    return starts


def _begins_sentence(text: str, word: Word) -> bool:
    return bool(_SENTENCE_END.search(text, max(word.start - 6, 0), word.start))


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
