"""Use cases around learning paths: find one, open a step, complete a step."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from guidance.generation import remembered
from guidance.permissions import VIEW_PAGE, permits

from .addresses import INDEX_SLUG
from .models import Enrolment, LearningIndexPage, LearningPathPage, PublishedStep, StepProgress
from .outlines import PathOutline, StepOutline, published_outlines
from .permissions import KEEP_PROGRESS
from .progress import Opening


def find_index(*, user: Any) -> LearningIndexPage | None:
    """The published list of paths at its address, if the person may see it."""
    memory = remembered("learning index")
    if "page" not in memory:
        memory["page"] = LearningIndexPage.objects.live().filter(slug=INDEX_SLUG).first()
    page: LearningIndexPage | None = memory["page"]
    return page if page and permits(user, VIEW_PAGE, page) else None


def find_path(slug: str, *, user: Any) -> PathOutline | None:
    """The published path at this address that the person may see."""
    found = published_outlines().get(slug)
    return found if found and permits(user, VIEW_PAGE, found.page) else None


def visible_paths(user: Any) -> tuple[PathOutline, ...]:
    """The published paths that the person may see, by title."""
    return tuple(each for each in published_outlines().values() if permits(user, VIEW_PAGE, each.page))


@transaction.atomic
def open_step(user: Any, path: PathOutline, step: StepOutline, opening: Opening) -> StepProgress:
    """Note that a person has opened a step. The first one enrols them; one that is open stays as it is.

    Raises:
        PermissionDenied: when nothing may be kept about this person.
    """
    enrolment = _enrolled(user, path)
    last = enrolment.progress.filter(step=step.id).last()
    if last is not None and (last.state == StepProgress.State.OPENED or last.content_hash == opening.target.hash):
        return last
    return _saved(StepProgress(enrolment=enrolment, state=StepProgress.State.OPENED), path, step, opening)


@transaction.atomic
def complete_step(user: Any, path: PathOutline, step: StepOutline, opening: Opening) -> StepProgress:
    """Note that a person has completed a step, on the versions that stand now. Doing it twice changes nothing.

    Whether the step was really done is for the caller to know.

    Raises:
        PermissionDenied: when nothing may be kept about this person.
    """
    enrolment = _enrolled(user, path)
    last = enrolment.progress.filter(step=step.id).last()
    if last is not None and last.state == StepProgress.State.DONE:
        if last.content_hash == opening.target.hash:
            return last
        last = None
    done = last or StepProgress(enrolment=enrolment)
    done.state, done.completed_at = StepProgress.State.DONE, timezone.now()
    return _saved(done, path, step, opening)


def keep_step_ids(page: LearningPathPage) -> None:
    """Remember under which ids the steps of a published path stand, so that none comes to mean another step."""
    PublishedStep.objects.bulk_create(
        [
            PublishedStep(path=page, step=block["value"]["id"], kind=block["type"], block=block["id"] or "")
            for block in page.steps.get_prep_value()
        ],
        ignore_conflicts=True,
    )


def _enrolled(user: Any, path: PathOutline) -> Enrolment:
    if not permits(user, KEEP_PROGRESS):
        raise PermissionDenied("Progress is kept for people who are logged in.")
    found, _ = Enrolment.objects.get_or_create(user=user, path=path.page, defaults={"path_title": path.title})
    # One after the other: two clicks at once must not make two rows.
    return Enrolment.objects.select_for_update().get(pk=found.pk)


def _saved(row: StepProgress, path: PathOutline, step: StepOutline, opening: Opening) -> StepProgress:
    row.step, row.kind = step.id, step.kind.value
    row.path_revision, row.path_hash = path.page.live_revision_id, path.hash
    row.page_revision, row.content_hash = opening.target.page.live_revision_id, opening.target.hash
    row.tree_version = opening.published.version if opening.published else None
    row.citations = _citations(opening)
    row.save()
    return row


def _citations(opening: Opening) -> list[str]:
    """The citations that stand before a learner in a step, each once. They hold nothing of anyone's answers."""
    if opening.exercise is not None:
        return list(opening.exercise.citations())
    return list(dict.fromkeys(str(entry.citation) for entry in opening.target.page.citation_entries()))
