"""What a best bet or an entry of the lexicon would change, worked out in memory before it is saved. Nothing is stored.

Looked at are the words of the entry itself, what was searched in vain lately, and the judged queries; of all these only
those whose words the entry touches, and never more than a hundred.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from rapidfuzz.distance import OSA

from search.analysis import content_words, stem
from search.editing import Phrase, bets_by_phrase, bets_in_force, phrase_of, poor_search_lines
from search.engine import lexicon, local_engine
from search.judged import judged_queries
from search.kinds import kind_named
from search.lexicon import Lexicon, LexiconGroup
from search.models import BestBet
from search.planner import SURELY_MISSPELT, SearchPlan, make_plan
from search.query import SearchQuery
from search.results import Hit
from search.services import first_hits

#: Queries looked at for one preview.
MOST_QUERIES = 100
#: Hits compared for each query.
FIRST = 5
#: Words of the entry itself that are looked at as searches.
OWN_WORDS = 20
OWN = "Words of this entry"


@dataclass(frozen=True)
class Watched:
    """A search that is looked at, and where it comes from, in words."""

    text: str
    origin: str


@dataclass(frozen=True)
class Listed:
    """A hit in a list of first hits: its place from 1, what it is, and where it stood, 0 where it stood nowhere."""

    place: int
    title: str
    kind: str
    url: str
    stood: int = 0

    @property
    def new(self) -> bool:
        """Whether it was not among the first hits."""
        return not self.stood

    @property
    def up(self) -> bool:
        """Whether it stood further down."""
        return self.stood > self.place


@dataclass(frozen=True)
class Change:
    """A search whose first hits would be others: those of now and those there would be, best first."""

    query: Watched
    before: tuple[Listed, ...]
    after: tuple[Listed, ...]


@dataclass(frozen=True)
class Preview:
    """What an entry would change.

    Attributes:
        changes: The searches whose first hits would be others.
        unchanged: Those that hold words of the entry and whose first hits would stay.
        left_out: How many more hold its words and were not looked at, because there are too many.
        warnings: What the editor should know besides, each a sentence.
    """

    changes: tuple[Change, ...]
    unchanged: tuple[Watched, ...]
    left_out: int
    warnings: tuple[str, ...] = ()

    @property
    def touched(self) -> int:
        """How many searches hold words of the entry, those that were not looked at too."""
        return len(self.changes) + len(self.unchanged) + self.left_out


def preview_bet(bet: BestBet, audience: tuple[str, ...]) -> Preview:
    """What a best bet would change for people who carry this audience, saved or not. Raises `SearchUnavailable`."""
    others = [each for each in bets_in_force() if each.pk != bet.pk]
    ended = bet.expires < timezone.localdate()
    stored = bets_by_phrase(bets_in_force())
    # A new one comes after those that are saved, as it will once it is one of them.
    edited = sorted([*others, bet], key=lambda each: each.pk or float("inf"))
    meant = bets_by_phrase(others if ended else edited)
    phrases = {phrase for phrase, bets in stored.items() if any(each.pk == bet.pk for each in bets)}
    phrases |= {phrase_of(line) for line in bet.lines}
    words = lexicon()
    touched = [each for each in watched(bet.lines) if phrase_of(each.text) in phrases]

    def before_and_after(query: SearchQuery) -> tuple[list[Hit], list[Hit]]:
        found = first_hits(query, words)
        phrase = phrase_of(query.text)
        return _with_bets(stored, phrase, query, found), _with_bets(meant, phrase, query, found)

    warnings = []
    if ended:
        warnings.append("Its last day is over, so it shows nothing.")
    if title_of(bet.key, audience) is None:
        warnings.append(f"Target not found: nothing that you may find has the key “{bet.key}”, so it shows nothing.")
    return _compared(touched, audience, before_and_after, warnings)


def preview_words(
    entry: str, groups: Sequence[LexiconGroup], own_words: Iterable[str], audience: tuple[str, ...]
) -> Preview:
    """What an entry of the lexicon would change, were these its groups. Raises `SearchUnavailable`.

    `entry` names the row as its stored groups do (see `LexiconGroup.entry`); a row that is not saved has none.
    `own_words` are the words of the row, each looked at as a search of its own.
    """
    now = lexicon()
    meant = lexicon_with(now, entry, groups)
    vocabulary = local_engine().vocabulary(audience)
    entry_words = {
        word.text
        for group in (*groups, *(group for group in now.groups if group.entry == entry))
        for text in group.texts
        for word in content_words(text)
    }
    touched = [each for each in watched(own_words) if _touches(each.text, entry_words)]
    bets = bets_by_phrase(bets_in_force())

    def before_and_after(query: SearchQuery) -> tuple[list[Hit], list[Hit]]:
        phrase = phrase_of(query.text)
        before = _with_bets(bets, phrase, query, first_hits(query, now))
        if make_plan(query, now, vocabulary) == make_plan(query, meant, vocabulary):
            return before, before
        return before, _with_bets(bets, phrase, query, first_hits(query, meant))

    return _compared(touched, audience, before_and_after, [])


def lexicon_with(table: Lexicon, entry: str, groups: Sequence[LexiconGroup]) -> Lexicon:
    """The lexicon as it would be were these the groups of that entry. The stored one is not touched."""
    # In the place of the old ones: between entries of one weight, the order decides.
    at = next((at for at, group in enumerate(table.groups) if group.entry == entry), len(table.groups))
    rest = [group for group in table.groups[at:] if group.entry != entry]
    return Lexicon((*table.groups[:at], *groups, *rest))


def watched(own_words: Iterable[str]) -> tuple[Watched, ...]:
    """Every search that may be looked at, each once: the entry's own words, recent searches in vain, judged queries.

    The entry's own words come first, so that they are always looked at; one that somebody searched for says so.
    """
    found = {phrase_of(text): Watched(text, OWN) for text in list(own_words)[:OWN_WORDS]}
    for each in _kept_searches():
        phrase = phrase_of(each.text)
        if phrase not in found or found[phrase].origin == OWN:
            found[phrase] = each
    return tuple(each for phrase, each in found.items() if phrase)


def title_of(key: str, audience: tuple[str, ...]) -> str | None:
    """The title of what has this key, None where nothing that this audience may find has it."""
    found = local_engine().fetch([key], SearchPlan(SearchQuery("", audience=audience)))
    return found[0].title if found else None


def _kept_searches() -> Iterator[Watched]:
    for line in poor_search_lines():
        yield Watched(line.words, f"Found too little, {line.times} time{'' if line.times == 1 else 's'}")
    for judged in judged_queries(Path(settings.CONTENT_DIR)):
        kind = "nothing here should answer it" if judged.off_topic else judged.category.replace("-", " ")
        yield Watched(judged.query, f"Judged query: {kind}")


def _touches(text: str, entry_words: set[str]) -> bool:
    """Whether a search holds a word of the entry, as it is written or near enough to be corrected to it."""
    stems = {stem(word) for word in entry_words}
    for word in content_words(text):
        if stem(word.text) in stems:
            return True
        if any(OSA.normalized_similarity(word.text, other) >= SURELY_MISSPELT for other in entry_words):
            return True
    return False


def _with_bets(
    bets: dict[Phrase, tuple[BestBet, ...]], phrase: Phrase, query: SearchQuery, found: Sequence[Hit]
) -> list[Hit]:
    """What a reader sees first, each once: what editors chose, then what was found."""
    keys = [bet.key for bet in bets.get(phrase, ())]
    chosen = local_engine().fetch(keys, SearchPlan(query)) if keys else ()
    return list({hit.key: hit for hit in (*chosen, *found)}.values())[:FIRST]


def _compared(
    touched: Sequence[Watched],
    audience: tuple[str, ...],
    before_and_after: Callable[[SearchQuery], tuple[list[Hit], list[Hit]]],
    warnings: Sequence[str],
) -> Preview:
    changes, unchanged = [], []
    for each in touched[:MOST_QUERIES]:
        before, after = before_and_after(SearchQuery.of(each.text, audience=audience, limit=FIRST))
        stood = {hit.key: place for place, hit in enumerate(before, start=1)}
        if list(stood) == [hit.key for hit in after]:
            unchanged.append(each)
        else:
            changes.append(Change(each, _listed(before, {}), _listed(after, stood)))
    return Preview(tuple(changes), tuple(unchanged), len(touched[MOST_QUERIES:]), tuple(warnings))


def _listed(hits: Sequence[Hit], stood: dict[str, int]) -> tuple[Listed, ...]:
    return tuple(
        Listed(place, hit.title, _kind_of(hit), hit.url, stood.get(hit.key, 0))
        for place, hit in enumerate(hits, start=1)
    )


def _kind_of(hit: Hit) -> str:
    kind = kind_named(hit.kind)
    return (kind.one or kind.label) if kind else hit.kind
