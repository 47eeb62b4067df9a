"""How many documents of a large index match a plan: sets of documents as bytes of a number.

Ranking looks at every place of every word, which is too much where thousands of documents hold them, so only the best
are ranked. All others are counted here by how much of the query they match at all. Knows nothing of where documents are
kept.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import compress, count, repeat

from search.planner import SearchPlan

#: A set of documents: the byte of each, by its number, is 1. Numbers, because they are joined and cut in one step.
Mask = int
#: Gives the documents that hold some stems together, with at most so many words between them.
Holders = Callable[[tuple[str, ...], int], Mask]
#: Shares of a query are told apart by so many decimals.
DECIMALS = 2
#: A floor is not missed by rounding.
ROUNDING = 0.005


def mask_of(numbers: Iterable[int]) -> Mask:
    """The set of these documents.

    >>> holds(mask_of([1, 3]), 3), holds(mask_of([1, 3]), 2)
    (True, False)
    """
    found = list(numbers)
    flags = bytearray(max(found, default=0) + 1)
    # A loop without a step in Python: an index of many thousand documents makes a dozen such sets for a query.
    deque(map(flags.__setitem__, found, repeat(1)), maxlen=0)
    return int.from_bytes(flags, "little")


def members(mask: Mask) -> Iterator[int]:
    """The documents of a set, in order.

    >>> list(members(mask_of([1, 3])))
    [1, 3]
    """
    return compress(count(), mask.to_bytes((mask.bit_length() + 7) // 8, "little"))


def holds(mask: Mask, number: int) -> bool:
    """Whether a document is in a set."""
    return bool(mask >> 8 * number & 1)


def matching(plan: SearchPlan, weights: Sequence[float], holders: Holders, floor: float, slack: int) -> Mask:
    """The documents that match at least `floor` of the plan, which is above 0, and hold its quoted words."""
    mass = sum(weights)
    if not mass:
        return 0
    ways = [_levels(at, plan, holders, slack) for at in range(len(weights))]
    candidates = 0
    for levels in ways:
        for _, level in levels:
            candidates |= level
    for phrase in plan.phrases:
        candidates &= holders(phrase.stems, 0)
    #: Documents by the share of the query that they match in the words looked at so far.
    classes: dict[float, Mask] = {0.0: candidates}
    left = 1.0
    for at in sorted(range(len(weights)), key=lambda at: -weights[at]):
        part = weights[at] / mass
        left -= part
        found: dict[float, Mask] = {}
        for share, mask in classes.items():
            rest = mask
            for worth, level in ways[at]:
                if held := rest & level:
                    reached = round(share + part * worth, DECIMALS)
                    found[reached] = found.get(reached, 0) | held
                    rest &= ~level
            if rest and share + left + ROUNDING >= floor:
                found[share] = found.get(share, 0) | rest
        classes = found
    every = 0
    for share, mask in classes.items():
        if share + ROUNDING >= floor:
            every |= mask
    return every


def _levels(at: int, plan: SearchPlan, holders: Holders, slack: int) -> list[tuple[float, Mask]]:
    """The ways to match one term, the best first: how much each is worth, and who matches in it."""
    ways = [(1.0, holders((plan.terms[at].stem,), 0))]
    ways += [
        (min(each.weight, 1.0), holders(each.stems, slack)) for each in plan.alternatives if each.start <= at < each.end
    ]
    return sorted(((worth, mask) for worth, mask in ways if mask), key=lambda way: -way[0])
