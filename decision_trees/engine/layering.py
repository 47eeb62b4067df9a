"""Layers for a directed graph: which node stands in which layer, in which order, and where.

The library `fast_sugiyama` ranks the nodes and orders each layer so that few lines cross. It takes every node for a
point, so what follows from sizes is added here: that a layer holds only so many boxes side by side, that lines to the
same node run together, and how far apart a box and a line stand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from math import inf

from fast_sugiyama import from_edges

Link = tuple[int, int]

_SWEEPS = 40
#: Nodes times rounds of making rows narrower. What is put below another may crowd the next row, so a round often only
#: moves the crowd down by one; up to some 200 nodes there are as many rounds as it takes, beyond that a map is wide
#: rather than awaited for minutes.
_MOST_WORK = 3000
#: How much more a line that should be straight pulls than another.
_STRAIGHT = 8
_NEARLY = 24


@dataclass(frozen=True, slots=True)
class Layers:
    """One connected part of a graph in layers.

    `rows` hold the nodes from left to right, and between them passing points: numbers that are no node, through which
    lines to one node lead where they span more than one layer. `chains` give for each line what it leads through, from
    its source to its target.
    """

    rows: tuple[tuple[int, ...], ...]
    chains: Mapping[Link, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Room:
    """How wide a layer may be, how wide a box is, and the gaps between two boxes and between two lines that pass by."""

    width: float
    box: float
    gap: float
    line_gap: float

    def most_boxes(self, passing: int) -> int:
        """How many boxes fit side by side beside lines that pass by. Two always do."""
        return max(2, int((self.width + self.gap - passing * self.line_gap) // (self.box + self.gap)))

    def apart(self, one_is_line: bool, other_is_line: bool) -> float:
        """How far the middles of two neighbours stand apart at least."""
        if one_is_line and other_is_line:
            return self.line_gap
        gap = (self.gap + self.line_gap) / 2 if one_is_line or other_is_line else self.gap
        return gap + self.box * (2 - one_is_line - other_is_line) / 2


def arrange(nodes: Sequence[int], links: Iterable[Link], guides: Iterable[Link], room: Room) -> tuple[Layers, ...]:
    """Put a graph without cycles into layers: one value for each connected part of it, in order of their first node.

    Where a layer would be wider than there is room, some of its nodes stand one below another; in a graph of several
    hundred nodes not all that would have to.

    Args:
        nodes: the nodes, as numbers from 0.
        links: the lines, each between two different nodes.
        guides: pairs of which the first shall stand above the second, without a line. Must not make a cycle either.
        room: how wide a layer may be.
    """
    drawn = tuple(dict.fromkeys(links))
    below = [guide for guide in dict.fromkeys(guides) if guide not in drawn]
    leads_on = {source for source, _ in drawn}
    for _ in range(max(2, _MOST_WORK // max(1, len(nodes)))):
        rows = _rows([*drawn, *below])
        layer_of = {node: layer for part in rows for layer, row in enumerate(part) for node in row}
        chains, steps = _chains(drawn, layer_of, first_point=len(nodes))
        stacked = [pair for part in rows for pair in _crowded(part, chains, leads_on, room)]
        if not stacked:
            break
        below += stacked
    near = [(first, second) for first, second in below if layer_of[second] - layer_of[first] == 1]
    parts = [_facing(Layers(rows, _within(chains, rows))) for rows in _rows([*steps, *near])]
    alone = [Layers(((node,),), {}) for node in nodes if node not in layer_of]
    return tuple(sorted((*parts, *alone), key=lambda part: min(min(row) for row in part.rows)))


def _rows(links: Sequence[Link]) -> list[tuple[tuple[int, ...], ...]]:
    """The layers of each connected part, as the library sees them."""
    if not links:
        return []
    found = from_edges(
        links,
        minimum_length=1,
        vertex_spacing=1,
        dummy_vertices=False,
        dummy_size=1,
        ranking_type="minimize",
        crossing_minimization="barycenter",
        transpose=True,
        check_layout=False,
    )
    return [_from_the_top((int(node), x, y) for node, (x, y) in positions) for positions, *_ in found]


def _from_the_top(positions: Iterable[tuple[int, float, float]]) -> tuple[tuple[int, ...], ...]:
    """The library counts its layers from the last one up."""
    rows: dict[float, list[int]] = {}
    for node, _, y in sorted(positions, key=lambda position: (-position[2], position[1])):
        rows.setdefault(y, []).append(node)
    return tuple(map(tuple, rows.values()))


def _crowded(
    part: Sequence[Sequence[int]], chains: Mapping[Link, tuple[int, ...]], leads_on: set[int], room: Room
) -> Iterable[Link]:
    """Pairs to stand one below the other, so that no row grows wider than it may."""
    layer_of = {node: layer for layer, row in enumerate(part) for node in row}
    passing: dict[int, set[int]] = {}
    for (source, _), chain in chains.items():
        if source in layer_of:
            for step, point in enumerate(chain[1:-1], start=1):
                passing.setdefault(layer_of[source] + step, set()).add(point)
    for layer, row in enumerate(part):
        for stack in _stacks(row, leads_on, room.most_boxes(len(passing.get(layer, ())))):
            # What leads nowhere goes below: nothing has to follow it there.
            yield from pairwise(sorted(stack, key=lambda node: node not in leads_on))


def _stacks(row: Sequence[int], leads_on: set[int], most: int) -> Iterable[Sequence[int]]:
    """The row as no more stacks than fit, of one height or of two. Higher are those with little that leads on."""
    if len(row) <= most:
        return
    low, left = len(row) // most, len(row)
    for stacks_left in range(most, 0, -1):
        higher = row[len(row) - left :][: low + 1]
        is_wanted = sum(node in leads_on for node in higher) < 2
        height = low + (left == stacks_left * (low + 1) or (is_wanted and left > stacks_left * low))
        yield higher[:height]
        left -= height


def _chains(
    links: Iterable[Link], layer_of: Mapping[int, int], first_point: int
) -> tuple[dict[Link, tuple[int, ...]], list[Link]]:
    """What each line leads through, and the steps from layer to layer. Lines to the same node share their points."""
    points: dict[tuple[int, int], int] = {}
    chains = {}
    steps: dict[Link, None] = {}
    for source, target in links:
        between = [
            points.setdefault((target, layer), first_point + len(points))
            for layer in range(layer_of[source] + 1, layer_of[target])
        ]
        chain = (source, *between, target)
        chains[source, target] = chain
        steps |= dict.fromkeys(pairwise(chain))
    return chains, list(steps)


def _facing(part: Layers) -> Layers:
    """The part, or its mirror image: the library does not mind which, but one reads the first way on first."""
    place = {node: number for row in part.rows for number, node in enumerate(row)}
    followed: dict[int, list[int]] = {}
    for chain in part.chains.values():
        followed.setdefault(chain[0], []).append(place[chain[1]])
    turns = [
        (second > first) - (second < first) for nexts in followed.values() for first, second in combinations(nexts, 2)
    ]
    return part if sum(turns) >= 0 else replace(part, rows=tuple(row[::-1] for row in part.rows))


def _within(chains: Mapping[Link, tuple[int, ...]], rows: Iterable[Iterable[int]]) -> dict[Link, tuple[int, ...]]:
    here = {node for row in rows for node in row}
    return {link: chain for link, chain in chains.items() if link[0] in here}


def place(part: Layers, room: Room) -> dict[int, float]:
    """The middle of each node and passing point: near what it is joined to, clear of its neighbours, inside the room.

    A row with too much in it for the room is as wide as it must be. The leftmost edge of all is at 0.
    """
    points = {point for chain in part.chains.values() for point in chain[1:-1]}
    half = {node: 0.0 if node in points else room.box / 2 for row in part.rows for node in row}
    distances = {row: [room.apart(a in points, b in points) for a, b in pairwise(row)] for row in part.rows}
    joined = _joined(part, points)
    width = max(room.width, *(half[row[0]] + sum(distances[row]) + half[row[-1]] for row in part.rows))
    rows = [_Row(row, distances[row], half[row[0]], width - half[row[-1]]) for row in part.rows]
    middle = dict.fromkeys(half, width / 2)
    for sweep in range(_SWEEPS):
        for row in rows if sweep % 2 == 0 else reversed(rows):
            wishes = [_mean(middle, joined[node]) for node in row.nodes]
            weights = [sum(joined[node].values()) for node in row.nodes]
            middle |= zip(row.nodes, settle(wishes, weights, row.distances, row.low, row.high), strict=True)
    for row in rows:
        _align(row, middle, joined)
    _straighten(part, rows, middle, points)
    left = min(middle[node] - half[node] for node in half)
    return {node: x - left for node, x in middle.items()}


@dataclass(frozen=True, slots=True)
class _Row:
    """A row with the distances between its neighbours, and where its first and last may stand."""

    nodes: tuple[int, ...]
    distances: Sequence[float]
    low: float
    high: float

    def free(self, number: int, middle: Mapping[int, float]) -> tuple[float, float]:
        """Between which places the node with this number can be moved."""
        low, high = self.low, self.high
        if number:
            low = middle[self.nodes[number - 1]] + self.distances[number - 1]
        if number + 1 < len(self.nodes):
            high = middle[self.nodes[number + 1]] - self.distances[number]
        return low, high


def _align(row: _Row, middle: dict[int, float], joined: Mapping[int, Mapping[int, int]]) -> None:
    """Move what is nearly in line with what it is joined to into line, where its neighbours leave room."""
    for number, node in enumerate(row.nodes):
        low, high = row.free(number, middle)
        near = [
            (-weight, abs(middle[other] - middle[node]), middle[other])
            for other, weight in joined[node].items()
            if abs(middle[other] - middle[node]) < _NEARLY and low <= middle[other] <= high
        ]
        if near:
            middle[node] = min(near)[2]


def _straighten(part: Layers, rows: Sequence[_Row], middle: dict[int, float], points: set[int]) -> None:
    """Take the small steps out of long lines: their points stand in line as far as their neighbours leave room."""
    where = {node: (row, number) for row in rows for number, node in enumerate(row.nodes)}
    for line in _long_lines(part, points):
        waiting = list(line)
        while waiting:
            run: list[int] = []
            low, high = -inf, inf
            while waiting:
                row, number = where[waiting[0]]
                left, right = row.free(number, middle)
                if run and max(low, left) > min(high, right):
                    break
                low, high = max(low, left), min(high, right)
                run.append(waiting.pop(0))
            # The last stretch stands above what it leads to; one before it, where it is on the whole.
            wanted = middle[run[-1]] if run[-1] not in points else sum(middle[node] for node in run) / len(run)
            middle |= dict.fromkeys(run, min(max(wanted, low), high))


def _long_lines(part: Layers, points: set[int]) -> list[tuple[int, ...]]:
    """The points of each long line from the top, with the box it leads to."""
    found: dict[int, dict[int, None]] = {}
    for chain in sorted(part.chains.values(), key=len, reverse=True):
        found.setdefault(chain[-1], {}).update(dict.fromkeys(point for point in chain[1:] if point in points))
    return [(*line, target) for target, line in sorted(found.items()) if line]


def _joined(part: Layers, points: set[int]) -> dict[int, dict[int, int]]:
    """What each node is joined to, and how strongly: a line that passes by, and an only way on, want to be straight."""
    steps = sorted({pair for chain in part.chains.values() for pair in pairwise(chain)})
    ways_on = Counter(first for first, _ in steps)
    joined: dict[int, dict[int, int]] = {node: {} for row in part.rows for node in row}
    for first, second in steps:
        straight = (first in points and second in points) or (ways_on[first] == 1 and first not in points)
        weight = _STRAIGHT if straight else 1
        joined[first][second] = joined[second][first] = weight
    # What is joined to nothing stays where it is.
    return {node: others or {node: 1} for node, others in joined.items()}


def _mean(middle: Mapping[int, float], joined: Mapping[int, int]) -> float:
    return sum(middle[node] * weight for node, weight in joined.items()) / sum(joined.values())


def settle(
    wishes: Sequence[float], weights: Sequence[float], distances: Sequence[float], low: float, high: float
) -> list[float]:
    """The places nearest to the wishes (in the weighted least squares) that keep order, distances and the two ends.

    >>> settle([0, 1, 10], [1, 1, 1], [4, 4], low=0, high=20)
    [0.0, 4.0, 10.0]
    >>> settle([0, 1, 10], [1, 2, 1], [4, 4], low=-20, high=20)
    [-2.0, 2.0, 10.0]
    """
    offsets = [0.0]
    for distance in distances:
        offsets.append(offsets[-1] + distance)
    #: Neighbours that touch: the sum of their weighted places, of their weights, and how many they are.
    groups: list[tuple[float, float, int]] = []
    for wish, weight, offset in zip(wishes, weights, offsets, strict=True):
        total, heavy, count = (wish - offset) * weight, weight, 1
        while groups and groups[-1][0] / groups[-1][1] > total / heavy:
            earlier, heavier, more = groups.pop()
            total, heavy, count = total + earlier, heavy + heavier, count + more
        groups.append((total, heavy, count))
    level = [min(max(total / heavy, low), high - offsets[-1]) for total, heavy, count in groups for _ in range(count)]
    return [place + offset for place, offset in zip(level, offsets, strict=True)]
