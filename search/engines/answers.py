"""What every engine does with documents that are ranked: fold repeats, count, lift, group, and cut the asked page.

Shared, so that two engines that rank alike answer alike. Knows nothing of where documents are kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from sys import intern
from typing import NamedTuple

from search.analysis import fingerprint
from search.documents import SearchDocument
from search.highlighting import Highlighter, beginning
from search.planner import SearchPlan
from search.query import CURRENT, HISTORIC, Order
from search.ranking import FIELDS, Places, Ranked, Scored, places_of
from search.results import FACETS, EngineResult, Facet, FacetValue, Hit, Segment
from search.trusting import Trust

#: Near neighbours carried with a hit.
NEIGHBOURS = 3
LIFTED = 3
#: A hit of a lifted kind is shown first only when it is about as good as the best and matches half of the query.
LIFTED_SCORE = 0.4
LIFTED_COVERAGE = 0.5


class Facts(NamedTuple):
    """What filters and facets look at."""

    kind: str
    source: str
    topics: tuple[str, ...]
    historic: bool

    def values(self, facet: str) -> tuple[str, ...]:
        """What a document with these facts counts for in a facet."""
        if facet == "topic":
            return self.topics
        if facet == "status":
            return (status_of(self.historic),)
        return (self.kind if facet == "kind" else self.source,)


@dataclass(frozen=True)
class Entry:
    """What ranking, filters and facets need of a document.

    Attributes:
        fold: The same for documents that repeat one another.
        dated: When it was last changed, or the year of a document; empty where neither is known. Sorts as text.
    """

    facts: Facts
    section: str
    weight: float
    lengths: Sequence[int]
    fold: int
    dated: str

    @property
    def group(self) -> object:
        """The same for near neighbours; None for a document that stands alone."""
        return (self.facts.kind, self.facts.source, self.section) if self.section else None


class Stored(NamedTuple):
    """What a hit shows of a document. `cut`: how the text of it is cut into words, where that is kept."""

    key: str
    kind: str
    ref: str
    title: str
    url: str
    path: tuple[str, ...]
    source: str
    section: str
    year: int | None
    historic: bool
    shown: str
    body: str
    cut: str = ""


#: The terms of a document, and where each stands in it.
Terms = Mapping[str, Places]
#: Gives what is stored of some documents, by their numbers.
Fetch = Callable[[Sequence[int]], Mapping[int, Stored]]


def status_of(historic: bool) -> str:
    """The value of the status facet."""
    return HISTORIC if historic else CURRENT


def dated(document: SearchDocument) -> str:
    """See `Entry.dated`."""
    if document.updated:
        return document.updated.isoformat()
    return f"{document.year}" if document.year else ""


def texts_of(document: SearchDocument) -> dict[str, str]:
    """The text of each field that is searched, in the order of `FIELDS`."""
    texts = {
        "title": document.title,
        "path": " · ".join(document.path),
        "extra": document.extra,
        "body": document.body,
    }
    return {name: texts[name] for name in FIELDS}


def fold_of(document: SearchDocument) -> int:
    """The same for documents of one kind and source that say the same, as a number of 64 bits with a sign.

    Short, because it is read of everything that is counted. Two trees may end in the same words and both be meant.
    """
    said = (fingerprint(document.body) if document.source else "") or document.key
    whole = "\x1f".join((document.kind, document.source, said))
    return int.from_bytes(blake2b(whole.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True)


def answer(
    plan: SearchPlan,
    ranked: Ranked,
    entries: Mapping[int, Entry],
    labels: Mapping[str, str],
    lifted_kinds: tuple[str, ...],
    fetch: Fetch,
) -> EngineResult:
    """The asked page of what was ranked, with counts of all that was ranked."""
    query = plan.query
    unique = _folded(ranked.scored, entries)
    passing = [each for each in unique if passes(entries[each.document].facts, plan)] if query.filtered else unique
    # What only may help is no step to take: it stays in the list.
    lifts = ranked.trust is Trust.SURE and not query.filtered
    lifted = _lifted(passing, entries, lifted_kinds) if lifts else []
    # A part that is lifted stays in the list as well: what is shown first is the whole it belongs to.
    shown_first = {each.document for each in lifted if entries[each.document].facts.kind == lifted_kinds[0]}
    groups = _grouped([each for each in passing if each.document not in shown_first], entries)
    if query.order is not Order.RELEVANCE:
        # Within one date the better answer stays first; what has no date is last either way.
        newest = query.order is Order.NEWEST
        groups.sort(key=lambda group: entries[group[0].document].dated, reverse=newest)
        groups.sort(key=lambda group: not entries[group[0].document].dated)
    page = groups[query.offset : query.offset + query.limit]
    # What only shares words with the query is named by its title, if at all.
    shown = 1 if ranked.trust is Trust.NONE else NEIGHBOURS + 1
    needed = [each.document for group in page for each in group[:shown]]
    stored = fetch([*needed, *(each.document for each in lifted)])
    highlighter = None if ranked.trust is Trust.NONE else Highlighter(plan)
    return EngineResult(
        hits=tuple(_hit(group[:shown], len(group) - 1, stored, highlighter) for group in page),
        total=len(passing),
        listed=len(passing),
        groups=len(groups),
        facets=facets_of(plan, Counter(entries[each.document].facts for each in unique), labels),
        lifted=tuple(_hit([each], 0, stored, highlighter) for each in lifted),
        plan=plan,
        trust=ranked.trust,
    )


def hits_of(stored: Iterable[Stored], plan: SearchPlan) -> tuple[Hit, ...]:
    """Documents as hits that were asked for by name."""
    highlighter = Highlighter(plan)
    return tuple(_hit([Scored(0, 0.0, 1.0)], 0, {0: each}, highlighter) for each in stored)


def terms_of(fields: Iterable[str]) -> Terms:
    """Where each term of a document stands, from texts of its fields in which blanks stand between terms.

    Equal terms are one object, so that those which are kept take little room and are quickly told apart.
    """
    return places_of([list(map(intern, text.split(" "))) if text else [] for text in fields])


def postings_of(documents: Mapping[int, Terms], wanted: frozenset[str]) -> dict[str, dict[int, Places]]:
    """Where each wanted stem stands in each document, by its number."""
    postings: dict[str, dict[int, Places]] = {stem: {} for stem in wanted}
    for number, terms in documents.items():
        for stem in terms.keys() & wanted:
            postings[stem][number] = terms[stem]
    return postings


def passes(facts: Facts, plan: SearchPlan, without: str = "") -> bool:
    """Whether a document passes the query's filters, one of them left out where asked."""
    for name, field in FACETS.items():
        chosen: tuple[str, ...] = getattr(plan.query, field)
        if chosen and name != without and not set(facts.values(name)).intersection(chosen):
            return False
    return True


def facets_of(plan: SearchPlan, counts: Mapping[Facts, int], labels: Mapping[str, str]) -> tuple[Facet, ...]:
    """What each value would give if it alone were chosen in its facet, the other facets as they are; the most first."""
    found: dict[str, dict[str, int]] = {name: {} for name in FACETS}
    for facts, count in counts.items():
        for name, values in found.items():
            if not plan.query.filtered or passes(facts, plan, without=name):
                for value in facts.values(name):
                    values[value] = values.get(value, 0) + count
    for values in found.values():
        # What belongs to no source is in none.
        values.pop("", None)
    return named_facets(found, labels)


def named_facets(counts: Mapping[str, Mapping[str, int]], labels: Mapping[str, str]) -> tuple[Facet, ...]:
    """Facets from their counts, by name and value; the most first."""
    return tuple(
        Facet(
            facet,
            tuple(
                FacetValue(value, labels.get(value, value), count)
                for value, count in sorted(values.items(), key=lambda pair: (-pair[1], pair[0]))
            ),
        )
        for facet, values in counts.items()
    )


def counted(result: EngineResult, total: int, facets: Sequence[Facet], more: Mapping[str, int]) -> EngineResult:
    """An answer whose counts were taken elsewhere, from more documents than were ranked. `more` is by key of a hit."""
    hits = tuple(hit._replace(more=more[hit.key]) if more.get(hit.key, 0) > hit.more else hit for hit in result.hits)
    return replace(result, hits=hits, total=max(total, result.total), facets=tuple(facets))


def _folded(scored: Sequence[Scored], entries: Mapping[int, Entry]) -> list[Scored]:
    """The same words in the same source once: some documents repeat themselves."""
    seen: set[int] = set()
    kept = []
    for each in scored:
        fold = entries[each.document].fold
        if fold not in seen:
            seen.add(fold)
            kept.append(each)
    return kept


def _lifted(scored: Sequence[Scored], entries: Mapping[int, Entry], kinds: tuple[str, ...]) -> list[Scored]:
    """The best hits of the kinds that say what to do, one a section: the start of a tree before its parts."""
    if not scored or not kinds:
        return []
    least = scored[0].score * LIFTED_SCORE
    best: dict[object, Scored] = {}
    for each in scored:
        entry = entries[each.document]
        kind, source = entry.facts.kind, entry.facts.source
        if kind not in kinds or each.score < least or each.coverage < LIFTED_COVERAGE:
            continue
        section: object = (source, entry.section) if entry.section else each.document
        known = best.get(section)
        if known is None or kinds.index(kind) < kinds.index(entries[known.document].facts.kind):
            best[section] = each
    return list(best.values())[:LIFTED]


def _grouped(scored: Sequence[Scored], entries: Mapping[int, Entry]) -> list[list[Scored]]:
    """Hits of one section and kind together, in the order of the best of each."""
    groups: dict[object, list[Scored]] = {}
    for each in scored:
        groups.setdefault(entries[each.document].group or each.document, []).append(each)
    return list(groups.values())


def _hit(group: Sequence[Scored], more: int, stored: Mapping[int, Stored], highlighter: Highlighter | None) -> Hit:
    """The best of a group that has so many more, with the next of it in one line each: how their text begins."""
    best = stored[group[0].document]
    neighbours = [(each, stored[each.document]) for each in group[1:]]
    return _shown(
        group[0],
        best,
        highlighter.snippet(best.shown or best.body, best.cut) if highlighter else (),
        tuple(_shown(each, document, beginning(document.shown or document.body)) for each, document in neighbours),
        more,
    )


def _shown(
    scored: Scored, document: Stored, snippet: tuple[Segment, ...], neighbours: tuple[Hit, ...] = (), more: int = 0
) -> Hit:
    return Hit(
        key=document.key,
        kind=document.kind,
        title=document.title,
        url=document.url,
        path=document.path,
        source=document.source,
        section=document.section,
        year=document.year,
        historic=document.historic,
        score=round(scored.score, 4),
        snippet=snippet,
        body=document.body,
        neighbours=neighbours,
        more=more,
        ref=document.ref,
    )
