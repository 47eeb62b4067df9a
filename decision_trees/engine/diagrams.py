"""The map of a tree: where each box and line goes. Values only; a template draws them.

Layers run from the top down, so that a tree of any depth is as wide as a screen and as a sheet of paper. A box holds
its words, and below them one row for each rule: a letter, when it applies, and the number of where it leads. Lines
leave a box at its foot, under the letters, and enter the next one at its head. `layering` says what stands where,
`routing` how lines run between two layers.

A tree that is half written is drawn too: what a rule names but nothing is yet, and a way back to what was asked before,
are boxes of their own.
"""

from __future__ import annotations

import string
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from itertools import pairwise

from .graph import rule_label
from .layering import Layers, Room, arrange, place
from .model import Context, Question, Tree
from .routing import Lane, tracks
from .wrapping import wrapped

BOX_WIDTH = 340
PADDING = 10
LINE_HEIGHT = 18
LETTER_WIDTH = 18
NUMBER_WIDTH = 40
#: As wide as a laptop's screen of 1366 points has room for, so that nothing has to be made smaller. Of the widths of a
#: box that were tried (264 to 400), this one gave the lowest maps: three stand side by side, and words take few lines.
ROOM = Room(width=1264, box=BOX_WIDTH, gap=22, line_gap=12)
MARGIN = 8
_TRACK = 9
#: Between a box and the first track stand the letters; a sheet of paper is cut below them.
_ABOVE_TRACKS = 20
_BELOW_TRACKS = 18
_PART_GAP = 40

_ANY_ANSWER = "Whatever the answer"


class BoxKind(Enum):
    QUESTION = "question"
    OUTCOME = "outcome"
    RED_FLAG = "red-flag"
    #: What a rule names, and the tree does not have.
    UNKNOWN = "unknown"
    #: A way back to a question that was asked before: a circle, which no sound tree has.
    BACK = "back"


@dataclass(frozen=True, slots=True)
class Box:
    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class DiagramRow:
    """A way on from a box. `goes_to` is the number of where it leads, `rule` the place of its rule from 0.

    `letter` is empty where there is only one way on. `y` is the row's upper edge.
    """

    letter: str
    lines: tuple[str, ...]
    goes_to: str
    rule: int
    y: int = 0

    @property
    def height(self) -> int:
        return len(self.lines) * LINE_HEIGHT + PADDING


@dataclass(frozen=True, slots=True)
class DiagramNode:
    """A box: its kind and number in `label`, its words in `lines`, its ways on in `rows`."""

    key: int
    id: str
    kind: BoxKind
    number: str
    label: str
    text: str
    lines: tuple[str, ...]
    rows: tuple[DiagramRow, ...]
    box: Box


@dataclass(frozen=True, slots=True)
class DiagramEdge:
    """A line from the foot of one box to the head of another, for every rule that leads there: `letters` name them."""

    source: int
    target: int
    rules: tuple[int, ...]
    letters: str
    points: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Diagram:
    width: int
    height: int
    nodes: tuple[DiagramNode, ...]
    edges: tuple[DiagramEdge, ...]

    def sheets(self, most: int, first: int) -> tuple[tuple[int, int], ...]:
        """Top and height of the sheets that the map is cut into for paper: no higher than `most`, and no box is cut.

        The first stands below a heading and is no higher than `first`, unless nothing of the map fits there. A box or a
        group side by side that is higher than `most` still has a sheet of its own.
        """
        sheets: list[tuple[int, int]] = []
        top, last = 0, 0
        cuts = list(self._cuts())
        room = first if cuts[0] <= first else most
        for cut in cuts:
            if cut - top > room and last > top:
                sheets.append((top, last - top))
                top, room = last, most
            last = cut
        return (*sheets, (top, self.height - top)) if self.nodes else ()

    def _cuts(self) -> Iterator[int]:
        """Where the paper can be cut: a little below boxes that stand side by side, above the tracks of the lines."""
        reach = 0
        for box in sorted((node.box for node in self.nodes), key=lambda box: box.y):
            if reach and box.y > reach:
                yield reach + _ABOVE_TRACKS - 3
            reach = max(reach, box.bottom)
        yield self.height


def numbers(tree: Tree) -> dict[tuple[BoxKind, str], str]:
    """The number of each question and outcome, counted through as they are written, and the letter of each red flag.

    They are the same on the map, in the outline and on paper.
    """
    nodes = [(BoxKind.QUESTION, question.id) for question in tree.questions]
    nodes += [(BoxKind.OUTCOME, outcome.id) for outcome in tree.outcomes]
    found: dict[tuple[BoxKind, str], str] = {}
    for number, node in enumerate(nodes, start=1):
        found.setdefault(node, str(number))
    for position, flag in enumerate(tree.red_flags):
        found.setdefault((BoxKind.RED_FLAG, flag.id), letter(position))
    return found


def letter(place: int) -> str:
    """The letter of the first, second … of several: A to Z, then AA.

    >>> letter(0), letter(25), letter(26)
    ('A', 'Z', 'AA')
    """
    rest, last = divmod(place, 26)
    return (letter(rest - 1) if rest else "") + string.ascii_uppercase[last]


def rule_letter(question: Question, position: int) -> str:
    """The small letter of a question's first, second … rule; none where there is only one."""
    return letter(position).lower() if len(question.rules) > 1 else ""


def layout(tree: Tree, context: Context | None = None, undecided: Collection[str] = ()) -> Diagram:
    """Place the boxes and lines of a tree: of any tree, also of one that is not sound.

    Args:
        tree: the tree.
        context: the figures.
        undecided: outcomes of a half-written tree for which nobody has chosen an urgency yet.
    """
    return _drawn(_drafts(tree, context, undecided), tree.start)


# --- What is to be drawn ------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Draft:
    """A box before it has a place. `targets` hold for each of its rows the key of where it leads."""

    key: int
    id: str
    kind: BoxKind
    number: str
    label: str
    text: str
    lines: tuple[str, ...]
    rows: list[DiagramRow] = field(default_factory=list)
    targets: list[int] = field(default_factory=list)

    @property
    def head(self) -> int:
        return (1 + len(self.lines)) * LINE_HEIGHT + 2 * PADDING

    @property
    def height(self) -> int:
        return self.head + sum(row.height for row in self.rows)

    def placed(self, x: int, y: int) -> DiagramNode:
        rows = []
        foot = y + self.head
        for row in self.rows:
            rows.append(replace(row, y=foot))
            foot += row.height
        box = Box(x, y, BOX_WIDTH, self.height)
        return DiagramNode(
            self.key, self.id, self.kind, self.number, self.label, self.text, self.lines, tuple(rows), box
        )


class _Drafts:
    """Makes the boxes of a tree, each once."""

    def __init__(self, tree: Tree, context: Context | None) -> None:
        self.tree = tree
        self.context = context
        self.all: list[_Draft] = []
        self.of: dict[tuple[BoxKind, str], _Draft] = {}

    def add(self, kind: BoxKind, id: str, number: str, label: str, text: str) -> _Draft:
        lines = wrapped(text, BOX_WIDTH - 2 * PADDING, bold=True)
        draft = _Draft(len(self.all), id, kind, number, label, text, lines)
        self.all.append(draft)
        # The walk takes the first of two that have the same id, and so do the lines.
        self.of.setdefault((kind, id), draft)
        return draft

    def target(self, source: Question | None, id: str, backward: bool) -> _Draft:
        if outcome := self.of.get((BoxKind.OUTCOME, id)):
            return outcome
        question = self.of.get((BoxKind.QUESTION, id))
        if question is None:
            return self._missing(id)
        if not backward or source is None:
            return question
        return self.add(BoxKind.BACK, id, question.number, f"Back to question {question.number}", question.text)

    def _missing(self, id: str) -> _Draft:
        found = self.of.get((BoxKind.UNKNOWN, id))
        text = f"“{id}” is no question and no outcome" if id else "Nothing is chosen yet"
        return found or self.add(BoxKind.UNKNOWN, id, "?", "Leads nowhere", text)


def _drafts(tree: Tree, context: Context | None, undecided: Collection[str]) -> list[_Draft]:
    drafts = _Drafts(tree, context)
    for position, flag in enumerate(tree.red_flags):
        number = letter(position)
        text = flag.when.describe(tree, context)
        drafts.add(BoxKind.RED_FLAG, flag.id, number, f"Red flag {number}, at any point", text)
    for count, question in enumerate(tree.questions, start=1):
        drafts.add(BoxKind.QUESTION, question.id, str(count), f"Question {count}", question.text)
    for count, outcome in enumerate(tree.outcomes, start=1 + len(tree.questions)):
        urgency = "urgency not chosen" if outcome.id in undecided else outcome.urgency.value
        label = f"Outcome {count}: {urgency}"
        drafts.add(BoxKind.OUTCOME, outcome.id, str(count), label, outcome.title)
    flags = [draft for draft in drafts.all if draft.kind is BoxKind.RED_FLAG]
    questions = [draft for draft in drafts.all if draft.kind is BoxKind.QUESTION]
    for draft, flag in zip(flags, tree.red_flags, strict=True):
        target = drafts.target(None, flag.outcome, backward=False)
        draft.targets.append(target.key)
        draft.rows.append(DiagramRow("", ("Then",), target.number, 0))
    backward = _backward(tree)
    for draft, question in zip(questions, tree.questions, strict=True):
        _add_rows(drafts, draft, question, backward)
    return drafts.all


def _add_rows(drafts: _Drafts, draft: _Draft, question: Question, backward: set[tuple[str, str]]) -> None:
    several = len(question.rules) > 1
    width = BOX_WIDTH - 2 * PADDING - LETTER_WIDTH * several - NUMBER_WIDTH
    for position, rule in enumerate(question.rules):
        target = drafts.target(question, rule.go, (question.id, rule.go) in backward)
        words = rule_label(drafts.tree, rule, drafts.context) if rule.when or several else _ANY_ANSWER
        draft.targets.append(target.key)
        draft.rows.append(DiagramRow(rule_letter(question, position), wrapped(words, width), target.number, position))


def _backward(tree: Tree) -> set[tuple[str, str]]:
    """The pairs of questions that lead back to where one came from, so that without them there is no circle."""
    leads_to = {q.id: [rule.go for rule in q.rules] for q in reversed(tree.questions)}
    backward: set[tuple[str, str]] = set()
    done: set[str] = set()
    for first in (tree.start, *(question.id for question in tree.questions)):
        if first not in leads_to or first in done:
            continue
        above = {first}
        path = [(first, iter(leads_to[first]))]
        while path:
            source, targets = path[-1]
            target = next(targets, None)
            if target is None:
                path.pop()
                above.discard(source)
                done.add(source)
            elif target in above:
                backward.add((source, target))
            elif target in leads_to and target not in done:
                above.add(target)
                path.append((target, iter(leads_to[target])))
    return backward


# --- Where it goes ------------------------------------------------------------------------------------------------


def _drawn(drafts: list[_Draft], start: str) -> Diagram:
    links = [(draft.key, target) for draft in drafts for target in draft.targets]
    first = next((draft for draft in drafts if draft.kind is BoxKind.QUESTION and draft.id == start), None)
    guides = [(draft.key, first.key) for draft in drafts if draft.kind is BoxKind.RED_FLAG and first]
    nodes: list[DiagramNode] = []
    edges: list[DiagramEdge] = []
    left, top, bottom, width = MARGIN, MARGIN, MARGIN, 0
    for part in arrange([draft.key for draft in drafts], links, guides, ROOM):
        drawing = _PartDrawing(part, drafts)
        if left > MARGIN and left + drawing.width > ROOM.width + MARGIN:
            left, top = MARGIN, bottom + _PART_GAP
        nodes += drawing.nodes(left, top)
        edges += drawing.edges(left, top)
        width = max(width, left + drawing.width)
        left += drawing.width + round(ROOM.gap)
        bottom = max(bottom, top + drawing.height)
    return Diagram(width + MARGIN, bottom + MARGIN, tuple(sorted(nodes, key=lambda node: node.key)), tuple(edges))


class _PartDrawing:
    """One connected part, with its upper left corner at 0."""

    def __init__(self, part: Layers, drafts: list[_Draft]) -> None:
        self.part = part
        self.drafts = {draft.key: draft for draft in drafts}
        self.middle = {node: round(x) for node, x in place(part, ROOM).items()}
        self.layer_of = {node: layer for layer, row in enumerate(part.rows) for node in row}
        self.ports = self._ports()
        self.lanes = self._lanes()
        self.tops: list[int] = []
        self.tracks: list[dict[int, int]] = []
        y = 0
        for layer, row in enumerate(part.rows):
            self.tops.append(y)
            y += max((self.drafts[node].height for node in row if node in self.drafts), default=0)
            self.height = y
            lanes = self.lanes[layer]
            found = dict(zip(lanes, tracks(list(lanes.values())), strict=True))
            self.tracks.append({node: y + _ABOVE_TRACKS + track * _TRACK for node, track in found.items()})
            y += _ABOVE_TRACKS + max(found.values(), default=0) * _TRACK + _BELOW_TRACKS
        self.width = max(self.middle[node] + BOX_WIDTH // 2 * (node in self.drafts) for node in self.middle)

    def nodes(self, left: int, top: int) -> list[DiagramNode]:
        return [
            self.drafts[node].placed(left + self.middle[node] - BOX_WIDTH // 2, top + self.tops[self.layer_of[node]])
            for row in self.part.rows
            for node in row
            if node in self.drafts
        ]

    def edges(self, left: int, top: int) -> list[DiagramEdge]:
        found = []
        for (source, target), chain in self.part.chains.items():
            rows = [
                row
                for row, key in zip(self.drafts[source].rows, self.drafts[source].targets, strict=True)
                if key == target
            ]
            points = tuple((x + left, y + top) for x, y in self._points(chain))
            letters = ", ".join(row.letter for row in rows if row.letter)
            found.append(DiagramEdge(source, target, tuple(row.rule for row in rows), letters, points))
        return found

    def _ports(self) -> dict[tuple[int, int], int]:
        """Where the lines from a box leave it, by what they lead to next: in its order, so that they do not cross."""
        following: dict[int, dict[int, None]] = {}
        for chain in self.part.chains.values():
            following.setdefault(chain[0], {})[chain[1]] = None
        ports = {}
        for source, nexts in following.items():
            spread = BOX_WIDTH / (len(nexts) + 1)
            for position, after in enumerate(sorted(nexts, key=lambda node: self.middle[node]), start=1):
                x = self.middle[source] - BOX_WIDTH / 2 + spread * position
                straight = self.middle[after]
                ports[source, after] = straight if abs(straight - x) < spread / 2 - 4 else round(x)
        return ports

    def _lanes(self) -> list[dict[int, Lane]]:
        """For the space below each layer: the lines through it, by what they lead to in the next one."""
        tops: list[dict[int, dict[int, None]]] = [{} for _ in self.part.rows]
        for chain in self.part.chains.values():
            for upper, lower in pairwise(chain):
                x = self.ports.get((upper, lower), self.middle[upper])
                tops[self.layer_of[upper]].setdefault(lower, {})[x] = None
        return [{lower: Lane(tuple(xs), self.middle[lower]) for lower, xs in sorted(layer.items())} for layer in tops]

    def _points(self, chain: tuple[int, ...]) -> Iterator[tuple[int, int]]:
        source = chain[0]
        x = self.ports[source, chain[1]]
        yield x, self.tops[self.layer_of[source]] + self.drafts[source].height
        for upper, lower in pairwise(chain):
            below = self.middle[lower]
            if below != x:
                track = self.tracks[self.layer_of[upper]][lower]
                yield x, track
                yield below, track
            x = below
        yield x, self.tops[self.layer_of[chain[-1]]]
