"""What somebody has typed so far: words that may have no end yet, and what they may become. No Django here.

A word that is still being typed is no word of the analysis: "thre" must find "three", which an index keeps as "3". So
beginnings are matched against words as they are written, without case and diacritics, and only what is whole against
the forms that the analysis makes of it.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from rapidfuzz.distance import OSA

from search.analysis import STOP_WORDS, compounds, is_protected, stem, words
from search.query import clean

#: Fewer letters begin too many words for eight suggestions to help.
LEAST_LETTERS = 2
#: More words than this name nothing that has a title.
MAX_WORDS = 8
#: Shorter beginnings are one letter away from too many others.
SHORTEST_MISTAKEN = 5
#: Beginnings that may have been meant by one that nothing begins with.
MAX_MEANT = 24
#: "Section 5.2.6" asks for what is called "5.2.6".
_BEFORE_A_NUMBER = frozenset({"section", "sections", "sect", "paragraph", "para", "chapter", "part"})
#: Added to the place of what is not there.
_FAR = 1000
#: Above every letter that a folded word may hold.
_END = "\U0010ffff"


@dataclass(frozen=True)
class Beginning:
    """One typed word.

    Attributes:
        letters: As written, folded. What is looked for may go on after them.
        wholes: What it is if it ends here: its form in the analysis and its stem. Nothing may follow these.
        meant: Other beginnings, each one slip away from `letters`.
    """

    letters: str
    wholes: tuple[str, ...] = ()
    meant: tuple[str, ...] = ()

    @property
    def may_be_mistaken(self) -> bool:
        """Whether it is long enough, and no number or code, for a slip to be told from another word."""
        return len(self.letters) >= SHORTEST_MISTAKEN and not is_protected(self.letters)


def beginnings(typed: str) -> tuple[Beginning, ...]:
    """The words that count of what was typed; none where it is too little to go by.

    Stop words count only where there is nothing else: whoever types "missed doses of" will go on, and what fits "missed
    doses" must not vanish for a moment on the way.

    >>> [each.letters for each in beginnings("the Missed dos")], [each.letters for each in beginnings("section 5.2.")]
    (['missed', 'dos'], ['5.2'])
    >>> [each.letters for each in beginnings("missed doses of")], [each.letters for each in beginnings("what to do")]
    (['missed', 'doses'], ['do'])
    """
    text = clean(typed)
    found = words(text)[:MAX_WORDS]
    if sum(map(str.isalnum, text)) < LEAST_LETTERS:
        return ()
    kept: list[Beginning] = []
    for at, word in enumerate(found):
        following = found[at + 1].text if at + 1 < len(found) else ""
        if word.text in STOP_WORDS and (following or kept):
            continue
        if following[:1].isdigit() and word.text in _BEFORE_A_NUMBER:
            continue
        letters = folded(text[word.start : word.end])
        wholes = tuple(dict.fromkeys(each for each in (word.text, stem(word.text)) if each != letters))
        kept.append(Beginning(letters, wholes))
    return tuple(each for each in kept if each.letters)


def folded(surface: str) -> str:
    """Letters without case and diacritics.

    >>> folded("Naïve"), folded("ÅNGSTRÖM")
    ('naive', 'angstrom')
    """
    decomposed = unicodedata.normalize("NFKD", surface).casefold().replace("’", "'")
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def forms(text: str) -> list[list[str]]:
    """Under which forms each word of a title is found: as written, as the analysis has it, and its stem.

    Words that a hyphen joins come last, as one.

    >>> forms("Three missed pick-ups")
    [['three', '3'], ['missed', 'miss'], ['pick'], ['ups', 'up'], ['pickups', 'pickup']]
    """
    found = words(text)
    written = [(folded(text[word.start : word.end]), word.text) for word in found]
    written += [(joined, joined) for _, _, joined in compounds(text, found)]
    return [list(dict.fromkeys((letters, word, stem(word)))) for letters, word in written]


def first_letters_of(beginning: Beginning) -> tuple[str, ...]:
    """How a word begins for which this may be a slip: few people mistype the first letter, some swap the first two."""
    return tuple(dict.fromkeys(beginning.letters[:2]))


def forgiving(asked: Beginning, near: Iterable[str]) -> Beginning:
    """The beginning with those that it may be a slip for, among the beginnings of the words near it.

    >>> forgiving(Beginning("mehtad"), ["methadone", "methods", "madam"]).meant
    ('methad',)
    """
    length = len(asked.letters)
    found = set()
    for choice in {word[: length + 1] for word in near}:
        for cut in (length, length - 1, length + 1):
            if len(choice) >= cut and OSA.distance(asked.letters, choice[:cut], score_cutoff=1) <= 1:
                found.add(choice[:cut])
                break
    return replace(asked, meant=tuple(sorted(found)[:MAX_MEANT]))


@dataclass
class Phrases:
    """Words kept in memory that can be asked for by their beginnings. Build it once and share it: it does not change.

    Asking takes as long as the answer is, and not as all the phrases are.
    """

    phrases: Sequence[str]
    _words: list[tuple[str, int]] = field(default_factory=list, init=False, repr=False)

    def __post_init__(self) -> None:
        self._words = sorted(
            {(form, at) for at, phrase in enumerate(self.phrases) for each in forms(phrase) for form in each}
        )

    def holding(self, asked: Sequence[Beginning]) -> list[str]:
        """The phrases that hold a word for every beginning, the best first."""
        found: set[int] | None = None
        for each in asked:
            begun = (each.letters, *each.meant)
            holding = {at for letters in begun for _, at in self._between(letters, letters + _END)}
            holding |= {at for whole in each.wholes for _, at in self._between(whole, f"{whole}\0")}
            found = holding if found is None else found & holding
        chosen = [self.phrases[at] for at in found or ()]
        return sorted(chosen, key=lambda phrase: rank(asked, folded(phrase)))

    def near(self, asked: Beginning) -> list[str]:
        """The words for which it may be a slip."""
        return [word for first in first_letters_of(asked) for word, _ in self._between(first, first + _END)]

    def _between(self, low: str, high: str) -> list[tuple[str, int]]:
        return self._words[bisect_left(self._words, (low, -1)) : bisect_left(self._words, (high, -1))]


def rank(asked: Sequence[Beginning], text: str) -> tuple[int, bool, int, str]:
    """Sorts folded texts: where the first of the beginnings stands early, and as a whole word, comes first.

    >>> sorted(["5.2.6 misses", "5.20 more", "5.2 what", "see 5.2"], key=lambda text: rank(beginnings("5.2"), text))
    ['5.2 what', '5.2.6 misses', '5.20 more', 'see 5.2']
    """
    letters = asked[0].letters
    at = f" {text}".find(f" {letters}")
    whole = at >= 0 and not text[at + len(letters) : at + len(letters) + 1].strip()
    # Numbered headings stand in their order; of others, the one that says least besides is meant soonest.
    return (at if at >= 0 else len(text) + _FAR, not whole, 0 if letters[0].isdigit() else len(text), text)
