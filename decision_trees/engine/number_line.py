"""Which numbers stand for all others: small exact samples of the numbers that can be entered.

A condition can tell numbers apart only by comparing them with constants or with each other. So the constants cut the
line into points and open intervals, and inside one interval numbers differ only by their order among themselves. The
samples chosen here show every behaviour that numbers on the grid can show, and no other: nothing off it is sampled.

Why the samples are enough. Take any numbers x1..xm on their grids. Those inside one open interval form an order with
ties: a first block of equal numbers, a second, and so on. Place the blocks again from the left, each at the least point
above the one before that lies on the grids of all its members. The first block can only move left, so it stays inside
the interval and leaves the next at least as much room as it had; and so on for all. The numbers so placed compare with
each other and with all constants as x1..xm do. There are at most m blocks, and `samples` holds every point that up to m
such steps can come to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from math import lcm

from .model import NumberRange
from .units import from_base, in_words


@dataclass(frozen=True, slots=True)
class Grid:
    """The numbers minimum, minimum + step, ... up to maximum, in the base unit."""

    minimum: Decimal
    maximum: Decimal
    step: Decimal

    @classmethod
    def of(cls, numbers: NumberRange) -> Grid:
        return cls(numbers.minimum, numbers.maximum, numbers.step)

    @property
    def size(self) -> int:
        return int((self.maximum - self.minimum) / self.step) + 1

    def points(self) -> Iterator[Decimal]:
        return (self.minimum + place * self.step for place in range(self.size))

    def holds(self, value: Decimal) -> bool:
        return self.minimum <= value <= self.maximum and (value - self.minimum) % self.step == 0


@dataclass(frozen=True, slots=True)
class Points:
    """The numbers that lie on all of some grids and on none of some others."""

    on: tuple[Grid, ...]
    off: tuple[Grid, ...] = ()

    def holds(self, value: Decimal) -> bool:
        return all(grid.holds(value) for grid in self.on) and not any(grid.holds(value) for grid in self.off)

    @property
    def grids(self) -> tuple[Grid, ...]:
        return (*self.on, *self.off)


@dataclass(frozen=True, slots=True)
class Segment:
    """Numbers that a set of constants cannot tell apart, and one of them: the least.

    `low` and `high` are the constants on both sides, None where the numbers end first; `holds_low` says that the
    constant itself belongs to the segment.
    """

    sample: Decimal
    low: Decimal | None
    high: Decimal | None
    holds_low: bool = False
    holds_high: bool = False

    def holds(self, value: Decimal) -> bool:
        """Whether the number lies between the two constants."""
        above = self.low is None or value > self.low or (self.holds_low and value == self.low)
        below = self.high is None or value < self.high or (self.holds_high and value == self.high)
        return above and below


def samples(
    sets: Sequence[Grid | Points], constants: Iterable[Decimal], numbers: int | None = None
) -> tuple[tuple[Decimal, ...], ...]:
    """For numbers that may be compared with each other and with the constants: the values of each that stand for all.

    Args:
        sets: where the numbers lie.
        constants: what they are compared with.
        numbers: how many numbers there are, where one number may lie on any of several sets.

    >>> grid = Grid(Decimal(0), Decimal("0.05"), Decimal("0.01"))
    >>> [str(value) for value in samples([grid], [Decimal("0.03")])[0]]
    ['0', '0.03', '0.04']
    >>> [str(value) for value in samples([grid, grid], [Decimal("0.03")])[1]]
    ['0', '0.01', '0.03', '0.04', '0.05']
    """
    points = [Points((each,)) if isinstance(each, Grid) else each for each in sets]
    line = _Line.of(points, constants)
    found: dict[Points, list[int]] = {each: [] for each in line.sets}
    for first, last in line.cells():
        for value, holding in line.placed(first, last, len(points) if numbers is None else numbers).items():
            for place in holding:
                found[line.sets[place]].append(value)
    return tuple(tuple(line.value(value) for value in sorted(found[each])) for each in points)


def segments(points: Grid | Points, constants: Iterable[Decimal]) -> tuple[Segment, ...]:
    """The parts of a set of numbers that the constants tell apart, in order; empty parts are left out.

    >>> [str(part.sample) for part in segments(Grid(Decimal(0), Decimal(5), Decimal(1)), [Decimal(3)])]
    ['0', '3', '4']
    """
    fixed = sorted(set(constants))
    grids = points.grids if isinstance(points, Points) else (points,)
    minimum, maximum = min(grid.minimum for grid in grids), max(grid.maximum for grid in grids)
    found = []
    for value in samples([points], fixed)[0]:
        if value in fixed:
            found.append(Segment(value, value, value, True, True))
        else:
            below = max((constant for constant in fixed if constant < value), default=None)
            above = min((constant for constant in fixed if constant > value), default=None)
            found.append(
                Segment(
                    value,
                    below if below is not None and below >= minimum else None,
                    above if above is not None and above <= maximum else None,
                )
            )
    return tuple(found)


def merged(parts: Iterable[Segment], ends: Grid, whole: Sequence[Segment] = ()) -> tuple[Segment, ...]:
    """Neighbouring segments joined into one, without the ends that the numbers have anyway.

    Args:
        parts: the segments.
        ends: where the numbers begin and end.
        whole: every segment that holds a number, in order, if there are numbers of one kind only. Then two of them are
            neighbours also where no number lies between: of whole days, 2 and 3.

    >>> days = Grid(Decimal(0), Decimal(9), Decimal(1))
    >>> whole = segments(days, [Decimal(2), Decimal(3), Decimal(5)])
    >>> [range_words(part, "days") for part in merged([whole[1], whole[2], whole[4]], days, whole)]
    ['at least 2 days and at most 3 days', 'of exactly 5 days']
    """
    after = dict(pairwise(whole))
    found: list[list[Segment]] = []
    for part in sorted(parts, key=lambda each: each.sample):
        last = found[-1][-1] if found else None
        touches = last is not None and last.high is not None and last.high == part.low
        if last is not None and ((touches and (last.holds_high or part.holds_low)) or after.get(last) == part):
            found[-1].append(part)
        else:
            found.append([part])
    return tuple(_open_ended(_joined(run[0], run[-1]), ends) for run in found)


def _joined(first: Segment, last: Segment) -> Segment:
    return Segment(first.sample, first.low, last.high, first.holds_low, last.holds_high)


def range_words(segment: Segment, unit: str) -> str:
    """A segment as it follows the name of a number.

    >>> range_words(Segment(Decimal(3), Decimal(2), Decimal(4), holds_high=True), "days")
    'above 2 days and at most 4 days'
    """
    if segment.low is None and segment.high is None:
        return "of any number"
    if segment.low is not None and segment.low == segment.high:
        return f"of exactly {in_words(from_base(segment.low, unit))}"
    parts = []
    if segment.low is not None:
        edge = "at least" if segment.holds_low else "above"
        parts.append(f"{edge} {in_words(from_base(segment.low, unit))}")
    if segment.high is not None:
        edge = "at most" if segment.holds_high else "below"
        parts.append(f"{edge} {in_words(from_base(segment.high, unit))}")
    return " and ".join(parts)


def _open_ended(part: Segment, grid: Grid) -> Segment:
    if part.low == part.high:
        return part
    low = None if part.low == grid.minimum and part.holds_low else part.low
    high = None if part.high == grid.maximum and part.holds_high else part.high
    return Segment(part.sample, low, high, part.holds_low and low is not None, part.holds_high and high is not None)


# --- In whole numbers -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _WholeGrid:
    """A grid scaled to whole numbers."""

    low: int
    high: int
    step: int

    def at_or_after(self, value: int) -> int | None:
        if value <= self.low:
            return self.low if self.low <= self.high else None
        found = self.low + -(-(value - self.low) // self.step) * self.step
        return found if found <= self.high else None

    def holds(self, value: int) -> bool:
        return self.low <= value <= self.high and (value - self.low) % self.step == 0


@dataclass(frozen=True, slots=True)
class _Line:
    """Different sets of numbers, and constants, scaled to whole. `members` are the grids each set lies on, and off."""

    scale: int
    sets: tuple[Points, ...]
    grids: tuple[_WholeGrid, ...]
    members: tuple[tuple[frozenset[int], frozenset[int]], ...]
    constants: tuple[int, ...]

    @classmethod
    def of(cls, sets: Sequence[Points], constants: Iterable[Decimal]) -> _Line:
        fixed = sorted(set(constants))
        different = tuple(dict.fromkeys(sets))
        grids = list(dict.fromkeys(grid for points in different for grid in points.grids))
        scale = _scale([value for grid in grids for value in (grid.minimum, grid.maximum, grid.step)] + fixed)
        whole = tuple(_WholeGrid(int(g.minimum * scale), int(g.maximum * scale), int(g.step * scale)) for g in grids)
        members = tuple(
            (frozenset(grids.index(grid) for grid in points.on), frozenset(grids.index(grid) for grid in points.off))
            for points in different
        )
        return cls(scale, different, whole, members, tuple(int(value * scale) for value in fixed))

    def value(self, whole: int) -> Decimal:
        return Decimal(whole) / self.scale

    def cells(self) -> Iterator[tuple[int, int]]:
        """First and last whole number of each point and each open interval."""
        start = min((grid.low for grid in self.grids), default=0)
        for constant in self.constants:
            if start < constant:
                yield start, constant - 1
            yield constant, constant
            start = max(start, constant + 1)
        end = max((grid.high for grid in self.grids), default=0)
        if start <= end:
            yield start, end

    def placed(self, first: int, last: int, steps: int) -> dict[int, tuple[int, ...]]:
        """The points that so many steps from the left can come to, and the sets each lies in."""
        found: dict[int, tuple[int, ...]] = {}
        edge = {first - 1}
        for _ in range(steps):
            reached: dict[int, tuple[int, ...]] = {}
            for start in edge:
                reached |= self._next(start + 1, last)
            edge = reached.keys() - found.keys()
            found |= reached
        return found

    def _next(self, start: int, last: int) -> dict[int, tuple[int, ...]]:
        """For each group of sets, the first point from here that lies in all of the group.

        Between two ends of grids, which sets hold a point comes round again after the steps' least common multiple.
        """
        found: dict[int, tuple[int, ...]] = {}
        seen: list[frozenset[int]] = []
        turn = lcm(*(grid.step for grid in self.grids))
        ends = sorted({end for grid in self.grids for end in (grid.low, grid.high + 1) if start < end <= last})
        for begin, end in zip([start, *ends], [*ends, last + 1], strict=True):
            point = self._at_or_after(begin)
            while point is not None and point < min(end, begin + turn):
                holding = self._sets_with(point)
                if holding and not any(holding <= earlier for earlier in seen):
                    seen.append(holding)
                    found[point] = tuple(sorted(holding))
                    if len(holding) == len(self.members):
                        return found
                point = self._at_or_after(point + 1)
        return found

    def _at_or_after(self, value: int) -> int | None:
        return min((each for grid in self.grids if (each := grid.at_or_after(value)) is not None), default=None)

    def _sets_with(self, value: int) -> frozenset[int]:
        held = {place for place, grid in enumerate(self.grids) if grid.holds(value)}
        return frozenset(n for n, (on, off) in enumerate(self.members) if on <= held and not off & held)


def _scale(values: Iterable[Decimal]) -> int:
    places = 0
    for value in values:
        exponent = value.as_tuple().exponent
        if isinstance(exponent, int):
            places = max(places, -exponent)
    return int(10**places)
