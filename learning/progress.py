"""How a path stands for a person. One function computes it for the learner and for whoever looks on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from decision_trees.engine.model import Context
from decision_trees.services import PublishedTree, context_on, find_tree
from guidance.permissions import VIEW_PAGE, permits

from .models import Enrolment, StepProgress
from .outlines import PathOutline, StepKind, StepOutline
from .permissions import VIEW_PROGRESS
from .practice import Exercise, exercise_of


class StepState(Enum):
    """How a step stands. Changed: done, and what was read or practised has moved on since."""

    NOT_STARTED = "not-started"
    IN_PROGRESS = "in-progress"
    DONE = "done"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Opening:
    """What a step opens for one person at this time: the page, or the tree with its exercise."""

    content_hash: str
    page_revision: int | None
    published: PublishedTree | None = None
    exercise: Exercise | None = None
    context: Context | None = None


@dataclass(frozen=True, slots=True)
class StepView:
    """A step for one person. `since` is when the state was reached."""

    outline: StepOutline
    state: StepState
    is_available: bool
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class PathView:
    """A path for one person."""

    outline: PathOutline
    steps: tuple[StepView, ...]
    started_at: datetime | None = None

    @property
    def done_count(self) -> int:
        return sum(step.state is StepState.DONE for step in self.steps)

    @property
    def is_complete(self) -> bool:
        return bool(self.steps) and self.done_count == len(self.steps)

    @property
    def next_step(self) -> StepView | None:
        """The first step that can be opened and is not done as it stands now."""
        return next((step for step in self.steps if step.is_available and step.state is not StepState.DONE), None)


def opening_of(step: StepOutline, person: Any) -> Opening | None:
    """What the step opens for this person, or None where there is nothing they may or can open.

    A case that its tree no longer bears out is not practised: it would teach the wrong thing.
    """
    if step.page is None or not permits(person, VIEW_PAGE, step.page):
        return None
    if step.kind is StepKind.READ:
        return Opening(step.page_hash, step.page.live_revision_id)
    published = find_tree(step.page.slug, user=person)
    if published is None or step.case is None:
        return None
    context = context_on(timezone.localdate())
    exercise = exercise_of(published.tree, step.case, context)
    if exercise is None:
        return None
    practised = hashlib.sha256(f"{published.hash} {step.case.id}".encode()).hexdigest()
    return Opening(practised, step.page.live_revision_id, published, exercise, exercise.right.context)


def path_view(outline: PathOutline, learner: Any, *, viewer: Any) -> PathView:
    """How a path stands for a learner, as the viewer sees it: exactly as the learner does.

    Raises:
        PermissionDenied: when the viewer may not see this learner's progress.
    """
    return path_views([outline], learner, viewer=viewer)[outline.page.pk]


def path_views(outlines: Iterable[PathOutline], learner: Any, *, viewer: Any) -> dict[int, PathView]:
    """The same for several paths, by the page's id, in two queries. A person without an account has not started."""
    outlines = list(outlines)
    kept: dict[int, Enrolment] = {}
    if learner.is_authenticated:
        if not permits(viewer, VIEW_PROGRESS, learner):
            raise PermissionDenied("People see their own progress only.")
        enrolments = Enrolment.objects.filter(user=learner, path__in=[outline.page.pk for outline in outlines])
        kept = {each.path_id: each for each in enrolments.prefetch_related("progress") if each.path_id}
    return {outline.page.pk: _path_view(outline, learner, kept.get(outline.page.pk)) for outline in outlines}


def _path_view(outline: PathOutline, learner: Any, enrolment: Enrolment | None) -> PathView:
    rows = enrolment.progress.all() if enrolment else ()
    hashes = {step.id: opening.content_hash for step in outline.steps if (opening := opening_of(step, learner))}
    return PathView(outline, step_views(outline, rows, hashes), enrolment.started_at if enrolment else None)


def step_views(outline: PathOutline, rows: Iterable[StepProgress], hashes: Mapping[str, str]) -> tuple[StepView, ...]:
    """The steps from what was kept, oldest row first, and from the hashes of what can be opened now."""
    newest = {row.step: row for row in rows}
    return tuple(_step_view(step, newest.get(step.id), hashes.get(step.id)) for step in outline.steps)


def _step_view(step: StepOutline, row: StepProgress | None, content_hash: str | None) -> StepView:
    is_available = content_hash is not None
    if row is None:
        return StepView(step, StepState.NOT_STARTED, is_available)
    if row.state == StepProgress.State.OPENED:
        return StepView(step, StepState.IN_PROGRESS, is_available, row.opened_at)
    # What cannot be opened now cannot be compared, and what was done stays done.
    has_changed = is_available and row.content_hash != content_hash
    return StepView(step, StepState.CHANGED if has_changed else StepState.DONE, is_available, row.completed_at)
