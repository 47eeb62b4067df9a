from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from decision_trees.engine.proof.combinations import EMPTY, EVERY, Combinations

SIZES = (2, 3, 2, 4)
ALL = frozenset(product(*map(range, SIZES)))

rows = st.frozensets(st.sampled_from(sorted(ALL)))


def held(space: Combinations, wanted: frozenset[tuple[int, ...]]) -> int:
    found = EMPTY
    for row in wanted:
        one = EVERY
        for level, value in enumerate(row):
            one = space.meet(one, space.where(level, [value]))
        found = space.join(found, one)
    return found


@given(rows, rows)
def test_sets_behave_as_sets(a: frozenset[tuple[int, ...]], b: frozenset[tuple[int, ...]]) -> None:
    space = Combinations(SIZES)
    x, y = held(space, a), held(space, b)
    assert space.meet(x, y) == held(space, a & b)
    assert space.join(x, y) == held(space, a | b)
    assert space.minus(x, y) == held(space, a - b)
    assert space.minus(EVERY, x) == held(space, ALL - a)
    assert space.count(x) == len(a)
    assert not a or space.pick(x) in a


@given(rows, st.sets(st.integers(0, 3)))
def test_forgetting_a_variable_keeps_what_some_value_allows(a: frozenset[tuple[int, ...]], levels: set[int]) -> None:
    space = Combinations(SIZES)
    kept = {tuple(value for level, value in enumerate(row) if level not in levels) for row in a}
    wanted = frozenset(row for row in ALL if tuple(v for n, v in enumerate(row) if n not in levels) in kept)
    assert space.forget(held(space, a), levels) == held(space, wanted)


@given(rows, st.sampled_from(sorted(ALL)), st.sets(st.integers(0, 3)))
def test_fixing_a_variable_keeps_what_that_value_allows(
    a: frozenset[tuple[int, ...]], chosen: tuple[int, ...], levels: set[int]
) -> None:
    space = Combinations(SIZES)
    values = {level: chosen[level] for level in levels}
    wanted = frozenset(row for row in ALL if tuple(values.get(n, v) for n, v in enumerate(row)) in a)
    assert space.fix(held(space, a), values) == held(space, wanted)
