"""A tree is not published without a case that a published learning step practises."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from decision_trees.checking import check_page
from decision_trees.editor.vocabulary import vocabulary_of
from decision_trees.models import TreePage
from tests.factories.learning import (
    CASES,
    STEADY,
    LearningPathPageFactory,
    make_tree,
    practise_step,
    publish,
    set_steps,
)

pytestmark = pytest.mark.django_db

#: Does all that STEADY does for the proof.
TWIN = {**STEADY, "id": "steady-twin"}
SAID = (
    "case steady-and-low: Learning step “At the hatch: Practise fears” needs the case “steady-and-low”, and no case "
    "has that id. Keep the case under its id, or let the step use another case first."
)


@pytest.fixture
def tree() -> TreePage:
    return make_tree(cases=(*CASES, TWIN))


@pytest.fixture
def path(tree: TreePage) -> Any:
    return LearningPathPageFactory(title="At the hatch", slug="hatch", steps=[practise_step("fears", tree)])


def problems_without(tree: TreePage, id: str = STEADY["id"]) -> list[str]:
    draft = TreePage.objects.get(pk=tree.pk)
    draft.cases = [case for case in draft.cases if case["id"] != id]
    return [str(problem) for problem in check_page(draft).problems]


def test_a_tree_without_the_case_is_refused_and_the_step_named(tree: TreePage, path: Any) -> None:
    assert problems_without(tree) == [SAID]
    tree.cases = [case for case in tree.cases if case["id"] != STEADY["id"]]
    with pytest.raises(ValidationError, match="At the hatch: Practise fears"):
        tree.save_revision().publish()


def test_a_case_under_another_id_is_another_case(tree: TreePage, path: Any) -> None:
    renamed = deepcopy(TreePage.objects.get(pk=tree.pk))
    renamed.cases = [case | {"id": "renamed"} if case["id"] == STEADY["id"] else case for case in renamed.cases]
    assert [str(problem) for problem in check_page(renamed).problems] == [SAID]


def test_the_problem_leads_to_the_cases(tree: TreePage, path: Any) -> None:
    tree.cases = [case for case in tree.cases if case["id"] != STEADY["id"]]
    assert [problem.anchor for problem in check_page(tree).problems] == ["node-case"]


def test_a_case_that_no_step_practises_may_go(tree: TreePage, path: Any) -> None:
    assert problems_without(tree, TWIN["id"]) == []


def test_once_the_step_practises_another_case_the_first_may_go(tree: TreePage, path: Any) -> None:
    block = path.steps.get_prep_value()[0]
    block["value"]["case"] = TWIN["id"]
    set_steps(path, [block])
    publish(path)
    assert problems_without(tree) == []


def test_a_step_of_a_path_that_is_not_published_keeps_nothing(tree: TreePage, path: Any) -> None:
    path.unpublish()
    assert problems_without(tree) == []


def test_the_editor_knows_which_cases_are_needed_and_by_what(tree: TreePage, path: Any) -> None:
    needed = vocabulary_of(tree)["casesNeeded"]
    assert needed == [(STEADY["id"], "Learning step “At the hatch: Practise fears”")]
