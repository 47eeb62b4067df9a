"""How a path stands for a person. One function computes it for the learner and for whoever looks on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from decision_trees.engine.cases import Case
from decision_trees.services import PublishedTree, context_on, find_tree, lacks_figures
from guidance.generation import remembered
from guidance.permissions import VIEW_PAGE, permits

from .models import StepProgress
from .outlines import PathOutline, StepOutline, Target, targets_of
from .permissions import VIEW_PROGRESS
from .practice import Exercise, exercise_of


class StepState(Enum):
    """How a step stands. Changed: done, and what was read or practised has moved on since."""

    NOT_STARTED = "not-started"
    IN_PROGRESS = "in-progress"
    DONE = "done"
    CHANGED = "changed"


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


@dataclass(frozen=True, slots=True)
class Opening:
    """A step that a person may open now: a page to read, or a tree with an exercise."""

    target: Target
    published: PublishedTree | None = None
    exercise: Exercise | None = None


def path_view(outline: PathOutline, learner: Any, *, viewer: Any) -> PathView:
    """How a path stands for a learner, as the viewer sees it: exactly as the learner does.

    Raises:
        PermissionDenied: when the viewer may not see this learner's progress.
    """
    return path_views([outline], learner, viewer=viewer)[0]


def path_views(outlines: Iterable[PathOutline], learner: Any, *, viewer: Any) -> list[PathView]:
    """The same for several paths, in one query more than what they open. Without an account nothing is started."""
    outlines = tuple(outlines)
    kept: dict[int, list[StepProgress]] = {}
    if learner.is_authenticated:
        if not permits(viewer, VIEW_PROGRESS, learner):
            raise PermissionDenied("People see their own progress only.")
        ids = [outline.page.pk for outline in outlines]
        rows = StepProgress.objects.filter(enrolment__user=learner, enrolment__path__in=ids)
        for row in rows.select_related("enrolment").defer("citations"):
            kept.setdefault(row.enrolment.path_id or 0, []).append(row)
    targets = targets_of(step for outline in outlines for step in outline.steps)
    visible = {step: target.hash for step, target in targets.items() if permits(learner, VIEW_PAGE, target.page)}
    return [_path_view(outline, kept.get(outline.page.pk, []), visible) for outline in outlines]


def _path_view(outline: PathOutline, rows: list[StepProgress], hashes: Mapping[StepOutline, str]) -> PathView:
    newest = {row.step: row for row in rows}
    steps = tuple(_step_view(step, newest.get(step.id), hashes.get(step)) for step in outline.steps)
    return PathView(outline, steps, rows[0].enrolment.started_at if rows else None)


def _step_view(step: StepOutline, row: StepProgress | None, content_hash: str | None) -> StepView:
    is_available = content_hash is not None
    if row is None:
        return StepView(step, StepState.NOT_STARTED, is_available)
    if row.state == StepProgress.State.OPENED:
        return StepView(step, StepState.IN_PROGRESS, is_available, row.opened_at)
    # What cannot be opened now cannot be compared, and what was done stays done.
    has_changed = is_available and row.content_hash != content_hash
    return StepView(step, StepState.CHANGED if has_changed else StepState.DONE, is_available, row.completed_at)


def opening_of(step: StepOutline, person: Any) -> Opening | None:
    """What the step opens for this person, or None where there is nothing that they may or can open.

    A case that its tree no longer bears out is not practised: it would teach the wrong thing.
    """
    target = targets_of([step]).get(step)
    if target is None or not permits(person, VIEW_PAGE, target.page):
        return None
    if target.case is None:
        return Opening(target)
    published = find_tree(target.page.slug, user=person)
    exercise = _exercise(published, target.case) if published else None
    return Opening(target, published, exercise) if exercise else None


def _exercise(published: PublishedTree, case: Case) -> Exercise | None:
    """The exercise of a day, made once: figures are read by the day, and a change of content forgets it."""
    day = timezone.localdate()
    memory = remembered("exercises")
    key = (published.page_id, published.hash, case.id, day)
    if key not in memory:
        context = context_on(day)
        memory[key] = None if lacks_figures(published, context) else exercise_of(published.tree, case, context)
    found: Exercise | None = memory[key]
    return found
