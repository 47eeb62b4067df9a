"""Trees among the suggestions while somebody types: what was published, to whom it is open, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from wagtail.models import PageViewRestriction

from search.services import rebuild
from search.suggestions import suggest
from tests.factories.trees import draft_tree, lantern_document, published_tree, write

from .conftest import Committing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter_content")]


@pytest.fixture(autouse=True)
def index(settings: Any, tmp_path: Path) -> None:
    settings.SEARCH_INDEX_PATH = tmp_path / "search.sqlite3"


def suggested(typed: str, *carried: str) -> list[tuple[str, str, str]]:
    return [(each.text, each.kind, each.url) for each in suggest(typed, audience=("everyone", *carried))]


LANTERN = ("Is the lantern to be lit?", "What to do next", "/decision-trees/lantern/")


def test_a_published_tree_is_suggested_as_what_to_do_next(committing: Committing) -> None:
    rebuild()
    with committing():
        published_tree()
    assert suggested("lant") == [LANTERN]


def test_a_tree_that_was_never_published_is_not_suggested() -> None:
    draft_tree()
    rebuild()
    assert suggested("lant") == []
    assert suggested("lantren", "signed-in", "unrestricted") == []


def test_a_draft_of_a_live_tree_changes_nothing(committing: Committing) -> None:
    page = published_tree()
    rebuild()
    document = lantern_document()
    document["title"] = "Is the zanzibar to be lit?"
    with committing():
        write(page, document).save_revision()
    assert suggested("zanz") == []
    assert suggested("lant") == [LANTERN]


def test_a_withdrawn_tree_is_gone_at_once(committing: Committing) -> None:
    page = published_tree()
    rebuild()
    assert suggested("lant") == [LANTERN]
    with committing():
        page.unpublish()
    assert suggested("lant") == []


def test_a_tree_behind_a_log_in_is_suggested_to_those_who_are_logged_in(committing: Committing) -> None:
    page = published_tree()
    rebuild()
    with committing():
        PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert suggested("lant") == []
    assert suggested("lant", "signed-in") == [LANTERN]


def test_a_tree_is_suggested_by_the_words_of_practitioners() -> None:
    rebuild()
    assert suggested("pharmacy rang")[0][2] == "/decision-trees/missed-opioid-doses/"
