"""From a query to a plan: what is looked for, what may stand for it, and how much each is worth.

The plan is the same for every engine. It says nothing about how an engine finds things. No Django here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import Protocol

from search.analysis import (
    LIGHT_WORDS,
    ORDINARY_WORDS,
    STOP_WORDS,
    Word,
    abbreviation,
    compounds,
    content_words,
    is_protected,
    stem,
    words,
)
from search.general_words import is_general
from search.lexicon import Equivalent, Lexicon
from search.query import SearchQuery
from search.spelling import Suggestion

#: More words than this do not make a query clearer.
MAX_TERMS = 24
LIGHT_WEIGHT = 0.25
CAPITALS_MEANT = 0.3
COMPOUND_WEIGHT = 0.85
SPLIT_WEIGHT = 0.9
SECOND_GUESS = 0.5
RESCUE_WEIGHT = 0.5
#: So like a word of the index that it is that word misspelt. What is less like it ("divorce", "diverse") is a guess:
#: named to the reader, searched with little weight, and nothing is built on it.
SURELY_MISSPELT = 0.82

_REFERENCE = re.compile(r"\d+\.\d+\.\d+|[a-z]+\d+")
_QUOTED = re.compile(r'["“”]([^"“”]{2,})["“”]')


class Origin(StrEnum):
    """Where an alternative comes from."""

    SYNONYM = "synonym"
    CORRECTION = "correction"
    COMPOUND = "compound"
    RESCUE = "rescue"
    CAPITALS = "capitals"


class Vocabulary(Protocol):
    """What an index tells the planner about its words."""

    def knows(self, word: str) -> bool: ...

    def holds(self, word: str) -> bool: ...

    def closest(self, word: str) -> Sequence[Suggestion]: ...

    def resembling(self, word: str) -> Sequence[Suggestion]: ...


@dataclass(frozen=True)
class Term:
    """One word looked for; `field` where it is a name of something in this field, alone or as part of a longer name."""

    text: str
    stem: str
    weight: float = 1.0
    known: bool = True
    field: bool = False


@dataclass(frozen=True)
class Alternative:
    """What may stand for the terms from `start` up to `end`: stems that must stand together."""

    start: int
    end: int
    stems: tuple[str, ...]
    weight: float
    origin: Origin
    text: str


@dataclass(frozen=True)
class Phrase:
    """Quoted words: every hit must hold these stems in this order."""

    stems: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Correction:
    """A misspelt word and what it was taken for."""

    typed: str
    meant: str


@dataclass(frozen=True)
class SearchPlan:
    """Everything an engine needs to answer, and everything a person may want to know about how it was understood."""

    query: SearchQuery
    terms: tuple[Term, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    corrections: tuple[Correction, ...] = ()
    corrected_text: str = ""
    #: The query as it may have been meant: a question to the reader, where `corrected_text` is an answer.
    suggested_text: str = ""

    @property
    def empty(self) -> bool:
        """Whether there is nothing to look for."""
        return not self.terms

    @property
    def stems(self) -> frozenset[str]:
        """Every stem that may count as a match of a single word."""
        return frozenset(term.stem for term in self.terms) | {
            single for alternative in self.alternatives for single in alternative.stems
        }


def make_plan(query: SearchQuery, lexicon: Lexicon, vocabulary: Vocabulary) -> SearchPlan:
    """The plan for a query. Never fails: a query without words gives an empty plan."""
    found = content_words(query.text)[:MAX_TERMS]
    if not found:
        return SearchPlan(query)
    shouting = query.text.isupper() and len(found) > 1
    terms = tuple(_term(word, shouting, lexicon, vocabulary) for word in found)
    corrections: dict[int, Correction] = {} if query.exact else _corrections(found, terms, lexicon, vocabulary)
    meant = [
        stem(corrections[at].meant) if at in corrections else term.stem.removeprefix("=")
        for at, term in enumerate(terms)
    ]
    guesses = {} if query.exact else _guesses(found, terms, corrections, vocabulary)
    equivalents = list(_equivalents(query.text, found, meant, lexicon, shouting))
    named = {at for at, names in enumerate(lexicon.of_the_field(meant)) if names}
    named |= {at for start, end, equivalent in equivalents if equivalent.names for at in range(start, end)}
    named |= {at for at, word in enumerate(found) if _is_reference(word, terms[at], shouting)}
    terms = tuple(replace(term, field=True) if at in named else term for at, term in enumerate(terms))
    alternatives = [
        *_capitals(found, terms),
        *_joined(query.text, found, corrections, vocabulary),
        *_corrected(found, terms, corrections, vocabulary),
        *_rescued(terms, corrections, query, vocabulary),
        *(
            Alternative(start, end, equivalent.stems, equivalent.weight, Origin.SYNONYM, equivalent.text)
            for start, end, equivalent in equivalents
        ),
    ]
    return SearchPlan(
        query=query,
        terms=terms,
        phrases=_phrases(query.text),
        alternatives=_best_of_each(alternatives),
        corrections=tuple(corrections.values()),
        corrected_text=_rewritten(query.text, found, corrections) if corrections else "",
        suggested_text=_rewritten(query.text, found, guesses) if len(guesses) > len(corrections) else "",
    )


def without_terms(plan: SearchPlan, left_out: Collection[int]) -> SearchPlan:
    """The plan without some of its terms, by their places, and without what might have stood for them."""
    kept = [at for at in range(len(plan.terms)) if at not in left_out]
    moved = {at: place for place, at in enumerate(kept)}
    return replace(
        plan,
        terms=tuple(plan.terms[at] for at in kept),
        alternatives=tuple(
            replace(each, start=moved[each.start], end=moved[each.end - 1] + 1)
            for each in plan.alternatives
            if all(at in moved for at in range(each.start, each.end))
        ),
    )


def _term(word: Word, shouting: bool, lexicon: Lexicon, vocabulary: Vocabulary) -> Term:
    text = word.text
    if word.capitals and text.removesuffix("s") in ORDINARY_WORDS and not shouting:
        return Term(text, abbreviation(text.removesuffix("s")))
    weight = LIGHT_WEIGHT if text in LIGHT_WORDS else 1.0
    return Term(text, stem(text), weight, known=vocabulary.knows(text) or lexicon.knows(text))


def _is_reference(word: Word, term: Term, shouting: bool) -> bool:
    """Whether a word that the index knows is the number of a section or guideline, or an abbreviation in capitals."""
    if not term.known or word.text in STOP_WORDS or is_general((term.stem,)):
        return False
    return bool(_REFERENCE.match(word.text)) or (word.capitals and not shouting)


def _phrases(text: str) -> tuple[Phrase, ...]:
    found = []
    for match in _QUOTED.finditer(text):
        stems = tuple(stem(word.text) for word in words(match.group(1)))
        if stems:
            found.append(Phrase(stems, match.group(1).strip()))
    return tuple(found)


def _corrections(
    found: Sequence[Word], terms: Sequence[Term], lexicon: Lexicon, vocabulary: Vocabulary
) -> dict[int, Correction]:
    """Misspelt words by their place in the query; a hyphenated word that the index knows joined is not misspelt."""
    corrections = {}
    for at, (word, term) in enumerate(zip(found, terms, strict=True)):
        if term.known or is_protected(term.text):
            continue
        closest = vocabulary.closest(term.text)
        if closest and closest[0].similarity >= SURELY_MISSPELT:
            corrections[at] = Correction(word.text, closest[0].word)
    return corrections


def _guesses(
    found: Sequence[Word], terms: Sequence[Term], corrections: Mapping[int, Correction], vocabulary: Vocabulary
) -> dict[int, Correction]:
    """What unknown words may have been meant to be, besides those that surely are misspelt."""
    guesses = dict(corrections)
    for at, (word, term) in enumerate(zip(found, terms, strict=True)):
        if at not in guesses and not term.known:
            closest = vocabulary.closest(term.text)
            if closest:
                guesses[at] = Correction(word.text, closest[0].word)
    return guesses


def _corrected(
    found: Sequence[Word], terms: Sequence[Term], corrections: dict[int, Correction], vocabulary: Vocabulary
) -> list[Alternative]:
    made = []
    for at in corrections:
        for rank, guess in enumerate(vocabulary.closest(terms[at].text)):
            weight = guess.similarity * (1.0 if rank == 0 else SECOND_GUESS)
            made.append(Alternative(at, at + 1, (stem(guess.word),), weight, Origin.CORRECTION, guess.word))
    return made


def _rescued(
    terms: Sequence[Term], corrections: dict[int, Correction], query: SearchQuery, vocabulary: Vocabulary
) -> list[Alternative]:
    if query.exact:
        return []
    made = []
    for at, term in enumerate(terms):
        if term.known or at in corrections:
            continue
        for rescuer in (*vocabulary.closest(term.text)[:1], *vocabulary.resembling(term.text)):
            weight = rescuer.similarity * RESCUE_WEIGHT
            made.append(Alternative(at, at + 1, (stem(rescuer.word),), weight, Origin.RESCUE, rescuer.word))
    return made


def _capitals(found: Sequence[Word], terms: Sequence[Term]) -> list[Alternative]:
    """MET means the abbreviation; the ordinary word "met" counts for little, but is not lost."""
    return [
        Alternative(at, at + 1, (stem(term.text),), CAPITALS_MEANT, Origin.CAPITALS, term.text)
        for at, term in enumerate(terms)
        if term.stem.startswith("=")
    ]


def _joined(
    text: str, found: Sequence[Word], corrections: Mapping[int, Correction], vocabulary: Vocabulary
) -> list[Alternative]:
    """Words written together or apart: "take home", "take-home", "takehome"; "NA 99" and "NA99"."""
    made = []
    positions = {word.start: at for at, word in enumerate(found)}
    hyphenated = {(left.start, right.start): joined for left, right, joined in compounds(text, words(text))}
    for left, right in pairwise(found):
        joined = hyphenated.get((left.start, right.start), left.text + right.text)
        at = positions[left.start]
        if vocabulary.knows(joined) and right.position == left.position + 1:
            made.append(Alternative(at, at + 2, (stem(joined),), COMPOUND_WEIGHT, Origin.COMPOUND, joined))
        elif (left.start, right.start) in hyphenated and len(joined) > 7:
            made += [
                Alternative(at, at + 2, (stem(guess.word),), guess.similarity, Origin.CORRECTION, guess.word)
                for guess in vocabulary.closest(joined)[:1]
            ]
    for at, word in enumerate(found):
        if at not in corrections and not vocabulary.knows(word.text):
            parts = _split(word.text, vocabulary)
            if parts:
                stems = tuple(stem(part) for part in parts)
                made.append(Alternative(at, at + 1, stems, SPLIT_WEIGHT, Origin.COMPOUND, " ".join(parts)))
    return made


def _split(word: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The two known words that an unknown one is made of, if it is."""
    if is_protected(word) or len(word) < 7:
        return ()
    for cut in range(len(word) - 3, 2, -1):
        left, right = word[:cut], word[cut:]
        if len(left) >= 3 and len(right) >= 3 and vocabulary.holds(left) and vocabulary.holds(right):
            return left, right
    return ()


def _equivalents(
    text: str,
    found: Sequence[Word],
    stems: Sequence[str],
    lexicon: Lexicon,
    shouting: bool,
) -> Iterator[tuple[int, int, Equivalent]]:
    """Equivalents of what was typed, or of what it was taken for."""
    capitals = [word.capitals and not shouting for word in found]
    by_position = dict(zip((word.position for word in found), stems, strict=True))
    whole = [by_position.get(word.position) or stem(word.text) for word in words(text)]
    yield from lexicon.equivalents(stems, capitals, whole)


def _best_of_each(alternatives: Sequence[Alternative]) -> tuple[Alternative, ...]:
    best: dict[tuple[int, int, tuple[str, ...]], Alternative] = {}
    for alternative in alternatives:
        key = (alternative.start, alternative.end, alternative.stems)
        if key not in best or best[key].weight < alternative.weight:
            best[key] = alternative
    return tuple(best.values())


def _rewritten(text: str, found: Sequence[Word], corrections: dict[int, Correction]) -> str:
    for at in sorted(corrections, reverse=True):
        word = found[at]
        text = text[: word.start] + corrections[at].meant + text[word.end :]
    return text
