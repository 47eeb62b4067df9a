"""How well a document answers a plan: BM25 over weighted fields, synonyms below literal words, nearness, coverage.

Works on postings (where each stem stands in each document) and knows nothing of where they are stored. No Django here.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from operator import mul

from search.planner import Alternative, Origin, SearchPlan, Term
from search.trusting import Trust, TrustProfile, trust_in, what_is_asked

#: The fields of an index, in the order in which their lengths are kept.
FIELDS = ("title", "path", "extra", "body")

#: field -> places in it
Places = dict[str, list[int]]
#: document -> where the stem stands in it
Postings = Mapping[int, Places]
#: for each term of a plan, the postings of what it may stand as, the likeliest first
_Neighbours = Sequence[Sequence[Postings]]


@dataclass(frozen=True)
class RankingProfile:
    """Every weight of the ranking, with its name. Changed by measurement only; `make bench` prints what they give."""

    title: float = 3.0
    path: float = 0.3
    extra: float = 0.5
    body: float = 1.0
    saturation: float = 1.2
    title_length: float = 0.3
    path_length: float = 0.3
    extra_length: float = 0.5
    body_length: float = 0.6
    synonym: float = 1.0
    second_way: float = 0.15
    phrase_slack: int = 2
    nearness: float = 0.5
    nearness_reach: int = 6
    coverage_power: float = 0.5
    unknown: float = 0.7
    floor_coverage: float = 0.2
    floor_of_best: float = 0.08
    #: How far a hit may be trusted to answer the query, and when it only shares words with it.
    trust: TrustProfile = field(default_factory=TrustProfile)

    def boost(self, name: str) -> float:
        """Weight of a field."""
        return float(getattr(self, name))

    def length_share(self, name: str) -> float:
        """How much the length of a field counts, from 0 to 1."""
        return float(getattr(self, f"{name}_length"))


@dataclass(frozen=True)
class Corpus:
    """What ranking needs to know of the documents as a whole, and of each.

    Attributes:
        count: How many there are.
        averages: How long each field is on average, where it is filled.
        lengths, weight: Of one document.
        holding: How many documents hold stems together, those that are not ranked too; 0 where only the candidates say.
    """

    count: int
    averages: Mapping[str, float]
    lengths: Callable[[int], Sequence[int]]
    weight: Callable[[int], float]
    holding: Callable[[tuple[str, ...]], int]


@dataclass
class Scored:
    """A document's score and what it is made of."""

    document: int
    score: float
    coverage: float
    parts: list[tuple[str, float]] = field(default_factory=list)


@dataclass(frozen=True)
class _Way:
    """One way to match a span of the plan: a literal word, or an alternative."""

    start: int
    end: int
    weight: float
    idf: float
    frequency: Mapping[int, float]
    label: str
    held: int


@dataclass(frozen=True)
class Ranked:
    """Documents that answer the plan, best first, and how far the first of them may be trusted to answer it."""

    scored: list[Scored]
    trust: Trust = Trust.SURE


def stems_needed(plan: SearchPlan) -> frozenset[str]:
    """Every stem whose postings `rank` will ask for."""
    return plan.stems | {single for phrase in plan.phrases for single in phrase.stems}


def rank(
    plan: SearchPlan,
    postings: Mapping[str, Postings],
    documents: Corpus,
    profile: RankingProfile,
    explained: Collection[int] = (),
) -> Ranked:
    """Documents that answer the plan, best first; what matches too little of it is left out."""
    if plan.empty or not documents.count:
        return Ranked([], Trust.NONE)
    literals, alternatives = _ways(plan, postings, documents, profile)
    weights = _term_weights(plan, literals, alternatives, documents, profile)
    candidates = _matched(literals, alternatives)
    for phrase in plan.phrases:
        together = _occurrences(phrase.stems, postings, 0)
        candidates = {document: ways for document, ways in candidates.items() if document in together}
    mass = sum(weights)
    neighbours = _neighbours(plan, postings)
    scored = [
        each
        for document, ways in candidates.items()
        if (each := _score(document, literals, ways, weights, mass, neighbours, documents, profile, explained))
    ]
    scored = _above_floor(scored, profile)
    if plan.phrases or not scored:
        return Ranked(scored, Trust.SURE if scored else Trust.NONE)
    asked = what_is_asked(
        plan,
        weights,
        [way.held for way in literals],
        [way.held for way in alternatives],
        documents.count,
        rarity(0, documents.count) * profile.unknown,
        profile.trust,
    )
    trust = trust_in(
        asked,
        [each.document for each in scored],
        lambda document, stems: _stand_together(
            document, [postings.get(each, {}) for each in stems], profile.phrase_slack
        ),
        profile.trust,
    )
    return Ranked(scored, trust)


def term_weights(plan: SearchPlan, documents: Corpus, profile: RankingProfile) -> list[float]:
    """How much of the query each term is, from `documents.holding` alone: before any candidate is known."""
    literals, alternatives = _ways(plan, {}, documents, profile)
    return _term_weights(plan, literals, alternatives, documents, profile)


def _matched(literals: Sequence[_Way], alternatives: Sequence[_Way]) -> dict[int, list[_Way]]:
    """Every document that matches in some way, with the alternatives by which it does."""
    matched: dict[int, list[_Way]] = {document: [] for literal in literals for document in literal.frequency}
    for way in alternatives:
        for document in way.frequency:
            matched.setdefault(document, []).append(way)
    return matched


def _above_floor(scored: list[Scored], profile: RankingProfile) -> list[Scored]:
    scored.sort(key=lambda each: (-each.score, each.document))
    least = scored[0].score * profile.floor_of_best if scored else 0.0
    return [each for each in scored if each.score >= least]


def _ways(
    plan: SearchPlan, postings: Mapping[str, Postings], documents: Corpus, profile: RankingProfile
) -> tuple[list[_Way], list[_Way]]:
    """The ways to match: by each term itself, and by each alternative."""
    frequencies = _Frequencies(documents, profile)
    literals = [_literal(term, at, postings, documents, frequencies) for at, term in enumerate(plan.terms)]
    alternatives = [_alternative(each, postings, documents, profile, frequencies) for each in plan.alternatives]
    return literals, alternatives


def _literal(
    term: Term, at: int, postings: Mapping[str, Postings], documents: Corpus, frequencies: _Frequencies
) -> _Way:
    places = postings.get(term.stem, {})
    frequency = frequencies.of(places)
    held = _held((term.stem,), frequency, documents)
    return _Way(at, at + 1, 1.0, rarity(held, documents.count), frequency, term.text, held)


def _alternative(
    alternative: Alternative,
    postings: Mapping[str, Postings],
    documents: Corpus,
    profile: RankingProfile,
    frequencies: _Frequencies,
) -> _Way:
    if len(alternative.stems) == 1:
        places: Postings = postings.get(alternative.stems[0], {})
    else:
        places = _occurrences(alternative.stems, postings, profile.phrase_slack)
    frequency = frequencies.of(places)
    weight = alternative.weight * (profile.synonym if alternative.origin is Origin.SYNONYM else 1.0)
    label = f"{alternative.origin.value}: {alternative.text}"
    held = _held(alternative.stems, frequency, documents)
    idf = rarity(held, documents.count)
    return _Way(alternative.start, alternative.end, weight, idf, frequency, label, held)


def _held(stems: tuple[str, ...], frequency: Mapping[int, float], documents: Corpus) -> int:
    return max(documents.holding(stems), len(frequency))


def _term_weights(
    plan: SearchPlan,
    literals: Sequence[_Way],
    alternatives: Sequence[_Way],
    documents: Corpus,
    profile: RankingProfile,
) -> list[float]:
    """How much of the query each term is: rarity times weight. A word nobody wrote is rare, but proves little."""
    weights = []
    for at, (term, literal) in enumerate(zip(plan.terms, literals, strict=True)):
        if literal.held:
            idf = literal.idf
        else:
            others = [way for way in alternatives if way.start <= at < way.end and way.held]
            if others:
                best = max(others, key=lambda way: way.weight)
                idf = best.idf / (best.end - best.start)
            else:
                idf = rarity(0, documents.count) * profile.unknown
        weights.append(term.weight * idf)
    return weights


def _score(
    document: int,
    literals: Sequence[_Way],
    alternatives: Sequence[_Way],
    weights: Sequence[float],
    mass: float,
    neighbours: _Neighbours,
    documents: Corpus,
    profile: RankingProfile,
    explained: Collection[int],
) -> Scored | None:
    """A document's score; None where it matches too little. `alternatives`: those by which it matches."""
    shares = [1.0 if document in literal.frequency else 0.0 for literal in literals]
    for way in alternatives:
        for at in range(way.start, way.end):
            shares[at] = max(shares[at], min(way.weight, 1.0))
    coverage = sum(map(mul, weights, shares)) / mass if mass else 0.0
    if coverage < profile.floor_coverage:
        return None
    gains = [
        weights[at] * _saturated(literal.frequency.get(document, 0.0), profile) for at, literal in enumerate(literals)
    ]
    labels = [literal.label for literal in literals]
    for way in alternatives:
        span = range(way.start, way.end)
        span_weight = sum(weights[at] for at in span)
        saturated = _saturated(way.frequency[document], profile)
        worth = min(span_weight, way.idf * max(len(span), 1)) * way.weight * saturated
        literal = sum(gains[at] for at in span)
        if worth > literal and span_weight:
            second = literal * profile.second_way
            for at in span:
                gains[at] = (worth + second) * weights[at] / span_weight
                labels[at] = way.label
        else:
            for at in span:
                gains[at] += worth * profile.second_way / len(span)
    near = _nearness(document, neighbours, weights, profile)
    factor = coverage**profile.coverage_power * documents.weight(document)
    scored = Scored(document, (sum(gains) + near) * factor, coverage)
    if document in explained:
        scored.parts = [(label, gain) for label, gain in zip(labels, gains, strict=True) if gain]
        scored.parts += [("words near each other", near), ("times: share of the query matched, and weight", factor)]
    return scored


def _neighbours(plan: SearchPlan, postings: Mapping[str, Postings]) -> _Neighbours:
    """For each term its postings, and then those of what it was corrected to, or of other words for it."""
    found: list[list[Postings]] = []
    for at, term in enumerate(plan.terms):
        ways = [postings.get(term.stem, {})]
        ways += [
            postings.get(alternative.stems[0], {})
            for alternative in plan.alternatives
            if alternative.start == at and alternative.end == at + 1 and len(alternative.stems) == 1
        ]
        found.append([way for way in ways if way])
    return found


def _nearness(document: int, neighbours: _Neighbours, weights: Sequence[float], profile: RankingProfile) -> float:
    """A bonus for neighbours in the query that are neighbours in the document."""
    bonus = 0.0
    left: Places | None = None
    for at, ways in enumerate(neighbours):
        right = next((way[document] for way in ways if document in way), None)
        if left and right:
            gap = min(
                (_gap(left[name], right[name], profile.nearness_reach) for name in left if name in right),
                default=profile.nearness_reach + 1,
            )
            if gap <= profile.nearness_reach:
                bonus += profile.nearness * min(weights[at - 1], weights[at]) / gap
        left = right
    return bonus


def _gap(left: Sequence[int], right: Sequence[int], reach: int) -> float:
    """The least distance between two words; the wrong way round counts for more."""
    least = reach + 1.0
    for place in left:
        after = bisect_left(right, place)
        if after < len(right):
            least = min(least, max(right[after] - place, 1))
        if after:
            least = min(least, (place - right[after - 1]) * 1.5)
    return least


def _occurrences(stems: Sequence[str], postings: Mapping[str, Postings], slack: int) -> dict[int, Places]:
    """Documents in which the stems stand together in order, with at most `slack` words between them in all."""
    found: dict[int, Places] = {}
    each = [postings.get(single, {}) for single in stems]
    if not all(each):
        return found
    rarest = min(each, key=len)
    for document in rarest:
        if all(document in other for other in each):
            places = _stand_together(document, each, slack)
            if places:
                found[document] = places
    return found


def _stand_together(document: int, each: Sequence[Postings], slack: int) -> Places:
    """Where the stems stand together in one document."""
    places: Places = {}
    for name, firsts in each[0].get(document, {}).items():
        rest = [other.get(document, {}).get(name) for other in each[1:]]
        if not all(rest):
            continue
        starts = [first for first in firsts if _continues(first, rest, slack)]  # type: ignore[arg-type]  # all() left no None
        if starts:
            places[name] = starts
    return places


def _continues(first: int, rest: Sequence[Sequence[int]], slack: int) -> bool:
    at, left = first, slack
    for places in rest:
        after = bisect_left(places, at + 1)
        if after == len(places) or places[after] - at - 1 > left:
            return False
        left -= places[after] - at - 1
        at = places[after]
    return True


class _Frequencies:
    """How often a document holds something: places weighed by field, against how long the field is."""

    def __init__(self, documents: Corpus, profile: RankingProfile) -> None:
        self._lengths = documents.lengths
        self._fields = [
            (
                name,
                profile.boost(name),
                1 - profile.length_share(name),
                profile.length_share(name) / (documents.averages[name] or 1.0),
            )
            for name in FIELDS
        ]

    def of(self, places: Postings) -> dict[int, float]:
        """For each document with places, from where they are."""
        weighed = {}
        for document, found in places.items():
            total = 0.0
            for (name, boost, base, slope), length in zip(self._fields, self._lengths(document), strict=True):
                if name in found:
                    total += boost * len(found[name]) / (base + slope * length)
            weighed[document] = total
        return weighed


def _saturated(frequency: float, profile: RankingProfile) -> float:
    return frequency * (profile.saturation + 1) / (profile.saturation + frequency)


def rarity(holding: int, count: int) -> float:
    """What a word is worth that so many of so many documents hold."""
    return math.log1p((count - holding + 0.5) / (holding + 0.5))
