"""Practice as pure logic: no database, no addresses."""

from __future__ import annotations

from decimal import Decimal

import pytest

from decision_trees.engine.cases import Case, cases_from_document
from decision_trees.engine.documents import read_yaml, tree_from_document
from decision_trees.engine.model import Answers, Choice, Context, Quantity, Tree
from learning.practice import Exercise, Standing, exercise_of
from tests.factories.learning import STEADY, TREE, UNSTEADY


def tree() -> Tree:
    document = read_yaml(TREE)
    assert isinstance(document, dict)
    return tree_from_document(document)


def case(**changes: object) -> Case:
    return cases_from_document({"tree": "at-the-hatch", "cases": [{**STEADY, **changes}]})[0]


def exercise() -> Exercise:
    found = exercise_of(tree(), case(), Context())
    assert found is not None
    return found


def after(answers: Answers) -> Standing:
    return exercise().standing(answers)


STEADY_LOOK = {"looks": Choice("steady")}
LOW = Quantity(Decimal("0.20"), "mg-l")


def test_nothing_is_wrong_before_the_first_answer() -> None:
    standing = after({})

    assert standing.wrong_turn is None
    assert standing.journey.question is not None
    assert standing.journey.question.id == "looks"


def test_an_answer_to_another_outcome_is_stopped_where_it_was_given() -> None:
    standing = after({"looks": Choice("unsteady")})

    assert standing.wrong_turn is not None
    assert standing.wrong_turn.step.question.id == "looks"
    assert getattr(standing.wrong_turn.leads_to, "id", "") == "assess"
    assert standing.wrong_turn.before == {}
    assert not standing.is_right


def test_a_later_wrong_turn_keeps_the_right_answers_before_it() -> None:
    standing = after({**STEADY_LOOK, "reading": Quantity(Decimal("0.36"), "mg-l")})

    assert standing.wrong_turn is not None
    assert standing.wrong_turn.step.question.id == "reading"
    assert standing.wrong_turn.before == STEADY_LOOK


@pytest.mark.parametrize(
    "reading", [LOW, Quantity(Decimal("20"), "ug-100ml"), Quantity(Decimal("0.35"), "mg-l")], ids=str
)
def test_another_number_that_goes_the_same_way_is_right(reading: Quantity) -> None:
    standing = after({**STEADY_LOOK, "reading": reading})

    assert standing.wrong_turn is None


def test_the_right_outcome_is_reached_with_the_answers_of_the_case() -> None:
    standing = after({**STEADY_LOOK, "reading": LOW, "drives": Choice("yes")})

    assert standing.is_right
    assert standing.differences == ()


def test_an_answer_that_only_loses_advice_is_pointed_out_at_the_end() -> None:
    standing = after({**STEADY_LOOK, "reading": LOW, "drives": Choice("no")})

    assert standing.is_right
    assert [(each.step.answer_text, each.right.answer_text) for each in standing.differences] == [("No", "Yes")]


def test_an_answer_that_brings_the_same_advice_is_not_pointed_out() -> None:
    standing = after({**STEADY_LOOK, "reading": LOW, "drives": Choice("not-known")})

    assert standing.is_right
    assert standing.differences == ()


def test_a_wrong_turn_before_the_end_is_found_even_when_all_answers_come_at_once() -> None:
    standing = after({"looks": Choice("not-known"), "reading": LOW, "drives": Choice("yes")})

    assert standing.wrong_turn is not None
    assert standing.wrong_turn.step.question.id == "looks"


def test_an_answer_the_case_has_no_way_on_from_shows_the_question_it_leads_to() -> None:
    found = exercise_of(tree(), cases_from_document({"tree": "t", "cases": [UNSTEADY]})[0], Context())
    assert found is not None

    standing = found.standing(STEADY_LOOK)

    assert standing.wrong_turn is not None
    assert getattr(standing.wrong_turn.leads_to, "id", "") == "reading"


def test_a_case_that_its_tree_no_longer_bears_out_is_no_exercise() -> None:
    assert exercise_of(tree(), case(outcome="assess"), Context()) is None


def test_citations_are_those_of_the_right_way_whatever_was_tried() -> None:
    found = exercise()

    assert found.citations() == ("handbook@2021 2 #0123456789ab", "handbook@2021 1")
