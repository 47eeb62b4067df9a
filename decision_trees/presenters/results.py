"""The result of a finished journey, in the order of the page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from decision_trees import journeys
from decision_trees.engine.answers import answer_text
from decision_trees.engine.graph import rule_label
from decision_trees.engine.journey import AnsweredBy, AppliedAddOn, Journey, Step, what_would_change
from decision_trees.engine.model import AdviceKind, Answer, Answers, Context, Outcome, Quantity, Tree
from decision_trees.engine.units import to_base
from decision_trees.engine.walk import find_end
from decision_trees.services import PublishedTree, citations_of_outcome
from guidance.services.tensions import texts_of_tensions

from .answered import AnsweredRow, answered_rows
from .handovers import handover
from .outcomes import OutcomeView, outcome_view
from .statements import AddedAdviceView, Citations, statement_view
from .today import TodayView

#: More rules than this are not named to say that none of them fits: the outline has them.
_MOST_OTHERS = 2


@dataclass(frozen=True, slots=True)
class OtherSettingView:
    """A question that the address answers in one way and the service's setting in another, by which the tree goes."""

    question: str
    in_address: str
    now: str


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A question whose answer alone would change the result. `ways`: other answers in words, and where they lead."""

    question: str
    change_url: str
    ways: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ResultView:
    """`more_gaps_url` is where the documents' silence on the tree's whole subject stands; empty where there is none,
    and for an older version. `result_by_address` names the outcome that the answers in the address lead to, if the
    service's settings that differ from them (`other_settings`) make it another one."""

    result: OutcomeView
    advice: tuple[AddedAdviceView, ...]
    more_gaps_url: str
    rows: tuple[AnsweredRow, ...]
    changes: tuple[ChangeView, ...]
    handover: str
    address: str
    map_url: str
    outline_url: str
    today: TodayView | None
    other_settings: tuple[OtherSettingView, ...]
    result_by_address: str


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
        today: what the tree makes of the answers today, where the version walked is an older one or its figures are.
    """
    tree = published.tree
    number = None if published.is_current else published.version
    day = None if today is None else published.day_to_name(today.day)
    outcome = journey.outcome
    assert outcome is not None, "a result is asked for only where an outcome is reached"
    references = list(citations_of_outcome(outcome))
    references += [reference for applied in journey.add_ons for reference in applied.add_on.citations]
    references += [reference for step in journey.steps for reference in step.question.citations]
    # The tensions look theirs up by themselves; asked for here, they come in the same two queries.
    citations = Citations((*references, *texts_of_tensions(outcome.conflicts)))
    # What to do comes before what to know.
    ordered = sorted(journey.add_ons, key=lambda applied: applied.add_on.kind is AdviceKind.NOTE)
    advice = [_added_advice(item, journey, citations) for item in ordered]
    view = ResultView(
        result=outcome_view(outcome, user, citations),
        advice=tuple(advice),
        more_gaps_url=journeys.start_url(tree, "gaps") if tree.gaps and published.is_current else "",
        rows=_rows(journey, answers, context, citations),
        changes=_changes(tree, answers, context),
        handover="",
        address=address,
        map_url=journeys.map_url(tree, answers, number, day),
        outline_url=journeys.outline_url(tree, "", answers, number, day),
        today=today,
        other_settings=_other_settings(journey, answers),
        result_by_address=_result_by_address(journey, answers),
    )
    return replace(view, handover=handover(published, view, citations.of(references)))


def _added_advice(applied: AppliedAddOn, journey: Journey, citations: Citations) -> AddedAdviceView:
    add_on = applied.add_on
    reasons = [
        f"{step.question.text} {step.answer_text}" for step in journey.steps if step.question.id in applied.because
    ]
    return AddedAdviceView(
        add_on.id, add_on.title, add_on.kind.value, statement_view(add_on, citations, "; ".join(reasons))
    )


def _rows(journey: Journey, answers: Answers, context: Context, citations: Citations) -> tuple[AnsweredRow, ...]:
    rows = answered_rows(journey.tree, journey.steps, answers)
    return tuple(
        replace(row, rule=_rule_words(journey, step, context), citations=citations.of(step.question.citations))
        for row, step in zip(rows, journey.steps, strict=True)
    )


def _differing(journey: Journey, answers: Answers) -> tuple[Step, ...]:
    """The steps that a setting answers, and the address in another way: it was set after the address was made."""
    return tuple(
        step
        for step in journey.steps
        if step.source is AnsweredBy.SETTING
        and (said := answers.get(step.question.id)) is not None
        and not _is_same(said, step.answer)
    )


def _is_same(one: Answer, other: Answer) -> bool:
    """Whether two answers say the same, a number in whatever unit."""
    if isinstance(one, Quantity) and isinstance(other, Quantity):
        return to_base(one) == to_base(other)
    return one == other


def _other_settings(journey: Journey, answers: Answers) -> tuple[OtherSettingView, ...]:
    return tuple(
        OtherSettingView(step.question.text, answer_text(step.question, answers[step.question.id]), step.answer_text)
        for step in _differing(journey, answers)
    )


def _result_by_address(journey: Journey, answers: Answers) -> str:
    changed = {step.question.setting for step in _differing(journey, answers)}
    if not changed:
        return ""
    context = journey.context
    settings = {id: value for id, value in context.settings.items() if id not in changed}
    then = find_end(journey.tree, answers, replace(context, settings=settings)).outcome
    return then.title if then is not None and journey.outcome is not None and then.id != journey.outcome.id else ""


def _rule_words(journey: Journey, step: Step, context: Context) -> str:
    """What led on from a question. A rule that every answer follows explains nothing."""
    if step.rule is None:
        flag = journey.red_flag
        return f"Red flag: {flag.when.describe(journey.tree, context)}" if flag is not None else ""
    if len(step.question.rules) == 1:
        return ""
    if step.rule.when is None:
        others = [rule_label(journey.tree, rule, context) for rule in step.question.rules if rule is not step.rule]
        which = f" ({'; '.join(others)})" if len(others) <= _MOST_OTHERS else ""
        return f"Rule: none of the others fits{which}"
    return f"Rule: {rule_label(journey.tree, step.rule, context)}"


def _changes(tree: Tree, answers: Answers, context: Context) -> tuple[ChangeView, ...]:
    found: dict[str, ChangeView] = {}
    for change in what_would_change(tree, answers, context):
        question = change.question
        url = journeys.question_url(tree, question.id, answers)
        view = found.setdefault(question.id, ChangeView(question.text, url, ()))
        target = change.target
        leads_to = target.title if isinstance(target, Outcome) else f"a further question: {target.text}"
        found[question.id] = replace(view, ways=(*view.ways, (", or ".join(change.alternatives), leads_to)))
    return tuple(found.values())
