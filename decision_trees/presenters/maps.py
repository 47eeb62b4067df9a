"""The map of a tree as a template draws it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from decision_trees import journeys
from decision_trees.engine.diagrams import (
    LETTER_WIDTH,
    LINE_HEIGHT,
    PADDING,
    Box,
    BoxKind,
    Diagram,
    DiagramEdge,
    DiagramNode,
    layout,
)
from decision_trees.engine.journey import Journey
from decision_trees.engine.model import Context, Tree
from decision_trees.services import figures_on

#: From the kind and the id of a node to the address it opens.
Link = Callable[[str, str], str]

#: The height of a sheet of A4 on its side beside the width of a map, less a heading.
SHEET_HEIGHT = 860
#: What the heading of the page and the key leave of the first sheet.
FIRST_SHEET_HEIGHT = 615
#: The height of a sheet on the paper (`map.css`).
SHEET_HEIGHT_MM = 183
#: Type of 14 points is still 12 high when the widest map is this wide (`map.css`).
SMALLEST_WIDTH = 1100
_CORNER = 6
_BASELINE = 13
_ROUND = 16
_CUT = 12


@dataclass(frozen=True, slots=True)
class MapText:
    """A line of text. `style` is one of strong, quiet, end (set to the right) or empty."""

    x: int
    y: int
    text: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class MapStripe:
    """A row of a box: its upper edge, and whether it is the way that was taken."""

    y: int
    height: int
    walked: bool


@dataclass(frozen=True, slots=True)
class MapBox:
    """A box. `name` says in words what it is, and where on one's way; `url` is empty where nothing is opened.

    `shape` is its edge as an SVG path: square for a question, round for an outcome, with cut corners for a red flag.
    """

    kind: str
    url: str
    name: str
    x: int
    width: int
    shape: str
    texts: tuple[MapText, ...]
    stripes: tuple[MapStripe, ...]
    walked: bool


@dataclass(frozen=True, slots=True)
class MapLine:
    """A line as an SVG path, with its letters at its upper end."""

    path: str
    letters: MapText
    walked: bool


@dataclass(frozen=True, slots=True)
class MapView:
    """`sheets` hold the view boxes of the sheets of paper that the map is cut into."""

    width: int
    height: int
    lines: tuple[MapLine, ...]
    boxes: tuple[MapBox, ...]
    sheets: tuple[str, ...]
    is_walked: bool

    @property
    def is_wide(self) -> bool:
        """Whether it would become too small to read if it were fitted into any window."""
        return self.width > SMALLEST_WIDTH

    @property
    def width_on_paper(self) -> str:
        """One scale for every sheet: that at which the highest fills the paper."""
        return f"{self.width * SHEET_HEIGHT_MM / SHEET_HEIGHT:.1f}mm"

    @property
    def has_red_flags(self) -> bool:
        return any(box.kind == BoxKind.RED_FLAG.value for box in self.boxes)


def map_view(
    tree: Tree, day: date, *, link: Link | None = None, walked: Journey | None = None, undecided: Collection[str] = ()
) -> MapView:
    """The map of any tree, also of one that is not sound.

    Args:
        tree: the tree.
        day: the day whose figures its rules are told with.
        link: the address that a node opens, by its kind (question, outcome, red-flag) and id; its place in the public
            outline unless told.
        walked: a journey whose way is to be marked.
        undecided: outcomes for which nobody has chosen an urgency yet.
    """
    diagram = layout(tree, Context(figures=figures_on(day)), undecided)
    way = _Way(diagram, walked)
    link = link or (lambda kind, id: journeys.outline_url(tree, f"{kind}-{id}"))
    return MapView(
        width=diagram.width,
        height=diagram.height,
        # What was walked is drawn last, over what crosses it.
        lines=tuple(sorted((_line(edge, way) for edge in diagram.edges), key=lambda line: line.walked)),
        boxes=tuple(_box(node, way, link) for node in diagram.nodes),
        sheets=tuple(
            f"0 {top} {diagram.width} {height}"
            for top, height in diagram.sheets(SHEET_HEIGHT, first=FIRST_SHEET_HEIGHT)
        ),
        is_walked=walked is not None,
    )


class _Way:
    """What of a map was walked: the words for each box on the way, and the row by which it was left."""

    def __init__(self, diagram: Diagram, walked: Journey | None) -> None:
        self.words: dict[int, str] = {}
        self.left_by: dict[int, int] = {}
        if walked is None:
            return
        keys = {(node.kind, node.id): node.key for node in reversed(diagram.nodes)}
        for count, step in enumerate(walked.steps, start=1):
            key = keys[BoxKind.QUESTION, step.question.id]
            self.words[key] = f"Your way, step {count}"
            if step.rule is not None:
                self.left_by[key] = step.question.rules.index(step.rule)
        if walked.red_flag is not None:
            key = keys[BoxKind.RED_FLAG, walked.red_flag.id]
            self.words[key] = "Raised by your answer"
            self.left_by[key] = 0
        if walked.outcome is not None:
            self.words[keys[BoxKind.OUTCOME, walked.outcome.id]] = "Your result"
        elif walked.question is not None:
            self.words[keys[BoxKind.QUESTION, walked.question.id]] = "You are here"

    def leads_along(self, edge: DiagramEdge) -> bool:
        return self.left_by.get(edge.source) in edge.rules


def _line(edge: DiagramEdge, way: _Way) -> MapLine:
    x, y = edge.points[0]
    return MapLine(rounded_path(edge.points), MapText(x + 4, y + _BASELINE, edge.letters), way.leads_along(edge))


def rounded_path(points: Sequence[tuple[int, int]]) -> str:
    """A line of level and upright pieces as an SVG path, its corners rounded.

    >>> rounded_path([(0, 0), (0, 10), (30, 10), (30, 20)])
    'M0 0V5Q0 10 5 10H25Q30 10 30 15V20'
    """
    parts = ["M{} {}".format(*points[0])]
    for (x0, y0), (x1, y1), (x2, y2) in zip(points, points[1:], points[2:], strict=False):
        near = min(_CORNER, (abs(x1 - x0) + abs(y1 - y0)) // 2, (abs(x2 - x1) + abs(y2 - y1)) // 2)
        parts.append(_straight(x1 - _sign(x1 - x0) * near, y1 - _sign(y1 - y0) * near, upright=x0 == x1))
        parts.append(f"Q{x1} {y1} {x1 + _sign(x2 - x1) * near} {y1 + _sign(y2 - y1) * near}")
    (x0, _), (x1, y1) = points[-2:]
    return "".join((*parts, _straight(x1, y1, upright=x0 == x1)))


def _straight(x: int, y: int, *, upright: bool) -> str:
    return f"V{y}" if upright else f"H{x}"


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def _box(node: DiagramNode, way: _Way, link: Link) -> MapBox:
    box = node.box
    words = way.words.get(node.key, "")
    left_by = way.left_by.get(node.key)
    stripes = tuple(MapStripe(row.y, row.height, row.rule == left_by) for row in node.rows)
    return MapBox(
        kind=node.kind.value,
        url=_url(node, link),
        name=". ".join(part for part in (node.label, node.text, words) if part),
        x=box.x,
        width=box.width,
        shape=_shape(node.kind, box),
        texts=tuple(_texts(node, words)),
        stripes=stripes,
        walked=bool(words),
    )


def _shape(kind: BoxKind, box: Box) -> str:
    turn = {BoxKind.OUTCOME: _ROUND, BoxKind.RED_FLAG: _CUT}.get(kind, 0)
    corner = f"a{turn} {turn} 0 0 1 " if kind is BoxKind.OUTCOME else "l"
    across, down = box.width - 2 * turn, box.height - 2 * turn
    sides = (f"h{across}", f"v{down}", f"h-{across}", f"v-{down}")
    turns = ((turn, turn), (-turn, turn), (-turn, -turn), (turn, -turn))
    edge = "".join(f"{side}{corner}{x} {y}" for side, (x, y) in zip(sides, turns, strict=True))
    return f"M{box.x + turn} {box.y}{edge}z"


def _url(node: DiagramNode, link: Link) -> str:
    if node.kind is BoxKind.UNKNOWN:
        return ""
    return link(BoxKind.QUESTION.value if node.kind is BoxKind.BACK else node.kind.value, node.id)


def _texts(node: DiagramNode, words: str) -> Iterable[MapText]:
    left, right = node.box.x + PADDING, node.box.right - PADDING
    y = node.box.y + PADDING + _BASELINE
    yield MapText(left, y, node.label, "quiet")
    if words:
        yield MapText(right, y, words, "end strong")
    for number, line in enumerate(node.lines, start=1):
        yield MapText(left, y + number * LINE_HEIGHT, line, "strong")
    for row in node.rows:
        y = row.y + PADDING // 2 + _BASELINE
        if row.letter:
            yield MapText(left, y, row.letter)
        yield MapText(right, y, f"→ {row.goes_to}", "end strong")
        for number, line in enumerate(row.lines):
            yield MapText(left + (LETTER_WIDTH if row.letter else 0), y + number * LINE_HEIGHT, line)
