"""Words that are searched together: a table given as data. No Django here.

A group has a head. Its members and the head find one another; what is only ever typed finds the head and its members,
but is not found by them: whoever types "booze" means alcohol, and nobody who types "alcohol" wants the word "booze".
A phrase may stand for a word and the reverse.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from search.analysis import ORDINARY_WORDS, STOP_WORDS, content_words, stem, words
from search.general_words import is_general

#: Weight of a member when its group says nothing.
DEFAULT_WEIGHT = 0.8
#: Words of a group that is worth less are neighbours of its head, not names of things in this field.
NAMES_FROM = 0.65
#: What remains of two weights when one member is reached from another through their head.
BETWEEN_MEMBERS = 0.9
#: What remains of the weight of an ambiguous abbreviation that is written in capitals, where nothing else tells.
CAPITALS_TELL = 0.7
#: No phrase of the table is longer.
LONGEST_PHRASE = 8
#: Words that turn a verb into another one: who writes "get on with" does not ask what they can get.
PARTICLES = frozenset(
    ["away", "back", "down", "for", "in", "off", "on", "out", "over", "under", "up", "with", "without"]
)
#: Words that may stand between a verb and its particle: "chuck the client out".
PARTICLE_REACH = 3

_BRACKETED = re.compile(r"[()]")


@dataclass(frozen=True)
class LexiconGroup:
    """Words searched together.

    Attributes:
        head: The word the group is about.
        members: Found by the head and by one another, and finding them.
        typed: Finding the head and the members, never found by them.
        ambiguous: Words of the group that have another sense too. They count only where a word of `context` stands in
            the query besides, or where they are the whole query.
        context: Words that tell which sense is meant.
        weight: What a match of a member is worth, the word itself being worth 1.
        entry: Which row the group was made of, as "app.model:key"; empty where it was made of none.
    """

    head: str
    members: tuple[str, ...] = ()
    typed: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    weight: float = DEFAULT_WEIGHT
    entry: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything that stands in the group, the head first."""
        return (self.head, *self.members, *self.typed)


@dataclass(frozen=True)
class Equivalent:
    """What a span of a query may be replaced by: stems that must stand together, and how much that is worth.

    `names` where the span, in the sense meant here, is a name of something in this field.
    """

    stems: tuple[str, ...]
    weight: float
    text: str
    names: bool = False


@dataclass(frozen=True)
class _Rule:
    equivalent: Equivalent
    ambiguous: bool
    context: frozenset[str]
    #: Every word of what is typed, where the stop words among them matter.
    whole: tuple[str, ...] = ()


@dataclass
class Lexicon:
    """The table, ready to be asked. Build it once and share it: it does not change."""

    groups: Sequence[LexiconGroup] = ()
    _rules: dict[tuple[str, ...], dict[tuple[str, ...], _Rule]] = field(default_factory=dict, init=False, repr=False)
    _words: set[str] = field(default_factory=set, init=False, repr=False)
    _field: set[tuple[str, ...]] = field(default_factory=set, init=False, repr=False)

    def __post_init__(self) -> None:
        for group in self.groups:
            self._add(group)

    def knows(self, word: str) -> bool:
        """Whether the word stands anywhere in the table. Such a word is not a misspelling."""
        return word in self._words

    def of_the_field(self, stems: Sequence[str]) -> list[bool]:
        """Which words of a query belong to what the table names: words of the field, not of English at large."""
        found = [False] * len(stems)
        for length in range(1, min(LONGEST_PHRASE, len(stems)) + 1):
            for start in range(len(stems) - length + 1):
                if tuple(stems[start : start + length]) in self._field:
                    found[start : start + length] = [True] * length
        return found

    def equivalents(
        self, stems: Sequence[str], capitals: Sequence[bool] = (), whole: Sequence[str] = ()
    ) -> Iterator[tuple[int, int, Equivalent]]:
        """What may stand for each span of the query, as start, end and equivalent; longest spans first.

        A word inside a longer span that is in the table is not replaced by itself: "needle exchange" is one thing.
        `stems` are the words that carry meaning, `whole` is every word of the query.
        """
        whole = whole or stems
        taken = [False] * len(stems)
        for length in range(min(LONGEST_PHRASE, len(stems)), 0, -1):
            for start in range(len(stems) - length + 1):
                end = start + length
                if all(taken[start:end]):
                    continue
                around = frozenset(stems[:start]) | frozenset(stems[end:])
                shouted = bool(capitals) and all(capitals[start:end])
                found = [
                    equivalent
                    for rule in self._rules.get(tuple(stems[start:end]), {}).values()
                    if _is_written(rule.whole, whole) and (equivalent := _meant(rule, around, shouted))
                ]
                if found:
                    taken[start:end] = [True] * length
                for equivalent in found:
                    yield start, end, equivalent

    def _add(self, group: LexiconGroup) -> None:
        context = frozenset(stem(word.text) for text in group.context for word in content_words(text))
        ambiguous = {_phrase(text) for text in group.ambiguous}
        ambiguous |= {_phrase(text) for text in group.texts if is_ordinary(text)}
        for text in group.texts:
            self._words.update(word.text for word in words(text))
            key = _phrase(text)
            naming = group.weight >= NAMES_FROM or text == group.head
            if naming and key not in ambiguous and not _needed(text, key) and not is_general(key):
                self._field.add(key)
        for text in (*group.members, *group.typed):
            self._link(text, group.head, group.weight, ambiguous, context)
            for other in group.members:
                self._link(text, other, group.weight * BETWEEN_MEMBERS, ambiguous, context)
        for text in group.members:
            self._link(group.head, text, group.weight, ambiguous, context)

    def _link(
        self, typed: str, found: str, weight: float, ambiguous: set[tuple[str, ...]], context: frozenset[str]
    ) -> None:
        key, to = _phrase(typed), _looked_for(found)
        if not key or not to or key == to or len(key) > LONGEST_PHRASE:
            return
        rules = self._rules.setdefault(key, {})
        names = weight >= NAMES_FROM and not is_general(key)
        rule = _Rule(Equivalent(to, weight, found, names), key in ambiguous, context, _needed(typed, key))
        known = rules.get(to)
        rules[to] = rule if known is None else _together(known, rule)


def _together(one: _Rule, other: _Rule) -> _Rule:
    """Two entries that say the same: what either of them allows is allowed, and the higher weight counts."""
    if one.ambiguous != other.ambiguous:
        return other if one.ambiguous else one
    best = one if one.equivalent.weight >= other.equivalent.weight else other
    return replace(
        best,
        context=one.context | other.context,
        whole=() if not one.whole or not other.whole else best.whole,
    )


def _meant(rule: _Rule, around: frozenset[str], shouted: bool) -> Equivalent | None:
    """What a rule gives in this query: nothing for an ambiguous word that nothing explains."""
    if not rule.ambiguous or not around or around & rule.context:
        return rule.equivalent
    if shouted:
        return replace(rule.equivalent, weight=rule.equivalent.weight * CAPITALS_TELL)
    return None


def _is_written(needed: Sequence[str], query: Sequence[str]) -> bool:
    """Whether the words stand in the query in their order, with little between them.

    >>> _is_written(("chuck", "out"), ("chuck", "the", "client", "out")), _is_written(("drop", "in"), ("drop", "out"))
    (True, False)
    """
    if not needed:
        return True
    for start, word in enumerate(query):
        if word != needed[0]:
            continue
        at = start
        for wanted in needed[1:]:
            reach = range(at + 1, min(at + 2 + PARTICLE_REACH, len(query)))
            at = next((place for place in reach if query[place] == wanted), -1)
            if at < 0:
                break
        else:
            return True
    return False


def groups_from_glossary(entries: Iterable[Mapping[str, Any]], weight: float = DEFAULT_WEIGHT) -> list[LexiconGroup]:
    """The groups that glossary entries make, each with `term`, `search`, `typed`, `pairs`, `ambiguous` and `context`,
    and with `entry` where they are rows.

    A term that names several things ("QRC, QRP") is no head: only its pairs stand for each other.

    >>> groups_from_glossary([{"term": "OST", "search": ["opioid substitution"], "typed": ["ORT"]}])[0].members
    ('opioid substitution',)
    """
    groups = []
    for entry in entries:
        ambiguous, context = tuple(entry.get("ambiguous") or ()), tuple(entry.get("context") or ())
        term = _BRACKETED.sub(" ", str(entry["term"]))
        pairs = [tuple(map(str, pair)) for pair in entry.get("pairs") or ()]
        worth, row = float(entry.get("weight") or weight), str(entry.get("entry") or "")
        if "," not in term:
            members, typed = tuple(entry.get("search") or ()), tuple(entry.get("typed") or ())
            paired = {text.casefold() for pair in pairs for text in pair}
            typed = tuple(text for text in typed if text.casefold() not in paired)
            groups.append(LexiconGroup(term, members, typed, ambiguous, context, worth, row))
        groups += [LexiconGroup(pair[0], pair[1:], (), ambiguous, context, worth, row) for pair in pairs]
    return groups


def is_ordinary(text: str) -> bool:
    """Whether an abbreviation is an ordinary word when it is not written in capitals."""
    return text.isupper() and text.casefold() in ORDINARY_WORDS


@lru_cache(maxsize=10_000)
def _phrase(text: str) -> tuple[str, ...]:
    """The stems of a word or phrase, as a query would have them."""
    return tuple(stem(word.text) for word in content_words(text))


@lru_cache(maxsize=10_000)
def _whole(text: str) -> tuple[str, ...]:
    """The stems of every word, those that carry no meaning too."""
    return tuple(stem(word.text) for word in words(text))


def _needed(text: str, key: tuple[str, ...]) -> tuple[str, ...]:
    """Every word of a phrase that would say something else without its stop words; nothing for other phrases."""
    whole = _whole(text)
    if len(whole) == len(key):
        return ()
    return whole if len(key) == 1 or words(text)[-1].text in PARTICLES else ()


def _looked_for(text: str) -> tuple[str, ...]:
    """What must stand together in a document: with its stop words where one word would be left without them."""
    key = _phrase(text)
    if len(key) > 1:
        return key
    found = words(text)
    return _whole(text) if len(found) > 1 and any(word.text in STOP_WORDS for word in found) else key
