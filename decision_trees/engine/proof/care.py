"""Whether one answer can lead anywhere less careful than another, all other answers the same.

Decided where it happens: at each node of the diagram of ends that branches on the question, the branch of the one
answer is weighed against the branches of the others, for all answers to the questions that follow.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from .combinations import Combinations
from .exploration import End

Combination = tuple[int, ...]
#: Where there is no result, or nobody knows it: neither less careful than another result nor more.
_HIGHEST = 1 << 60
_LOWEST = -_HIGHEST


@dataclass(frozen=True, slots=True)
class LessCareful:
    """Two combinations that differ in one variable only: with the first, the outcome is less careful."""

    combination: Combination
    other: Combination


class CareLevels:
    """The care levels of all combinations. `unread` are the variables of what cannot be read, after all others."""

    def __init__(self, sets: Combinations, ends: int, levels: Mapping[str, int], unread: Collection[int]) -> None:
        self._sets = sets
        self._ends = ends
        self._unread = frozenset(unread)
        # What cannot be read may hold or not: a result is taken to be as careful as it may be where it is accused of
        # being less so, and as careless as it may be where another is measured by it.
        self._accused = self._leveled(lambda end: levels.get(end.outcome or "", _HIGHEST), max)
        self._measure = self._leveled(lambda end: levels.get(end.outcome or "", _LOWEST), min)
        self._lowest = self._bounds(self._accused, min)
        self._highest = self._bounds(self._measure, max)
        self._never: set[tuple[int, int]] = set()

    def less_careful(self, level: int, value: int) -> LessCareful | None:
        """Two combinations that are alike but for one variable, the first with this value and less careful, if any."""
        for node in self._nodes.get(level, ()):
            accused = self._accused[self._sets.branch(node, value)]
            for values, branch in self._sets.stretches(node):
                other = next((each for each in values if each != value), value)
                found = self._below(accused, self._measure[branch])
                if found is not None:
                    combination = self._way_to(node)
                    for each, taken in found:
                        combination[each] = taken
                    return LessCareful(tuple(_with(combination, level, value)), tuple(_with(combination, level, other)))
        return None

    def _leveled(self, say: Callable[[End], int], joint: Callable[[Iterator[int]], int]) -> dict[int, int]:
        """For each node of the ends, the node that says how careful they are."""
        sets = self._sets
        made: dict[int, int] = {}
        for node in sets.nodes(self._ends):
            if sets.is_leaf(node):
                end = sets.result(node)
                assert isinstance(end, End)
                made[node] = sets.leaf(say(end))
            elif sets.level(node) in self._unread:
                made[node] = sets.leaf(joint(_whole(sets.result(made[branch])) for branch in sets.branches(node)))
            else:
                made[node] = sets.remade(node, made)
        return made

    def _bounds(self, made: Mapping[int, int], joint: Callable[[Iterator[int]], int]) -> dict[int, int]:
        sets = self._sets
        found: dict[int, int] = {}
        for node in sorted(set(made.values())):
            if sets.is_leaf(node):
                found[node] = _whole(sets.result(node))
            else:
                found[node] = joint(found[branch] for branch in sets.branches(node))
        return found

    @cached_property
    def _nodes(self) -> dict[int, list[int]]:
        """The nodes of the ends, by variable."""
        found: dict[int, list[int]] = {}
        for node in reversed(self._sets.nodes(self._ends)):
            found.setdefault(self._sets.level(node), []).append(node)
        return found

    @cached_property
    def _above(self) -> dict[int, tuple[int, int]]:
        """For each node of the ends, one that branches to it, and with which value."""
        found: dict[int, tuple[int, int]] = {}
        for node in reversed(self._sets.nodes(self._ends)):
            for values, branch in self._sets.stretches(node):
                found.setdefault(branch, (node, values.start))
        return found

    def _way_to(self, node: int) -> list[int]:
        combination = [0] * self._sets.variables
        while node != self._ends:
            node, value = self._above[node]
            combination[self._sets.level(node)] = value
        return combination

    def _below(self, low: int, high: int) -> list[tuple[int, int]] | None:
        """Values of the variables below with which the first is less than the second, if there are any."""
        sets = self._sets
        start = (low, high)
        came: dict[tuple[int, int], tuple[tuple[int, int], int, int] | None] = {start: None}
        waiting = [start]
        while waiting:
            pair = waiting.pop()
            if pair in self._never or self._lowest[pair[0]] >= self._highest[pair[1]]:
                continue
            level = min(sets.level(pair[0]), sets.level(pair[1]))
            if level == sets.variables:
                return _retraced(came, pair)
            for value, (x, y) in reversed(list(sets.side_by_side(pair))):
                step = (x, y)
                if step not in came:
                    came[step] = (pair, level, value)
                    waiting.append(step)
        self._never |= came.keys()
        return None


def _retraced(
    came: Mapping[tuple[int, int], tuple[tuple[int, int], int, int] | None], pair: tuple[int, int]
) -> list[tuple[int, int]]:
    found = []
    step = came[pair]
    while step is not None:
        before, level, value = step
        found.append((level, value))
        step = came[before]
    return found


def _with(combination: list[int], level: int, value: int) -> list[int]:
    return [value if place == level else each for place, each in enumerate(combination)]


def _whole(result: object) -> int:
    assert isinstance(result, int)
    return result
