"""Document to tree, and document to page fields to tree: the readers agree."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decision_trees.checking import check_page
from decision_trees.engine.cases import cases_from_document
from decision_trees.engine.documents import document_from_yaml, read_yaml, tree_from_document, tree_to_document
from decision_trees.engine.errors import InvalidTree
from decision_trees.engine.model import Tree
from decision_trees.models import TreePage
from decision_trees.readers import cases_of_page, document_for_editing, fields_from_document, tree_of_page
from tests.factories.trees import lantern_document

from .engine.trees import random_trees
from .test_written_cases import SLUGS, TREES

#: A page asks for its content type as soon as it is made.
pytestmark = pytest.mark.django_db


def page_of(document: dict[str, Any]) -> TreePage:
    return TreePage(**fields_from_document(document))


def edited_and_read(page: TreePage) -> TreePage:
    """The page as its editor gives it back when nothing was changed: conditions as data, through JSON."""
    page.document = json.loads(json.dumps(document_for_editing(page.document)))
    page.cases = json.loads(json.dumps(page.cases))
    return page


def document_in(slug: str) -> dict[str, Any]:
    document = read_yaml((TREES / f"{slug}.yaml").read_text(encoding="utf-8"))
    assert isinstance(document, dict)
    return document


@pytest.mark.parametrize("slug", SLUGS)
def test_a_written_tree_is_the_same_from_its_document_from_a_page_and_after_editing(slug: str) -> None:
    tree = document_from_yaml((TREES / f"{slug}.yaml").read_text(encoding="utf-8")).tree
    page = page_of(document_in(slug))
    assert tree_of_page(page) == tree
    assert tree_of_page(edited_and_read(page)) == tree


@pytest.mark.parametrize("slug", SLUGS)
def test_written_cases_are_the_same_from_a_page(slug: str) -> None:
    written = read_yaml((TREES / f"{slug}.cases.yaml").read_text(encoding="utf-8"))
    assert isinstance(written, dict)
    page = edited_and_read(TreePage(**fields_from_document(document_in(slug)), cases=written["cases"]))
    given_back = cases_from_document({"tree": slug, "cases": cases_of_page(page)})
    assert given_back == cases_from_document(written)


@settings(deadline=None)
@given(random_trees())
def test_any_tree_survives_the_way_into_a_page_and_back(tree: Tree) -> None:
    page = page_of(tree_to_document(tree))
    assert tree_of_page(page) == tree
    assert tree_of_page(edited_and_read(page)) == tree


PARTS = ("questions", "outcomes", "add_ons", "red_flags", "cases")
KEYS = ["id", "kind", "text", "next", "options", "answers", "when", "go", "actions", "citations", "outcome", "add_ons"]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.usefixtures("starter_content")
@settings(deadline=None, max_examples=60)
@given(st.sampled_from(PARTS), st.sets(st.sampled_from(KEYS)), st.dictionaries(st.sampled_from(KEYS), ANYTHING))
def test_a_half_written_draft_is_refused_in_words_and_never_breaks(
    part: str, gone: set[str], strange: dict[str, Any]
) -> None:
    page = page_of(lantern_document())
    written = {"id": "new", "text": "New", "kind": "number"} | strange
    value = {key: item for key, item in written.items() if key not in gone}
    if part == "cases":
        page.cases = [value]
    else:
        page.document[part] = [value]
        with suppress(InvalidTree):
            tree_of_page(page)
    assert check_page(page).problems


def test_a_sentence_that_cannot_be_read_is_kept_for_its_editor() -> None:
    document = {"questions": [{"id": "dusk", "next": [{"when": "dusk is is", "go": "leave"}]}]}
    assert document_for_editing(document) == document


def test_a_tree_is_read_from_a_document_as_from_its_page() -> None:
    assert tree_of_page(page_of(lantern_document())) == tree_from_document(lantern_document())
