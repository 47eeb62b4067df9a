"""Loading trees from files: what nobody touched follows its file; what a person did stays."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from django.conf import settings

from decision_trees.loading import load_trees
from decision_trees.models import TreePage, TreeVersion
from guidance.starter import Outcome
from tests.factories.trees import publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter_content")]

SLUG = "missed-opioid-doses"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files of the trees, to be changed."""
    shutil.copytree(settings.CONTENT_DIR / "trees", tmp_path / "trees")
    return tmp_path


def outcomes(folder: Path) -> dict[str, Outcome]:
    return {result.key: result.outcome for result in load_trees(folder)}


def reword(folder: Path, slug: str = SLUG) -> str:
    """Change the situation in a tree's file, and tell readers so."""
    path = folder / "trees" / f"{slug}.yaml"
    text = path.read_text(encoding="utf-8")
    for key, value in (("situation", "Doses were not taken"), ("change_note", "Said more plainly.")):
        text, replaced = re.subn(rf"^{key}:.*\n(?: .*\n)*", f"{key}: {value}\n", text, flags=re.MULTILINE)
        assert replaced == 1, key
    path.write_text(text, encoding="utf-8")
    return "Doses were not taken"


def the_tree() -> TreePage:
    return TreePage.objects.get(slug=SLUG)


def test_loading_again_changes_nothing(folder: Path) -> None:
    before = list(TreePage.objects.values_list("slug", "latest_revision_id"))
    assert set(outcomes(folder).values()) == {Outcome.UNCHANGED}
    assert list(TreePage.objects.values_list("slug", "latest_revision_id")) == before
    assert {page.versions.count() for page in TreePage.objects.all()} == {1}


def test_a_first_version_has_no_change_to_tell_of(folder: Path) -> None:
    assert {page.versions.get().change_note for page in TreePage.objects.all()} == {"First version."}
    reword(folder)
    load_trees(folder)
    assert the_tree().versions.get(number=2).change_note == "Said more plainly."


def test_a_changed_file_is_published_as_the_next_version(folder: Path) -> None:
    situation = reword(folder)
    assert outcomes(folder)[SLUG] is Outcome.UPDATED
    assert the_tree().situation == situation
    assert [version.number for version in the_tree().versions.all()] == [2, 1]


def test_more_cases_reach_the_tree_without_a_new_version(folder: Path) -> None:
    cases = folder / "trees" / f"{SLUG}.cases.yaml"
    whole = cases.read_text(encoding="utf-8")
    cases.write_text(
        re.sub(r"\n  - id: nothing-missed-medicine-not-known\n(?:    .*\n)*", "\n", whole), encoding="utf-8"
    )
    load_trees(folder)
    fewer, before = len(the_tree().cases), the_tree().versions.get()
    cases.write_text(whole, encoding="utf-8")
    assert outcomes(folder)[SLUG] is Outcome.UPDATED
    assert len(the_tree().cases) == fewer + 1
    assert not the_tree().has_unpublished_changes
    after = the_tree().versions.get()
    assert (after.number, after.hash, after.certificate, after.cases) == (
        before.number,
        before.hash,
        before.certificate,
        before.cases,
    )


def test_an_edit_is_kept_and_a_changed_file_reported(folder: Path) -> None:
    page = the_tree()
    page.summary, page.change_note = "Edited here.", "Said that it was edited here."
    publish(page)
    assert outcomes(folder)[SLUG] is Outcome.UNCHANGED
    reword(folder)
    assert outcomes(folder)[SLUG] is Outcome.KEPT_LOCAL_EDIT
    assert the_tree().summary == "Edited here."


def test_a_draft_edit_is_kept_too(folder: Path) -> None:
    page = the_tree()
    page.summary = "Edited here."
    page.save_revision()
    reword(folder)
    assert outcomes(folder)[SLUG] is Outcome.KEPT_LOCAL_EDIT
    assert the_tree().get_latest_revision_as_object().summary == "Edited here."


def test_a_locked_tree_stays_as_it_is_and_says_so(folder: Path) -> None:
    page = the_tree()
    page.locked = True
    page.save()
    reword(folder)
    (result,) = (each for each in load_trees(folder) if each.key == SLUG)
    assert result.outcome is Outcome.KEPT_LOCAL_EDIT
    assert "locked here" in result.message
    assert the_tree().versions.count() == 1


def test_a_deleted_tree_is_not_brought_back(folder: Path) -> None:
    # Nobody deletes a tree that was published, but a database may have been without it from before that was so.
    TreeVersion._base_manager.filter(page=the_tree()).delete()
    the_tree().delete()
    reword(folder)
    assert outcomes(folder)[SLUG] is Outcome.LEFT_DELETED
    assert not TreePage.objects.filter(slug=SLUG).exists()


def test_an_unpublished_tree_stays_unpublished(folder: Path) -> None:
    the_tree().unpublish()
    reword(folder)
    assert outcomes(folder)[SLUG] is Outcome.LEFT_UNPUBLISHED
    assert not the_tree().live


def broken(folder: Path, name: str, old: str, new: str) -> str:
    """Load with one change to one file that must not load; gives the message."""
    path = folder / "trees" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    (failed,) = (result for result in load_trees(folder) if result.is_failure)
    assert failed.key == SLUG
    assert the_tree().versions.count() == 1, "what stands is left as it is"
    assert the_tree().live
    return failed.message


def test_an_unsound_tree_is_not_loaded_and_the_message_names_the_node(folder: Path) -> None:
    message = broken(folder, f"{SLUG}.yaml", "days at most 4 days", "days at most 3 days")
    assert "prescriber: " in message


def test_a_tree_whose_case_fails_is_not_loaded(folder: Path) -> None:
    message = broken(folder, f"{SLUG}.cases.yaml", "outcome: nothing-missed", "outcome: follow-prescriber")
    assert "case nothing-missed: " in message


@pytest.mark.parametrize(
    ("name", "new"),
    [
        (f"{SLUG}.yaml", "questions: nothing\n"),
        (f"{SLUG}.yaml", "just words"),
        (f"{SLUG}.yaml", "a: [1"),
        (f"{SLUG}.yaml", ""),
        (f"{SLUG}.cases.yaml", "tree: x\n"),
        (f"{SLUG}.cases.yaml", "cases: [{id: one}]\n"),
        (f"{SLUG}.cases.yaml", "\tcases"),
    ],
)
def test_a_file_that_is_no_tree_is_one_failure_and_stops_no_other(folder: Path, name: str, new: str) -> None:
    (folder / "trees" / name).write_text(new, encoding="utf-8")
    results = load_trees(folder)
    assert [result.key for result in results if result.is_failure] == [SLUG]
    assert len(results) == 6


def test_a_file_that_is_no_text_is_one_failure(folder: Path) -> None:
    (folder / "trees" / f"{SLUG}.yaml").write_bytes(b"title: \xff\xfe")
    (failed,) = (result for result in load_trees(folder) if result.is_failure)
    assert "not readable as UTF-8" in failed.message
