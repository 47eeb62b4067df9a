"""Why a hit stands where it stands, in words for the staff who look after the search.

Asked for only where the person may see it; nobody else's search does any of this.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.utils.text import capfirst
from wagtail.admin.admin_url_finder import AdminURLFinder

from search.analysis import stem, words
from search.editing import bets_by_phrase, bets_in_force, phrase_of
from search.engine import current_engine, lexicon
from search.engines.base import SearchUnavailable
from search.lexicon import Lexicon, LexiconGroup
from search.planner import Alternative, Correction, Origin, SearchPlan
from search.results import Explanation, ResultPage

#: As many as an engine scores in full, or more; whatever a page shows is among them.
EXPLAINED = 250
#: How an engine names the part of a score that all the others are multiplied by.
FACTOR = "times: "
#: Besides synonyms: what stands for a typed word, in words.
WAYS = {
    Origin.CORRECTION: "spelling",
    Origin.COMPOUND: "written together or apart",
    Origin.RESCUE: "a near miss, worth little",
    Origin.CAPITALS: "the same in small letters",
}


@dataclass(frozen=True)
class Entry:
    """A row that something comes from. Without an address where this person may not edit it."""

    label: str
    url: str = ""


@dataclass(frozen=True)
class Tried:
    """What was looked for in place of the typed words; `weight` from 0 to 1, the typed word itself being worth 1."""

    typed: str
    text: str
    weight: float
    way: str = ""
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class TermUnderstood:
    """A word looked for, what is known of it, and its weight from 0 to 1."""

    text: str
    stem: str
    weight: float
    note: str = ""


@dataclass(frozen=True)
class Understood:
    """How a query was understood: the words it has, what was corrected, and what was tried besides."""

    terms: tuple[TermUnderstood, ...]
    corrections: tuple[Correction, ...]
    synonyms: tuple[Tried, ...]
    others: tuple[Tried, ...]


@dataclass(frozen=True)
class Share:
    """A part of a score in points, and its share of all parts in whole per cent."""

    label: str
    points: float
    percent: int


@dataclass(frozen=True)
class WhyThisHit:
    """Why one hit is shown.

    Attributes:
        key: What a best bet names it by.
        score: In points, 0 where the hit was not scored.
        shares: What each word and their nearness add, in the order of the query.
        factors: What the sum is multiplied by, each with its name.
        bets: The best bets that put it first, where any do.
        understood: How the query was understood; the same for every hit of a page.
    """

    key: str
    understood: Understood
    score: float = 0.0
    shares: tuple[Share, ...] = ()
    factors: tuple[tuple[str, float], ...] = ()
    bets: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class PageExplained:
    """Why the hits of one page of results are shown."""

    understood: Understood
    _scores: Mapping[str, Explanation] = field(repr=False)
    _bets: Mapping[str, tuple[Entry, ...]] = field(repr=False)

    def why(self, key: str) -> WhyThisHit:
        """Why the hit with this key is shown."""
        bets = self._bets.get(key, ())
        found = self._scores.get(key)
        if found is None:
            return WhyThisHit(key, self.understood, bets=bets)
        added = [(label, points) for label, points in found.parts if points and not label.startswith(FACTOR)]
        total = sum(points for _, points in added) or 1.0
        return WhyThisHit(
            key,
            self.understood,
            score=found.score,
            shares=tuple(Share(label, points, round(100 * points / total)) for label, points in added),
            factors=tuple(
                (label.removeprefix(FACTOR), value) for label, value in found.parts if label.startswith(FACTOR)
            ),
            bets=bets,
        )


def explain_page(page: ResultPage, user: Any) -> PageExplained | None:
    """Why the hits of a page are shown, with its filters and at its place, for a person who may be told.

    None where the page has no plan, or the engine cannot be asked now.
    """
    if page.plan is None:
        return None
    try:
        scores = current_engine(page.engine or None).explain(page.plan, EXPLAINED)
    except SearchUnavailable:
        return None
    finder = AdminURLFinder(user)
    return PageExplained(
        understand(page.plan, lexicon(), finder),
        {each.key: each for each in scores},
        _bets_of(page, finder) if page.best_bets else {},
    )


def understand(plan: SearchPlan, table: Lexicon, finder: AdminURLFinder) -> Understood:
    """A plan in words, each synonym with the rows of the lexicon that give it."""
    tried = [
        Tried(
            typed=" ".join(term.text for term in plan.terms[each.start : each.end]),
            text=each.text,
            weight=each.weight,
            way=WAYS.get(each.origin, ""),
            entries=tuple(_entries(each, plan, table, finder)) if each.origin is Origin.SYNONYM else (),
        )
        for each in sorted(plan.alternatives, key=lambda each: (each.start, each.end, -each.weight))
    ]
    return Understood(
        terms=tuple(
            TermUnderstood(
                term.text,
                term.stem.removeprefix("="),
                term.weight,
                "written nowhere" if not term.known else "a word of the field" if term.field else "",
            )
            for term in plan.terms
        ),
        corrections=plan.corrections,
        synonyms=tuple(each for each in tried if not each.way),
        others=tuple(each for each in tried if each.way),
    )


def _entries(alternative: Alternative, plan: SearchPlan, table: Lexicon, finder: AdminURLFinder) -> Iterator[Entry]:
    for group in dict.fromkeys(_groups_that_give(alternative, plan, table.groups)):
        yield _entry(group, finder)


def _groups_that_give(
    alternative: Alternative, plan: SearchPlan, groups: Iterable[LexiconGroup]
) -> Iterator[LexiconGroup]:
    """The groups that make this alternative of these words. Most are ruled out by not holding its text."""
    meant = {each.typed: each.meant for each in plan.corrections}
    asked = [
        stem(meant[term.text]) if term.text in meant else term.stem.removeprefix("=")
        for term in plan.terms[alternative.start : alternative.end]
    ]
    whole = [stem(meant.get(word.text, word.text)) for word in words(plan.query.text)]
    for group in groups:
        if alternative.text in group.texts and any(
            each.stems == alternative.stems and (start, end) == (0, len(asked))
            for start, end, each in Lexicon((group,)).equivalents(asked, whole=whole)
        ):
            yield group


def _entry(group: LexiconGroup, finder: AdminURLFinder) -> Entry:
    label, _, key = group.entry.partition(":")
    if not key:
        return Entry(group.head)
    model = apps.get_model(label)
    # Not read from the database: only its address is wanted, and the finder asks the permissions.
    url = finder.get_edit_url(model(pk=key))
    return Entry(f"{capfirst(model._meta.verbose_name)}: {group.head}", url or "")


def _bets_of(page: ResultPage, finder: AdminURLFinder) -> dict[str, tuple[Entry, ...]]:
    found: dict[str, tuple[Entry, ...]] = {}
    for bet in bets_by_phrase(bets_in_force()).get(phrase_of(page.query.text), ()):
        until = f"{bet.expires.day} {bet.expires:%B %Y}"
        entry = Entry(f"{bet.lines[0]}, kept by {bet.owner} until {until}", finder.get_edit_url(bet) or "")
        found[bet.key] = (*found.get(bet.key, ()), entry)
    return found
