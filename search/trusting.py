"""Whether a hit may be trusted to answer the query, or only shares words with it. No Django here.

Any word of a query is in some document. What tells an answer from a chance meeting is how much of the query stands in
one place, how much of that are words of this field, and whether the query asks for something that nobody here has
written about. Only the best few hits are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from search.planner import Origin, SearchPlan

#: Where stems stand together in a document, by field: the document's number and the stems in order.
Standing = Callable[[int, Sequence[str]], dict[str, list[int]]]


@dataclass(frozen=True)
class TrustProfile:
    """Every threshold of "nothing here answers that", with its name. Changed by measurement only.

    Attributes:
        among: How many of the best hits are looked at.
        within: How far apart, in words, the words of an answer may stand.
        share, field, words: What one hit must match in one place: so much of the query (0 to 1), or so much of it in
            words of the field, or so many of its words.
        strange_share, strange_field: The same where nobody has written some word of the query.
    """

    among: int = 10
    within: int = 25
    share: float = 0.55
    field: float = 0.33
    words: int = 3
    strange_share: float = 0.62
    strange_field: float = 0.5


@dataclass(frozen=True)
class Asked:
    """What the documents as a whole know of a query.

    Attributes:
        plan: The query as it was understood.
        weights: How much of the query each term is, in the terms' order.
        strange: Which terms nobody has written, and nothing that surely stands for them either.
    """

    plan: SearchPlan
    weights: Sequence[float]
    strange: Sequence[bool]


def what_is_asked(
    plan: SearchPlan,
    weights: Sequence[float],
    held: Sequence[int],
    alternatives_held: Sequence[int],
    unknown: float,
) -> Asked:
    """A query for `is_answered`; `held` is how many documents hold each term or alternative.

    A guess at a word that nobody has written is no reason to make little of that word: it weighs `unknown`.
    """
    strange = []
    for at, holding in enumerate(held):
        sure = any(
            number and each.start <= at < each.end and each.origin is not Origin.RESCUE
            for each, number in zip(plan.alternatives, alternatives_held, strict=True)
        )
        strange.append(not holding and not sure)
    return Asked(
        plan,
        [
            max(weight, unknown * term.weight) if odd else weight
            for term, weight, odd in zip(plan.terms, weights, strange, strict=True)
        ],
        strange,
    )


def is_answered(asked: Asked, documents: Sequence[int], standing: Standing, profile: TrustProfile) -> bool:
    """Whether one of the documents, the best of them first, may be trusted to answer."""
    return any(_is_trusted(asked, document, standing, profile) for document in documents[: profile.among])


def _is_trusted(asked: Asked, document: int, standing: Standing, profile: TrustProfile) -> bool:
    """Whether a document holds enough of the query in one place, its title counting everywhere."""
    return any(_is_enough(asked, shares, profile) for shares in _places(asked, document, standing, profile))


def _is_enough(asked: Asked, shares: Sequence[float], profile: TrustProfile) -> bool:
    """Whether what one place matches of each term, from 0 to 1, is an answer to the query."""
    terms, mass = asked.plan.terms, sum(asked.weights)
    matched = [weight * share / mass for weight, share in zip(asked.weights, shares, strict=True)]
    share = sum(matched)
    of_the_field = sum(part for part, term in zip(matched, terms, strict=True) if term.field)
    if any(odd and term.weight >= 1.0 for odd, term in zip(asked.strange, terms, strict=True)):
        return share >= profile.strange_share or of_the_field >= profile.strange_field
    words = sum(1 for part, term in zip(matched, terms, strict=True) if part and term.weight >= 1.0)
    return share >= profile.share or of_the_field >= profile.field or words >= profile.words


def _places(asked: Asked, document: int, standing: Standing, profile: TrustProfile) -> Iterator[list[float]]:
    """What each place of a document matches of each term, from 0 to 1. A place begins where some word of it stands."""
    plan = asked.plan
    everywhere = [0.0] * len(plan.terms)
    found: list[tuple[int, int, float]] = []

    def note(stems: Sequence[str], terms: range, share: float) -> None:
        where = standing(document, stems)
        for at in terms:
            if where.get("title"):
                everywhere[at] = max(everywhere[at], share)
            found.extend((place, at, share) for place in where.get("body", ()))

    for at, term in enumerate(plan.terms):
        note((term.stem,), range(at, at + 1), 1.0)
    for each in plan.alternatives:
        if each.origin is not Origin.RESCUE:
            note(each.stems, range(each.start, each.end), min(each.weight, 1.0))
    found.sort()
    for first in range(max(len(found), 1)):
        shares = list(everywhere)
        for place, at, share in found[first:]:
            if place - found[first][0] > profile.within:
                break
            shares[at] = max(shares[at], share)
        yield shares
