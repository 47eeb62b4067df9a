"""Sets and functions of combinations of answers, held exactly without listing them.

A function is a node of a multi-valued decision diagram: one level per variable, one branch per value, a leaf for each
result, equal parts shared. So what a tree says of millions of combinations is small, and equal functions are the same
number. A set is a function with the two results EMPTY and EVERY. Functions are ints that only their `Combinations`
understands. Values that stand side by side and branch alike are a stretch, with one branch for all of them: of a number
with hundreds of values, rules tell but a few stretches apart.

Nothing here recurses: a tree of thousands of questions makes diagrams of thousands of levels. What would take far too
long is given up (`TooTangled`), since a tree under a person's hands is proved while they type.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, pairwise, repeat

from decision_trees.engine.errors import TooTangled

EMPTY = 0
EVERY = 1


class Combinations:
    """All combinations of values of some variables; `sizes` says how many values each variable has.

    `weights` may say of some variables for how many each of their values counts (1 where nothing is said), `divisor`
    by what a count is divided in the end. `most_work` is how many stretches may be looked at, before it is given up.

    >>> space = Combinations([2, 3])
    >>> both = space.meet(space.where(0, [1]), space.where(1, [0, 2]))
    >>> space.count(both), space.pick(both)
    (2, (1, 0))
    >>> space.counts(space.choose(both, space.leaf("yes"), space.leaf("no")))
    {'no': 4, 'yes': 2}
    """

    def __init__(
        self,
        sizes: Sequence[int],
        weights: Mapping[int, Sequence[int]] | None = None,
        divisor: int = 1,
        most_work: int | None = None,
    ) -> None:
        self._sizes = tuple(sizes)
        # For how many the values before each one count together.
        self._counted = [(0, *accumulate((weights or {}).get(level, (1,) * size))) for level, size in enumerate(sizes)]
        self._divisor = divisor
        # How many combinations the variables above a level have together.
        self._above = [1]
        for each in self._counted:
            self._above.append(self._above[-1] * each[-1])
        # The leaves stand below every variable.
        self._levels = [len(self._sizes), len(self._sizes)]
        # For each stretch the value behind its last, and its branch.
        self._ends: list[tuple[int, ...]] = [(), ()]
        self._branches: list[tuple[int, ...]] = [(), ()]
        self._results: dict[int, Hashable] = {EMPTY: False, EVERY: True}
        self._leaves: dict[tuple[type, Hashable], int] = {(bool, False): EMPTY, (bool, True): EVERY}
        self._known: dict[tuple[int, tuple[int, ...], tuple[int, ...]], int] = {}
        self._choices: dict[tuple[int, int, int], int] = {}
        self._work_left = float("inf") if most_work is None else most_work

    @property
    def total(self) -> int:
        """How many combinations there are."""
        return self._above[-1] // self._divisor

    @property
    def variables(self) -> int:
        """How many variables there are; the level of a leaf."""
        return len(self._sizes)

    def size(self, level: int) -> int:
        """How many values a variable has."""
        return self._sizes[level]

    # --- Making

    def leaf(self, result: Hashable) -> int:
        """The function with the same result for every combination. False and True make the sets EMPTY and EVERY."""
        key = (type(result), result)
        found = self._leaves.get(key)
        if found is None:
            found = self._leaves[key] = self._new(len(self._sizes), (), ())
            self._results[found] = result
        return found

    def where(self, level: int, values: Collection[int]) -> int:
        """The combinations in which this variable has one of these values."""
        return self.by_value(level, [EVERY if value in values else EMPTY for value in range(self._sizes[level])])

    def by_value(self, level: int, branches: Sequence[int]) -> int:
        """The function given for the value of this variable. The functions read later variables only."""
        return self._joined(level, range(1, self._sizes[level] + 1), branches)

    def choose(self, among: int, then: int, otherwise: int) -> int:
        """The first function for the combinations of the set `among`, the second for the others."""
        whole = _settled(among, then, otherwise)
        if isinstance(whole, int):
            return whole
        known = self._choices
        waiting = [whole]
        while waiting:
            key = waiting[-1]
            if key in known:
                waiting.pop()
                continue
            level, ends, parts = self._split(key)
            self._work_left -= len(ends)
            if self._work_left < 0:
                raise TooTangled(
                    "There are too many ways in which the answers can differ. Compare fewer numbers with each other, or"
                    " compare them with constants."
                )
            branches: list[int] = []
            missing = False
            for part in parts:
                settled = _settled(*part)
                found = settled if isinstance(settled, int) else known.get(settled)
                if found is None:
                    assert not isinstance(settled, int)
                    waiting.append(settled)
                    missing = True
                else:
                    branches.append(found)
            if not missing:
                waiting.pop()
                known[key] = self._joined(level, ends, branches)
        return known[whole]

    def meet(self, a: int, b: int) -> int:
        """In both."""
        return self.choose(a, b, EMPTY) if a < b else self.choose(b, a, EMPTY)

    def join(self, a: int, b: int) -> int:
        """In at least one."""
        return self.choose(a, EVERY, b) if a < b else self.choose(b, EVERY, a)

    def minus(self, a: int, b: int) -> int:
        """In the first and not in the second."""
        return self.choose(b, EMPTY, a)

    def union(self, sets: Iterable[int]) -> int:
        """In at least one of several."""
        found = EMPTY
        for each in sets:
            found = self.join(found, each)
        return found

    def forget(self, a: int, levels: Collection[int]) -> int:
        """The combinations that are in the set for some values of these variables."""

        def forgotten(level: int, ends: Sequence[int], branches: Sequence[int]) -> int:
            return self.union(branches) if level in levels else self._joined(level, ends, branches)

        return self._rebuilt(a, max(levels, default=-1), forgotten)

    def fix(self, a: int, values: Mapping[int, int]) -> int:
        """The function that is left once these variables are given these values."""

        def fixed(level: int, ends: Sequence[int], branches: Sequence[int]) -> int:
            if level in values:
                return branches[bisect_right(ends, values[level])]
            return self._joined(level, ends, branches)

        return self._rebuilt(a, max(values, default=-1), fixed)

    def relabel(self, a: int, say: Callable[[Hashable], Hashable]) -> int:
        """The same function with other results."""
        return self.relabelled(a, say)[a]

    def relabelled(self, a: int, say: Callable[[Hashable], Hashable]) -> dict[int, int]:
        """For each node of the function, the node that takes its place under `relabel`."""
        made: dict[int, int] = {}
        for node in self.nodes(a):
            if node in self._results:
                made[node] = self.leaf(say(self._results[node]))
            else:
                made[node] = self.remade(node, made)
        return made

    def remade(self, a: int, made: Mapping[int, int]) -> int:
        """The function that branches as this one, where others have taken the place of its branches."""
        return self._joined(self._levels[a], self._ends[a], [made[branch] for branch in self._branches[a]])

    def pairs(self, a: int, b: int, settled: Callable[[int, int], int | None]) -> int:
        """The function whose results are pairs: what one function says, and what the other says.

        `settled` gives the function for two parts that need no look inside, None for others.
        """
        made: dict[tuple[int, int], int] = {}
        waiting = [(a, b)]
        while waiting:
            key = waiting[-1]
            x, y = key
            if key in made:
                waiting.pop()
                continue
            found = settled(x, y)
            if found is None and x in self._results and y in self._results:
                found = self.leaf((self._results[x], self._results[y]))
            if found is None:
                level, ends, rows = self._split(key)
                parts = [(x, y) for x, y in rows]
                missing = [part for part in parts if part not in made]
                waiting.extend(missing)
                if missing:
                    continue
                found = self._joined(level, ends, [made[part] for part in parts])
            made[key] = found
        return made[(a, b)]

    # --- Reading

    def level(self, a: int) -> int:
        """The first variable the function reads; for a leaf, the number of variables."""
        return self._levels[a]

    def branches(self, a: int) -> tuple[int, ...]:
        """The functions that the values of its first variable lead to, one for each stretch; none for a leaf."""
        return self._branches[a]

    def branch(self, a: int, value: int) -> int:
        """The function for one value of its first variable."""
        return self._branches[a][bisect_right(self._ends[a], value)]

    def stretches(self, a: int) -> Iterator[tuple[range, int]]:
        """The stretches of its first variable's values, each with the function for them."""
        values = (range(start, end) for start, end in pairwise((0, *self._ends[a])))
        return zip(values, self._branches[a], strict=True)

    def side_by_side(self, functions: Sequence[int]) -> Iterator[tuple[int, tuple[int, ...]]]:
        """For each stretch of the first variable that any of them reads: its first value, and the functions for it."""
        _, ends, rows = self._split(functions)
        return zip((0, *ends), rows, strict=False)

    def result(self, a: int) -> Hashable:
        """The result that a leaf stands for."""
        return self._results[a]

    def is_leaf(self, a: int) -> bool:
        return a in self._results

    def results(self, a: int) -> set[Hashable]:
        """Every result that some combination has."""
        return {self._results[node] for node in self.nodes(a) if node in self._results}

    def levels(self, a: int) -> set[int]:
        """The variables on which the function depends."""
        return {self._levels[node] for node in self.nodes(a) if node not in self._results}

    def nodes(self, a: int, last: int | None = None) -> list[int]:
        """The nodes of the function, branches before what branches to them; none that reads only beyond `last`."""
        beyond = len(self._sizes) + 1 if last is None else last + 1
        found: set[int] = set()
        waiting = [a] if self._levels[a] < beyond else []
        while waiting:
            node = waiting.pop()
            if node not in found:
                found.add(node)
                waiting.extend([each for each in self._branches[node] if self._levels[each] < beyond])
        # A node is made after its branches.
        return sorted(found)

    def pick(self, a: int) -> tuple[int, ...]:
        """One combination of a set that is not empty: the first by value."""
        if a == EMPTY:
            raise ValueError("An empty set holds no combination.")
        found = [0] * len(self._sizes)
        while a != EVERY:
            values, branch = next(each for each in self.stretches(a) if each[1] != EMPTY)
            found[self._levels[a]] = values.start
            a = branch
        return tuple(found)

    def holds(self, a: int, combination: Sequence[int]) -> bool:
        """Whether a combination is in the set."""
        return self.result_for(a, combination) is True

    def result_for(self, a: int, combination: Sequence[int]) -> Hashable:
        """The result of the function for one combination."""
        while a not in self._results:
            a = self.branch(a, combination[self._levels[a]])
        return self._results[a]

    def count(self, a: int) -> int:
        """How many combinations the set holds."""
        return self.counts(a).get(True, 0)

    def counts(self, a: int) -> dict[Hashable, int]:
        """For each result, how many combinations have it."""
        flows = {a: self._above[self._levels[a]]}
        found: dict[Hashable, int] = {}
        for node in reversed(self.nodes(a)):
            flow = flows.pop(node)
            if node in self._results:
                found[self._results[node]] = flow // self._divisor
                continue
            level = self._levels[node]
            counted = self._counted[level]
            for values, branch in self.stretches(node):
                skipped = self._above[self._levels[branch]] // self._above[level + 1]
                weight = counted[values.stop] - counted[values.start]
                flows[branch] = flows.get(branch, 0) + flow * weight * skipped
        return found

    # --- Within

    def _new(self, level: int, ends: tuple[int, ...], branches: tuple[int, ...]) -> int:
        self._levels.append(level)
        self._ends.append(ends)
        self._branches.append(branches)
        return len(self._levels) - 1

    def _joined(self, level: int, ends: Sequence[int], branches: Sequence[int]) -> int:
        """The function that branches so. Stretches side by side with the same branch are joined."""
        kept = [place for place, (each, after) in enumerate(pairwise(branches)) if each != after]
        if not kept:
            return branches[0]
        if len(kept) + 1 < len(branches):
            kept.append(len(branches) - 1)
            ends, branches = [ends[place] for place in kept], [branches[place] for place in kept]
        key = (level, tuple(ends), tuple(branches))
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._new(*key)
        return found

    def _split(self, functions: Sequence[int]) -> tuple[int, Sequence[int], Iterable[tuple[int, ...]]]:
        """The first variable that any of them reads, and the functions for each stretch of its values."""
        levels = self._levels
        level = min([levels[each] for each in functions])
        reading = {self._ends[each] for each in functions if levels[each] == level}
        ends = reading.pop() if len(reading) == 1 else sorted(set[int]().union(*reading))
        return level, ends, zip(*[self._along(each, level, ends) for each in functions], strict=False)

    def _along(self, a: int, level: int, ends: Sequence[int]) -> Iterable[int]:
        """The branches of a function for these stretches, none of which is longer than its own."""
        if self._levels[a] != level:
            return repeat(a)
        own, branches = self._ends[a], self._branches[a]
        if len(own) == len(ends):
            return branches
        found: list[int] = []
        place = 0
        for end in ends:
            found.append(branches[place])
            if end == own[place]:
                place += 1
        return found

    def _rebuilt(self, a: int, last: int, make: Callable[[int, Sequence[int], Sequence[int]], int]) -> int:
        made: dict[int, int] = {}
        for node in self.nodes(a, last):
            branches = [made.get(branch, branch) for branch in self._branches[node]]
            made[node] = make(self._levels[node], self._ends[node], branches) if branches else node
        return made.get(a, a)


def _settled(among: int, then: int, otherwise: int) -> int | tuple[int, int, int]:
    """The choice where it needs no look inside; else its three parts, written in one way."""
    if among == EVERY or then == otherwise:
        return then
    if among == EMPTY:
        return otherwise
    if then == among:
        then = EVERY
    if otherwise == among:
        otherwise = EMPTY
    if then == EVERY and otherwise == EMPTY:
        return among
    return (among, then, otherwise)
