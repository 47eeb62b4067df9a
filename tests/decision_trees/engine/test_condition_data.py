"""Conditions built from lists say the same as those written as sentences."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings

from decision_trees.engine.condition_data import condition_from_data, condition_to_data
from decision_trees.engine.conditions import parse
from decision_trees.engine.documents import draft_from_document, tree_from_document, tree_to_document
from decision_trees.engine.errors import ConditionSyntaxError
from decision_trees.engine.graph import conditions_of
from decision_trees.engine.model import Tree

from .trees import dose_tree, random_trees

SENTENCES = [
    "looks is neither",
    "looks is any of withdrawal, not-known",
    "looks is none of withdrawal, intoxicated",
    "risks includes any of sedatives, cocaine",
    "reading above 0.35 mg-l",
    "reading at most individual-limit",
    "reading at least figure drink-drive-breath-england-wales",
    "reading is number and not (looks is neither or risks is none)",
]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_condition_goes_through_data_unchanged(sentence: str) -> None:
    condition = parse(sentence)
    assert condition_from_data(json.loads(json.dumps(condition_to_data(condition)))) == condition


@given(random_trees())
@settings(max_examples=40, deadline=None)
def test_a_tree_with_built_conditions_is_the_same_tree(made: Tree) -> None:
    document = json.loads(json.dumps(tree_to_document(made)))
    for question in document["questions"]:
        for rule in question["next"]:
            if "when" in rule:
                rule["when"] = condition_to_data(parse(rule["when"]))
    assert tree_from_document(document) == made
    assert all(condition_from_data(condition_to_data(each)) == each for each in conditions_of(made))


@pytest.mark.parametrize(
    ("data", "advice"),
    [
        (None, "Choose a question"),
        ({}, "Choose a question"),
        ("looks is neither", "Choose a question"),
        ({"all": []}, "Add a condition"),
        ({"all": [], "any": []}, "beside it"),
        ({"question": "", "test": "is", "options": ["a"]}, "Choose the question"),
        ({"question": "looks", "options": ["a"]}, "Choose what must hold"),
        ({"question": "looks", "test": "is", "options": []}, "at least one answer"),
        ({"question": "looks", "test": "is", "options": [3]}, "at least one answer"),
        ({"question": "looks", "test": "is", "options": ["a", "b"]}, "is one of"),
        ({"question": "reading", "test": "above"}, "Enter the number"),
        ({"question": "reading", "test": "above", "value": "1e9", "unit": "mg-l"}, "Enter the number"),
        ({"question": "reading", "test": "above", "value": "1"}, "Choose the unit"),
        ({"question": "reading", "test": "sounds-like", "value": "1"}, "no test"),
    ],
)
def test_what_is_not_finished_is_said_in_words(data: object, advice: str) -> None:
    with pytest.raises(ConditionSyntaxError, match=advice):
        condition_from_data(data)


def test_groups_nested_without_end_are_refused() -> None:
    data: dict[str, object] = {"question": "looks", "test": "is", "options": ["a"]}
    for _ in range(200):
        data = {"not": data}
    with pytest.raises(ConditionSyntaxError, match="too deeply"):
        condition_from_data(data)


def test_a_group_of_one_is_that_one() -> None:
    assert condition_from_data({"any": [{"question": "reading", "test": "number"}]}).sentence() == "reading is number"


def test_a_half_written_tree_is_read_as_far_as_it_goes_and_each_problem_names_its_node() -> None:
    made = dose_tree()
    document = tree_to_document(replace(made, questions=made.questions))
    questions = document["questions"]
    assert isinstance(questions, list)
    questions[0]["next"][0] = {"when": {"question": made.questions[0].id, "test": "is"}, "go": "somewhere"}
    del questions[1]["text"]
    draft = draft_from_document(document)

    places = [(problem.place.kind, problem.place.node, problem.place.rule) for problem in draft.problems]
    assert places == [("question", made.questions[0].id, 0), ("question", made.questions[1].id, None)]
    assert len(draft.tree.questions) == len(made.questions)
    assert len(draft.tree.questions[0].rules) == len(made.questions[0].rules) - 1
