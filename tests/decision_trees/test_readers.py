"""Document to tree, and document to page fields to tree: the readers agree."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decision_trees.engine.cases import cases_from_document
from decision_trees.engine.documents import document_from_yaml, read_yaml, tree_from_document, tree_to_document
from decision_trees.engine.errors import InvalidTree
from decision_trees.engine.model import Tree
from decision_trees.models import TreePage
from decision_trees.readers import cases_field, cases_of_page, fields_from_document, tree_of_page
from tests.factories.trees import lantern_document

from .engine.trees import random_trees
from .test_written_cases import SLUGS, TREES

#: A page asks for its content type as soon as it is made.
pytestmark = pytest.mark.django_db


def page_of(document: dict[str, Any]) -> TreePage:
    return TreePage(**fields_from_document(document))


def saved_and_read(page: TreePage) -> TreePage:
    """The page as its editor form and the database give it back: every stream through its own JSON."""
    for name in ("questions", "outcomes", "red_flags", "add_ons", "cases"):
        field = TreePage._meta.get_field(name)
        value = getattr(page, name)
        cleaned = field.stream_block.clean(value)
        setattr(page, name, field.to_python(json.dumps(cleaned.get_prep_value())))
    return page


def document_in(slug: str) -> dict[str, Any]:
    document = read_yaml((TREES / f"{slug}.yaml").read_text(encoding="utf-8"))
    assert isinstance(document, dict)
    return document


@pytest.mark.parametrize("slug", SLUGS)
def test_a_written_tree_is_the_same_from_its_document_and_from_a_page(slug: str) -> None:
    tree = document_from_yaml((TREES / f"{slug}.yaml").read_text(encoding="utf-8")).tree
    assert tree_of_page(page_of(document_in(slug))) == tree


@pytest.mark.usefixtures("starter_content")
@pytest.mark.parametrize("slug", SLUGS)
def test_a_written_tree_is_the_same_after_the_editor_has_saved_it(slug: str) -> None:
    page = page_of(document_in(slug))
    tree = tree_of_page(page)
    assert tree_of_page(saved_and_read(page)) == tree


@pytest.mark.usefixtures("starter_content")
@pytest.mark.parametrize("slug", SLUGS)
def test_written_cases_are_the_same_from_a_page(slug: str) -> None:
    written = read_yaml((TREES / f"{slug}.cases.yaml").read_text(encoding="utf-8"))
    assert isinstance(written, dict)
    page = saved_and_read(TreePage(**fields_from_document(document_in(slug)), cases=cases_field(written["cases"])))
    given_back = cases_from_document({"tree": slug, "cases": cases_of_page(page)})
    for found, case in zip(given_back, cases_from_document(written), strict=True):
        assert found.id == case.id
        assert found.outcome == case.outcome
        assert (found.add_ons or ()) == case.add_ons
        assert {id: _as_list(value) for id, value in found.answers.items()} == {
            id: _as_list(value) for id, value in case.answers.items()
        }


def _as_list(value: object) -> object:
    """One option of several is written alone in the editor."""
    return value if isinstance(value, (list, dict)) else [value]


@settings(deadline=None)
@given(random_trees())
def test_any_tree_survives_the_way_into_a_page_and_back(tree: Tree) -> None:
    assert tree_of_page(page_of(tree_to_document(tree))) == tree


STREAMS = {
    "questions": "question",
    "outcomes": "outcome",
    "add_ons": "add_on",
    "red_flags": "red_flag",
    "cases": "case",
}
KEYS = ["id", "kind", "text", "rules", "number", "options", "answers", "when", "go", "actions", "citations"]


@settings(deadline=None)
@given(st.sampled_from(sorted(STREAMS)), st.sets(st.sampled_from(KEYS)), st.sets(st.sampled_from(KEYS)))
def test_a_half_written_draft_is_refused_in_words_and_never_breaks(
    stream: str, gone: set[str], empty: set[str]
) -> None:
    page = page_of(lantern_document())
    written = {"id": "new", "text": "New", "kind": "number"} | dict.fromkeys(empty)
    value = {key: item for key, item in written.items() if key not in gone}
    setattr(page, stream, json.dumps([{"type": STREAMS[stream], "value": value}]))
    if stream == "cases":
        assert cases_of_page(page)[0]["answers"] == {}
        return
    with pytest.raises(InvalidTree) as refused:
        tree_of_page(page)
    assert refused.value.problems


def test_answers_of_a_case_are_lines_an_editor_can_read() -> None:
    written = [
        {
            "id": "one",
            "answers": {"looks": "neither", "reading": {"value": "0.42", "unit": "mg-l"}, "risks": ["a", "b"]},
        }
    ]
    page = TreePage(cases=cases_field(written))
    assert page.cases[0].value["answers"] == "looks = neither\nreading = 0.42 mg-l\nrisks = a, b"
    assert cases_of_page(page)[0]["answers"] == written[0]["answers"]


def test_a_tree_is_read_from_a_document_as_from_its_page() -> None:
    assert tree_of_page(page_of(lantern_document())) == tree_from_document(lantern_document())
