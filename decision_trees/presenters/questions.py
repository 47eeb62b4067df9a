"""The page of one question."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict

from decision_trees import journeys
from decision_trees.engine.errors import InvalidAnswer
from decision_trees.engine.graph import questions_left_at_most
from decision_trees.engine.journey import AnsweredBy, Journey, Step
from decision_trees.engine.model import NONE_OF_THESE, NOT_KNOWN, Answer, Answers, Kind, Quantity, Question, Tree
from decision_trees.engine.units import UNITS, plain
from decision_trees.forms import choices_of, chosen_ids
from decision_trees.services import PublishedTree
from guidance.citations import ResolvedCitation

from .answered import AnsweredRow, answered_rows
from .statements import Citations

#: What is kept of a number that was refused: enough to be mended, too little to be a story.
LONGEST_TYPED = 40


@dataclass(frozen=True, slots=True)
class ChoiceView:
    value: str
    label: str
    hint: str
    checked: bool
    exclusive: bool


@dataclass(frozen=True, slots=True)
class UnitView:
    value: str
    label: str
    selected: bool


@dataclass(frozen=True, slots=True)
class QuestionView:
    """One question to be answered. `left_at_most` counts this one. `typed` is what stands in a number field."""

    question: Question
    choices: tuple[ChoiceView, ...]
    units: tuple[UnitView, ...]
    typed: str
    hint: str
    is_whole: bool
    several: bool
    error: str
    notice: str
    rows: tuple[AnsweredRow, ...]
    left_at_most: int
    why_citations: tuple[ResolvedCitation, ...]
    action_url: str
    back_url: str
    map_url: str
    outline_url: str


def question_view(
    published: PublishedTree,
    question: Question,
    journey: Journey,
    answers: Answers,
    *,
    error: InvalidAnswer | None = None,
    typed: QueryDict | None = None,
    notice: str = "",
) -> QuestionView:
    """The page of one question, with the answers given before it.

    `typed` is a posted form that was refused: what the person entered stays in the fields.
    """
    tree = published.tree
    before = _steps_before(journey, question)
    others = {id: answer for id, answer in answers.items() if id != question.id}
    entered = _posted(typed) if typed else _given(question, answers.get(question.id))
    return QuestionView(
        question=question,
        choices=tuple(
            ChoiceView(id, label, hint, id in entered.ticked, id in (NONE_OF_THESE, NOT_KNOWN))
            for id, label, hint in choices_of(question)
        ),
        units=_unit_views(question, entered.unit),
        typed=entered.number,
        hint=_hint(question),
        is_whole=question.kind is Kind.WHOLE_DAYS,
        several=question.kind is Kind.SEVERAL_OF,
        error=str(error) if error else "",
        notice=notice,
        rows=answered_rows(tree, before, answers),
        left_at_most=questions_left_at_most(
            tree, question.id, {step.question.id: step.answer for step in before}, others, journey.context
        ),
        why_citations=Citations(question.citations).of(question.citations),
        action_url=journeys.question_url(tree, question.id, others),
        back_url=_back_url(tree, before, answers),
        map_url=journeys.map_url(tree, others),
        outline_url=journeys.outline_url(tree, f"question-{question.id}", others),
    )


@dataclass(frozen=True, slots=True)
class _Entered:
    """What stands in the fields of a question."""

    ticked: frozenset[str]
    number: str = ""
    unit: str = ""


def _posted(typed: QueryDict) -> _Entered:
    return _Entered(
        frozenset(typed.getlist("answer") + typed.getlist("coded")),
        typed.get("number", "")[:LONGEST_TYPED],
        typed.get("number.unit", ""),
    )


def _given(question: Question, answer: Answer | None) -> _Entered:
    if isinstance(answer, Quantity):
        return _Entered(frozenset(), f"{plain(answer.value):f}", answer.unit)
    return _Entered(chosen_ids(question, answer))


def _steps_before(journey: Journey, question: Question) -> tuple[Step, ...]:
    before: list[Step] = []
    for step in journey.steps:
        if step.question.id == question.id:
            break
        before.append(step)
    return tuple(before)


def _back_url(tree: Tree, before: tuple[Step, ...], answers: Answers) -> str:
    asked = [step for step in before if step.source is AnsweredBy.GIVEN]
    if not asked:
        return journeys.start_url(tree)
    return journeys.question_url(tree, asked[-1].question.id, answers)


def _unit_views(question: Question, chosen: str) -> tuple[UnitView, ...]:
    if question.number is None:
        return ()
    chosen = chosen if chosen in question.number.units else question.number.units[0]
    return tuple(UnitView(unit, UNITS[unit].symbol, unit == chosen) for unit in question.number.units)


def range_words(question: Question) -> str:
    if question.number is None:
        return ""
    limits = []
    for unit in (UNITS[id] for id in question.number.units if id in UNITS):
        low, high = (
            f"{(bound / unit.factor).normalize():f}" for bound in (question.number.minimum, question.number.maximum)
        )
        limits.append(f"{low} to {high}\N{NO-BREAK SPACE}{unit.symbol}")
    return ", or ".join(limits)


def _hint(question: Question) -> str:
    if question.number is None:
        return question.hint
    example = f"For example {question.number.example}. " if question.number.example else ""
    return f"{question.hint}\n{example}From {range_words(question)}.".strip()
