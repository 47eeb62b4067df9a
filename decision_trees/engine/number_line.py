"""Which numbers stand for all others: small exact samples of the numbers that can be entered.

A condition can tell numbers apart only by comparing them with constants or with each other. So the constants cut the
line into points and open intervals, and inside one interval numbers differ only by their order among themselves. The
samples chosen here show every behaviour that numbers on the grid can show, and no other: nothing off it is sampled.

Why the samples are enough. Take any numbers x1..xm on their grids. Those inside one open interval form an order with
ties: a first block of equal numbers, a second, and so on. Place the blocks again from the left, each at the least point
above the one before that lies on the grids of all its members. The first block can only move left, so it stays inside
the interval and leaves the next at least as much room as it had; and so on for all. The numbers so placed compare with
each other and with all constants as x1..xm do, and each is a sample: `samples` places every order with ties of every
group of numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from math import gcd

from .model import NumberRange


@dataclass(frozen=True, slots=True)
class Grid:
    """The numbers minimum, minimum + step, ... up to maximum, in the base unit."""

    minimum: Decimal
    maximum: Decimal
    step: Decimal

    @classmethod
    def of(cls, numbers: NumberRange) -> Grid:
        return cls(numbers.minimum, numbers.maximum, numbers.step)


@dataclass(frozen=True, slots=True)
class Segment:
    """Numbers of a grid that a set of constants cannot tell apart, and one of them.

    `low` and `high` are the constants on both sides, None where the grid ends first; `holds_low` says that the constant
    itself belongs to the segment.
    """

    sample: Decimal
    low: Decimal | None
    high: Decimal | None
    holds_low: bool = False
    holds_high: bool = False


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

    def meeting(self, other: _WholeGrid) -> _WholeGrid | None:
        """The numbers on both grids (the Chinese remainder theorem)."""
        if self.step == other.step and self.low == other.low:
            return _WholeGrid(self.low, min(self.high, other.high), self.step)
        common = gcd(self.step, other.step)
        apart = other.low - self.low
        if apart % common:
            return None
        modulus = other.step // common
        turns = (apart // common) * pow(self.step // common, -1, modulus) % modulus if modulus > 1 else 0
        step = self.step * modulus
        first = self.low + turns * self.step
        low = max(self.low, other.low)
        first += -(-(low - first) // step) * step
        return _WholeGrid(first, min(self.high, other.high), step)


def samples(grids: Sequence[Grid], constants: Iterable[Decimal]) -> tuple[tuple[Decimal, ...], ...]:
    """For numbers that may be compared with each other and with the constants: the values of each that stand for all.

    >>> grid = Grid(Decimal(0), Decimal("0.05"), Decimal("0.01"))
    >>> [str(value) for value in samples([grid], [Decimal("0.03")])[0]]
    ['0', '0.03', '0.04']
    >>> [str(value) for value in samples([grid, grid], [Decimal("0.03")])[1]]
    ['0', '0.01', '0.03', '0.04', '0.05']
    """
    fixed = sorted(set(constants))
    scale = _scale([value for grid in grids for value in (grid.minimum, grid.maximum, grid.step)] + fixed)
    whole = [_WholeGrid(int(g.minimum * scale), int(g.maximum * scale), int(g.step * scale)) for g in grids]
    found: list[set[int]] = [set() for _ in grids]
    for first, last in _cells([int(value * scale) for value in fixed], whole):
        for placed in _placements(whole, first, last):
            for member, value in placed.items():
                found[member].add(value)
    return tuple(tuple(Decimal(value) / scale for value in sorted(values)) for values in found)


def segments(grid: Grid, constants: Iterable[Decimal]) -> tuple[Segment, ...]:
    """The parts of one grid that the constants tell apart, in order; empty parts are left out.

    >>> [str(part.sample) for part in segments(Grid(Decimal(0), Decimal(5), Decimal(1)), [Decimal(3)])]
    ['0', '3', '4']
    """
    fixed = sorted(set(constants))
    sampled = samples([grid], fixed)[0]
    found = []
    for value in sampled:
        if value in fixed:
            found.append(Segment(value, value, value, True, True))
        else:
            below = max((constant for constant in fixed if constant < value), default=None)
            above = min((constant for constant in fixed if constant > value), default=None)
            found.append(
                Segment(
                    value,
                    below if below is not None and below >= grid.minimum else None,
                    above if above is not None and above <= grid.maximum else None,
                )
            )
    return tuple(found)


def merged(parts: Sequence[Segment], grid: Grid) -> tuple[Segment, ...]:
    """Neighbouring segments joined into one, without the ends that the grid has anyway."""
    found: list[Segment] = []
    for part in sorted(parts, key=lambda each: each.sample):
        last = found[-1] if found else None
        touches = last is not None and last.high is not None and last.high == part.low
        if last is not None and touches and (last.holds_high or part.holds_low):
            found[-1] = Segment(last.sample, last.low, part.high, last.holds_low, part.holds_high)
        else:
            found.append(part)
    return tuple(_open_ended(part, grid) for part in found)


def _open_ended(part: Segment, grid: Grid) -> Segment:
    if part.low == part.high:
        return part
    low = None if part.low == grid.minimum and part.holds_low else part.low
    high = None if part.high == grid.maximum and part.holds_high else part.high
    return Segment(part.sample, low, high, part.holds_low and low is not None, part.holds_high and high is not None)


def _scale(values: Iterable[Decimal]) -> int:
    places = 0
    for value in values:
        exponent = value.as_tuple().exponent
        if isinstance(exponent, int):
            places = max(places, -exponent)
    return int(10**places)


def _cells(constants: Sequence[int], grids: Sequence[_WholeGrid]) -> Iterator[tuple[int, int]]:
    """First and last whole number of each point and each open interval."""
    start = min((grid.low for grid in grids), default=0)
    for constant in constants:
        if start < constant:
            yield start, constant - 1
        yield constant, constant
        start = max(start, constant + 1)
    end = max((grid.high for grid in grids), default=0)
    if start <= end:
        yield start, end


def _placements(grids: Sequence[_WholeGrid], first: int, last: int) -> Iterator[dict[int, int]]:
    if len(set(grids)) == 1:
        yield from _placed_alike(grids, first, last)
        return
    members = range(len(grids))
    for size in range(1, len(grids) + 1):
        for group in combinations(members, size):
            for blocks in _orders(group):
                placed = _place(grids, blocks, first, last)
                if placed is not None:
                    yield placed


def _placed_alike(grids: Sequence[_WholeGrid], first: int, last: int) -> Iterator[dict[int, int]]:
    """With one grid for all, the blocks stand on its first points in the interval, as many as there are numbers."""
    value = grids[0].at_or_after(first)
    for _ in grids:
        if value is None or value > last:
            return
        yield dict.fromkeys(range(len(grids)), value)
        value = grids[0].at_or_after(value + 1)


def _place(
    grids: Sequence[_WholeGrid], blocks: Sequence[tuple[int, ...]], first: int, last: int
) -> dict[int, int] | None:
    placed: dict[int, int] = {}
    start = first
    for block in blocks:
        shared: _WholeGrid | None = grids[block[0]]
        for member in block[1:]:
            shared = shared.meeting(grids[member]) if shared is not None else None
        value = shared.at_or_after(start) if shared is not None else None
        if value is None or value > last:
            return None
        placed.update(dict.fromkeys(block, value))
        start = value + 1
    return placed


def _orders(group: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Every order with ties of the members of a group."""
    if not group:
        yield ()
        return
    for size in range(1, len(group) + 1):
        for block in combinations(group, size):
            rest = tuple(member for member in group if member not in block)
            for others in _orders(rest):
                yield (block, *others)
