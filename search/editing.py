"""What editors do for the search: best bets, and the record of searches that found too little."""

from __future__ import annotations

import hmac
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Max, Min, QuerySet, Sum
from django.utils import timezone

from search.analysis import STOP_WORDS, content_words, stem, words
from search.documents import EVERYONE
from search.engine import lexicon, local_engine
from search.engines.base import SearchUnavailable
from search.models import BestBet, PoorSearch
from search.personal import looks_personal, may_be_a_name

#: How long a process may go on with the best bets it has read. Another process's edit is seen after this.
FRESH_FOR = 4.0
#: Different words kept for one day, so that nobody can fill the table.
MOST_A_DAY = 1000
#: A longer search is a sentence about somebody as likely as not, and no line of a report.
MOST_WORDS = 10
#: After this the counts are deleted.
KEPT_FOR = timedelta(days=90)
#: On so many different days the same unknown words must have been searched before they are stored.
SHOWN_FROM_DAYS = 3
#: How a row begins that stands for words held back. Two spaces, because no search that is stored holds two on end.
HELD = "held:  "

Phrase = tuple[str, ...]
_cleared_out: date | None = None
_bets: tuple[float, date, dict[Phrase, tuple[str, ...]], tuple[tuple[str, str], ...]] | None = None


def phrase_of(text: str) -> Phrase:
    """What two searches have in common that differ in case, plural and small words only."""
    return tuple(stem(word.text) for word in content_words(text))


def bets_in_force() -> QuerySet[BestBet]:
    """The best bets that have not ended, in the order in which they are shown."""
    return BestBet.objects.filter(expires__gte=timezone.localdate()).order_by("pk")


def bets_by_phrase(bets: Iterable[BestBet]) -> dict[Phrase, tuple[BestBet, ...]]:
    """The best bets for each search that they answer, in the order given."""
    found: dict[Phrase, tuple[BestBet, ...]] = {}
    for bet in bets:
        for phrase in dict.fromkeys(phrase_of(line) for line in bet.lines):
            found[phrase] = (*found.get(phrase, ()), bet)
    return found


def best_bets_for(text: str) -> tuple[str, ...]:
    """The keys of what editors put first for these words today. At most one query in some seconds."""
    found, _ = _current_bets()
    return found.get(phrase_of(text), ()) if found else ()


def best_bet_words() -> tuple[tuple[str, str], ...]:
    """What searchers may type for a best bet of today, each line with the key of what it brings."""
    return _current_bets()[1]


def _current_bets() -> tuple[dict[Phrase, tuple[str, ...]], tuple[tuple[str, str], ...]]:
    global _bets
    today, now = timezone.localdate(), time.monotonic()
    bets = _bets
    if bets is None or now - bets[0] > FRESH_FOR or bets[1] != today:
        in_force = list(bets_in_force())
        by_phrase = {phrase: tuple(bet.key for bet in some) for phrase, some in bets_by_phrase(in_force).items()}
        bets = _bets = (now, today, by_phrase, tuple((line, bet.key) for bet in in_force for line in bet.lines))
    return bets[2], bets[3]


def forget_best_bets(*args: object, **kwargs: object) -> None:
    """This process reads the best bets anew."""
    global _bets
    _bets = None


def record_poor_search(text: str) -> None:
    """Count a search that found nothing that answers it. What looks personal, and what is long, is not stored.

    Words that may hold a name are counted under a keyed hash until they have been searched on three different days.
    """
    typed = " ".join(text.casefold().split())
    if looks_personal(text) or may_be_a_name(text) or not typed or len(typed) > 100 or len(typed.split()) > MOST_WORDS:
        return
    _count(_held_for(typed) if _is_held_back(text, typed) else typed)


def _is_held_back(text: str, typed: str) -> bool:
    """Whether these words are not to be stored today; on their third day they are let out.

    A name typed in lower case looks like any other word, but nobody here has written it: neither the lexicon nor the
    index knows it. A new word of the street is not known either, yet that comes back on other days.
    """
    if not _holds_unknown_word(text) or PoorSearch.objects.filter(words=typed).exists():
        return False
    today = timezone.localdate()
    held = PoorSearch.objects.filter(words=_held_for(typed))
    if held.filter(day__gte=today - KEPT_FOR).exclude(day=today).count() < SHOWN_FROM_DAYS - 1:
        return True
    try:
        # The counts of the days before are kept, under the words: the report puts what is searched most first, and
        # they say nothing about anybody that the words do not say.
        with transaction.atomic():
            held.update(words=typed)
    except IntegrityError:
        held.delete()  # another process has let the words out meanwhile
    return False


def _holds_unknown_word(text: str) -> bool:
    """Whether a word stands neither in the lexicon nor in what everybody may find. Numbers are in neither."""
    table = lexicon()
    asked = {word.text for word in words(text) if any(map(str.isalpha, word.text))} - STOP_WORDS
    asked = {word for word in asked if not table.knows(word)}
    if not asked:
        return False
    try:
        vocabulary = local_engine().vocabulary((EVERYONE,))
        return not all(vocabulary.knows(word) for word in asked)
    except SearchUnavailable:
        return True  # what cannot be looked up may be a name


def _held_for(typed: str) -> str:
    """What stands for words held back. Keyed, so that nobody can try names against it without the secret."""
    return HELD + hmac.new(settings.SECRET_KEY.encode(), typed.encode(), "sha256").hexdigest()


_COUNT = f"""
INSERT INTO {PoorSearch._meta.db_table} (words, day, times)
SELECT %s, %s, 1
WHERE EXISTS (SELECT 1 FROM {PoorSearch._meta.db_table} WHERE words = %s AND day = %s)
   OR (SELECT count(*) FROM {PoorSearch._meta.db_table} WHERE day = %s) < %s
ON CONFLICT (words, day) DO UPDATE SET times = {PoorSearch._meta.db_table}.times + 1
"""


def _count(line: str) -> None:
    """Once more today for a line, unless it is new and the day is full."""
    today = timezone.localdate()
    # One statement, and no race between two processes: a third of all searches may come here.
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [line, today, line, today, today, MOST_A_DAY])
    _clear_out(today)


def _clear_out(today: date) -> None:
    """Once a day in each process, drop what is too old."""
    global _cleared_out
    if _cleared_out != today:
        _cleared_out = today
        PoorSearch.objects.filter(day__lt=today - KEPT_FOR).delete()


@dataclass(frozen=True)
class PoorSearchLine:
    """A search that found too little: how often, and the first and the last day on which it was counted."""

    words: str
    times: int
    first: date
    last: date


def poor_search_lines(most: int = 200) -> list[PoorSearchLine]:
    """The searches that found too little, most frequent first. Those held back are left out."""
    rows = (
        PoorSearch.objects.exclude(words__startswith=HELD)
        .values("words")
        .annotate(all_times=Sum("times"), first=Min("day"), last=Max("day"))
        .order_by("-all_times", "words")[:most]
    )
    return [PoorSearchLine(row["words"], row["all_times"], row["first"], row["last"]) for row in rows]


def poor_searches(most: int = 200) -> list[tuple[str, int]]:
    """The searches that found too little, most frequent first, with how often."""
    return [(line.words, line.times) for line in poor_search_lines(most)]


def changed_by(lines: Iterable[str]) -> list[str]:
    """Which recent searches a best bet for these words changes."""
    phrases = {phrase_of(line) for line in lines}
    return [words for words, _ in poor_searches() if phrase_of(words) in phrases]
