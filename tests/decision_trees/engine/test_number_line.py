from __future__ import annotations

from decimal import Decimal
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from decision_trees.engine.number_line import Grid, merged, samples, segments


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
