"""The result of a finished journey, in the order of the page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from decision_trees import journeys
from decision_trees.engine.graph import rule_label
from decision_trees.engine.journey import AppliedAddOn, Journey, Step, what_would_change
from decision_trees.engine.model import AdviceKind, Answers, Context, Outcome, Tree
from decision_trees.services import PublishedTree, citations_of_outcome
from guidance.citations import ResolvedCitation
from guidance.services.tensions import texts_of_tensions

from .answered import AnsweredRow, answered_rows
from .outcomes import OutcomeView, outcome_view
from .statements import AddedAdviceView, Citations, statement_view
from .today import TodayView


@dataclass(frozen=True, slots=True)
class TraceRow:
    question: str
    answer: str
    rule: str
    citations: tuple[ResolvedCitation, ...]


@dataclass(frozen=True, slots=True)
class ChangeView:
    question: str
    alternatives: str
    leads_to: str
    change_url: str


@dataclass(frozen=True, slots=True)
class ResultView:
    result: OutcomeView
    advice: tuple[AddedAdviceView, ...]
    rows: tuple[AnsweredRow, ...]
    trace: tuple[TraceRow, ...]
    changes: tuple[ChangeView, ...]
    handover: str
    address: str
    map_url: str
    outline_url: str
    today: TodayView | None


def result_view(
    published: PublishedTree,
    journey: Journey,
    answers: Answers,
    context: Context,
    user: Any,
    address: str,
    today: TodayView | None = None,
) -> ResultView:
    """The result of a finished journey, in the order of the page.

    Args:
        published: the version of the tree that was walked.
        journey: the walk, which reached an outcome.
        answers: the answers as given.
        context: the figures and settings that were read.
        user: who reads.
        address: the address of this result, in full.
        today: what today's version makes of the answers, where the version walked is an older one.
    """
    tree = published.tree
    number = None if published.is_current else published.version
    outcome = journey.outcome
    assert outcome is not None, "a result is asked for only where an outcome is reached"
    references = list(citations_of_outcome(outcome))
    references += [reference for applied in journey.add_ons for reference in applied.add_on.citations]
    references += [reference for step in journey.steps for reference in step.question.citations]
    # The tensions look theirs up by themselves; asked for here, they come in the same two queries.
    citations = Citations((*references, *texts_of_tensions(outcome.conflicts)))
    advice = [_added_advice(item, journey, citations) for item in journey.add_ons]
    view = ResultView(
        result=outcome_view(outcome, user, citations),
        advice=tuple(advice),
        rows=answered_rows(tree, journey.steps, answers),
        trace=tuple(_trace_row(journey, step, context, citations) for step in journey.steps),
        changes=_changes(tree, answers, context),
        handover="",
        address=address,
        map_url=journeys.map_url(tree, answers, number),
        outline_url=journeys.outline_url(tree, "", answers, number),
        today=today,
    )
    return replace(view, handover=_handover(published, view))


def _added_advice(applied: AppliedAddOn, journey: Journey, citations: Citations) -> AddedAdviceView:
    add_on = applied.add_on
    reasons = [
        f"{step.question.text} {step.answer_text}" for step in journey.steps if step.question.id in applied.because
    ]
    return AddedAdviceView(
        add_on.id, add_on.title, add_on.kind.value, statement_view(add_on, citations, "; ".join(reasons))
    )


def _trace_row(journey: Journey, step: Step, context: Context, citations: Citations) -> TraceRow:
    return TraceRow(
        question=step.question.text,
        answer=step.answer_text,
        rule=_rule_words(journey, step, context),
        citations=citations.of(step.question.citations),
    )


def _rule_words(journey: Journey, step: Step, context: Context) -> str:
    """What led on from a question. A rule that every answer follows explains nothing."""
    if step.rule is None:
        flag = journey.red_flag
        return f"Red flag: {flag.when.describe(journey.tree, context)}" if flag is not None else ""
    several = len(step.question.rules) > 1
    return f"Rule: {rule_label(journey.tree, step.rule, context)}" if several else ""


def _changes(tree: Tree, answers: Answers, context: Context) -> tuple[ChangeView, ...]:
    return tuple(
        ChangeView(
            question=change.question.text,
            alternatives=", or ".join(change.alternatives),
            leads_to=change.target.title
            if isinstance(change.target, Outcome)
            else f"a further question: {change.target.text}",
            change_url=journeys.question_url(tree, change.question.id, answers),
        )
        for change in what_would_change(tree, answers, context)
    )


def _handover(published: PublishedTree, view: ResultView) -> str:
    """Plain text to paste into the service's own record. It holds no personal data because none was asked for."""
    outcome = view.result.outcome
    lines = [
        published.tree.title,
        f"Version {published.version}, {date_format(timezone.localdate(), 'j F Y')}",
        *([f"NOT CURRENT. {view.today.words}"] if view.today and not view.today.is_same else []),
        "",
        "Answers",
        *(f"- {row.question} {row.answer}" for row in view.rows),
        "",
        f"Result: {outcome.title} ({view.result.urgency_words.lower()})",
        outcome.do_now,
        "",
        "What to do",
        *(f"{number}. {action.text}" for number, action in enumerate(view.result.actions, start=1)),
        *(f"- {text}" for text in _advice_texts(view, AdviceKind.DO)),
    ]
    cautions = [*(caution.text for caution in view.result.cautions), *_advice_texts(view, AdviceKind.DO_NOT)]
    if cautions:
        lines += ["", "What not to do", *(f"- {caution}" for caution in cautions)]
    notes = _advice_texts(view, AdviceKind.NOTE)
    if notes:
        lines += ["", "Note", *(f"- {note}" for note in notes)]
    lines += ["", f"Who decides: {outcome.who_decides}"]
    if outcome.record:
        lines += ["Record: " + "; ".join(outcome.record)]
    return "\n".join(lines)


def _advice_texts(view: ResultView, kind: AdviceKind) -> list[str]:
    return [f"{advice.title}. {advice.statement.text}" for advice in view.advice if advice.kind == kind.value]
