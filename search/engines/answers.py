"""What every engine does with documents that are ranked: fold repeats, count, lift, group, and cut the asked page.

Shared, so that two engines that rank alike answer alike. Knows nothing of where documents are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from search.analysis import fingerprint
from search.documents import SearchDocument
from search.highlighting import snippet
from search.planner import SearchPlan
from search.ranking import FIELDS, Corpus, Places, Scored
from search.results import EngineResult, Facet, FacetValue, Hit

#: Near neighbours carried with a hit.
NEIGHBOURS = 3
LIFTED = 3
#: A hit of a lifted kind is shown first only when it is about as good as the best and matches half of the query.
LIFTED_SCORE = 0.4
LIFTED_COVERAGE = 0.5
#: Name of a facet, which is the field of an entry too, and the filter of a query that belongs to it.
FACETS = {"kind": "kinds", "source": "sources", "topic": "topics"}


@dataclass(frozen=True)
class Entry:
    """What ranking, filters and facets need of a document."""

    kind: str
    source: str
    section: str
    weight: float
    lengths: tuple[int, ...]
    fold: tuple[str, str, str]
    topics: tuple[str, ...]


@dataclass(frozen=True)
class Stored:
    """What a hit shows of a document."""

    key: str
    kind: str
    title: str
    url: str
    path: tuple[str, ...]
    source: str
    section: str
    year: int | None
    historic: bool
    shown: str
    body: str


#: Gives what is stored of some documents, by their numbers.
Fetch = Callable[[Sequence[int]], Mapping[int, Stored]]


def texts_of(document: SearchDocument) -> dict[str, str]:
    """The text of each field that is searched, in the order of `FIELDS`."""
    texts = {
        "title": document.title,
        "path": " · ".join(document.path),
        "extra": document.extra,
        "body": document.body,
    }
    return {name: texts[name] for name in FIELDS}


def repeat_key(document: SearchDocument) -> str:
    """The same for documents of one source that say the same. Two trees may end in the same words and both be meant."""
    return (fingerprint(document.body) if document.source else "") or document.key


def answer(
    plan: SearchPlan,
    scored: Sequence[Scored],
    entries: Mapping[int, Entry],
    labels: Mapping[str, str],
    lifted_kinds: tuple[str, ...],
    fetch: Fetch,
) -> EngineResult:
    """The asked page of what was ranked, with counts of all that was ranked."""
    unique = folded(scored, entries)
    passing = [each for each in unique if passes(entries[each.document], plan)]
    lifted = [] if plan.query.filtered else _lifted(passing, entries, lifted_kinds)
    shown_first = {each.document for each in lifted}
    groups = _grouped([each for each in passing if each.document not in shown_first], entries)
    query = plan.query
    page = groups[query.offset : query.offset + query.limit]
    needed = [each.document for group in page for each in group[: NEIGHBOURS + 1]]
    stored = fetch([*needed, *(each.document for each in lifted)])
    return EngineResult(
        hits=tuple(_hit(group, stored, plan) for group in page),
        total=len(passing),
        groups=len(groups),
        facets=_facets(plan, unique, entries, labels),
        lifted=tuple(_hit([each], stored, plan) for each in lifted),
        plan=plan,
    )


def postings_of(texts: Mapping[int, Mapping[str, str]], wanted: frozenset[str]) -> dict[str, dict[int, Places]]:
    """Where each wanted stem stands in each document, from the terms of its fields joined by blanks."""
    postings: dict[str, dict[int, Places]] = {stem: {} for stem in wanted}
    for number, fields in texts.items():
        for name in FIELDS:
            terms = fields.get(name, "").split(" ")
            if wanted.isdisjoint(terms):
                continue
            for at, term in enumerate(terms):
                if term in wanted:
                    postings[term].setdefault(number, {}).setdefault(name, []).append(at)
    return postings


def corpus_of(entries: Mapping[int, Entry]) -> Corpus:
    """What ranking must know of these documents as a whole."""
    sums = [0] * len(FIELDS)
    filled = [0] * len(FIELDS)
    for entry in entries.values():
        for at, length in enumerate(entry.lengths):
            sums[at] += length
            filled[at] += bool(length)
    averages = {name: sums[at] / filled[at] if filled[at] else 1.0 for at, name in enumerate(FIELDS)}
    return Corpus(len(entries), averages, lambda number: entries[number].lengths, lambda number: entries[number].weight)


def passes(entry: Entry, plan: SearchPlan, without: str = "") -> bool:
    """Whether a document passes the query's filters, one of them left out where asked."""
    query = plan.query
    return (
        (without == "kind" or not query.kinds or entry.kind in query.kinds)
        and (without == "source" or not query.sources or entry.source in query.sources)
        and (without == "topic" or not query.topics or bool(set(entry.topics) & set(query.topics)))
    )


def folded(scored: Sequence[Scored], entries: Mapping[int, Entry]) -> list[Scored]:
    """The same words in the same source once: some documents repeat themselves."""
    seen: set[tuple[str, str, str]] = set()
    kept = []
    for each in scored:
        fold = entries[each.document].fold
        if fold not in seen:
            seen.add(fold)
            kept.append(each)
    return kept


def facet_of(name: str, counts: Mapping[str, int], labels: Mapping[str, str]) -> Facet:
    """A facet from its counts, the most first."""
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return Facet(name, tuple(FacetValue(value, labels.get(value, value), count) for value, count in ordered))


def counted(result: EngineResult, total: int, facets: Sequence[Facet], more: Mapping[str, int]) -> EngineResult:
    """An answer whose counts were taken elsewhere, from more documents than were ranked. `more` is by key of a hit."""
    hits = tuple(replace(hit, more=max(more.get(hit.key, 0), hit.more)) for hit in result.hits)
    return replace(result, hits=hits, total=max(total, result.total), facets=tuple(facets))


def _facets(
    plan: SearchPlan, scored: Sequence[Scored], entries: Mapping[int, Entry], labels: Mapping[str, str]
) -> tuple[Facet, ...]:
    """What each value would give if it alone were chosen in its facet, the other facets as they are."""
    made = []
    for name in FACETS:
        counts: dict[str, int] = {}
        for each in scored:
            entry = entries[each.document]
            if not passes(entry, plan, without=name):
                continue
            values = entry.topics if name == "topic" else (getattr(entry, name),)
            for value in values:
                if value:
                    counts[value] = counts.get(value, 0) + 1
        made.append(facet_of(name, counts, labels))
    return tuple(made)


def _lifted(scored: Sequence[Scored], entries: Mapping[int, Entry], kinds: tuple[str, ...]) -> list[Scored]:
    """The best hits of the kinds that say what to do, one a section: the start of a tree before its parts."""
    if not scored or not kinds:
        return []
    least = scored[0].score * LIFTED_SCORE
    best: dict[object, Scored] = {}
    for each in scored:
        entry = entries[each.document]
        if entry.kind not in kinds or each.score < least or each.coverage < LIFTED_COVERAGE:
            continue
        section: object = (entry.source, entry.section) if entry.section else each.document
        known = best.get(section)
        if known is None or kinds.index(entry.kind) < kinds.index(entries[known.document].kind):
            best[section] = each
    return list(best.values())[:LIFTED]


def _grouped(scored: Sequence[Scored], entries: Mapping[int, Entry]) -> list[list[Scored]]:
    """Hits of one section and kind together, in the order of the best of each."""
    groups: dict[object, list[Scored]] = {}
    for each in scored:
        entry = entries[each.document]
        key: object = (entry.kind, entry.source, entry.section) if entry.section else each.document
        groups.setdefault(key, []).append(each)
    return list(groups.values())


def _hit(group: Sequence[Scored], stored: Mapping[int, Stored], plan: SearchPlan) -> Hit:
    document = stored[group[0].document]
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
        score=round(group[0].score, 4),
        snippet=snippet(document.shown or document.body, plan),
        body=document.body,
        neighbours=tuple(_hit([each], stored, plan) for each in group[1 : NEIGHBOURS + 1]),
        more=len(group) - 1,
    )
