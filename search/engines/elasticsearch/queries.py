"""From a plan to what Elasticsearch is asked: which documents, in about which order, and how many.

The server finds and counts; the exact order is worked out by `search.ranking` from the candidates that it names.
"""

from __future__ import annotations

from collections.abc import Sequence

from elasticsearch.dsl import A, Q
from elasticsearch.dsl.aggs import Agg
from elasticsearch.dsl.query import Query

from search.planner import SearchPlan
from search.ranking import FIELDS, RankingProfile
from search.results import FACETS

#: Counts of different things are exact up to here, and nearly exact beyond.
EXACT_COUNTS = 40_000
#: Values of one facet that are counted.
FACET_VALUES = 500

#: How many documents hold these stems together, and how much of the query a way to match is worth.
Weights = Sequence[float]
Stems = tuple[str, ...]


def seen_by(tokens: Sequence[str]) -> Query:
    """Documents that carry one of these audience tokens."""
    return Q("terms", audience=sorted(tokens))


def holding(stems: Stems, slack: int) -> Query:
    """Documents that hold a stem, or stems in order in one field with at most `slack` words between them in all."""
    if len(stems) == 1:
        return Q("term", held=stems[0])
    together = [_interval(name, stems, slack) for name in FIELDS]
    # Documents that hold all of them are few, and only in these is their order looked at.
    return Q("bool", filter=[*(Q("term", held=stem) for stem in dict.fromkeys(stems)), _any_of(together)])


def candidates(plan: SearchPlan, profile: RankingProfile, conditions: Sequence[Query]) -> Query:
    """Documents that hold something of the plan and fulfil these conditions, scored about as the ranking will.

    Sums and maxima of terms only, so that the server may pass over documents that cannot come among the first.
    """
    return Q("bool", should=_scored_ways(plan, profile), minimum_should_match=1, filter=list(conditions))


def seen_with_phrases(plan: SearchPlan, visible: Query) -> list[Query]:
    """The conditions that need no counting: seen by the asker, quoted words together."""
    return [visible, *(holding(phrase.stems, 0) for phrase in plan.phrases)]


def matching(plan: SearchPlan, weights: Weights, profile: RankingProfile, visible: Query) -> list[Query]:
    """The conditions that every hit fulfils: seen by the asker, quoted words together, enough of the query matched."""
    conditions = seen_with_phrases(plan, visible)
    mass = sum(weights)
    if not mass:
        return [*conditions, Q("match_none")]
    shares = [_share(at, plan, profile, weight / mass) for at, weight in enumerate(weights) if weight]
    conditions.append(
        Q(
            "function_score",
            query=Q("bool", should=shares, minimum_should_match=1),
            # Rounded on the way here and there: a document exactly at the floor is in.
            min_score=max(profile.floor_coverage - 1e-4, 0.0),
        )
    )
    return conditions


def filters_of(plan: SearchPlan, without: str = "") -> list[Query]:
    """The filters that a person has chosen, one of them left out where asked."""
    chosen = {name: getattr(plan.query, field) for name, field in FACETS.items()}
    return [Q("terms", **{name: list(values)}) for name, values in chosen.items() if values and name != without]


def counts(plan: SearchPlan, groups: Sequence[str]) -> dict[str, Agg]:
    """What is counted among all that matches: everything, the values of each facet, and the shown sections."""
    wanted: dict[str, Agg] = {"passing": _filtered(filters_of(plan))}
    wanted["passing"].bucket("different", "cardinality", field="fold", precision_threshold=EXACT_COUNTS)
    shown = list(groups) or [""]
    sections = wanted["passing"].bucket("sections", "terms", field="group", include=shown, size=len(shown))
    sections.bucket("different", "cardinality", field="fold", precision_threshold=EXACT_COUNTS)
    for name in FACETS:
        wanted[name] = _filtered(filters_of(plan, without=name))
        values = wanted[name].bucket("values", "terms", field=name, size=FACET_VALUES)
        values.bucket("different", "cardinality", field="fold", precision_threshold=EXACT_COUNTS)
    return wanted


def _filtered(conditions: Sequence[Query]) -> Agg:
    return A("filter", filter=Q("bool", filter=list(conditions)))


def _scored_ways(plan: SearchPlan, profile: RankingProfile) -> list[Query]:
    """Each term by itself or by the best of what may stand for it; what stands for several terms, besides."""
    ways: list[Query] = []
    for at, term in enumerate(plan.terms):
        best = [_in_fields((term.stem,), term.weight, profile)]
        best += [
            _in_fields(each.stems, term.weight * each.weight, profile)
            for each in plan.alternatives
            if (each.start, each.end) == (at, at + 1)
        ]
        ways.append(Q("dis_max", queries=best, tie_breaker=profile.second_way))
    ways += [_in_fields(each.stems, each.weight, profile) for each in plan.alternatives if each.end - each.start > 1]
    return ways


def _in_fields(stems: Stems, weight: float, profile: RankingProfile) -> Query:
    found = []
    for name in FIELDS:
        boost = profile.boost(name) * max(weight, 0.0)
        if len(stems) == 1:
            found.append(Q("term", **{f"terms_{name}": {"value": stems[0], "boost": boost}}))
        else:
            text, slop = " ".join(stems), profile.phrase_slack
            found.append(Q("match_phrase", **{f"terms_{name}": {"query": text, "slop": slop, "boost": boost}}))
    return Q("bool", should=found)


def _share(at: int, plan: SearchPlan, profile: RankingProfile, weight: float) -> Query:
    """How much of the query a document matches by one of its terms, as a score from 0 to `weight`."""
    ways = [_constant(holding((plan.terms[at].stem,), 0), weight)]
    ways += [
        _constant(holding(each.stems, profile.phrase_slack), weight * min(each.weight, 1.0))
        for each in plan.alternatives
        if each.start <= at < each.end
    ]
    return Q("dis_max", queries=ways)


def _constant(query: Query, score: float) -> Query:
    return Q("constant_score", filter=query, boost=max(score, 0.0))


def _interval(name: str, stems: Stems, slack: int) -> Query:
    rule = {"match": {"query": " ".join(stems), "max_gaps": slack, "ordered": True}}
    return Q("intervals", **{f"terms_{name}": rule})


def _any_of(queries: Sequence[Query]) -> Query:
    return Q("bool", should=list(queries), minimum_should_match=1)


def needed_counts(plan: SearchPlan) -> list[Stems]:
    """Every stem and run of stems whose number of documents the ranking asks for."""
    singles = [(term.stem,) for term in plan.terms]
    return list(dict.fromkeys([*singles, *(each.stems for each in plan.alternatives)]))
