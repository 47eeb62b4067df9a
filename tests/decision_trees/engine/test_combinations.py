from __future__ import annotations

from collections import Counter
from functools import reduce
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decision_trees.engine.errors import TooTangled
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


results = st.dictionaries(st.sampled_from(sorted(ALL)), st.sampled_from("abc"), min_size=len(ALL), max_size=len(ALL))


def function(space: Combinations, said: dict[tuple[int, ...], str]) -> int:
    found = space.leaf("a")
    for result in "bc":
        found = space.choose(
            held(space, frozenset(row for row in ALL if said[row] == result)), space.leaf(result), found
        )
    return found


@given(results, rows, results)
def test_functions_say_what_was_chosen(
    one: dict[tuple[int, ...], str], among: frozenset[tuple[int, ...]], other: dict[tuple[int, ...], str]
) -> None:
    space = Combinations(SIZES)
    chosen = space.choose(held(space, among), function(space, one), function(space, other))
    wanted = {row: one[row] if row in among else other[row] for row in ALL}
    assert {row: space.result_for(chosen, row) for row in ALL} == wanted
    assert chosen == function(space, wanted)
    assert space.counts(chosen) == Counter(wanted.values())
    assert space.results(chosen) == set(wanted.values())


@given(results, results)
def test_pairs_say_what_both_say(one: dict[tuple[int, ...], str], other: dict[tuple[int, ...], str]) -> None:
    space = Combinations(SIZES)
    x, y = function(space, one), function(space, other)
    both = space.pairs(x, y, lambda _x, _y: None)
    assert {row: space.result_for(both, row) for row in ALL} == {row: (one[row], other[row]) for row in ALL}
    differing = space.pairs(x, y, lambda a, b: EMPTY if a == b else None)
    assert {row for row in ALL if space.result_for(differing, row) is not False} == {
        row for row in ALL if one[row] != other[row]
    }


@given(results)
def test_a_function_depends_on_the_variables_that_change_its_result(said: dict[tuple[int, ...], str]) -> None:
    space = Combinations(SIZES)
    merged = {row: "a" if result == "b" else result for row, result in said.items()}
    found = space.relabel(function(space, said), lambda result: "a" if result == "b" else result)
    assert found == function(space, merged)
    for level, size in enumerate(SIZES):
        moved = [{merged[(*row[:level], value, *row[level + 1 :])] for value in range(size)} for row in ALL]
        assert (level in space.levels(found)) == any(len(each) > 1 for each in moved)


def test_values_may_count_for_several() -> None:
    """Two options, of which at least one is chosen: the first, whatever is said of the second, or the second alone."""
    space = Combinations([2, 2], weights={0: (2, 1)}, divisor=2)
    both = space.meet(space.where(0, [0]), space.where(1, [1]))
    assert (space.total, space.count(both), space.count(space.where(0, [1]))) == (3, 1, 1)


def test_thousands_of_variables_are_no_trouble() -> None:
    deep = 5000
    space = Combinations([2] * deep)
    every = EVERY
    for level in reversed(range(deep)):
        every = space.meet(space.where(level, [1]), every)
    assert space.count(every) == 1
    assert space.fix(every, {deep - 1: 0}) == EMPTY
    assert space.count(space.forget(every, {0, deep - 1})) == 4
    assert space.count(space.minus(EVERY, space.relabel(every, lambda held: not held))) == 1
    assert space.pick(every) == (1,) * deep


def test_what_would_take_too_long_is_given_up() -> None:
    space = Combinations([2] * 20, most_work=1000)
    # Ten pairs that are alike, the partners far apart: every half has to be kept in mind.
    alike = [space.by_value(n, [space.where(n + 10, {0}), space.where(n + 10, {1})]) for n in range(10)]
    with pytest.raises(TooTangled, match="Compare fewer numbers"):
        reduce(space.meet, alike)


def test_values_that_branch_alike_are_looked_at_once() -> None:
    """Of two numbers with hundreds of values, a comparison costs as many stretches, not as many pairs of values."""
    space = Combinations((300, 300, 2), most_work=5_000)
    below = space.by_value(0, [space.where(1, range(value + 1, 300)) for value in range(300)])
    both = space.meet(below, space.where(2, [1]))
    assert space.count(both) == 300 * 299 // 2
    assert [values for values, _ in space.stretches(space.branch(below, 7))] == [range(8), range(8, 300)]


def test_functions_are_split_side_by_side() -> None:
    space = Combinations((6, 2))
    low, late = space.where(0, [0, 1]), space.where(1, [1])
    assert list(space.side_by_side((low, space.where(0, [1, 2, 3]), late))) == [
        (0, (EVERY, EMPTY, late)),
        (1, (EVERY, EVERY, late)),
        (2, (EMPTY, EVERY, late)),
        (4, (EMPTY, EMPTY, late)),
    ]
