"""A warning has to read as one wherever it stands: on the screen, in the outline and in the summary to copy."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from decision_trees.engine.model import AdviceKind, Tree

from .tables.reading import content_tree

SLUGS = sorted(
    path.stem for path in Path(settings.CONTENT_DIR, "trees").glob("*.yaml") if not path.name.endswith(".cases.yaml")
)


@pytest.fixture(params=SLUGS)
def tree(request: pytest.FixtureRequest) -> Tree:
    return content_tree(request.param)


def test_every_added_warning_begins_with_do_not_and_nothing_else_does(tree: Tree) -> None:
    for add_on in tree.add_ons:
        assert add_on.title.startswith("Do not ") == (add_on.kind is AdviceKind.DO_NOT), add_on.id


def test_every_caution_begins_with_do_not(tree: Tree) -> None:
    for outcome in tree.outcomes:
        for caution in outcome.cautions:
            assert caution.text.startswith("Do not "), (outcome.id, caution.text)
