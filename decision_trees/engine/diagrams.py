"""The map of a tree: where each box and line goes. Values only; a template draws them.

Layers run from left to right. A node stands one layer after the last node that leads to it. Each line carries its rule
in a box of its own, which takes part in the layout, so that no label covers another. Within a layer the order is that
of the barycentre: near the middle of what leads there.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from .graph import NodeKind, edges, find_cycle
from .model import Context, Tree

NODE_WIDTH = 230
LABEL_WIDTH = 190
LINE_HEIGHT = 19
PADDING = 10
COLUMN_GAP = 36
ROW_GAP = 14
MARGIN = 16
_NODE_CHARACTERS = 27
_LABEL_CHARACTERS = 26
_MAX_LINES = 7
_SWEEPS = 8


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle with lines of text. `id` is the node's, or that of the line whose label it is."""

    id: str
    x: int
    y: int
    width: int
    height: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DiagramNode:
    """A question, an outcome or a red flag."""

    id: str
    kind: NodeKind
    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class DiagramEdge:
    """A line from node to node, with its label. `points` lead from the source to the label and on to the target.

    `rules` are the places, from 0, of the rules it stands for; empty for a red flag.
    """

    source: str
    target: str
    rules: tuple[int, ...]
    label: str
    label_box: Box | None
    points: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Diagram:
    width: int
    height: int
    nodes: tuple[DiagramNode, ...]
    edges: tuple[DiagramEdge, ...]


@dataclass(slots=True)
class _Item:
    """Something that takes room in a column: a node, a label, or a line that passes by."""

    id: str
    lines: tuple[str, ...]
    column: int
    width: int
    height: int
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    y: int = 0


@dataclass(frozen=True, slots=True)
class _Link:
    source: str
    target: str
    rules: tuple[int, ...]
    label: str


def layout(tree: Tree, context: Context | None = None) -> Diagram:
    """Place the nodes and lines of a tree. A tree with a cycle or an unknown target gives an empty diagram."""
    known = {question.id for question in tree.questions} | {outcome.id for outcome in tree.outcomes}
    links = _links(tree, context)
    if find_cycle(tree) or any(link.target not in known for link in links):
        return Diagram(0, 0, (), ())
    texts, kinds = _nodes(tree, context)
    layers = _layers(tree, texts, links)
    items, chains = _items(texts, layers, links)
    columns = _columns(items)
    _order(items, columns)
    _place(items, columns)
    lefts = _lefts(items, columns)
    widths = [max((items[id].width for id in column), default=0) for column in columns]
    nodes = tuple(DiagramNode(id, kinds[id], texts[id], _box(items[id], lefts)) for id in texts)
    lines = tuple(_line(link, chain, items, lefts, widths) for link, chain in zip(links, chains, strict=True))
    width = max((node.box.x + node.box.width for node in nodes), default=0) + MARGIN
    height = max((item.y + item.height for item in items.values()), default=0) + MARGIN
    return Diagram(width, height, nodes, lines)


def _links(tree: Tree, context: Context | None) -> list[_Link]:
    grouped: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for edge in edges(tree, context):
        grouped.setdefault((edge.source, edge.target), []).append((edge.number, edge.label))
    links = [
        _Link(source, target, tuple(number for number, _ in rules), " or: ".join(label for _, label in rules))
        for (source, target), rules in grouped.items()
    ]
    return [*(_Link(_flag_node(flag.id), flag.outcome, (), "") for flag in tree.red_flags), *links]


def _flag_node(id: str) -> str:
    return f"red-flag:{id}"


def _nodes(tree: Tree, context: Context | None) -> tuple[dict[str, str], dict[str, NodeKind]]:
    texts: dict[str, str] = {}
    kinds: dict[str, NodeKind] = {}
    for flag in tree.red_flags:
        texts[_flag_node(flag.id)] = f"At any point: {flag.when.phrase(tree, context)}"
        kinds[_flag_node(flag.id)] = NodeKind.RED_FLAG
    for question in tree.questions:
        texts[question.id], kinds[question.id] = question.text, NodeKind.QUESTION
    for outcome in tree.outcomes:
        texts[outcome.id], kinds[outcome.id] = outcome.title, NodeKind.OUTCOME
    return texts, kinds


def _layers(tree: Tree, texts: Mapping[str, str], links: Iterable[_Link]) -> dict[str, int]:
    """Each node one layer after the last that leads to it."""
    sources: dict[str, list[str]] = {id: [] for id in texts}
    for link in links:
        sources[link.target].append(link.source)
    layers: dict[str, int] = {}

    def layer(id: str) -> int:
        if id not in layers:
            layers[id] = max((layer(source) + 1 for source in sources[id]), default=0)
        return layers[id]

    for id in texts:
        layer(id)
    return layers


def _wrapped(text: str, characters: int) -> tuple[str, ...]:
    return tuple(textwrap.wrap(text, characters, max_lines=_MAX_LINES, placeholder=" …"))


def _items(
    texts: Mapping[str, str], layers: Mapping[str, int], links: Iterable[_Link]
) -> tuple[dict[str, _Item], list[list[str]]]:
    """Nodes in even columns; labels in the odd column after their source; a passing line in each column between."""
    items: dict[str, _Item] = {}
    for id, text in texts.items():
        lines = _wrapped(text, _NODE_CHARACTERS)
        items[id] = _Item(id, lines, 2 * layers[id], NODE_WIDTH, len(lines) * LINE_HEIGHT + 2 * PADDING)
    chains = []
    for number, link in enumerate(links):
        chain = [link.source]
        for column in range(2 * layers[link.source] + 1, 2 * layers[link.target]):
            labelled = len(chain) == 1 and link.label != ""
            lines = _wrapped(link.label, _LABEL_CHARACTERS) if labelled else ()
            height = len(lines) * LINE_HEIGHT + PADDING if labelled else 0
            id = f"line:{number}:{column}"
            items[id] = _Item(id, lines, column, LABEL_WIDTH if labelled else 0, height)
            chain.append(id)
        chain.append(link.target)
        for first, second in pairwise(chain):
            items[first].after.append(second)
            items[second].before.append(first)
        chains.append(chain)
    return items, chains


def _columns(items: Mapping[str, _Item]) -> list[list[str]]:
    count = max((item.column for item in items.values()), default=-1) + 1
    columns: list[list[str]] = [[] for _ in range(count)]
    for item in items.values():
        columns[item.column].append(item.id)
    return columns


def _order(items: Mapping[str, _Item], columns: list[list[str]]) -> None:
    """Order each column by the middle of its neighbours, from the left and back. The fewest crossings win."""
    best = [list(column) for column in columns]
    fewest = _crossings(items, columns)
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        for column in columns if forward else reversed(columns):
            places = {id: place for each in columns for place, id in enumerate(each)}

            def middle(id: str, places: Mapping[str, int] = places, forward: bool = forward) -> float:
                near = items[id].before if forward else items[id].after
                return sum(places[each] for each in near) / len(near) if near else places[id]

            column.sort(key=middle)
        crossings = _crossings(items, columns)
        if crossings < fewest:
            best, fewest = [list(column) for column in columns], crossings
    columns[:] = best


def _crossings(items: Mapping[str, _Item], columns: list[list[str]]) -> int:
    total = 0
    for left, right in pairwise(columns):
        places = {id: place for place, id in enumerate(right)}
        ends = [place for id in left for place in sorted(places[each] for each in items[id].after)]
        total += sum(first > second for n, first in enumerate(ends) for second in ends[n + 1 :])
    return total


def _place(items: Mapping[str, _Item], columns: list[list[str]]) -> None:
    """Stack each column, then draw its items towards their neighbours without letting any overlap."""
    for column in columns:
        y = MARGIN
        for id in column:
            items[id].y = y
            y += items[id].height + ROW_GAP
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        for column in columns if forward else reversed(columns):
            wanted = []
            for id in column:
                near = [items[each] for each in (items[id].before if forward else items[id].after)]
                centre = sum(each.y + each.height / 2 for each in near) / len(near) if near else None
                wanted.append(items[id].y if centre is None else round(centre - items[id].height / 2))
            _settle([items[id] for id in column], wanted)


def _settle(column: list[_Item], wanted: list[int]) -> None:
    """Give each item the place it wants, moved down past the one above; then the whole column back to its middle."""
    floor = MARGIN
    shift = 0
    for item, place in zip(column, wanted, strict=True):
        item.y = max(place, floor)
        shift += item.y - place
        floor = item.y + item.height + ROW_GAP
    if column:
        back = min(shift // len(column), column[0].y - MARGIN)
        for item in column:
            item.y -= back


def _lefts(items: Mapping[str, _Item], columns: list[list[str]]) -> list[int]:
    lefts = []
    x = MARGIN
    for column in columns:
        lefts.append(x)
        x += max((items[id].width for id in column), default=0) + COLUMN_GAP
    return lefts


def _box(item: _Item, lefts: list[int]) -> Box:
    return Box(item.id, lefts[item.column], item.y, item.width, item.height, item.lines)


def _line(
    link: _Link, chain: list[str], items: Mapping[str, _Item], lefts: list[int], widths: list[int]
) -> DiagramEdge:
    points: list[tuple[int, int]] = []
    for id in chain:
        item = items[id]
        middle = item.y + item.height // 2
        left = lefts[item.column]
        if id != link.source:
            points.append((left, middle))
        if id != link.target:
            # A line that only passes by crosses its column level, in the room kept for it.
            points.append((left + (item.width or widths[item.column]), middle))
    label = items[chain[1]]
    box = _box(label, lefts) if link.label else None
    return DiagramEdge(link.source, link.target, link.rules, link.label, box, tuple(points))
