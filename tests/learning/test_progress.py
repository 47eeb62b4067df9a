"""How a path stands for a person: states, versions, and who may look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from decision_trees.models import TreePage
from guidance.generation import bump_generation
from guidance.models import GuidancePage
from guidance.permissions import permits
from guidance.predicates import TRAINERS
from learning.models import Enrolment, StepProgress
from learning.outlines import StepOutline
from learning.permissions import KEEP_PROGRESS, VIEW_PROGRESS
from learning.progress import PathView, StepState, opening_of, path_view
from learning.services import complete_step, find_path, open_step
from tests.factories.learning import (
    HIGH,
    OTHERS,
    PASSAGE,
    SECTION,
    STEADY,
    UNSTEADY,
    LearningPathPageFactory,
    UserFactory,
    make_guidance,
    make_tree,
    practise_step,
    publish,
    read_step,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def learner() -> Any:
    return UserFactory()


@pytest.fixture
def path() -> Any:
    return LearningPathPageFactory(slug="doses")


def view_of(learner: Any) -> PathView:
    outline = find_path("doses", user=learner)
    assert outline is not None
    return path_view(outline, learner, viewer=learner)


def states(learner: Any) -> list[StepState]:
    return [step.state for step in view_of(learner).steps]


def step_of(learner: Any, id: str) -> StepOutline:
    outline = find_path("doses", user=learner)
    step = outline.step(id) if outline else None
    assert step is not None
    return step


def complete(learner: Any, id: str) -> StepProgress:
    outline, step = find_path("doses", user=learner), step_of(learner, id)
    opening = opening_of(step, learner)
    assert outline is not None
    assert opening is not None
    return complete_step(learner, outline, step, opening)


def begin(learner: Any, id: str) -> StepProgress:
    outline, step = find_path("doses", user=learner), step_of(learner, id)
    opening = opening_of(step, learner)
    assert outline is not None
    assert opening is not None
    return open_step(learner, outline, step, opening)


def test_steps_go_from_not_started_to_in_progress_to_done(path: Any, learner: Any) -> None:
    assert states(learner) == [StepState.NOT_STARTED, StepState.NOT_STARTED]

    begin(learner, "read")
    assert states(learner) == [StepState.IN_PROGRESS, StepState.NOT_STARTED]

    complete(learner, "read")
    assert states(learner) == [StepState.DONE, StepState.NOT_STARTED]
    assert StepProgress.objects.count() == 1


def test_the_next_step_is_the_first_that_is_not_done(path: Any, learner: Any) -> None:
    complete(learner, "read")
    following = view_of(learner).next_step
    assert following is not None
    assert following.outline.id == "practise"

    complete(learner, "practise")
    assert view_of(learner).next_step is None
    assert view_of(learner).is_complete


def test_a_completion_records_the_versions_and_the_citations_met(path: Any, learner: Any) -> None:
    tree = TreePage.objects.get()

    read, practised = complete(learner, "read"), complete(learner, "practise")

    assert read.path_revision == practised.path_revision == path.live_revision_id
    assert read.page_revision == GuidancePage.objects.get().live_revision_id
    assert (read.tree_version, practised.tree_version) == (None, 1)
    assert practised.page_revision == tree.live_revision_id
    assert read.citations == [PASSAGE]
    assert practised.citations == [PASSAGE, SECTION]
    assert read.completed_at is not None


def test_an_opened_step_records_its_versions_too(path: Any, learner: Any) -> None:
    row = begin(learner, "practise")

    assert (row.tree_version, row.path_revision) == (1, path.live_revision_id)
    assert row.citations == [PASSAGE, SECTION]


def test_completing_twice_keeps_the_first_completion(path: Any, learner: Any) -> None:
    assert complete(learner, "read") == complete(learner, "read")
    assert StepProgress.objects.count() == 1


def test_a_read_page_that_says_something_else_has_changed(path: Any, learner: Any) -> None:
    complete(learner, "read")
    page = GuidancePage.objects.get()
    page.summary = "Doses are given another way."
    publish(page)

    assert states(learner) == [StepState.CHANGED, StepState.NOT_STARTED]


def test_a_new_owner_or_review_date_is_no_change(path: Any, learner: Any) -> None:
    complete(learner, "read")
    page = GuidancePage.objects.get()
    page.owned_by = "Lead pharmacist"
    publish(page)

    assert states(learner) == [StepState.DONE, StepState.NOT_STARTED]


def test_a_tree_with_a_new_version_has_changed_and_can_be_done_again(path: Any, learner: Any) -> None:
    first = complete(learner, "practise")
    tree = TreePage.objects.get()
    tree.summary = "Whether to give the dose at once."
    tree.change_note = "Said at once."
    publish(tree)
    assert states(learner) == [StepState.NOT_STARTED, StepState.CHANGED]

    second = complete(learner, "practise")

    assert states(learner) == [StepState.NOT_STARTED, StepState.DONE]
    assert (first.tree_version, second.tree_version) == (1, 2)
    first.refresh_from_db()
    assert first.tree_version == 1


def test_another_case_in_the_same_step_has_changed(path: Any, learner: Any) -> None:
    complete(learner, "practise")
    steps = path.steps.get_prep_value()
    steps[1]["value"]["case"] = "unsteady"
    path.steps = path.steps.stream_block.to_python(steps)
    publish(path)

    assert states(learner) == [StepState.NOT_STARTED, StepState.CHANGED]


def test_a_case_that_is_gone_cannot_be_practised_and_stops_nothing_else(path: Any, learner: Any) -> None:
    # Behind the check that keeps the case while a step needs it.
    TreePage.objects.update(cases=[{**STEADY, "id": "renamed"}, UNSTEADY, HIGH, *OTHERS])
    bump_generation()

    view = view_of(learner)

    assert [step.is_available for step in view.steps] == [True, False]
    complete(learner, "read")
    assert view_of(learner).next_step is None
    assert not view_of(learner).is_complete


def test_a_step_behind_a_restriction_is_open_to_those_let_in_only(path: Any, learner: Any) -> None:
    PageViewRestriction.objects.create(page=GuidancePage.objects.get(), restriction_type=PageViewRestriction.LOGIN)

    assert [step.is_available for step in view_of(learner).steps] == [True, True]
    assert [step.is_available for step in view_of(AnonymousUser()).steps] == [False, True]


def test_what_was_done_stays_done_when_it_is_withdrawn(path: Any, learner: Any) -> None:
    complete(learner, "read")
    GuidancePage.objects.get().unpublish()

    step = view_of(learner).steps[0]

    assert (step.state, step.is_available) == (StepState.DONE, False)


def test_a_draft_of_a_path_is_found_by_nobody(path: Any, learner: Any) -> None:
    path.unpublish()

    assert find_path("doses", user=learner) is None


def test_progress_is_the_learners_own(path: Any, learner: Any) -> None:
    other = UserFactory()
    complete(learner, "read")

    assert states(other) == [StepState.NOT_STARTED, StepState.NOT_STARTED]
    outline = find_path("doses", user=other)
    assert outline is not None
    with pytest.raises(PermissionDenied):
        path_view(outline, learner, viewer=other)


def test_who_may_see_progress(path: Any, learner: Any) -> None:
    trainer = UserFactory()
    trainer.groups.add(Group.objects.get(name=TRAINERS))
    closed = UserFactory(is_active=False)

    assert permits(learner, VIEW_PROGRESS, learner)
    assert not permits(trainer, VIEW_PROGRESS, learner)
    assert not permits(UserFactory(is_superuser=True), VIEW_PROGRESS, learner)
    assert not permits(AnonymousUser(), VIEW_PROGRESS, learner)
    assert not permits(closed, VIEW_PROGRESS, closed)


def test_who_has_progress_kept(path: Any, learner: Any) -> None:
    assert permits(learner, KEEP_PROGRESS)
    assert not permits(AnonymousUser(), KEEP_PROGRESS)
    assert not permits(UserFactory(is_active=False), KEEP_PROGRESS)
    with pytest.raises(PermissionDenied):
        complete(AnonymousUser(), "read")
    assert not Enrolment.objects.exists()


def test_a_case_that_its_tree_no_longer_bears_out_is_not_opened(path: Any, learner: Any) -> None:
    tree = TreePage.objects.get()
    other = [{**STEADY, "outcome": "assess"}, UNSTEADY, HIGH, *OTHERS]
    TreePage.objects.filter(pk=tree.pk).update(cases=other)
    bump_generation()

    assert opening_of(step_of(learner, "practise"), learner) is None
    assert opening_of(step_of(learner, "read"), learner) is not None


def test_the_view_of_a_path_takes_the_same_queries_with_ten_times_the_steps(learner: Any) -> None:
    tree, page = make_tree(), make_guidance()
    short = [read_step("r0", page), practise_step("p0", tree)]
    LearningPathPageFactory(slug="doses", steps=short)
    LearningPathPageFactory(slug="long", steps=[make_step(n) for n in range(10) for make_step in makers(page, tree)])

    counts = []
    for slug in ("doses", "long"):
        outline = find_path(slug, user=learner)
        assert outline is not None
        bump_generation()
        with CaptureQueriesContext(connection) as captured:
            path_view(outline, learner, viewer=learner)
        # Outside a request every memory is asked for with the content generation; that is not the content's doing.
        counts.append(len([query for query in captured if "contentgeneration" not in query["sql"]]))

    assert counts[0] == counts[1]


def makers(page: Any, tree: Any) -> list[Callable[[int], dict[str, Any]]]:
    return [lambda n: read_step(f"r{n}", page), lambda n: practise_step(f"p{n}", tree)]
