"""The map of a tree: every box and line in its place, whatever the tree."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings

from decision_trees.engine.diagrams import BOX_WIDTH, ROOM, Box, BoxKind, Diagram, DiagramNode, layout, numbers
from decision_trees.engine.layering import Room, arrange, place
from decision_trees.engine.model import Kind, RedFlag, Rule, Tree
from decision_trees.engine.routing import Lane, tracks
from decision_trees.engine.wrapping import wrapped

from .generator import synthetic
from .trees import dose_tree, options, otherwise, outcome, question, random_trees, tree, when


def forty_nodes() -> Tree:
    """Eighteen questions and twenty-two outcomes, joined near and far."""
    count = 18
    questions = []
    for n in range(count):
        id = f"question-{n}"
        on, beyond = (f"question-{n + 1}", f"question-{min(n + 3, count - 1)}") if n < count - 1 else ("end-0", "end-1")
        made = question(
            id,
            Kind.ONE_OF,
            when(f"{id} is written-down-in-the-plan", on),
            when(f"{id} is not-written-down-anywhere", beyond if n % 3 else f"end-{(7 * n + 5) % 22}"),
            when(f"{id} is only-on-some-days or {id} is not-known", f"end-{(7 * n + 10) % 22}"),
            options=options("written-down-in-the-plan", "not-written-down-anywhere", "only-on-some-days"),
        )
        words = f"Is this question number {n} of those whose words take more than one line of a box?"
        questions.append(replace(made, text=words))
    ends = [outcome(f"end-{n}") for n in range(22)]
    return tree(
        questions, [replace(end, title=f"{end.title}: ask the prescriber before the next dose") for end in ends]
    )


def circle() -> Tree:
    a = question("a", Kind.YES_NO, when("a is yes", "b"), otherwise("end"))
    return tree([a, question("b", Kind.YES_NO, otherwise("a"))], [outcome("end")])


def half_written() -> Tree:
    """No start, a rule that leads to what is not there, one that leads nowhere yet, and an outcome nobody reaches."""
    first = question("first", Kind.YES_NO, when("first is yes", "somewhere"), when("first is no", ""))
    return replace(tree([first, question("second", Kind.YES_NO)], [outcome("end"), outcome("end")]), start="")


def overlap(a: Box, b: Box) -> bool:
    return a.x < b.right and b.x < a.right and a.y < b.bottom and b.y < a.bottom


def node_of(diagram: Diagram, kind: BoxKind, id: str) -> DiagramNode:
    return next(node for node in diagram.nodes if (node.kind, node.id) == (kind, id))


def assert_legible(made: Tree) -> None:
    """No box covers another or is cut off; every line goes from foot to head, level or upright, and over no box."""
    diagram = layout(made)
    boxes = {node.key: node.box for node in diagram.nodes}
    for box in boxes.values():
        assert 0 <= box.x < box.right <= diagram.width
        assert 0 <= box.y < box.bottom <= diagram.height
    assert not [pair for pair in combinations(boxes.values(), 2) if overlap(*pair)]
    for edge in diagram.edges:
        source, target = boxes[edge.source], boxes[edge.target]
        (x, y), (last_x, last_y) = edge.points[0], edge.points[-1]
        assert y == source.bottom
        assert source.x < x < source.right
        assert (last_x, last_y) == (target.x + target.width // 2, target.y)
        for (x1, y1), (x2, y2) in pairwise(edge.points):
            assert x1 == x2 or y1 == y2
            assert y2 >= y1, "a line never goes up"
            line = Box(min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1))
            assert not [box for box in boxes.values() if overlap(line, box)]


def assert_complete(made: Tree) -> None:
    """Every node has its box, and every rule its row and its line."""
    diagram = layout(made)
    drawn = [(node.kind, node.id) for node in diagram.nodes]
    for kind, nodes in (
        (BoxKind.QUESTION, made.questions),
        (BoxKind.OUTCOME, made.outcomes),
        (BoxKind.RED_FLAG, made.red_flags),
    ):
        assert [id for each, id in drawn if each is kind] == [node.id for node in nodes]
    for asked in made.questions:
        node = node_of(diagram, BoxKind.QUESTION, asked.id)
        assert [row.rule for row in node.rows] == list(range(len(asked.rules)))
        by_key = {each.key: each for each in diagram.nodes}
        lines = {rule: by_key[edge.target] for edge in diagram.edges if edge.source == node.key for rule in edge.rules}
        assert {rule: target.number for rule, target in lines.items()} == {row.rule: row.goes_to for row in node.rows}
        assert [lines[place].id for place in range(len(asked.rules))] == [rule.go for rule in asked.rules]


@pytest.mark.parametrize("made", [dose_tree(), forty_nodes(), circle(), half_written()], ids=lambda made: made.slug)
def test_a_map_is_legible_and_complete(made: Tree) -> None:
    assert_legible(made)
    assert_complete(made)


@given(random_trees())
@settings(max_examples=60, deadline=None)
def test_any_map_is_legible_and_complete(made: Tree) -> None:
    assert_legible(made)
    assert_complete(made)


def test_forty_nodes_are_drawn_at_once_and_as_wide_as_a_laptop_shows() -> None:
    made = forty_nodes()
    layout(made)
    started = time.process_time()
    diagram = layout(made)
    assert time.process_time() - started < 0.05
    assert len(diagram.nodes) == 40
    assert diagram.width <= ROOM.width + 16 < 1366 - 64
    assert not [line for node in diagram.nodes for line in node.lines if line.endswith("…")]


def test_a_map_of_hundreds_of_nodes_is_drawn_in_seconds() -> None:
    made = synthetic(400).tree
    started = time.process_time()
    layout(made)
    assert time.process_time() - started < 20
    assert_complete(made)


def test_no_sheet_cuts_a_box_and_all_of_the_map_is_on_one() -> None:
    diagram = layout(forty_nodes())
    sheets = diagram.sheets(880, first=640)
    assert sum(height for _, height in sheets) == diagram.height
    assert sheets[0][1] <= 640
    assert max(height for _, height in sheets) <= 880
    assert len(sheets) >= 4
    for node in diagram.nodes:
        assert [top for top, height in sheets if top <= node.box.y and node.box.bottom <= top + height]


def test_what_is_higher_than_a_sheet_has_one_of_its_own() -> None:
    diagram = layout(dose_tree())
    assert len(diagram.sheets(1, first=1)) > 1
    assert diagram.sheets(100_000, first=100_000) == ((0, diagram.height),)


def test_where_nothing_fits_below_the_heading_the_map_begins_on_a_sheet_of_its_own() -> None:
    diagram = layout(forty_nodes())
    assert diagram.sheets(880, first=10) == diagram.sheets(880, first=880)


def test_many_outcomes_of_one_question_stand_one_below_another() -> None:
    ids = [f"end-{n}" for n in range(12)]
    rules = [when(f"which is {id}", id) for id in ids]
    made = tree([question("which", Kind.ONE_OF, *rules, options=options(*ids))], [outcome(id) for id in ids])
    assert_legible(made)
    assert layout(made).width <= ROOM.width + 16


def test_the_first_way_on_is_on_the_left() -> None:
    made = tree(
        [question("a", Kind.YES_NO, when("a is yes", "one"), when("a is no", "two"), otherwise("three"))],
        [outcome("three"), outcome("two"), outcome("one")],
    )
    diagram = layout(made)
    lefts = [node_of(diagram, BoxKind.OUTCOME, id).box.x for id in ("one", "two", "three")]
    assert lefts == sorted(lefts)
    assert [edge.letters for edge in sorted(diagram.edges, key=lambda edge: edge.points[0])] == ["a", "b", "c"]


def test_rules_that_lead_to_the_same_place_share_a_line() -> None:
    made = tree(
        [question("a", Kind.YES_NO, when("a is yes", "one"), when("a is no", "two"), otherwise("one"))],
        [outcome("one"), outcome("two")],
    )
    assert {(edge.letters, edge.rules) for edge in layout(made).edges} == {("a, c", (0, 2)), ("b", (1,))}


def test_numbers_run_on_from_questions_to_outcomes() -> None:
    found = numbers(dose_tree())
    assert [found[BoxKind.QUESTION, id] for id in ("looks", "reading", "limit", "risks")] == ["1", "2", "3", "4"]
    assert found[BoxKind.OUTCOME, "carry-on"] == "5"
    assert found[BoxKind.RED_FLAG, "collapsed"] == "A"
    drawn = {(node.kind, node.id): node.number for node in layout(dose_tree()).nodes}
    assert drawn == found


def test_a_red_flag_stands_above_the_first_question_and_leads_to_its_outcome() -> None:
    diagram = layout(dose_tree())
    flag = node_of(diagram, BoxKind.RED_FLAG, "collapsed")
    assert flag.label == "Red flag A, at any point"
    assert flag.text == "Looks is “Collapsed”"
    assert flag.box.bottom < node_of(diagram, BoxKind.QUESTION, "looks").box.y
    assert [edge.target for edge in diagram.edges if edge.source == flag.key] == [
        node_of(diagram, BoxKind.OUTCOME, "emergency").key
    ]


def test_a_circle_is_drawn_as_a_way_back() -> None:
    diagram = layout(circle())
    back = node_of(diagram, BoxKind.BACK, "a")
    assert back.label == "Back to question 1"
    assert [row.goes_to for row in node_of(diagram, BoxKind.QUESTION, "b").rows] == ["1"]


def test_a_rule_that_leads_nowhere_says_so() -> None:
    diagram = layout(half_written())
    assert node_of(diagram, BoxKind.UNKNOWN, "somewhere").text == "“somewhere” is no question and no outcome"
    assert node_of(diagram, BoxKind.UNKNOWN, "").text == "Nothing is chosen yet"


def test_a_tree_with_nothing_in_it_has_an_empty_map() -> None:
    diagram = layout(tree([], []))
    assert diagram.nodes == ()
    assert diagram.sheets(880, first=640) == ()


def test_a_red_flag_of_a_tree_without_questions_is_drawn() -> None:
    made = replace(tree([], [outcome("end")]), red_flags=(RedFlag("flag", dose_tree().red_flags[0].when, "end"),))
    assert_legible(made)


def test_a_question_that_leads_to_itself_does_not_hang_anything() -> None:
    made = tree([question("a", Kind.YES_NO, Rule("a"))], [])
    assert_complete(made)


def test_the_same_tree_gives_the_same_map_in_every_process() -> None:
    code = (
        "from tests.decision_trees.engine.test_diagrams import forty_nodes, layout;"
        "import hashlib; print(hashlib.sha256(repr(layout(forty_nodes())).encode()).hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1


def test_words_fit_into_a_box_and_what_is_too_long_says_so() -> None:
    assert wrapped("Short", 100) == ("Short",)
    assert wrapped("", 100) == ("",)
    assert "".join(wrapped("x" * 100, 100)) == "x" * 100
    long = wrapped("many words " * 100, BOX_WIDTH)
    assert len(long) == 9
    assert long[-1].endswith(" …")


# --- Layers and lines ---------------------------------------------------------------------------------------------

NARROW = Room(width=320, box=100, gap=10, line_gap=5)


def test_a_layer_holds_only_as_many_boxes_as_there_is_room_for() -> None:
    (part,) = arrange(range(8), [(0, n) for n in range(1, 8)], [], NARROW)
    boxes = [[node for node in row if node < 8] for row in part.rows]
    assert max(map(len, boxes)) <= 3
    assert sorted(node for row in boxes for node in row) == list(range(8))


def test_lines_to_the_same_node_run_together() -> None:
    links = [(0, 1), (1, 2), (2, 3), (0, 3), (1, 3)]
    (part,) = arrange(range(4), links, [], NARROW)
    assert part.chains[0, 3][-2:] == part.chains[1, 3][-2:]
    assert len({point for chain in part.chains.values() for point in chain if point > 3}) == 2


def test_what_is_joined_to_nothing_is_a_part_of_its_own() -> None:
    parts = arrange(range(4), [(1, 2)], [], NARROW)
    assert [part.rows for part in parts] == [((0,),), ((1,), (2,)), ((3,),)]


def test_a_guide_sets_one_above_the_other_without_a_line() -> None:
    (part,) = arrange(range(3), [(1, 2)], [(0, 1)], NARROW)
    assert part.rows == ((0,), (1,), (2,))
    assert list(part.chains) == [(1, 2)]


def test_neighbours_keep_their_distance() -> None:
    (part,) = arrange(range(8), [(0, n) for n in range(1, 8)] + [(1, 7)], [], NARROW)
    middle = place(part, NARROW)
    points = {point for chain in part.chains.values() for point in chain[1:-1]}
    for row in part.rows:
        for left, right in pairwise(row):
            assert middle[right] - middle[left] >= NARROW.apart(left in points, right in points) - 1e-6


def test_lines_that_do_not_meet_share_a_track_and_others_do_not_run_over_each_other() -> None:
    assert tracks([Lane((0,), 50), Lane((100,), 150)]) == (0, 0)
    assert tracks([Lane((7,), 7)]) == (0,)
    # The second comes down where the first goes on: it must be level above it, or both would be one line for a while.
    first, second = tracks([Lane((0,), 100), Lane((100,), 200)])
    assert second < first
