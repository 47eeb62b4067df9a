from __future__ import annotations

import time
from dataclasses import replace

from hypothesis import given, settings

from decision_trees.engine.diagrams import Box, layout
from decision_trees.engine.graph import (
    NodeKind,
    OutlineItem,
    edges,
    find_cycle,
    longest_path,
    outline,
    reachable,
    topological_order,
)
from decision_trees.engine.model import Kind, Tree

from .trees import dose_tree, otherwise, outcome, question, random_trees, tree, when


def circle() -> Tree:
    a = question("a", Kind.YES_NO, when("a is yes", "b"), otherwise("end"))
    return tree([a, question("b", Kind.YES_NO, otherwise("a"))], [outcome("end")])


def test_edges_carry_their_rule_in_words_and_an_only_way_on_needs_none() -> None:
    labels = [(edge.source, edge.target, edge.label) for edge in edges(dose_tree())]
    assert labels[:3] == [
        ("looks", "assess", "Looks is “Withdrawal” or “Not known”"),
        ("looks", "reading", "Otherwise"),
        ("reading", "limit", ""),
    ]


def test_questions_come_before_those_they_lead_to() -> None:
    assert topological_order(dose_tree()) == ("looks", "reading", "limit", "risks")
    assert longest_path(dose_tree()) == 4
    assert longest_path(dose_tree(), "limit") == 2
    assert reachable(dose_tree(), "limit") == {"limit", "risks", "retest", "carry-on", "assess"}


def test_a_cycle_is_named_and_does_not_hang_anything() -> None:
    assert find_cycle(circle()) in {("a", "b", "a"), ("b", "a", "b")}
    assert find_cycle(dose_tree()) == ()
    assert set(topological_order(circle())) == {"a", "b"}
    assert longest_path(circle()) <= 2
    assert outline(circle())
    assert layout(circle()).nodes == ()


def flat(items: tuple[OutlineItem, ...]) -> list[OutlineItem]:
    return [each for item in items for each in (item, *flat(item.children))]


def test_the_outline_unfolds_each_question_once() -> None:
    items = flat(outline(dose_tree()))
    assert items[0].kind is NodeKind.RED_FLAG
    assert items[0].children[0].id == "emergency"
    unfolded = [item.id for item in items if item.kind is NodeKind.QUESTION and not item.repeated]
    assert unfolded == ["looks", "reading", "limit", "risks"]


@given(random_trees())
@settings(max_examples=60)
def test_the_outline_names_every_node_that_can_be_reached(made: Tree) -> None:
    assert reachable(made) <= {item.id for item in flat(outline(made))}


def overlap(a: Box, b: Box) -> bool:
    return a.x < b.x + b.width and b.x < a.x + a.width and a.y < b.y + b.height and b.y < a.y + a.height


def assert_legible(made: Tree) -> None:
    diagram = layout(made)
    nodes = {node.id: node.box for node in diagram.nodes}
    assert set(nodes) >= {each.id for each in (*made.questions, *made.outcomes)}
    labels = [edge.label_box for edge in diagram.edges if edge.label_box is not None]
    boxes = [*nodes.values(), *labels]
    for place, box in enumerate(boxes):
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= diagram.width
        assert box.y + box.height <= diagram.height
        assert not any(overlap(box, other) for other in boxes[place + 1 :])
    for edge in diagram.edges:
        source, target = nodes[edge.source], nodes[edge.target]
        assert edge.points[0][0] == source.x + source.width
        assert edge.points[-1][0] == target.x
        assert [x for x, _ in edge.points] == sorted(x for x, _ in edge.points)


def test_no_box_of_the_map_covers_another() -> None:
    assert_legible(dose_tree())


@given(random_trees())
@settings(max_examples=60)
def test_no_box_of_any_map_covers_another(made: Tree) -> None:
    assert_legible(made)


def test_a_line_never_crosses_a_box_on_its_way() -> None:
    diagram = layout(dose_tree())
    boxes = [node.box for node in diagram.nodes]
    boxes += [edge.label_box for edge in diagram.edges if edge.label_box is not None]
    for edge in diagram.edges:
        for (x1, y1), (x2, y2) in zip(edge.points, edge.points[1:], strict=False):
            middle = (x1 + x2) / 2, (y1 + y2) / 2
            for box in boxes:
                if y1 == y2 and box is not edge.label_box:
                    inside = box.x < middle[0] < box.x + box.width and box.y < middle[1] < box.y + box.height
                    assert not inside


def test_a_map_of_forty_nodes_is_drawn_at_once_and_stays_legible() -> None:
    ids = [f"question-{n}" for n in range(20)]
    questions = []
    for n, id in enumerate(ids):
        after = [ids[m] for m in (n + 1, n + 5) if m < len(ids)]
        rules = [when(f"{id} is yes", after[0] if after else f"end-{n}"), otherwise(f"end-{n}")]
        if len(after) > 1:
            rules.insert(1, when(f"{id} is no", after[1]))
        long = "Is this a question whose words are many, so that it takes several lines to say what it asks of people?"
        questions.append(replace(question(id, Kind.YES_NO, *rules), text=long))
    made = tree(questions, [outcome(f"end-{n}") for n in range(20)])
    started = time.process_time()
    assert_legible(made)
    assert time.process_time() - started < 2
    assert all(len(line) <= 30 for node in layout(made).nodes for line in node.box.lines)


def test_red_flags_stand_on_the_map() -> None:
    (flag,) = [node for node in layout(dose_tree()).nodes if node.kind is NodeKind.RED_FLAG]
    assert flag.text == "At any point: looks is “Collapsed”"
