"""What a misspelt word may have meant, among the words that the index really holds. No Django here."""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from search.analysis import is_protected, one_spelling, stem

#: Shorter words have too many neighbours: "fire" is no slip for "file".
SHORTEST_CORRECTED = 5
#: A suggestion below this is not worth showing.
SIMILAR_ENOUGH = 0.72
#: How much of its letters a word must share with one that rescues it where nothing is close enough to be a correction.
RESEMBLING = 0.45
#: How like its letters those of a word must sound for it to be compared at all, and how many are.
SOUNDS_ALIKE, MOST_ALIKE = 0.85, 40
SUGGESTIONS = 3
RESCUERS = 4
#: Letters with which a word and one that rescues it both begin.
BEGINNING = 3
#: Words whose nearest are remembered.
REMEMBERED = 5_000

_SOUNDS = (
    (re.compile(r"ph"), "f"),
    (re.compile(r"[sc]h"), "x"),
    (re.compile(r"th"), "t"),
    (re.compile(r"c(?=[eiy])"), "s"),
    (re.compile(r"ck|[cq]u?"), "k"),
    (re.compile(r"z"), "s"),
    (re.compile(r"x"), "ks"),
    (re.compile(r"y"), "i"),
    (re.compile(r"(.)\1+"), r"\1"),
    (re.compile(r"(?<=[a-z])[aeiou]+(?=[a-z])"), "a"),
)


@dataclass(frozen=True)
class Suggestion:
    """A word of the index and how like the asked word it is, from 0 to 1."""

    word: str
    similarity: float


_ROUNDING = 1e-9


class ByLength:
    """Texts in the order of their length: what is much longer or shorter than another is not like it."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        self._texts = [texts[at] for at in self._order]
        self._lengths = [len(text) for text in self._texts]

    def like(self, text: str, least: float) -> Iterator[tuple[float, int]]:
        """How like the most similar ones are, if so much at least, each with its place as it was given."""
        first = bisect_left(self._lengths, len(text) * least - _ROUNDING)
        last = bisect_right(self._lengths, len(text) / least + _ROUNDING)
        for _, similarity, at in process.extract(
            text, self._texts[first:last], scorer=OSA.normalized_similarity, score_cutoff=least, limit=MOST_ALIKE
        ):
            yield similarity, self._order[first + at]


class Spelling:
    """The words of an index with how many documents hold each; answers what a word is nearest to."""

    def __init__(
        self,
        frequencies: Mapping[str, int] | Callable[[], Mapping[str, int]],
        knows_stem: Callable[[str], bool] | None = None,
        holds: Callable[[str], bool] | None = None,
    ) -> None:
        """All words, or what gives them: an index that can look one word up need not hand over all of them."""
        self._given = frequencies
        self._knows_stem = knows_stem
        self._holds = holds
        #: A planner asks for one word several times.
        self._closest = lru_cache(maxsize=REMEMBERED)(self._find_closest)

    # Made when they are first asked for: most queries hold nothing but words that the index has as they stand.

    @cached_property
    def _all(self) -> Mapping[str, int]:
        return self._given() if callable(self._given) else self._given

    @cached_property
    def _stems(self) -> frozenset[str]:
        return frozenset(stem(word) for word in self._all)

    @cached_property
    def _choices(self) -> list[str]:
        return [word for word in self._all if len(word) >= 4 and not is_protected(word)]

    @cached_property
    def _by_letters(self) -> ByLength:
        return ByLength(self._choices)

    @cached_property
    def _by_sound(self) -> ByLength:
        return ByLength([sound_of(word) for word in self._choices])

    @cached_property
    def _grams(self) -> Mapping[str, Sequence[tuple[str, frozenset[str]]]]:
        """Each word with its runs of three letters, by how it begins."""
        found = defaultdict(list)
        for word in self._choices:
            found[word[:BEGINNING]].append((word, _trigrams(word)))
        return found

    def knows(self, word: str) -> bool:
        """Whether the index holds the word or a relative of it."""
        if self._knows_stem is not None:
            return self._knows_stem(stem(word))
        return word in self._all or stem(word) in self._stems

    def holds(self, word: str) -> bool:
        """Whether the index holds the word as it stands."""
        return self._holds(word) if self._holds is not None else word in self._all

    def closest(self, word: str) -> Sequence[Suggestion]:
        """The nearest words, best first; none for short words, numbers and codes."""
        return () if is_protected(word) or len(word) < SHORTEST_CORRECTED else self._closest(word)

    def _find_closest(self, word: str) -> Sequence[Suggestion]:
        near: dict[int, float] = {}
        for similarity, at in self._by_letters.like(word, SIMILAR_ENOUGH):
            # One slip in the singular of what the index has in the plural is one slip; an apostrophe left out is none.
            choice = self._choices[at].replace("'", "")
            near[at] = max(
                similarity, *(OSA.normalized_similarity(word, each) for each in (choice, choice.removesuffix("s")))
            )
        for similarity, at in self._by_sound.like(sound_of(word), SOUNDS_ALIKE):
            letters = OSA.normalized_similarity(word, self._choices[at])
            if letters >= 0.6:
                near[at] = max(near.get(at, 0.0), (similarity * 0.9 + letters) / 2)
        found = [
            (similarity + self._commonness(self._choices[at]), Suggestion(self._choices[at], similarity))
            for at, similarity in near.items()
            if _plausible(word, self._choices[at])
        ]
        found.sort(key=lambda pair: (-pair[0], pair[1].word))
        return tuple(suggestion for _, suggestion in found[:SUGGESTIONS])

    def resembling(self, word: str) -> Sequence[Suggestion]:
        """Words that begin alike and share many runs of three letters: a rescue where nothing is near enough."""
        if is_protected(word) or len(word) < 6:
            return ()
        asked = _trigrams(word)
        found = []
        for choice, grams in self._grams.get(word[:BEGINNING], ()):
            shared = len(asked & grams)
            if shared >= 3:
                likeness = 2 * shared / (len(asked) + len(grams))
                if likeness >= RESEMBLING:
                    found.append(Suggestion(choice, likeness))
        found.sort(key=lambda suggestion: (-suggestion.similarity, suggestion.word))
        return tuple(found[:RESCUERS])

    def _commonness(self, word: str) -> float:
        """A little for words that many documents hold, to decide between equals."""
        return min(math.log1p(self._all[word]) * 0.01, 0.05)


@lru_cache(maxsize=50_000)
def sound_of(word: str) -> str:
    """Roughly how a word sounds, for those who write by ear.

    >>> sound_of("diamorfine") == sound_of("diamorphine"), sound_of("breathaliser") == sound_of("breathalyser")
    (True, True)
    """
    heard = one_spelling(word)
    for pattern, sound in _SOUNDS:
        heard = pattern.sub(sound, heard)
    return heard


def _plausible(asked: str, choice: str) -> bool:
    """Few people mistype the first letter; and a short word leaves no room for many slips."""
    slips = OSA.distance(asked, choice)
    allowed = 1 if len(asked) <= 5 else 2 if len(asked) <= 8 else 3
    if slips > allowed and not (slips == allowed + 1 and sound_of(asked) == sound_of(choice)):
        return False
    return asked[0] == choice[0] or sorted(asked[:2]) == sorted(choice[:2]) or (slips == 1 and len(asked) >= 6)


def _trigrams(word: str) -> frozenset[str]:
    padded = f"^{word}$"
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))
