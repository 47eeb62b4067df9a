"""Paths from files: whole or not at all, and the same again the second time."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from guidance.starter import Outcome
from learning.loading import load_paths
from learning.models import LearningIndexPage, LearningPathPage
from tests.factories.learning import make_guidance, make_tree

pytestmark = pytest.mark.django_db

FILE = """
    slug: doses
    title: Giving doses
    audience: Pharmacists
    description: When a dose is given.
    outcomes: [Afterwards you can say when a dose is given.]
    steps:
      - {id: read, kind: read, title: Read it, page: giving-a-dose}
      - {id: walk, kind: practise, title: Walk it, tree: at-the-hatch, case: unsteady, brief: Another story.}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "paths").mkdir()
    make_guidance()
    make_tree()
    write(tmp_path, FILE)
    return tmp_path


def write(folder: Path, text: str) -> None:
    (folder / "paths" / "doses.yaml").write_text(dedent(text), encoding="utf-8")


def outcomes(folder: Path) -> list[Outcome]:
    return [result.outcome for result in load_paths(folder)]


def test_a_path_is_loaded_and_published_below_the_list(folder: Path) -> None:
    assert outcomes(folder) == [Outcome.CREATED, Outcome.CREATED]

    path = LearningPathPage.objects.live().get()
    assert path.get_parent().specific == LearningIndexPage.objects.get()
    assert (path.slug, path.summary) == ("doses", "When a dose is given.")
    assert [(step.block_type, step.value["id"]) for step in path.steps] == [("read", "read"), ("practise", "walk")]
    assert path.steps[1].value["brief"] == "Another story."


def test_loading_again_changes_nothing(folder: Path) -> None:
    load_paths(folder)
    revision = LearningPathPage.objects.get().live_revision_id

    assert outcomes(folder) == [Outcome.UNCHANGED, Outcome.UNCHANGED]
    assert LearningPathPage.objects.get().live_revision_id == revision


def test_an_updated_file_keeps_every_step_the_step_that_it_was(folder: Path) -> None:
    load_paths(folder)
    write(folder, FILE.replace("Read it", "Read it well"))

    assert outcomes(folder) == [Outcome.UNCHANGED, Outcome.UPDATED]
    assert LearningPathPage.objects.get().steps[0].value["title"] == "Read it well"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("giving-a-dose", "nowhere", "doses.yaml, step read: there is no guidance page “nowhere”."),
        ("at-the-hatch", "nowhere", "doses.yaml, step walk: there is no decision tree “nowhere”."),
        ("kind: read", "kind: sing", "doses.yaml, step read: there is no kind of step named “sing”."),
        ("case: unsteady", "case: nobody", "The tree has no such case."),
        ("title: Giving doses", "title:", "doses.yaml: “title” is missing."),
    ],
)
def test_a_file_with_a_mistake_is_refused_in_words(folder: Path, old: str, new: str, message: str) -> None:
    write(folder, FILE.replace(old, new))

    result = load_paths(folder)[-1]

    assert result.outcome is Outcome.FAILED
    assert message in result.message
    assert not LearningPathPage.objects.exists()
