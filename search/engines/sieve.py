"""Which documents of a large index are worth ranking, and how many match: sets of documents as bits of a number.

Ranking looks at every place of every word, which is too much where thousands of documents hold them. Here documents are
sorted by how much of the query they match at all, and only the best of these are ranked. Knows nothing of where
documents are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from search.engines.answers import FACETS, Entry, facet_of
from search.planner import SearchPlan
from search.results import Facet, Hit

#: A set of documents: the bit of each is its number.
Mask = int
#: Gives the documents that hold some stems together, with at most so many words between them.
Holders = Callable[[tuple[str, ...], int], Mask]
#: Shares of a query are told apart by so many decimals.
DECIMALS = 2
#: A floor is not missed by rounding.
ROUNDING = 0.005


def mask_of(numbers: Iterable[int]) -> Mask:
    """The set of these documents.

    >>> mask_of([1, 3]) == 0b1010
    True
    """
    found = list(numbers)
    bits = bytearray(max(found, default=0) // 8 + 1)
    for number in found:
        bits[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(bits, "little")


def members(mask: Mask) -> Iterator[int]:
    """The documents of a set, in order.

    >>> list(members(0b1010))
    [1, 3]
    """
    for at, byte in enumerate(mask.to_bytes((mask.bit_length() + 7) // 8, "little")):
        while byte:
            low = byte & -byte
            yield at * 8 + low.bit_length() - 1
            byte ^= low


@dataclass(frozen=True)
class Matches:
    """The documents that match enough of a plan, in sets of about the same share, the largest share first."""

    by_share: tuple[tuple[float, Mask], ...]
    all: Mask

    def among(self, mask: Mask) -> Matches:
        """Those of them that are in a set."""
        return Matches(tuple((share, each & mask) for share, each in self.by_share if each & mask), self.all & mask)


class Sieve:
    """The sets that do not depend on a query: of everything one audience may find, by facet and by section."""

    def __init__(self, entries: Mapping[int, Entry]) -> None:
        self.visible = mask_of(entries)
        seen: set[tuple[str, str, str]] = set()
        originals = []
        values: dict[str, dict[str, list[int]]] = {name: {} for name in FACETS}
        sections: dict[tuple[str, str, str], list[int]] = {}
        for number, entry in entries.items():
            if entry.fold not in seen:
                seen.add(entry.fold)
                originals.append(number)
            values["kind"].setdefault(entry.kind, []).append(number)
            values["source"].setdefault(entry.source, []).append(number)
            for topic in entry.topics:
                values["topic"].setdefault(topic, []).append(number)
            if entry.section:
                sections.setdefault((entry.kind, entry.source, entry.section), []).append(number)
        #: Of documents that repeat one another, the first.
        self._originals = mask_of(originals)
        self._values = {
            name: {value: mask_of(numbers) for value, numbers in each.items()} for name, each in values.items()
        }
        self._sections = sections

    def passing(self, plan: SearchPlan, without: str = "") -> Mask:
        """Documents that pass the plan's filters, one of them left out where asked."""
        mask = self.visible
        for name, field in FACETS.items():
            chosen: tuple[str, ...] = getattr(plan.query, field)
            if chosen and name != without:
                alternatives = 0
                for value in chosen:
                    alternatives |= self._values[name].get(value, 0)
                mask &= alternatives
        return mask

    def facets(self, plan: SearchPlan, matching: Mask, labels: Mapping[str, str]) -> tuple[Facet, ...]:
        """What each value would give if it alone were chosen in its facet."""
        made = []
        for name in FACETS:
            among = matching & self._originals & self.passing(plan, without=name)
            counts = {value: (mask & among).bit_count() for value, mask in self._values[name].items() if value}
            made.append(facet_of(name, {value: count for value, count in counts.items() if count}, labels))
        return tuple(made)

    def total(self, matching: Mask) -> int:
        """How many different documents these are."""
        return (matching & self._originals).bit_count()

    def more(self, hits: Sequence[Hit], matching: Mask) -> dict[str, int]:
        """For each hit, by its key, how many neighbours of its section match besides."""
        return {
            hit.key: self.total(mask_of(self._sections.get((hit.kind, hit.source, hit.section), ())) & matching) - 1
            for hit in hits
        }


def matches(
    plan: SearchPlan, weights: Sequence[float], visible: Mask, holders: Holders, floor: float, slack: int
) -> Matches:
    """The documents that match at least `floor` of the plan, and hold its quoted words."""
    mass = sum(weights)
    for phrase in plan.phrases:
        visible &= holders(phrase.stems, 0)
    if not mass:
        return Matches((), 0)
    classes: dict[float, Mask] = {0.0: visible}
    left = 1.0
    for at in sorted(range(len(weights)), key=lambda at: -weights[at]):
        part = weights[at] / mass
        left -= part
        levels = _levels(at, plan, holders, slack)
        found: dict[float, Mask] = {}
        for share, mask in classes.items():
            rest = mask
            for worth, level in levels:
                if held := rest & level:
                    reached = round(share + part * worth, DECIMALS)
                    found[reached] = found.get(reached, 0) | held
                    rest &= ~level
            if rest and share + left + ROUNDING >= floor:
                found[share] = found.get(share, 0) | rest
        classes = found
    kept = sorted(((share, each) for share, each in classes.items() if share + ROUNDING >= floor), reverse=True)
    every = 0
    for _, each in kept:
        every |= each
    return Matches(tuple(kept), every)


def _levels(at: int, plan: SearchPlan, holders: Holders, slack: int) -> list[tuple[float, Mask]]:
    """The ways to match one term, the best first: how much each is worth, and who matches in it."""
    ways = [(1.0, holders((plan.terms[at].stem,), 0))]
    ways += [
        (min(each.weight, 1.0), holders(each.stems, slack)) for each in plan.alternatives if each.start <= at < each.end
    ]
    return sorted(((worth, mask) for worth, mask in ways if mask), key=lambda way: -way[0])


def best_of(found: Matches, wanted: int, in_order: Callable[[], Iterable[int]]) -> list[int]:
    """About the `wanted` best documents: those that match most, and of a set too large the first `in_order` names."""
    chosen: list[int] = []
    for _, mask in found.by_share:
        if len(chosen) + mask.bit_count() > wanted:
            break
        chosen += members(mask)
    if len(chosen) < wanted and len(chosen) < found.all.bit_count():
        taken = mask_of(chosen)
        rest = found.all & ~taken
        for number in in_order():
            if rest >> number & 1:
                chosen.append(number)
                rest ^= 1 << number
                if len(chosen) >= wanted:
                    return chosen
        chosen += islice(members(rest), wanted - len(chosen))
    return chosen
