"""What an editor may write in a path, and which ids a path keeps."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from wagtail.blocks.stream_block import StreamBlockValidationError

from learning.models import Enrolment, LearningIndexPage, LearningPathPage, StepProgress
from tests.factories.learning import (
    LearningPathPageFactory,
    UserFactory,
    make_guidance,
    make_tree,
    practise_step,
    read_step,
    set_steps,
)

pytestmark = pytest.mark.django_db

STEPS = LearningPathPage._meta.get_field("steps").stream_block


def cleaned(*steps: dict[str, Any]) -> Any:
    return STEPS.clean(STEPS.to_python(list(steps)))


def test_paths_stand_below_the_list_of_paths_only() -> None:
    assert LearningIndexPage.allowed_subpage_models() == [LearningPathPage]
    assert LearningPathPage.allowed_parent_page_models() == [LearningIndexPage]
    assert LearningPathPage.allowed_subpage_models() == []


def test_a_step_needs_a_case_that_the_tree_has() -> None:
    tree = make_tree()

    assert len(cleaned(practise_step("one", tree, case="unsteady"))) == 1
    with pytest.raises(StreamBlockValidationError) as refused:
        cleaned(practise_step("one", tree, case="nobody"))
    assert "steady-and-low, unsteady, steady-and-high" in str(
        refused.value.block_errors[0].block_errors["case"].messages
    )


def test_two_steps_cannot_share_an_id() -> None:
    page = make_guidance()

    with pytest.raises(StreamBlockValidationError) as refused:
        cleaned(read_step("one", page), read_step("one", page))
    assert list(refused.value.block_errors) == [1]


@pytest.mark.parametrize("id", ["start", "With space", "", "1st"])
def test_an_id_must_fit_an_address(id: str) -> None:
    with pytest.raises(StreamBlockValidationError):
        cleaned(read_step(id, make_guidance()))


def test_a_published_step_keeps_its_id() -> None:
    path = LearningPathPageFactory()
    steps = path.steps.get_prep_value()
    steps[0]["value"]["id"] = "renamed"
    set_steps(path, steps)

    with pytest.raises(ValidationError, match="Keep that id"):
        path.full_clean()


def test_the_id_of_a_step_that_is_gone_is_not_given_to_another() -> None:
    path = LearningPathPageFactory()
    read, practise = path.steps.get_prep_value()
    set_steps(path, [practise])
    path.save_revision().publish()

    set_steps(path, [practise, read_step("read", make_guidance("another"))])
    with pytest.raises(ValidationError, match="belonged to another step"):
        path.full_clean()

    set_steps(path, [practise, read])
    path.full_clean()


def test_other_words_for_a_step_are_no_new_step() -> None:
    path = LearningPathPageFactory()
    steps = path.steps.get_prep_value()
    steps[0]["value"]["title"] = "Read it well"
    set_steps(path, steps)

    path.full_clean()


def test_progress_outlives_the_path_and_goes_with_the_person() -> None:
    path, learner = LearningPathPageFactory(), UserFactory()
    enrolment = Enrolment.objects.create(user=learner, path=path, path_title=path.title)
    StepProgress.objects.create(enrolment=enrolment, step="read", kind="read", state="opened")

    path.delete()
    enrolment.refresh_from_db()
    assert (enrolment.path, enrolment.path_title) == (None, path.title)

    learner.delete()
    assert not StepProgress.objects.exists()


def test_a_completed_step_has_a_time() -> None:
    enrolment = Enrolment.objects.create(user=UserFactory(), path=LearningPathPageFactory(), path_title="Path")

    with pytest.raises(IntegrityError), transaction.atomic():
        StepProgress.objects.create(enrolment=enrolment, step="read", kind="read", state="done")


def test_no_field_could_hold_an_answer() -> None:
    fields = {field.name for field in StepProgress._meta.get_fields()}

    assert fields == {
        "id",
        "enrolment",
        "step",
        "kind",
        "state",
        "opened_at",
        "completed_at",
        "path_revision",
        "path_hash",
        "page_revision",
        "tree_version",
        "content_hash",
        "citations",
    }
