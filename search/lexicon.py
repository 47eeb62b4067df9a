"""Words that are searched together: a two-way table given as data. No Django here.

A group has a head and members. Head and member stand for each other with the member's weight; two members of one group
stand for each other with less. A phrase may stand for a word and the reverse.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from search.analysis import ORDINARY_WORDS, content_words, stem, words

#: Weight of a member when its group says nothing.
DEFAULT_WEIGHT = 0.6
#: What remains of two weights when one member is reached from another through their head.
BETWEEN_MEMBERS = 0.7
#: No phrase of the table is longer.
LONGEST_PHRASE = 6


@dataclass(frozen=True)
class Member:
    """A word or phrase that may stand for the head of its group."""

    text: str
    weight: float = DEFAULT_WEIGHT


@dataclass(frozen=True)
class LexiconGroup:
    """Words searched together.

    Attributes:
        head: The word the group is about.
        members: What is searched with it.
        context: When given, the group counts only in a query that holds one of these words besides.
        caps: The head counts only when written in capitals ("MET", "TOP").
    """

    head: str
    members: tuple[Member, ...]
    context: tuple[str, ...] = ()
    caps: bool = False


@dataclass(frozen=True)
class Equivalent:
    """What a span of a query may be replaced by: stems that must stand together, and how much that is worth."""

    stems: tuple[str, ...]
    weight: float
    text: str


@dataclass(frozen=True)
class _Rule:
    equivalent: Equivalent
    context: frozenset[str]
    caps: bool


@dataclass
class Lexicon:
    """The table, ready to be asked. Build it once and share it: it does not change."""

    groups: Sequence[LexiconGroup] = ()
    _rules: dict[tuple[str, ...], list[_Rule]] = field(default_factory=dict, init=False, repr=False)
    _words: set[str] = field(default_factory=set, init=False, repr=False)

    def __post_init__(self) -> None:
        for group in self.groups:
            self._add(group)

    def knows(self, word: str) -> bool:
        """Whether the word stands anywhere in the table. Such a word is not a misspelling."""
        return word in self._words

    @property
    def known_words(self) -> frozenset[str]:
        """All single words of the table, unstemmed: what a misspelling may have meant besides the index's own words."""
        return frozenset(self._words)

    def equivalents(self, stems: Sequence[str], capitals: Sequence[bool]) -> Iterator[tuple[int, int, Equivalent]]:
        """What may stand for each span of the query, as start, end and equivalent; longest spans first.

        A word inside a longer span that is in the table is not replaced by itself: "needle exchange" is one thing.
        """
        taken = [False] * len(stems)
        present = set(stems)
        for length in range(min(LONGEST_PHRASE, len(stems)), 0, -1):
            for start in range(len(stems) - length + 1):
                end = start + length
                if all(taken[start:end]):
                    continue
                found = [
                    rule
                    for rule in self._rules.get(tuple(stems[start:end]), ())
                    if (not rule.context or rule.context & present) and (not rule.caps or all(capitals[start:end]))
                ]
                if found:
                    taken[start:end] = [True] * length
                for rule in found:
                    yield start, end, rule.equivalent

    def _add(self, group: LexiconGroup) -> None:
        context = frozenset(stem(word.text) for text in group.context for word in words(text))
        head = _phrase(group.head)
        caps = group.caps or (len(head) == 1 and group.head.isupper() and group.head.casefold() in ORDINARY_WORDS)
        for text in (group.head, *(member.text for member in group.members)):
            self._words.update(word.text for word in words(text))
        for member in group.members:
            phrase = _phrase(member.text)
            self._link(head, phrase, member.text, member.weight, context, caps)
            self._link(phrase, head, group.head, member.weight, context, False)
        for left in group.members:
            for right in group.members:
                if left is not right:
                    weight = left.weight * right.weight * BETWEEN_MEMBERS
                    self._link(_phrase(left.text), _phrase(right.text), right.text, weight, context, False)

    def _link(
        self, key: tuple[str, ...], to: tuple[str, ...], text: str, weight: float, context: frozenset[str], caps: bool
    ) -> None:
        if not key or not to or key == to or len(key) > LONGEST_PHRASE:
            return
        rules = self._rules.setdefault(key, [])
        for at, rule in enumerate(rules):
            if rule.equivalent.stems == to and rule.context == context and rule.caps == caps:
                if rule.equivalent.weight < weight:
                    rules[at] = _Rule(Equivalent(to, weight, text), context, caps)
                return
        rules.append(_Rule(Equivalent(to, weight, text), context, caps))


def groups_from_data(entries: Iterable[Mapping[str, object]]) -> tuple[LexiconGroup, ...]:
    """Groups from plain data, each with `head`, `words` and at choice `weight`, `context`, `caps`.

    A word may bring its own weight: `{text: ..., weight: ...}`.

    >>> groups_from_data([{"head": "alcohol", "words": ["booze"], "weight": 0.9}])[0].members
    (Member(text='booze', weight=0.9),)
    """
    return tuple(_group(entry) for entry in entries)


def _group(entry: Mapping[str, object]) -> LexiconGroup:
    try:
        head = str(entry["head"])
        listed = entry["words"]
        weight = float(str(entry.get("weight", DEFAULT_WEIGHT)))
    except (KeyError, ValueError) as error:
        raise ValueError(
            f"A group of the lexicon needs a head, words and a weight that is a number: {entry}"
        ) from error
    if not isinstance(listed, list) or not 0 < weight <= 1:
        raise ValueError(f"The words of {head!r} must be a list, its weight above 0 and at most 1.")
    members = tuple(
        Member(str(word["text"]), float(word.get("weight", weight)))
        if isinstance(word, dict)
        else Member(str(word), weight)
        for word in listed
    )
    context = entry.get("context", ())
    return LexiconGroup(
        head, members, tuple(map(str, context)) if isinstance(context, list) else (), bool(entry.get("caps", False))
    )


def _phrase(text: str) -> tuple[str, ...]:
    """The stems of a word or phrase, as a query would have them."""
    return tuple(stem(word.text) for word in content_words(text))
