from __future__ import annotations

from hypothesis import given, settings

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
from decision_trees.engine.model import Choice, Kind, Tree
from decision_trees.engine.walk import walk

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


def test_a_way_of_thousands_of_questions_is_measured_and_walked() -> None:
    ids = [f"q{n}" for n in range(3000)]
    asked = [
        question(id, Kind.YES_NO, when(f"{id} is yes", "low"), otherwise(after))
        for id, after in zip(ids, [*ids[1:], "low"], strict=True)
    ]
    long = tree(asked, [outcome("low")])
    assert longest_path(long) == 3000
    journey = walk(long, {"q0": Choice("no")})
    assert journey.questions_left_at_most == 2999
