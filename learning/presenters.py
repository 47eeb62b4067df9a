"""What the templates of learning receive: values with every word and address in place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.formats import date_format

from decision_trees import presenters as trees
from decision_trees.engine.errors import InvalidAnswer
from decision_trees.engine.model import Answers, Outcome, Question
from guidance.citations import ResolvedCitation, resolve_texts
from guidance.models import Passage
from guidance.source_presenters import PassageView, passage_view

from .addresses import with_answers
from .outlines import PathOutline, StepKind, StepOutline
from .practice import Exercise, Standing, WrongTurn
from .progress import Opening, PathView, StepState, StepView, path_view, path_views
from .services import visible_paths

_LEARNING = ("Learning", "/learning/")
KIND_WORDS = {StepKind.READ: "Read", StepKind.PRACTISE: "Practise"}

#: The words of the steps list (`components/steps_list.html`).
_CURRENT = "current"
_LIST_STATES = {
    StepState.NOT_STARTED: "to-do",
    StepState.IN_PROGRESS: "to-do",
    StepState.DONE: "done",
    StepState.CHANGED: "changed",
}


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step in the list of a path."""

    title: str
    kind: str
    state: str
    url: str
    note: str


@dataclass(frozen=True, slots=True)
class PathLine:
    """A path in the list of paths."""

    title: str
    url: str
    text: str
    meta: str


@dataclass(frozen=True, slots=True)
class CitedPassage:
    """A citation with the text of its passage, where that is loaded and may be shown whole."""

    citation: ResolvedCitation
    text: PassageView | None


@dataclass(frozen=True, slots=True)
class WrongTurnView:
    """What a learner is shown where an answer leads away: where to, on which passages, and what the case says."""

    question: str
    answer: str
    leads_to: str
    leads_to_outcome: bool
    why: str
    passages: tuple[CitedPassage, ...]
    right_answer: str
    try_again_url: str


@dataclass(frozen=True, slots=True)
class DifferenceView:
    question: str
    answer: str
    right_answer: str
    citations: tuple[ResolvedCitation, ...]


@dataclass(frozen=True, slots=True)
class RightView:
    """The right outcome, reached."""

    result: trees.ResultView
    why: str
    differences: tuple[DifferenceView, ...]
    again_url: str


# --- Lists --------------------------------------------------------------------------------------------------------


def present_index(request: HttpRequest) -> dict[str, Any]:
    """The paths that the person may see, with their own progress where they have an account."""
    paths = visible_paths(request.user)
    if not request.user.is_authenticated:
        return {"paths": [_path_line(path) for path in paths]}
    views = path_views(paths, request.user, viewer=request.user)
    return {"paths": [_path_line(view.outline, view) for view in views]}


def _path_line(path: PathOutline, view: PathView | None = None) -> PathLine:
    count = len(path.steps)
    steps = f"{count} step{'' if count == 1 else 's'}"
    if view is not None and view.started_at:
        steps = f"{view.done_count} of {steps} done"
    return PathLine(path.title, path.url, path.summary, f"{path.audience}. {steps}")


def present_path(outline: PathOutline, request: HttpRequest) -> dict[str, Any]:
    """A path as this person meets it."""
    view = path_view(outline, request.user, viewer=request.user)
    return {
        "breadcrumbs": (_LEARNING,),
        "path": outline,
        "view": view,
        "steps": tuple(step_line(step, is_next=step is view.next_step) for step in view.steps),
        "count": len(view.steps),
    }


def step_line(step: StepView, *, is_next: bool) -> StepLine:
    """A step with its state in words. The next one is marked, unless it is next because it changed."""
    state = _CURRENT if is_next and step.state is not StepState.CHANGED else _LIST_STATES[step.state]
    return StepLine(
        title=step.outline.title,
        kind=KIND_WORDS[step.outline.kind],
        state=state,
        url=step.outline.url if step.is_available else "",
        note=_note(step),
    )


def _note(step: StepView) -> str:
    on = date_format(timezone.localdate(step.since), "j F Y") if step.since else ""
    parts = {
        StepState.NOT_STARTED: "",
        StepState.IN_PROGRESS: f"In progress since {on}.",
        StepState.DONE: f"Done on {on}.",
        StepState.CHANGED: f"Done on {on}. What it rests on has a newer version.",
    }
    gone = "" if step.is_available else "Not available at the moment."
    return f"{parts[step.state]} {gone}".strip()


def step_breadcrumbs(path: PathOutline) -> tuple[tuple[str, str], ...]:
    return (_LEARNING, (path.title, path.url))


# --- Practice -----------------------------------------------------------------------------------------------------


def practice_question(
    path: PathOutline,
    step: StepOutline,
    opening: Opening,
    standing: Standing,
    answers: Answers,
    *,
    error: InvalidAnswer | None = None,
    typed: QueryDict | None = None,
    notice: str = "",
) -> trees.QuestionView:
    """The tree's own question, with every address in the practice."""
    assert opening.published is not None
    question = standing.journey.question
    assert question is not None, "a question is shown only where one is open"
    tree = opening.published.tree
    view = trees.question_view(
        opening.published, question, standing.journey, answers, error=error, typed=typed, notice=notice
    )
    before = [row.question_id for row in view.rows if row.change_url]
    return replace(
        view,
        action_url=with_answers(step.url, tree, _without(answers, question.id)),
        back_url=with_answers(step.url, tree, _without(answers, before[-1], question.id)) if before else path.url,
        rows=_rows(view.rows, step, opening, answers),
    )


def wrong_turn_view(step: StepOutline, exercise: Exercise, turn: WrongTurn) -> WrongTurnView:
    question = turn.step.question
    right = exercise.right_step(question.id)
    return WrongTurnView(
        question=question.text,
        answer=turn.step.answer_text,
        leads_to=_title(turn.leads_to),
        leads_to_outcome=isinstance(turn.leads_to, Outcome),
        why=exercise.case.why,
        passages=cited_passages((*question.citations, *exercise.case.citations)),
        right_answer=right.answer_text if right else "",
        try_again_url=with_answers(step.url, exercise.tree, turn.before),
    )


def cited_passages(texts: Iterable[str]) -> tuple[CitedPassage, ...]:
    """What these citations open at, each place once, with the texts in one query more."""
    opened = {citation.url: citation for citation in resolve_texts(texts).values()}
    ids = [citation.passage_id for citation in opened.values() if citation.passage_id]
    rows = Passage.objects.filter(pk__in=ids).select_related("section__edition__source") if ids else ()
    views = {row.pk: passage_view(row, row.section, row.section.edition, to_staff=False) for row in rows}
    whole = {id: view for id, view in views.items() if not view.is_extract and (view.html or view.cells)}
    return tuple(CitedPassage(citation, whole.get(citation.passage_id)) for citation in opened.values())


def right_view(
    step: StepOutline, opening: Opening, exercise: Exercise, standing: Standing, answers: Answers, user: Any
) -> RightView:
    """The tree's real result, with every address in the practice and nothing to hand over."""
    assert opening.published is not None
    result = trees.result_view(
        opening.published, standing.journey, answers, exercise.right.context, user, address=step.url
    )
    return RightView(
        # What another answer would change leads into the real tree; practice stays in its frame.
        result=replace(result, rows=_rows(result.rows, step, opening, answers), changes=()),
        why=exercise.case.why,
        differences=tuple(
            DifferenceView(
                each.step.question.text,
                each.step.answer_text,
                each.right.answer_text,
                tuple(resolve_texts(each.step.question.citations).values()),
            )
            for each in standing.differences
        ),
        again_url=step.url,
    )


def _rows(
    rows: tuple[trees.AnsweredRow, ...], step: StepOutline, opening: Opening, answers: Answers
) -> tuple[trees.AnsweredRow, ...]:
    assert opening.published is not None
    tree = opening.published.tree
    return tuple(
        replace(row, change_url=with_answers(step.url, tree, _without(answers, row.question_id)))
        if row.change_url
        else row
        for row in rows
    )


def _without(answers: Answers, *question_ids: str) -> Answers:
    return {id: answer for id, answer in answers.items() if id not in question_ids}


def _title(target: Outcome | Question) -> str:
    return target.title if isinstance(target, Outcome) else target.text
