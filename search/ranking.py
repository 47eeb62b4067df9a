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

#: Where a stem stands in a document, in order: the number of the field times `FIELD_SPAN`, and the place in it. One row
#: of numbers, so that words of two fields are simply far apart.
Places = Sequence[int]
FIELD_SPAN = 1 << 20
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
        worth: What one place in each field of a document is worth, where that is remembered from one plan to the next:
            only where a number means the same document in all of them.
    """

    count: int
    averages: Mapping[str, float]
    lengths: Callable[[int], Sequence[int]]
    weight: Callable[[int], float]
    holding: Callable[[tuple[str, ...]], int]
    worth: dict[int, list[float]] | None = None


@dataclass
class Scored:
    """A document's score and what it is made of."""

    document: int
    score: float
    coverage: float
    parts: list[tuple[str, float]] = field(default_factory=list)


@dataclass(frozen=True)
class _Way:
    """One way to match a span of the plan: a word, or an alternative. `found`: how well, by document; saturated."""

    start: int
    end: int
    weight: float
    idf: float
    found: Mapping[int, float]
    label: str
    held: int


#: How a document matches: the places of terms that stand in it, each with how well, and the alternatives that do.
_Matched = tuple[list[tuple[int, float]], list[_Way]]


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
        candidates = {document: matched for document, matched in candidates.items() if document in together}
    mass = sum(weights)
    neighbours = _neighbours(plan, postings)
    scored = [
        each
        for document, matched in candidates.items()
        if (each := _score(document, literals, matched, weights, mass, neighbours, documents, profile, explained))
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
        lambda document, stems: _by_field(
            postings[stems[0]].get(document, ())
            if len(stems) == 1
            else _stand_together(document, [postings[each] for each in stems], profile.phrase_slack)
        ),
        profile.trust,
    )
    return Ranked(scored, trust)


def term_weights(plan: SearchPlan, documents: Corpus, profile: RankingProfile) -> list[float]:
    """How much of the query each term is, from `documents.holding` alone: before any candidate is known."""
    literals, alternatives = _ways(plan, {}, documents, profile)
    return _term_weights(plan, literals, alternatives, documents, profile)


def places_of(fields: Sequence[Sequence[str]]) -> dict[str, Places]:
    """Where each term of a document stands; `fields` in the order of `FIELDS`."""
    found: dict[str, tuple[int, ...]] = {}
    for number, terms in enumerate(fields):
        for place, term in enumerate(terms, start=number * FIELD_SPAN):
            known = found.get(term)
            found[term] = (*known, place) if known else (place,)
    return dict(found)


def _by_field(places: Places) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place in places:
        found.setdefault(FIELDS[place // FIELD_SPAN], []).append(place % FIELD_SPAN)
    return found


def _matched(literals: Sequence[_Way], alternatives: Sequence[_Way]) -> dict[int, _Matched]:
    """Every document that matches in some way."""
    matched: dict[int, _Matched] = {}
    for literal in literals:
        for document, found in literal.found.items():
            known = matched.get(document)
            if known is None:
                known = matched[document] = ([], [])
            known[0].append((literal.start, found))
    for way in alternatives:
        for document in way.found:
            known = matched.get(document)
            if known is None:
                known = matched[document] = ([], [])
            known[1].append(way)
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
    found = frequencies.of(places)
    held = _held((term.stem,), found, documents)
    return _Way(at, at + 1, 1.0, rarity(held, documents.count), found, term.text, held)


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
    found = frequencies.of(places)
    weight = alternative.weight * (profile.synonym if alternative.origin is Origin.SYNONYM else 1.0)
    label = f"{alternative.origin.value}: {alternative.text}"
    held = _held(alternative.stems, found, documents)
    idf = rarity(held, documents.count)
    return _Way(alternative.start, alternative.end, weight, idf, found, label, held)


def _held(stems: tuple[str, ...], found: Mapping[int, float], documents: Corpus) -> int:
    return max(documents.holding(stems), len(found))


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
    matched: _Matched,
    weights: Sequence[float],
    mass: float,
    neighbours: _Neighbours,
    documents: Corpus,
    profile: RankingProfile,
    explained: Collection[int],
) -> Scored | None:
    """A document's score; None where it matches too little."""
    words, alternatives = matched
    shares = [0.0] * len(weights)
    gains = shares.copy()
    for at, found in words:
        shares[at] = 1.0
        gains[at] = weights[at] * found
    for way in alternatives:
        for at in range(way.start, way.end):
            if shares[at] < way.weight:
                shares[at] = min(way.weight, 1.0)
    coverage = sum(map(mul, weights, shares)) / mass if mass else 0.0
    if coverage < profile.floor_coverage:
        return None
    labels = [literal.label for literal in literals] if document in explained else []
    for way in alternatives:
        span = range(way.start, way.end)
        size = len(span)
        span_weight = weights[way.start] if size == 1 else sum(weights[way.start : way.end])
        worth = min(span_weight, way.idf * size) * way.weight * way.found[document]
        literal = gains[way.start] if size == 1 else sum(gains[way.start : way.end])
        if worth > literal and span_weight:
            best = worth + literal * profile.second_way
            for at in span:
                gains[at] = best * weights[at] / span_weight
                if labels:
                    labels[at] = way.label
        else:
            for at in span:
                gains[at] += worth * profile.second_way / size
    near = _nearness(document, neighbours, weights, profile) if len(words) + len(alternatives) > 1 else 0.0
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
        right = None
        for way in ways:
            if right := way.get(document):
                break
        if left and right:
            gap = _gap(left, right, profile.nearness_reach)
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
    """Where the stems stand together in one document: the places of the first."""
    firsts, *rest = [places.get(document, ()) for places in each]
    return [first for first in firsts if _continues(first, rest, slack)] if firsts and all(rest) else ()


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
    """How often a document holds something: places weighed by field, against how long the field is; saturated."""

    def __init__(self, documents: Corpus, profile: RankingProfile) -> None:
        self._lengths = documents.lengths
        self._saturation = profile.saturation
        self._fields = [
            (
                profile.boost(name),
                1 - profile.length_share(name),
                profile.length_share(name) / (documents.averages[name] or 1.0),
            )
            for name in FIELDS
        ]
        self._worth = {} if documents.worth is None else documents.worth

    def of(self, places: Postings) -> dict[int, float]:
        """For each document with places, from where they are."""
        found = {}
        for document, where in places.items():
            worth = self._worth.get(document) or self._worth_in(document)
            frequency = 0.0
            for place in where:
                frequency += worth[place // FIELD_SPAN]
            found[document] = frequency * (self._saturation + 1) / (self._saturation + frequency)
        return found

    def _worth_in(self, document: int) -> list[float]:
        worth = self._worth[document] = [
            boost / (base + slope * length)
            for (boost, base, slope), length in zip(self._fields, self._lengths(document), strict=True)
        ]
        return worth


def rarity(holding: int, count: int) -> float:
    """What a word is worth that so many of so many documents hold."""
    return math.log1p((count - holding + 0.5) / (holding + 0.5))
