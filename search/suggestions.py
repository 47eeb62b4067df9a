"""Suggestions while somebody types: titles to open, and words to search for.

Everything is read from the embedded index, which every portal keeps and which follows each change as it is committed,
whichever engine answers the searches. Nothing that is typed is stored or logged, not even counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from sqlite3 import Connection
from urllib.parse import urlencode

from django.urls import reverse

from search.analysis import stem, words
from search.documents import EVERYONE
from search.editing import best_bet_words, phrase_of
from search.engine import embedded_engine, lexicon
from search.engines.titles import (
    Title,
    holds_all,
    near_words,
    suggested_kinds,
    titles_for,
    tokens_of,
    visible_keys,
)
from search.lexicon import NAMES_FROM, LexiconGroup
from search.prefixes import Beginning, Phrases, beginnings, forgiving
from search.query import clean

#: More would not be read while typing.
MOST = 8
#: Of a kind that says what to do next, so many are named before other kinds take their turns.
NEXT_STEPS_FIRST = 3
#: Of words to search for, fewer: they lead to a list and no place.
MOST_WORDS = 3
#: Words looked at before some are left out for being one word in another form.
WORDS_TRIED = 6
WORDS_LABEL = "Search for this"


@dataclass(frozen=True)
class Suggestion:
    """One line of the list.

    Attributes:
        text: A title, or words to search for.
        kind: What it is, in words ("Section").
        place: What it stands in, where its title alone does not tell ("5.2 Assessment" of which source?); or empty.
        url: Where it leads.
    """

    text: str
    kind: str
    place: str
    url: str


def suggest(typed: str, *, audience: tuple[str, ...] = (EVERYONE,)) -> tuple[Suggestion, ...]:
    """At most `MOST` suggestions for what was typed so far: next steps first, words to search for last.

    Only what somebody with these audience tokens may find. One database query beyond the index, and one more in some
    seconds for the best bets. Raises `SearchUnavailable` when no index can be read; it is not worth building one here.
    """
    asked = beginnings(typed)
    if not asked:
        return ()
    meant = _meant_by(clean(typed))
    return embedded_engine().suggestions(lambda connection: _read(connection, asked, meant, audience))


def _read(
    connection: Connection, asked: Sequence[Beginning], meant: Sequence[_Meant], audience: tuple[str, ...]
) -> tuple[Suggestion, ...]:
    tokens = tokens_of(connection, audience)
    found = _suggested(connection, asked, meant, tokens)
    if found or not any(each.may_be_mistaken for each in asked):
        return found
    phrases = _lexicon_phrases()
    forgiven = [
        forgiving(each, chain(near_words(connection, each), phrases.near(each))) if each.may_be_mistaken else each
        for each in asked
    ]
    return _suggested(connection, forgiven, meant, tokens)


def _suggested(
    connection: Connection, asked: Sequence[Beginning], meant: Sequence[_Meant], tokens: tuple[str, ...]
) -> tuple[Suggestion, ...]:
    titles = titles_for(connection, asked, tokens, MOST)
    groups = [
        ([_opening(title) for title in titles.get(label, ())], NEXT_STEPS_FIRST if kind.next_step else 1)
        for label, kind in suggested_kinds().items()
    ]
    # What stands above as a title, and what was typed: Enter searches for that.
    named = {_sense(title.text) for group in titles.values() for title in group}
    named.add(_sense(" ".join(each.letters for each in asked)))
    explained = [each for each in meant if _sense(each.head) not in named and _finds(connection, each.head, tokens)]
    named |= {_sense(each.head) for each in explained}
    groups.append(([_searching(each.head, f"{each.head} (for {each.typed})") for each in explained[:MOST_WORDS]], 1))
    for found in (_lexicon_words(connection, asked, tokens), _bet_words(connection, asked, tokens)):
        unlike = []
        for each in islice(found, WORDS_TRIED):
            if _sense(each) not in named:
                named.add(_sense(each))
                unlike.append(_searching(each))
        groups.append((unlike[:MOST_WORDS], 1))
    return tuple(suggestion for group in _shared_out(groups) for suggestion in group)


def _sense(text: str) -> tuple[str, ...]:
    """The same for "missed pick-up" and "Missed pick-ups": one of them is enough."""
    return tuple(stem(word.text) for word in words(text))


def _opening(title: Title) -> Suggestion:
    # A title leads straight to what it is the title of: it names one place, and a list of results that begins with that
    # place would cost somebody with a client in front of them a page for nothing. Enter alone still searches.
    return Suggestion(title.text, title.label, title.place, title.url)


def _lexicon_words(connection: Connection, asked: Sequence[Beginning], tokens: tuple[str, ...]) -> Iterator[str]:
    """Names that the lexicon has, where a search for them finds something."""
    yield from (phrase for phrase in _lexicon_phrases().holding(asked) if _finds(connection, phrase, tokens))


def _finds(connection: Connection, text: str, tokens: tuple[str, ...]) -> bool:
    stems = phrase_of(text)
    return bool(stems) and holds_all(connection, stems, tokens)


def _bet_words(connection: Connection, asked: Sequence[Beginning], tokens: tuple[str, ...]) -> Iterator[str]:
    """Words for which editors chose an answer, where it may be found."""
    bets = best_bet_words()
    matching = _bet_phrases(tuple(line for line, _ in bets)).holding(asked)[:WORDS_TRIED] if bets else []
    keys = [key for line, key in bets if line in matching]
    visible = visible_keys(connection, keys, tokens) if keys else set()
    shown = {line for line, key in bets if key in visible}
    yield from (line for line in matching if line in shown)


def _searching(text: str, shown: str = "") -> Suggestion:
    return Suggestion(shown or text, WORDS_LABEL, "", f"{reverse('search:results')}?{urlencode({'q': text})}")


def _shared_out(groups: Sequence[tuple[list[Suggestion], int]]) -> list[list[Suggestion]]:
    """How many of each group are shown: to each its share, then one more in turn while there is room."""
    counts = [0] * len(groups)
    room = MOST
    for extra in range(MOST):
        for at, (found, share) in enumerate(groups):
            more = min((share if extra == 0 else 1), len(found) - counts[at], room)
            counts[at] += more
            room -= more
    return [found[:count] for (found, _), count in zip(groups, counts, strict=True)]


@dataclass(frozen=True)
class _Meant:
    """What the lexicon takes a word of the street for: the head of its group, and the word as the lexicon writes it."""

    head: str
    typed: str


def _meant_by(typed: str) -> tuple[_Meant, ...]:
    """What is meant by words that are only ever typed, once they are whole: before, they would be put into a mouth.

    Where they have another sense, the head says which is meant here.
    """
    return _lexicon_meanings().get(_sense(typed), ())


#: Made anew only when the words change: to make them takes longer than to answer.
_lexicon_made: tuple[object, Phrases] = (None, Phrases(()))
_meanings_made: tuple[object, dict[tuple[str, ...], tuple[_Meant, ...]]] = (None, {})
_bets_made: tuple[tuple[str, ...], Phrases] = ((), Phrases(()))


def _lexicon_phrases() -> Phrases:
    """What the lexicon calls things. What is only ever typed for them is nothing to be put into anybody's mouth."""
    global _lexicon_made
    now, made = lexicon(), _lexicon_made
    if made[0] is not now:
        made = _lexicon_made = (now, Phrases(tuple(dict.fromkeys(_names(now.groups)))))
    return made[1]


def _lexicon_meanings() -> dict[tuple[str, ...], tuple[_Meant, ...]]:
    """What is only ever typed, by its sense, with what it is taken for."""
    global _meanings_made
    now, made = lexicon(), _meanings_made
    if made[0] is not now:
        meanings: dict[tuple[str, ...], dict[tuple[str, ...], _Meant]] = {}
        for group in now.groups:
            for word in group.typed if group.weight >= NAMES_FROM else ():
                meanings.setdefault(_sense(word), {}).setdefault(_sense(group.head), _Meant(group.head, word))
        made = _meanings_made = (now, {sense: tuple(found.values()) for sense, found in meanings.items()})
    return made[1]


def _names(groups: Sequence[LexiconGroup]) -> list[str]:
    return [
        name
        for group in groups
        if group.weight >= NAMES_FROM
        for name in (group.head, *group.members)
        if name not in group.ambiguous
    ]


def _bet_phrases(lines: tuple[str, ...]) -> Phrases:
    global _bets_made
    made = _bets_made
    if made[0] != lines:
        made = _bets_made = (lines, Phrases(tuple(dict.fromkeys(lines))))
    return made[1]
