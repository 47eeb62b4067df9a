"""What the journey templates receive: values with every word and address in place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format

from guidance.citations import ResolvedCitation, resolve_texts
from guidance.services.tensions import TensionView, tension_views, texts_of_tensions

from . import journeys
from .engine.diagrams import LINE_HEIGHT, PADDING, Box, layout
from .engine.errors import InvalidAnswer, InvalidTree
from .engine.graph import longest_path, questions_left_at_most, rule_label
from .engine.journey import AnsweredBy, AppliedAddOn, Journey, Step, what_would_change
from .engine.model import (
    NONE_OF_THESE,
    NOT_KNOWN,
    AddOn,
    AdviceKind,
    Answer,
    Answers,
    Context,
    Kind,
    Outcome,
    Quantity,
    Question,
    Statement,
    Tree,
    Urgency,
    UrgencyFrom,
)
from .engine.units import UNITS, plain
from .forms import choices_of, chosen_ids
from .models import TreePage
from .readers import tree_of_page
from .services import (
    PublishedTree,
    TreeLine,
    citations_of_outcome,
    context_on,
    guidance_lines,
    local_settings,
    publishing_problems,
    tree_lines,
)

URGENCY_WORDS = {
    Urgency.EMERGENCY: "Emergency",
    Urgency.TODAY: "Today",
    Urgency.SOON: "Soon",
    Urgency.ROUTINE: "Routine",
}


#: What is kept of a number that was refused: enough to be mended, too little to be a story.
LONGEST_TYPED = 40


@dataclass(frozen=True, slots=True)
class StatementView:
    """`year` holds the years of what it cites, `because` the answers that brought it."""

    text: str
    basis: str
    year: str
    citations: tuple[ResolvedCitation, ...]
    because: str = ""


@dataclass(frozen=True, slots=True)
class AnsweredRow:
    question_id: str
    question: str
    answer: str
    change_url: str
    note: str = ""


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


@dataclass(frozen=True, slots=True)
class AddedAdviceView:
    id: str
    title: str
    kind: str
    statement: StatementView


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
class PlannedView:
    title: str
    citations: tuple[ResolvedCitation, ...]


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """An outcome with nothing about a journey: for the outline and the preview, and the heart of a result."""

    outcome: Outcome
    urgency: str
    urgency_words: str
    urgency_is_ours: bool
    actions: tuple[StatementView, ...]
    cautions: tuple[StatementView, ...]
    basis: str
    citations: tuple[ResolvedCitation, ...]
    is_historic: bool
    years: str
    tensions: tuple[TensionView, ...]
    next_trees: tuple[TreeLine, ...]
    planned_trees: tuple[PlannedView, ...]
    next_pages: tuple[tuple[str, str], ...]

    @property
    def title_id(self) -> str:
        """Ids of the title and the two lists, where several outcomes stand on one page."""
        return f"title-{self.outcome.id}"

    @property
    def do_id(self) -> str:
        return f"do-{self.outcome.id}"

    @property
    def do_not_id(self) -> str:
        return f"do-not-{self.outcome.id}"


@dataclass(frozen=True, slots=True)
class ResultView:
    result: OutcomeView
    advice: tuple[AddedAdviceView, ...]
    rows: tuple[AnsweredRow, ...]
    trace: tuple[TraceRow, ...]
    changes: tuple[ChangeView, ...]
    handover: str
    address: str
    notice: str


class _Citations:
    """Resolves every citation that a page shows in one go."""

    def __init__(self, references: Iterable[str]) -> None:
        self._resolved = resolve_texts(references)

    def of(self, references: Iterable[str]) -> tuple[ResolvedCitation, ...]:
        return tuple(self._resolved[reference] for reference in references)


def _years(citations: Iterable[ResolvedCitation]) -> str:
    return " and ".join(str(year) for year in sorted({citation.year for citation in citations if citation.year}))


def _statement(statement: Statement | AddOn, citations: _Citations, because: str = "") -> StatementView:
    cited = citations.of(statement.citations)
    return StatementView(statement.text, statement.basis.value, _years(cited), cited, because)


# --- Question -----------------------------------------------------------------------------------------------------


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
        rows=_rows(tree, before, answers),
        left_at_most=questions_left_at_most(
            tree, question.id, {step.question.id: step.answer for step in before}, others, journey.context
        ),
        why_citations=_Citations(question.citations).of(question.citations),
        action_url=journeys.question_url(tree, question.id, others),
        back_url=_back_url(tree, before, answers),
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


def _range_words(question: Question) -> str:
    if question.number is None:
        return ""
    limits = []
    for unit_id in question.number.units:
        unit = UNITS[unit_id]
        low, high = (
            f"{(bound / unit.factor).normalize():f}" for bound in (question.number.minimum, question.number.maximum)
        )
        limits.append(f"{low} to {high}\N{NO-BREAK SPACE}{unit.symbol}")
    return ", or ".join(limits)


def _hint(question: Question) -> str:
    if question.number is None:
        return question.hint
    example = f"For example {question.number.example}. " if question.number.example else ""
    return f"{question.hint}\n{example}From {_range_words(question)}.".strip()


def _rows(tree: Tree, steps: Iterable[Step], answers: Answers) -> tuple[AnsweredRow, ...]:
    settings = local_settings()
    rows = []
    for step in steps:
        note = ""
        if step.source is AnsweredBy.SETTING and step.question.setting in settings:
            setting = settings[step.question.setting]
            note = f"Set for this service by {setting.owner}, {date_format(setting.set_on, 'j F Y')}"
        rows.append(
            AnsweredRow(
                question_id=step.question.id,
                question=step.question.text,
                answer=step.answer_text,
                change_url=""
                if step.source is AnsweredBy.SETTING
                else journeys.question_url(tree, step.question.id, answers),
                note=note,
            )
        )
    return tuple(rows)


# --- Outcome and result -------------------------------------------------------------------------------------------


def outcome_view(outcome: Outcome, user: Any, citations: _Citations | None = None) -> OutcomeView:
    """An outcome with its citations resolved and its tensions and next steps looked up."""
    citations = citations or _Citations(citations_of_outcome(outcome))
    everything = citations.of(citations_of_outcome(outcome))
    return OutcomeView(
        outcome=outcome,
        urgency=outcome.urgency.value,
        urgency_words=URGENCY_WORDS[outcome.urgency],
        urgency_is_ours=outcome.urgency_from is UrgencyFrom.INFERENCE,
        actions=tuple(_statement(action, citations) for action in outcome.actions),
        cautions=tuple(_statement(caution, citations) for caution in outcome.cautions),
        basis=outcome.basis.value,
        citations=citations.of(outcome.citations),
        is_historic=any(citation.historic for citation in everything),
        years=_years(everything),
        tensions=tension_views(outcome.conflicts),
        next_trees=tree_lines(outcome.next_trees, user),
        planned_trees=tuple(PlannedView(p.title, citations.of(p.citations)) for p in outcome.planned_trees),
        next_pages=guidance_lines(outcome.next_pages, user),
    )


def result_view(
    published: PublishedTree, journey: Journey, answers: Answers, context: Context, user: Any, address: str
) -> ResultView:
    """The result of a finished journey, in the order of the page."""
    tree = published.tree
    outcome = journey.outcome
    assert outcome is not None, "a result is asked for only where an outcome is reached"
    references = list(citations_of_outcome(outcome))
    references += [reference for applied in journey.add_ons for reference in applied.add_on.citations]
    references += [reference for step in journey.steps for reference in step.question.citations]
    # The tensions look theirs up by themselves; asked for here, they come in the same two queries.
    citations = _Citations((*references, *texts_of_tensions(outcome.conflicts)))
    advice = [_added_advice(item, journey, citations) for item in journey.add_ons]
    view = ResultView(
        result=outcome_view(outcome, user, citations),
        advice=tuple(advice),
        rows=_rows(tree, journey.steps, answers),
        trace=tuple(_trace_row(tree, step, context, citations) for step in journey.steps),
        changes=_changes(tree, answers, context),
        handover="",
        address=address,
        notice=_version_notice(published),
    )
    return replace(view, handover=_handover(published, view))


def _added_advice(applied: AppliedAddOn, journey: Journey, citations: _Citations) -> AddedAdviceView:
    add_on = applied.add_on
    reasons = [
        f"{step.question.text} {step.answer_text}" for step in journey.steps if step.question.id in applied.because
    ]
    return AddedAdviceView(
        add_on.id, add_on.title, add_on.kind.value, _statement(add_on, citations, "; ".join(reasons))
    )


def _trace_row(tree: Tree, step: Step, context: Context, citations: _Citations) -> TraceRow:
    return TraceRow(
        question=step.question.text,
        answer=step.answer_text,
        # A rule that every answer follows explains nothing.
        rule=rule_label(tree, step.rule, context) if step.rule and len(step.question.rules) > 1 else "",
        citations=citations.of(step.question.citations),
    )


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


def _version_notice(published: PublishedTree) -> str:
    if published.is_current:
        return ""
    return (
        f"This is version {published.version} of the tree. A newer version is in force: "
        "start again to use it for a decision."
    )


def _handover(published: PublishedTree, view: ResultView) -> str:
    """Plain text to paste into the service's own record. It holds no personal data because none was asked for."""
    outcome = view.result.outcome
    lines = [
        published.tree.title,
        f"Version {published.version}, {date_format(timezone.localdate(), 'j F Y')}",
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


# --- Start, outline and preview -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OutlineQuestion:
    """A question in the outline: what can be answered, and where each rule leads."""

    question: Question
    kind_words: str
    choices: tuple[str, ...]
    range_words: str
    leads: tuple[tuple[str, str, str], ...]
    citations: tuple[ResolvedCitation, ...]


@dataclass(frozen=True, slots=True)
class OutlineView:
    questions: tuple[OutlineQuestion, ...]
    outcomes: tuple[OutcomeView, ...]
    advice: tuple[AddedAdviceView, ...]
    red_flags: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class StartView:
    at_most: int
    rests_on: tuple[ResolvedCitation, ...]
    is_historic: bool
    first_url: str
    outline: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class PreviewView:
    problems: tuple[str, ...]
    outline: OutlineView | None


_KIND_WORDS = {
    Kind.YES_NO: "Yes or no",
    Kind.ONE_OF: "One of these",
    Kind.SEVERAL_OF: "Any of these",
    Kind.NUMBER: "A number",
    Kind.WHOLE_DAYS: "Whole days",
}


def start_view(published: PublishedTree) -> StartView:
    tree = published.tree
    rests_on = _Citations(tree.citations).of(tree.citations)
    return StartView(
        at_most=longest_path(tree, tree.start),
        rests_on=rests_on,
        is_historic=any(citation.historic for citation in rests_on),
        first_url=journeys.question_url(tree, tree.start, {}),
        outline=tuple(
            [(f"question-{q.id}", "Question", q.text) for q in tree.questions]
            + [(f"outcome-{o.id}", "Outcome", o.title) for o in tree.outcomes]
        ),
    )


def outline_view(tree: Tree, user: Any) -> OutlineView:
    """Every question, rule, outcome and piece of added advice, in words."""
    references = [reference for question in tree.questions for reference in question.citations]
    references += [reference for outcome in tree.outcomes for reference in citations_of_outcome(outcome)]
    references += [reference for add_on in tree.add_ons for reference in add_on.citations]
    conflicts = [key for outcome in tree.outcomes for key in outcome.conflicts]
    citations = _Citations((*references, *texts_of_tensions(conflicts)))
    return OutlineView(
        questions=tuple(_outline_question(tree, question, citations) for question in tree.questions),
        outcomes=tuple(outcome_view(outcome, user, citations) for outcome in tree.outcomes),
        advice=tuple(
            AddedAdviceView(a.id, a.title, a.kind.value, _statement(a, citations, a.when.describe(tree)))
            for a in tree.add_ons
        ),
        red_flags=tuple(
            (flag.when.describe(tree), f"outcome-{flag.outcome}", _node_title(tree, flag.outcome))
            for flag in tree.red_flags
        ),
    )


def _outline_question(tree: Tree, question: Question, citations: _Citations) -> OutlineQuestion:
    return OutlineQuestion(
        question=question,
        kind_words=_KIND_WORDS[question.kind],
        choices=tuple(label for _, label, _ in choices_of(question)),
        range_words=_range_words(question),
        leads=tuple(
            (
                rule_label(tree, rule) if len(question.rules) > 1 else "Whatever the answer",
                f"{'outcome' if tree.outcome(rule.go) else 'question'}-{rule.go}",
                _node_title(tree, rule.go),
            )
            for rule in question.rules
        ),
        citations=citations.of(question.citations),
    )


def _node_title(tree: Tree, id: str) -> str:
    outcome, question = tree.outcome(id), tree.question(id)
    if outcome:
        return outcome.title
    return question.text if question else id


def preview_of(page: TreePage) -> PreviewView:
    """A draft as its editor sees it: the outline, and what would stop it from being published."""
    try:
        tree = tree_of_page(page)
    except InvalidTree as error:
        return PreviewView(tuple(error.problems), None)
    return PreviewView(tuple(publishing_problems(page)), outline_view(tree, AnonymousUser()))


@dataclass(frozen=True, slots=True)
class MapLine:
    x: int
    y: int
    text: str


@dataclass(frozen=True, slots=True)
class MapBox:
    """A node, or the label of a line. A node opens its place in the outline."""

    kind: str
    url: str
    x: int
    y: int
    width: int
    height: int
    lines: tuple[MapLine, ...]


@dataclass(frozen=True, slots=True)
class MapView:
    width: int
    height: int
    edges: tuple[str, ...]
    nodes: tuple[MapBox, ...]
    labels: tuple[MapBox, ...]


def map_view(tree: Tree) -> MapView:
    """The map as a template draws it: lines, the labels on them, and boxes that are links."""
    diagram = layout(tree, context_on(timezone.localdate()))
    return MapView(
        width=diagram.width,
        height=diagram.height,
        edges=tuple(" ".join(f"{x},{y}" for x, y in edge.points) for edge in diagram.edges),
        nodes=tuple(
            _map_box(node.box, node.kind.value, journeys.outline_url(tree, f"{node.kind.value}-{node.id}"))
            for node in diagram.nodes
        ),
        labels=tuple(_map_box(edge.label_box, "label", "") for edge in diagram.edges if edge.label_box),
    )


def _map_box(box: Box, kind: str, url: str) -> MapBox:
    lines = tuple(
        MapLine(box.x + PADDING, box.y + PADDING + (row + 1) * LINE_HEIGHT - 5, text)
        for row, text in enumerate(box.lines)
    )
    return MapBox(kind, url, box.x, box.y, box.width, box.height, lines)
