"""Whether a search sounds as if somebody's life is in danger now. No Django here.

Whoever types this needs 999 before any passage. It only decides whether the page says so above what was found, so it
errs on the side of saying it: said once too often it costs a glance. Statistics and prevention are no emergency,
though: "overdose" counts by itself, not in "overdose prevention".
"""

from __future__ import annotations

from search.analysis import STOP_WORDS, words

#: Wherever these words stand together in a search, small words between them or not, apostrophes or not.
WITHIN = (
    "blue lips",
    "cant be woken",
    "cant rouse",
    "cant wake",
    "cannot be woken",
    "cannot rouse",
    "cannot wake",
    "collapsed",
    "collapsing",
    "found blue",
    "gone blue",
    "having fit",
    "having seizure",
    "isnt breathing",
    "lips blue",
    "not breathing",
    "not waking",
    "od'd",
    "oding",
    "overdosed",
    "overdosing",
    "passed out",
    "stopped breathing",
    "taken overdose",
    "took overdose",
    "turned blue",
    "turning blue",
    "unconscious",
    "unresponsive",
    "wont wake",
)
#: Where they are all of a search, besides small words.
ALONE = ("collapse", "od", "overdose", "overdose now", "overdoses")
#: What holds one of the words above and is none: left out before one looks.
OTHERWISE = ("collapsed lung", "collapsed vein", "collapsed veins", "unconscious bias")


def sounds_like_an_emergency(text: str) -> bool:
    """Whether a search holds words of an emergency.

    >>> sounds_like_an_emergency("He's not waking up"), sounds_like_an_emergency("an overdose")
    (True, True)
    >>> sounds_like_an_emergency("overdose prevention")
    False
    """
    typed = _plain(text)
    # Nearly every search ends here.
    if _FIRST_WORDS.isdisjoint(typed):
        return False
    for phrase in _OTHERWISE:
        for at in _places(phrase, typed):
            typed = (*typed[:at], *typed[at + len(phrase) :])
    return typed in _ALONE or any(_places(phrase, typed) for phrase in _WITHIN)


def _places(phrase: tuple[str, ...], typed: tuple[str, ...]) -> list[int]:
    """Where a phrase begins, the last place first."""
    return [at for at in reversed(range(len(typed))) if typed[at : at + len(phrase)] == phrase]


def _plain(text: str) -> tuple[str, ...]:
    """The words that tell, "won't" and "wont" as one. What denies, and "out", tells here."""
    found = (word.text.replace("n't", "nt") for word in words(text))
    return tuple(word for word in found if word not in _SMALL)


_SMALL = {word.replace("n't", "nt") for word in STOP_WORDS} - {
    "be",
    "cannot",
    "cant",
    "having",
    "isnt",
    "not",
    "out",
    "wont",
}
_WITHIN, _OTHERWISE = (tuple(map(_plain, phrases)) for phrases in (WITHIN, OTHERWISE))
_ALONE = frozenset(map(_plain, ALONE))
_FIRST_WORDS = frozenset(phrase[0] for phrase in (*_WITHIN, *_ALONE))
