from __future__ import annotations

import datetime
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace

import pytest
import yaml
from hypothesis import given, settings

from decision_trees.engine.documents import (
    document_from_yaml,
    read_yaml,
    tree_from_document,
    tree_hash,
    tree_to_document,
)
from decision_trees.engine.errors import InvalidTree
from decision_trees.engine.model import AddOn, Basis, Kind, PlannedTree, Statement, Tree

from .trees import dose_tree, random_trees

SMALL = """
format: 1
slug: missed-doses
title: Missed doses
situation: A dose was missed
summary: What to do next.
audience: Pharmacist
topics: [medicines]
reviewed: 2026-11-22
owner: Clinical lead
citations: [towards-successful-treatment-completion@2009-07 5.2.6]
start: missed
questions:
  - id: missed
    text: How many days were missed?
    kind: whole-days
    min: 0
    max: "60"
    not_known: Not known
    citations: [towards-successful-treatment-completion@2009-07 5.2.6]
    next:
      - {when: missed is number and missed below 3 days, go: carry-on}
      - {otherwise: carry-on}
  - id: ill
    text: Is the person ill?
    kind: yes-no
    no_not_known: It can always be seen.
    next:
      - {otherwise: carry-on}
outcomes:
  - id: carry-on
    title: Carry on
    do_now: Carry on.
    urgency: routine
    urgency_from: inference
    care_level: 1
    care_reason: Nothing is wrong.
    actions:
      - {text: Note it, basis: inference}
    who_decides: The pharmacist
    because: Little was missed.
    citations: [towards-successful-treatment-completion@2009-07 5.2.6]
    basis: inference
"""


def full_tree() -> Tree:
    """Every field filled."""
    made = dose_tree()
    statement = Statement("Do so", ("a@b c",), Basis.RULE)
    first = replace(
        made.outcomes[0],
        actions=(statement,),
        cautions=(statement, statement),
        record=("What was seen",),
        gaps=("Little is said",),
        signposts=("Elsewhere",),
        conflicts=("X-01",),
        next_trees=("other-tree",),
        planned_trees=(PlannedTree("Later", ("a@b c",)),),
        next_pages=("page",),
    )
    return replace(
        made,
        outcomes=(first, *made.outcomes[1:]),
        at_hand=("The reading",),
        words=("drunk",),
        gaps=("Much",),
        add_ons=tuple(replace(each, not_with=("emergency",)) for each in made.add_ons),
    )


def test_a_tree_goes_through_a_document_unchanged() -> None:
    made = full_tree()
    document = tree_to_document(made)
    assert tree_from_document(document) == made
    assert tree_from_document(read_yaml_mapping(yaml.safe_dump(document, allow_unicode=True))) == made


def read_yaml_mapping(text: str) -> dict[str, object]:
    read = read_yaml(text)
    assert isinstance(read, dict)
    return read


@given(random_trees())
@settings(max_examples=40)
def test_any_tree_goes_through_a_document_unchanged(made: Tree) -> None:
    assert tree_from_document(tree_to_document(made)) == made


def test_equal_trees_have_the_same_hash_and_others_another() -> None:
    made = dose_tree()
    assert tree_hash(made) == tree_hash(dose_tree())
    assert len(tree_hash(made)) == 64
    assert tree_hash(replace(made, title="Another")) != tree_hash(made)
    changed = replace(made.questions[0], rules=made.questions[0].rules[:1])
    assert tree_hash(replace(made, questions=(changed, *made.questions[1:]))) != tree_hash(made)


def test_a_document_holds_a_tree_and_facts_of_its_page() -> None:
    document = document_from_yaml(SMALL)
    assert document.tree.slug == "missed-doses"
    assert document.facts == {
        "topics": ["medicines"],
        "reviewed": datetime.date(2026, 11, 22),
        "owner": "Clinical lead",
    }
    missed, ill = document.tree.questions
    assert missed.number is not None
    assert (missed.number.units, missed.number.step) == (("days",), 1)
    assert [option.id for option in ill.options] == ["yes", "no"]


def problems_of(text: str) -> list[str]:
    with pytest.raises(InvalidTree) as caught:
        document_from_yaml(text)
    return caught.value.problems


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("title: Missed doses\n", "", "tree: “title” is missing."),
        ("kind: whole-days", "kind: guess", "question missed: “kind” must be one of"),
        ('max: "60"', "max: many", "question missed: “max” must be a number"),
        ("min: 0", "min: -1", "question missed: “min” must be a number"),
        ("not_known: Not known", "not_knwon: Not known", "question missed: the key “not_knwon” is not known here."),
        (
            "below 3 days",
            "below 3",
            "question missed, rule 1: “when: missed is number and missed below 3” cannot be read",
        ),
        ("go: carry-on}", "goto: carry-on}", "question missed, rule 1: “go” is missing."),
        ("- {otherwise: carry-on}", "- {otherwise: carry-on, go: x}", "question missed, rule 2: write either"),
        ("care_level: 1", "care_level: high", "outcome carry-on: “care_level” must be a whole number."),
        ("basis: inference}", "basis: hearsay}", "outcome carry-on, action 1: “basis” must be one of"),
        ("questions:\n", "questions: none\nold:\n", "tree: “questions” must be a list."),
        ("topics:", "topic:", "tree: the key “topic” is not known here."),
        ("format: 1", "format: 2", "tree: “format” must be 1."),
        ("{text: Note it, basis: inference}", "Note it", "outcome carry-on, action 1: write keys and values here."),
        ("who_decides: The pharmacist", "who_decides: [x]", "outcome carry-on: “who_decides” must be a text"),
        ("slug: missed-doses", "slug: missed-doses\nslug: again", "This is not YAML: the key “slug” is given twice"),
        ("slug: missed-doses", "slug: [", "This is not YAML"),
        ("slug: missed-doses", "slug: !!python/object:os.system x", "This is not YAML"),
    ],
)
def test_a_fault_in_a_document_names_its_node(old: str, new: str, problem: str) -> None:
    assert old in SMALL
    assert any(each.startswith(problem) for each in problems_of(SMALL.replace(old, new, 1)))


def test_all_faults_are_told_at_once() -> None:
    faulty = SMALL.replace("title: Missed doses\n", "").replace("kind: whole-days", "kind: guess")
    assert len(problems_of(faulty.replace("care_level: 1", "care_level: high"))) >= 3


@pytest.mark.parametrize("text", ["", "- a", "just words", "3", "\x00", "a: &a [*a]"])
def test_what_is_not_a_tree_is_refused_kindly(text: str) -> None:
    assert problems_of(text)


def test_documents_of_any_shape_are_refused_and_never_crash() -> None:
    document = tree_to_document(full_tree())
    strange: list[object] = [None, 3, True, "x", [], {}, [[]], [{"id": []}], {"a": {"b": 1}}]
    for key in document:
        for value in strange:
            changed = deepcopy(document) | {key: value}
            with suppress(InvalidTree):
                tree_from_document(changed)


def test_numbers_in_yaml_stay_exact_and_words_stay_words() -> None:
    assert read_yaml("{a: 0.1, b: yes, c: 010, d: 12:30:45, e: true, f: 7, g: truest}") == {
        "a": "0.1",
        "b": "yes",
        "c": "010",
        "d": "12:30:45",
        "e": True,
        "f": 7,
        "g": "truest",
    }


def test_add_ons_keep_the_order_of_the_document() -> None:
    made: tuple[AddOn, ...] = tree_from_document(tree_to_document(dose_tree())).add_ons
    assert [each.id for each in made] == ["do-not-drive", "mind-sedatives"]
    assert {question.kind for question in dose_tree().questions} >= {Kind.NUMBER, Kind.SEVERAL_OF}
