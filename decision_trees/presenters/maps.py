"""The map of a tree as a template draws it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from decision_trees import journeys
from decision_trees.engine.diagrams import LINE_HEIGHT, PADDING, Box, layout
from decision_trees.engine.model import Tree
from decision_trees.services import context_on


@dataclass(frozen=True, slots=True)
class MapLine:
    x: int
    y: int
    text: str


@dataclass(frozen=True, slots=True)
class MapBox:
    """A node, or the label of a line. A node opens its place in the outline."""

    kind: str
    url: str
    x: int
    y: int
    width: int
    height: int
    lines: tuple[MapLine, ...]


@dataclass(frozen=True, slots=True)
class MapView:
    width: int
    height: int
    edges: tuple[str, ...]
    nodes: tuple[MapBox, ...]
    labels: tuple[MapBox, ...]


def map_view(tree: Tree) -> MapView:
    """The map as a template draws it: lines, the labels on them, and boxes that are links."""
    diagram = layout(tree, context_on(timezone.localdate()))
    return MapView(
        width=diagram.width,
        height=diagram.height,
        edges=tuple(" ".join(f"{x},{y}" for x, y in edge.points) for edge in diagram.edges),
        nodes=tuple(
            _map_box(node.box, node.kind.value, journeys.outline_url(tree, f"{node.kind.value}-{node.id}"))
            for node in diagram.nodes
        ),
        labels=tuple(_map_box(edge.label_box, "label", "") for edge in diagram.edges if edge.label_box),
    )


def _map_box(box: Box, kind: str, url: str) -> MapBox:
    lines = tuple(
        MapLine(box.x + PADDING, box.y + PADDING + (row + 1) * LINE_HEIGHT - 5, text)
        for row, text in enumerate(box.lines)
    )
    return MapBox(kind, url, box.x, box.y, box.width, box.height, lines)
