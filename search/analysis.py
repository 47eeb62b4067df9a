"""Text to words: the one place that says what a word is, for documents and queries alike.

Every engine is fed with what this module makes, so that both sides of a match are cut the same way. No Django here.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache, partial
from itertools import pairwise
from typing import NamedTuple

from Stemmer import Stemmer

#: Stands between what is in the text and what is indexed besides.
GAP = "·"
#: Longest word that is kept; what is longer is not a word of any language we serve.
MAX_WORD = 64

_WORD = re.compile(r"\d+(?:[.,/:]\d+)+|[^\W_]+(?:['’][^\W_]+)*|%")
_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_FOOTNOTE = re.compile(rf"(?<=[^\W\d_])[{_SUPERSCRIPTS}]+$|(?<=\d)[{_SUPERSCRIPTS}]+$")
_SQUARED = re.compile(r"^[cmk]?m[²³]$", re.IGNORECASE)
_GLUED = re.compile(r"^(\d+(?:[.,]\d+)*)([^\W\d_]{2,})$")
_CODE_LETTERS = re.compile(r"^[A-Z]{2,5}$")
_CODE_NUMBER = re.compile(r"^\d{1,4}$")
_HYPHENS = frozenset("-‐‑")


def _listed(text: str) -> list[str]:
    return text.split()


_GREEK = {
    "α": "alpha",
    "β": "beta",
    "γ": "gamma",
    "δ": "delta",
    "κ": "kappa",
    "λ": "lambda",
    "μ": "micro",
    "σ": "sigma",
    "ω": "omega",
}
_UNITS = {"μg": "microgram", "microg": "microgram", "mcg": "microgram", "milligrams": "mg", "milligram": "mg"}
_NUMBER_WORDS = {
    word: str(number)
    # "one" is more often a pronoun
    for number, word in enumerate(
        _listed(
            """
            two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
            eighteen nineteen twenty
            """
        ),
        start=2,
    )
}

#: Words that say nothing about what is wanted. They count in a quoted phrase only.
STOP_WORDS = frozenset(
    _listed(
        """
        a about after again all also am an and any are aren't as at be been being but by can can't cannot could did
        do does doesn't doing don't each few for from further had has have having he her here hers him his how i i'm
        if in into is isn't it it's its itself just me more most my no nor not of off on once only or other our ours
        out over own per same she should so some such than that that's the their theirs them then there these they
        this those through to too under up us very was we were what what's when where which while who whom why will
        with won't would you your yours
        """
    )
)

#: Words of ordinary requests. They count, but little: nobody looks for them alone.
LIGHT_WORDS = frozenset(
    _listed(
        """
        allow allowed already answer anybody anybody's anyone anyone's anything arent ask asked asking asks
        become begin best better bring came cant case come comes couldnt decide didnt difference different
        doesnt dont else ensure ever every everybody everyone everyone's everything example explain find gave
        get gets getting give given gives giving go goes going good had happen happened happens hasnt havent
        hello help helps hi instead isnt keep keeping keeps know known knows last let lets like long look looked
        looking looks made make makes making many may mean meaning means might much must need needed needs new
        nobody nothing number often ok okay people people's person please possible put puts putting really right
        say says see seen sees shouldnt show shows somebody somebody's someone someone's someones something
        somewhere start still stop sure take taken takes taking tell telling tells thank thanks thing things
        think thinking thinks till time tries try trying turn turned turns until use used using versus vs want
        wanted wants wasnt way ways well went whatever whenever wherever whether whichever whoever wont work
        works wouldnt yet
        """
    )
)

#: Abbreviations that are ordinary words too: they count as abbreviations only when written in capitals.
ORDINARY_WORDS = frozenset(
    _listed(
        """
        act aid aids am as assist at audit bad be bed cage cap care cat craft dash do dot fast go hat he hit if in is it
        met no oars of on or pals prom rob rom smart so spa tag top us we
        """
    )
)

_AMERICAN = {
    "center": "centre",
    "centers": "centres",
    "program": "programme",
    "programs": "programmes",
    "license": "licence",
    "licenses": "licences",
    "practise": "practice",
    "practised": "practiced",
    "practising": "practicing",
    "enrollment": "enrolment",
    "fulfillment": "fulfilment",
    "skillful": "skilful",
    "judgement": "judgment",
    "fetal": "foetal",
    "fetus": "foetus",
    "liter": "litre",
    "liters": "litres",
    "rehabs": "rehab",
    "grey": "gray",
    "tumor": "tumour",
    "checkup": "check-up",
}
_ISE = re.compile(r"(?<=[a-z]{2})iz(e|es|ed|er|ers|ing|ation|ations|ational)$")
_YSE = re.compile(r"(?<=[a-z]{2})yz(e|es|ed|er|ers|ing)$")
_OUR = re.compile(
    r"^(behavi|misbehavi|lab|col|fav|hon|neighb|tum|rum|harb|hum|od|vap|vig|rig|endeav|sav|flav|demean)our(?=[a-z]*$)"
)
_LL = re.compile(r"^(counsel|travel|cancel|label|model|signal|total|fuel|channel|level)l(?=ed|ing|or|ors|er|ers)")
_DIGRAPH = re.compile(
    r"^(h|p|an|p|arch|f|gyn|leuk|orthop|an|encyclop)ae(?=[a-z]{2})|(?<=[a-z]{3})aem(?=i)|^oe(?=de|so|st)|rrhoe(?=a)|^foe(?=t)"
)


class Word(NamedTuple):
    """One word of a text: its normalised form, where it stands, and whether it was written in capitals."""

    text: str
    start: int
    end: int
    position: int
    capitals: bool = False


_make_word = partial(tuple.__new__, Word)


def words(text: str) -> list[Word]:
    """The words of a text in order, each with its place in the text as given.

    >>> [word.text for word in words("Table 4: 0.35 mg/L, CG115 and 71per cent")]
    ['table', '4', '0.35', 'mg', 'l', 'cg115', 'and', '71', 'per', 'percent']
    """
    cut = columns(text)
    # As `Word` does it, but without a call in Python for every word of a text.
    return list(map(_make_word, zip(cut.texts, cut.starts, cut.ends, range(len(cut.texts)), cut.capitals, strict=True)))


class Columns(NamedTuple):
    """The words of a text, each part of what is known of them in a list of its own; see `Word`."""

    texts: list[str]
    starts: list[int]
    ends: list[int]
    capitals: list[bool]


def columns(text: str) -> Columns:
    """What `words` gives, for those who need some of it of many texts."""
    cut = texts, starts, ends, capitals = Columns([], [], [], [])
    for match in _WORD.finditer(text):
        at = match.start()
        for normal, start, end, shouted in _parts(match[0]):
            if normal == "cent" and texts and texts[-1] == "per":
                normal = "percent"
            texts.append(normal)
            starts.append(at + start)
            ends.append(at + end)
            capitals.append(shouted)
    return cut


def compounds(text: str, of: list[Word]) -> Iterator[tuple[Word, Word, str]]:
    """Pairs of neighbours that are one word to other writers: hyphenated words, and codes written apart.

    >>> text = "pre-admission QRC 3"
    >>> [joined for _, _, joined in compounds(text, words(text))]
    ['preadmission', 'qrc3']
    """
    for left, right in pairwise(of):
        between = text[left.end : right.start]
        hyphenated = between in _HYPHENS or (len(between) == 2 and between[0] in _HYPHENS and between[1] == " ")
        if (hyphenated and left.text.isalpha() and right.text.isalpha()) or (
            between in (" ", "-", "\u00a0")
            and _CODE_LETTERS.match(text[left.start : left.end])
            and _CODE_NUMBER.match(right.text)
        ):
            yield left, right, left.text + right.text


def content_words(text: str) -> list[Word]:
    """The words of a query or phrase that carry meaning; all of them where none does.

    A stop word in capitals among others that are not is an abbreviation and stays: "IT support", "MI and MET".
    """
    found = words(text)
    shouting = text.isupper()
    kept = [word for word in found if word.text not in STOP_WORDS or (word.capitals and not shouting)]
    return kept or found


def is_protected(word: str) -> bool:
    """Whether a word is a number, a code or a unit that must be matched as it stands."""
    return len(word) < 3 or any(character.isdigit() for character in word)


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The form under which a word and its relatives are indexed. Spelling variants fall together.

    >>> stem("stabilization") == stem("stabilisation"), stem("counselling") == stem("counseling"), stem("0.35")
    (True, True, '0.35')
    """
    if is_protected(word):
        return word
    plain = word.replace("'", "").replace("’", "") if not word.endswith(("'s", "’s")) else word[:-2]
    with _stemming:  # the stemmer keeps state between letters and is not safe in threads
        return str(_stemmer.stemWord(one_spelling(plain)))


def one_spelling(word: str) -> str:
    """British and American spellings of a word brought to one form, which need not be a word.

    >>> one_spelling("behavior") == one_spelling("behaviour"), one_spelling("pediatric") == one_spelling("paediatric")
    (True, True)
    """
    word = _AMERICAN.get(word, word)
    word = _ISE.sub(r"is\1", word)
    word = _YSE.sub(r"ys\1", word)
    word = _OUR.sub(r"\1or", word)
    word = _LL.sub(r"\1", word)
    return _DIGRAPH.sub(lambda match: match.group().replace("ae", "e").replace("oe", "e"), word)


def abbreviation(word: str) -> str:
    """The form under which a word written in capitals is indexed besides its ordinary one."""
    return f"={word}"


def index_terms(text: str) -> list[str]:
    """What an index holds of a text: stems in order, then joined compounds and abbreviations after a gap.

    The gap keeps words that do not stand together in the text from looking as if they did.
    """
    found = words(text)
    terms = [stem(word.text) for word in found]
    more = [stem(joined) for _, _, joined in compounds(text, found)]
    more += [
        abbreviation(word.text.removesuffix("s")) for word in found if word.capitals and word.text in ORDINARY_WORDS
    ]
    return terms + [GAP] * 10 + more if more else terms


def vocabulary_terms(text: str) -> Iterable[str]:
    """The unstemmed words of a text, for spelling correction."""
    found = words(text)
    yield from (word.text for word in found)
    yield from (joined for _, _, joined in compounds(text, found))


def fingerprint(text: str) -> str:
    """Lower-case letters and digits of a text: the same for texts that differ in layout only."""
    return " ".join(word.text for word in words(text))


@lru_cache(maxsize=50_000)
def _parts(surface: str) -> tuple[tuple[str, int, int, bool], ...]:
    """The words in a run of letters and digits: normalised form, place in the run, whether in capitals.

    Remembered, because a text is cut anew for every snippet and most of its words are in every other text.
    """
    if all(character in _SUPERSCRIPTS for character in surface):
        return ()  # a footnote mark after a full stop
    glued = _GLUED.match(surface) if surface.isascii() else None
    pieces = glued.groups() if glued else (surface,)
    parts = []
    start = 0
    for piece in pieces:
        capitals = len(piece) > 1 and sum(map(str.isupper, piece)) > 1 and piece[:2].isupper()
        parts.append((_normal(piece), start, start + len(piece), capitals))
        start += len(piece)
    return tuple(parts)


def _normal(surface: str) -> str:
    if surface == "%":
        return "percent"
    if not _SQUARED.match(surface):
        surface = _FOOTNOTE.sub("", surface) or surface
    # ½ becomes 1⁄2 with a slash of its own, which no keyboard has.
    word = unicodedata.normalize("NFKC", surface).casefold().replace("’", "'").replace("⁄", "/")
    if word[:1].isdigit() and "," in word:
        word = word.replace(",", "") if re.fullmatch(r"\d{1,3}(,\d{3})+", word) else word.replace(",", ".")
    word = _UNITS.get(word, word)
    if not word.isascii():
        word = "".join(_GREEK.get(character, character) for character in word)
        word = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    return _NUMBER_WORDS.get(word, word)[:MAX_WORD]


_stemming = threading.Lock()
#: Without a memory of its own: `stem` remembers.
_stemmer = Stemmer("english", 0)
