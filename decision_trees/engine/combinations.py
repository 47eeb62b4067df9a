"""Sets of combinations of answers, held exactly without listing them.

A set is a node of a multi-valued decision diagram: one level per variable, one branch per value, equal parts shared. So
the sets of a tree with millions of combinations are small, equal sets are the same number, and "and", "or", "not" and
"for some value" are exact. A set is an int that only its `Combinations` understands.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from math import prod

EMPTY = 0
EVERY = 1
_LEAVES = (EMPTY, EVERY)


class Combinations:
    """All combinations of values of some variables; `sizes` says how many values each variable has.

    >>> space = Combinations([2, 3])
    >>> both = space.meet(space.where(0, [1]), space.where(1, [0, 2]))
    >>> space.count(both), space.pick(both)
    (2, (1, 0))
    """

    def __init__(self, sizes: Sequence[int]) -> None:
        self._sizes = tuple(sizes)
        # The leaves stand below every variable.
        self._levels = [len(self._sizes), len(self._sizes)]
        self._branches: list[tuple[int, ...]] = [(), ()]
        self._known: dict[tuple[int, tuple[int, ...]], int] = {}
        self._meets: dict[tuple[int, int], int] = {}
        self._joins: dict[tuple[int, int], int] = {}
        self._minuses: dict[tuple[int, int], int] = {}

    def where(self, level: int, values: Collection[int]) -> int:
        """The combinations in which this variable has one of these values."""
        return self._node(level, tuple(EVERY if value in values else EMPTY for value in range(self._sizes[level])))

    def by_value(self, level: int, branches: Sequence[int]) -> int:
        """The combinations that are in the set given for their value of this variable. Sets read later ones only."""
        return self._node(level, tuple(branches))

    def meet(self, a: int, b: int) -> int:
        """In both."""
        if a == b or b == EVERY:
            return a
        if a == EVERY:
            return b
        if EMPTY in (a, b):
            return EMPTY
        key = (a, b) if a < b else (b, a)
        found = self._meets.get(key)
        if found is None:
            level, pairs = self._split(a, b)
            found = self._meets[key] = self._node(level, tuple([self.meet(x, y) for x, y in pairs]))
        return found

    def join(self, a: int, b: int) -> int:
        """In at least one."""
        if a == b or b == EMPTY:
            return a
        if a == EMPTY:
            return b
        if EVERY in (a, b):
            return EVERY
        key = (a, b) if a < b else (b, a)
        found = self._joins.get(key)
        if found is None:
            level, pairs = self._split(a, b)
            found = self._joins[key] = self._node(level, tuple([self.join(x, y) for x, y in pairs]))
        return found

    def minus(self, a: int, b: int) -> int:
        """In the first and not in the second."""
        if a in (EMPTY, b) or b == EVERY:
            return EMPTY
        if b == EMPTY:
            return a
        key = (a, b)
        found = self._minuses.get(key)
        if found is None:
            level, pairs = self._split(a, b)
            found = self._minuses[key] = self._node(level, tuple([self.minus(x, y) for x, y in pairs]))
        return found

    def union(self, sets: Iterable[int]) -> int:
        """In at least one of several."""
        found = EMPTY
        for each in sets:
            found = self.join(found, each)
        return found

    def forget(self, a: int, levels: Collection[int]) -> int:
        """The combinations that are in the set for some values of these variables."""
        done: dict[int, int] = {}
        last = max(levels, default=-1)

        def forgotten(node: int) -> int:
            level = self._levels[node]
            if level > last:
                return node
            if node not in done:
                branches = [forgotten(branch) for branch in self._branches[node]]
                done[node] = self.union(branches) if level in levels else self._node(level, tuple(branches))
            return done[node]

        return forgotten(a)

    def fix(self, a: int, values: Mapping[int, int]) -> int:
        """The combinations that are in the set once these variables are given these values."""
        done: dict[int, int] = {}
        last = max(values, default=-1)

        def fixed(node: int) -> int:
            level = self._levels[node]
            if level > last:
                return node
            if node not in done:
                branches = self._branches[node]
                if level in values:
                    done[node] = fixed(branches[values[level]])
                else:
                    done[node] = self._node(level, tuple([fixed(branch) for branch in branches]))
            return done[node]

        return fixed(a)

    def pick(self, a: int) -> tuple[int, ...]:
        """One combination of a set that is not empty: the first by value."""
        if a == EMPTY:
            raise ValueError("An empty set holds no combination.")
        found = [0] * len(self._sizes)
        while a not in _LEAVES:
            branches = self._branches[a]
            value = next(value for value, branch in enumerate(branches) if branch != EMPTY)
            found[self._levels[a]] = value
            a = branches[value]
        return tuple(found)

    def count(self, a: int) -> int:
        """How many combinations the set holds."""
        done: dict[int, int] = {EMPTY: 0, EVERY: 1}

        def skipped(above: int, node: int) -> int:
            return prod(self._sizes[above + 1 : self._levels[node]])

        def counted(node: int) -> int:
            if node not in done:
                level = self._levels[node]
                done[node] = sum(counted(branch) * skipped(level, branch) for branch in self._branches[node])
            return done[node]

        return counted(a) * skipped(-1, a)

    def _split(self, a: int, b: int) -> tuple[int, list[tuple[int, int]]]:
        level_a, level_b = self._levels[a], self._levels[b]
        level = min(level_a, level_b)
        size = self._sizes[level]
        branches_a = self._branches[a] if level_a == level else (a,) * size
        branches_b = self._branches[b] if level_b == level else (b,) * size
        return level, list(zip(branches_a, branches_b, strict=True))

    def _node(self, level: int, branches: tuple[int, ...]) -> int:
        if all(branch == branches[0] for branch in branches):
            return branches[0]
        key = (level, branches)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = len(self._levels)
            self._levels.append(level)
            self._branches.append(branches)
        return found
