from __future__ import annotations

import time
from decimal import Decimal
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from decision_trees.engine.number_line import Grid, Points, Segment, merged, range_words, samples, segments


def points(grid: Grid) -> list[Decimal]:
    count = int((grid.maximum - grid.minimum) / grid.step)
    return [grid.minimum + n * grid.step for n in range(count + 1)]


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    step = draw(st.sampled_from([Decimal("0.5"), Decimal(1), Decimal(2), Decimal(3)]))
    low = Decimal(draw(st.integers(0, 3)))
    return Grid(low, low + step * draw(st.integers(0, 6)), step)


def behaviour(values: tuple[Decimal, ...], constants: list[Decimal]) -> tuple[object, ...]:
    """Everything that comparisons can tell about some numbers."""
    against = tuple((value > constant, value == constant) for value in values for constant in constants)
    among = tuple((a > b, a == b) for a in values for b in values)
    return against, among


@given(
    st.lists(grids(), min_size=1, max_size=3),
    st.lists(st.sampled_from([Decimal(n) / 2 for n in range(20)] + [Decimal("2.25")]), max_size=3),
)
@settings(max_examples=150)
def test_samples_show_exactly_what_all_numbers_show(some: list[Grid], constants: list[Decimal]) -> None:
    chosen = samples(some, constants)
    for grid, values in zip(some, chosen, strict=True):
        assert set(values) <= set(points(grid))
    everything = {behaviour(values, constants) for values in product(*map(points, some))}
    sampled = {behaviour(values, constants) for values in product(*chosen)}
    assert sampled == everything


def test_three_numbers_of_one_quantity_need_three_points_between_constants() -> None:
    breath = Grid(Decimal(0), Decimal(3), Decimal("0.01"))
    first, second, third = samples([breath] * 3, [Decimal(0), Decimal("0.35")])
    assert first == second == third
    assert [str(value) for value in first] == ["0", "0.01", "0.02", "0.03", "0.35", "0.36", "0.37", "0.38"]


def test_a_constant_off_the_grid_is_never_sampled() -> None:
    whole = Grid(Decimal(0), Decimal(5), Decimal(1))
    assert [str(value) for value in samples([whole], [Decimal("2.5")])[0]] == ["0", "3"]


def test_neighbouring_segments_join() -> None:
    whole = Grid(Decimal(0), Decimal(5), Decimal(1))
    parts = segments(whole, [Decimal(0), Decimal(3)])
    assert [(part.low, part.high) for part in parts] == [(0, 0), (0, 3), (3, 3), (3, None)]
    (joined,) = merged(parts[:3], whole)
    assert (joined.low, joined.high, joined.holds_high) == (None, 3, True)


@given(
    st.lists(grids(), min_size=2, max_size=3),
    st.lists(st.sampled_from([Decimal(n) / 2 for n in range(20)]), max_size=2),
)
@settings(max_examples=100)
def test_numbers_on_one_grid_and_off_another_are_sampled_as_exactly(some: list[Grid], constants: list[Decimal]) -> None:
    first, second, *third = some
    split = [Points((first, second)), Points((first,), (second,)), Points((second,), (first,))]
    sets = [*split, *(Points((grid,)) for grid in third)]
    numbers = 1 + len(third)
    chosen = samples(sets, constants, numbers)
    line = sorted({value for grid in some for value in points(grid)})
    for held, values in zip(sets, chosen, strict=True):
        assert set(values) <= {value for value in line if held.holds(value)}
        parts = segments(held, constants)
        assert {part for part in parts if any(part.holds(value) for value in line if held.holds(value))} == set(parts)
        inside = [value for value in line if held.holds(value)]
        assert all(sum(part.holds(value) for part in parts) == 1 for value in inside)
    mine = [value for held in sets[:3] for value in line if held.holds(value)]
    mine_sampled = [value for values in chosen[:3] for value in values]
    others = [points(grid) for grid in third]
    everything = {behaviour(values, constants) for values in product(mine, *others)}
    assert {behaviour(values, constants) for values in product(mine_sampled, *chosen[3:])} == everything


def test_many_numbers_on_many_grids_are_sampled_in_time() -> None:
    """Thirty numbers that may all be compared, on four grids: their orders could not be listed."""
    steps = ["0.01", "0.02", "0.03", "0.05"]
    some = [Grid(Decimal(0), Decimal(steps[n % 4]) * 400, Decimal(steps[n % 4])) for n in range(30)]
    started = time.process_time()
    chosen = samples(some, [Decimal("0.35"), Decimal(1)])
    assert time.process_time() - started < 2
    assert all(grid.holds(value) for grid, values in zip(some, chosen, strict=True) for value in values)


def test_a_range_is_told_as_it_follows_a_name() -> None:
    two, three = Decimal(2), Decimal(3)
    assert range_words(Segment(two, None, None), "days") == "of any number"
    assert range_words(Segment(two, two, two, True, True), "days") == "of exactly 2 days"
    assert range_words(Segment(three, two, None), "days") == "above 2 days"
    assert range_words(Segment(two, two, None, holds_low=True), "days") == "at least 2 days"
    assert range_words(Segment(two, None, three, holds_high=True), "days") == "at most 3 days"
