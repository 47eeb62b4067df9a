"""Lines between two layers of a map: down, across in a track of their own, and down again.

Lines to the same place share one track. Tracks are ordered so that few lines cross and none runs over another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

#: What it costs that two lines run over each other for a while, in crossings.
_OVER_EACH_OTHER = 20
_NEAR = 5
_ROUNDS = 6


@dataclass(frozen=True, slots=True)
class Lane:
    """Lines that come down at `tops` and all go on down at `bottom`."""

    tops: tuple[float, ...]
    bottom: float

    @property
    def left(self) -> float:
        return min(*self.tops, self.bottom)

    @property
    def right(self) -> float:
        return max(*self.tops, self.bottom)

    @property
    def is_straight(self) -> bool:
        return self.right - self.left < 1


def tracks(lanes: Sequence[Lane]) -> tuple[int, ...]:
    """The track of each lane, from 0 at the top. Lanes that do not meet may share one; a straight one needs none."""
    order = _ordered([place for place, lane in enumerate(lanes) if not lane.is_straight], lanes)
    found = dict.fromkeys(range(len(lanes)), 0)
    for number, place in enumerate(order):
        above = [found[other] for other in order[:number] if _meet(lanes[place], lanes[other])]
        found[place] = max(above, default=-1) + 1
    return tuple(found[place] for place in range(len(lanes)))


def _meet(one: Lane, other: Lane) -> bool:
    return one.left <= other.right + 2 * _NEAR and other.left <= one.right + 2 * _NEAR


def _ordered(places: Iterable[int], lanes: Sequence[Lane]) -> list[int]:
    """From the top: each in turn is moved to where it costs least, until nothing is gained."""
    order: list[int] = []
    first = sorted(places, key=lambda place: (lanes[place].bottom, place))
    costs = {upper: {lower: _cost(lanes[upper], lanes[lower]) for lower in first} for upper in first}
    for place in first:
        _insert(order, place, costs)
    for _ in range(_ROUNDS):
        before = list(order)
        for place in before:
            order.remove(place)
            _insert(order, place, costs)
        if order == before:
            break
    return order


def _insert(order: list[int], place: int, costs: Mapping[int, Mapping[int, int]]) -> None:
    above = costs[place]
    cost = sum(above[other] for other in order)
    best, least = 0, cost
    for index, other in enumerate(order):
        cost += costs[other][place] - above[other]
        if cost < least:
            best, least = index + 1, cost
    order.insert(best, place)


def _cost(upper: Lane, lower: Lane) -> int:
    """How often the two cross when one is above the other."""
    cost = sum(upper.left < top < upper.right for top in lower.tops)
    cost += lower.left < upper.bottom < lower.right
    return cost + _OVER_EACH_OTHER * sum(abs(top - upper.bottom) < _NEAR for top in lower.tops)
