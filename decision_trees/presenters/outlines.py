"""A tree as a whole, in words: its start page, its outline, and a draft as its editor sees it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from decision_trees import journeys
from decision_trees.checking import check_page
from decision_trees.engine.diagrams import BoxKind, numbers, rule_letter
from decision_trees.engine.documents import Place, draft_from_document
from decision_trees.engine.graph import longest_path, rule_label
from decision_trees.engine.journey import Journey, Step
from decision_trees.engine.model import AddOn, Context, Kind, Outcome, Question, RedFlag, Tree
from decision_trees.forms import choices_of
from decision_trees.models import TreePage
from decision_trees.readers import document_of_page
from decision_trees.services import PublishedTree, citations_of_outcome, figures_on
from guidance.citations import ResolvedCitation
from guidance.services.tensions import texts_of_tensions

from .outcomes import OutcomeView, outcome_view
from .questions import range_words
from .statements import AddedAdviceView, Citations, StatementView, statement_view, years_of


@dataclass(frozen=True, slots=True)
class Lead:
    """A way on: when it is taken, and where to. `walked` where somebody's answers took it."""

    letter: str
    when: str
    anchor: str
    number: str
    title: str
    walked: bool


@dataclass(frozen=True, slots=True)
class OutlineQuestion:
    """A question in the outline: what can be answered, and where each rule leads.

    `comes_from` names what leads here (“3 b”: question 3, its second rule); `way` says that somebody's answers did.
    """

    number: str
    question: Question
    kind_words: str
    choices: tuple[str, ...]
    range_words: str
    leads: tuple[Lead, ...]
    citations: tuple[ResolvedCitation, ...]
    comes_from: str
    way: str


@dataclass(frozen=True, slots=True)
class OutlineOutcome:
    number: str
    view: OutcomeView
    comes_from: str
    way: str


@dataclass(frozen=True, slots=True)
class OutlineRedFlag:
    id: str
    lead: Lead


@dataclass(frozen=True, slots=True)
class OutlineAdvice:
    view: AddedAdviceView
    when: str
    way: str


@dataclass(frozen=True, slots=True)
class OutlineView:
    questions: tuple[OutlineQuestion, ...]
    outcomes: tuple[OutlineOutcome, ...]
    advice: tuple[OutlineAdvice, ...]
    red_flags: tuple[OutlineRedFlag, ...]
    is_walked: bool


@dataclass(frozen=True, slots=True)
class StartView:
    """`historic` warns of the historic documents that the tree rests on; empty where there are none."""

    at_most: int
    rests_on: tuple[ResolvedCitation, ...]
    historic: str
    first_url: str
    outline_url: str
    map_url: str
    print_url: str
    proof_url: str
    outline: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class PreviewView:
    problems: tuple[str, ...]
    outline: OutlineView | None


#: What the mark of a basis is called where nobody chose one (`guidance/templatetags/marks.py`).
_NOT_CHOSEN = "not-chosen"

_KIND_WORDS = {
    Kind.YES_NO: "Yes or no",
    Kind.ONE_OF: "One of these",
    Kind.SEVERAL_OF: "Any of these",
    Kind.NUMBER: "A number",
    Kind.WHOLE_DAYS: "Whole days",
}


def start_view(published: PublishedTree) -> StartView:
    tree = published.tree
    rests_on = Citations(tree.citations).of(tree.citations)
    known = numbers(tree)
    number = None if published.is_current else published.version
    return StartView(
        at_most=longest_path(tree, tree.start),
        rests_on=rests_on,
        historic=_historic_words(rests_on),
        first_url=journeys.question_url(tree, tree.start, {}),
        outline_url=journeys.outline_url(tree, version=number),
        map_url=journeys.map_url(tree, version=number),
        print_url=journeys.print_url(tree, number),
        proof_url=journeys.proof_url(tree, number),
        outline=tuple(
            [(f"question-{q.id}", f"Question {known[BoxKind.QUESTION, q.id]}", q.text) for q in tree.questions]
            + [(f"outcome-{o.id}", f"Outcome {known[BoxKind.OUTCOME, o.id]}", o.title) for o in tree.outcomes]
        ),
    )


def _historic_words(citations: tuple[ResolvedCitation, ...]) -> str:
    historic = [citation for citation in citations if citation.historic]
    if not historic:
        return ""
    years = years_of(historic)
    rests_on = f"guidance from {years}" if years else "historic guidance"
    return f"Some of this rests on {rests_on}. Read it with current clinical guidelines."


def outline_view(tree: Tree, user: Any, day: date, walked: Journey | None = None) -> OutlineView:
    """Every question, rule, outcome and piece of added advice, in words: all that the map shows, and more.

    Args:
        tree: the tree; need not be sound.
        user: who reads, since not everybody may see every page that is linked.
        day: the day whose figures its rules are told with.
        walked: a journey whose way is to be marked.
    """
    references = [reference for question in tree.questions for reference in question.citations]
    references += [reference for outcome in tree.outcomes for reference in citations_of_outcome(outcome)]
    references += [reference for add_on in tree.add_ons for reference in add_on.citations]
    conflicts = [key for outcome in tree.outcomes for key in outcome.conflicts]
    context = Context(figures=figures_on(day))
    outline = _Outline(tree, walked, context, Citations((*references, *texts_of_tensions(conflicts))))
    return OutlineView(
        questions=tuple(outline.question(question) for question in tree.questions),
        outcomes=tuple(outline.outcome(outcome, user) for outcome in tree.outcomes),
        advice=tuple(outline.advice(add_on) for add_on in tree.add_ons),
        red_flags=tuple(outline.red_flag(flag) for flag in tree.red_flags),
        is_walked=walked is not None,
    )


class _Outline:
    """Numbers the nodes as the map does, and knows the way that was walked."""

    def __init__(self, tree: Tree, walked: Journey | None, context: Context, citations: Citations) -> None:
        self.tree = tree
        self.citations = citations
        self.walked = walked
        self.context = context
        self.numbers = numbers(tree)
        self.steps = {step.question.id: (count, step) for count, step in enumerate(walked.steps, 1)} if walked else {}
        self.sources: dict[str, list[str]] = {}
        for flag in tree.red_flags:
            self.sources.setdefault(flag.outcome, []).append(f"red flag {self.numbers[BoxKind.RED_FLAG, flag.id]}")
        for question in tree.questions:
            for place, rule in enumerate(question.rules):
                number, mark = self.numbers[BoxKind.QUESTION, question.id], rule_letter(question, place)
                self.sources.setdefault(rule.go, []).append(f"{number} {mark}".strip())

    def question(self, question: Question) -> OutlineQuestion:
        count, step = self.steps.get(question.id, (0, None))
        taken = question.rules.index(step.rule) if step is not None and step.rule is not None else None
        return OutlineQuestion(
            number=self.numbers[BoxKind.QUESTION, question.id],
            question=question,
            kind_words=_KIND_WORDS[question.kind],
            choices=tuple(label for _, label, _ in choices_of(question)),
            range_words=range_words(question),
            leads=tuple(
                self._lead(
                    rule_letter(question, place),
                    rule_label(self.tree, rule, self.context) if len(question.rules) > 1 else "Whatever the answer",
                    rule.go,
                    walked=place == taken,
                )
                for place, rule in enumerate(question.rules)
            ),
            citations=self.citations.of(question.citations),
            comes_from="Asked first" if question.id == self.tree.start else self._comes_from(question.id),
            way=self._way(question, count, step),
        )

    def _way(self, question: Question, count: int, step: Step | None) -> str:
        if step is not None:
            return f"You were here, step {count}. Your answer: {step.answer_text}"
        asked = self.walked.question if self.walked else None
        return "You are here" if asked is not None and asked.id == question.id else ""

    def outcome(self, outcome: Outcome, user: Any) -> OutlineOutcome:
        reached = self.walked.outcome if self.walked else None
        return OutlineOutcome(
            number=self.numbers[BoxKind.OUTCOME, outcome.id],
            view=outcome_view(outcome, user, self.citations),
            comes_from=self._comes_from(outcome.id),
            way="Your result" if reached is not None and reached.id == outcome.id else "",
        )

    def red_flag(self, flag: RedFlag) -> OutlineRedFlag:
        raised = self.walked.red_flag if self.walked else None
        lead = self._lead(
            self.numbers[BoxKind.RED_FLAG, flag.id],
            flag.when.describe(self.tree, self.context),
            flag.outcome,
            walked=raised is not None and raised.id == flag.id,
        )
        return OutlineRedFlag(flag.id, lead)

    def advice(self, add_on: AddOn) -> OutlineAdvice:
        joined = self.walked is not None and any(each.add_on.id == add_on.id for each in self.walked.add_ons)
        view = AddedAdviceView(add_on.id, add_on.title, add_on.kind.value, statement_view(add_on, self.citations))
        when = add_on.when.describe(self.tree, self.context)
        return OutlineAdvice(view, when, "Added to your result" if joined else "")

    def _lead(self, letter: str, when: str, target: str, *, walked: bool) -> Lead:
        kind = BoxKind.OUTCOME if self.tree.outcome(target) else BoxKind.QUESTION
        number = self.numbers.get((kind, target), "?")
        return Lead(letter, when, f"{kind.value}-{target}", number, node_title(self.tree, target), walked)

    def _comes_from(self, id: str) -> str:
        return f"Comes from {', '.join(self.sources[id])}" if id in self.sources else "Nothing leads here"


def node_title(tree: Tree, id: str) -> str:
    """What people call a node."""
    outcome, question = tree.outcome(id), tree.question(id)
    if outcome:
        return outcome.title
    return question.text if question else id or "Nothing is chosen yet"


def preview_of(page: TreePage) -> PreviewView:
    """A draft as its editor sees it: the outline as far as it can be read, and what stops it from being published."""
    check = check_page(page)
    open_places = {problem.place for problem in draft_from_document(document_of_page(page)).problems}
    outline = outline_view(check.tree, AnonymousUser(), timezone.localdate())
    outcomes = tuple(replace(each, view=_as_chosen(each.view, open_places)) for each in outline.outcomes)
    advice = tuple(replace(each, view=_advice_as_chosen(each.view, open_places)) for each in outline.advice)
    return PreviewView(tuple(map(str, check.problems)), replace(outline, outcomes=outcomes, advice=advice))


def _as_chosen(view: OutcomeView, open_places: Collection[Place]) -> OutcomeView:
    """An outcome of a draft, claiming nothing that nobody chose: its reader puts the first word there is."""

    def is_open(key: str, part: tuple[str, int] | None = None) -> bool:
        return Place("outcome", view.outcome.id, key=key, part=part) in open_places

    def statements(key: str, views: Iterable[StatementView]) -> tuple[StatementView, ...]:
        return tuple(
            replace(each, basis=_NOT_CHOSEN) if is_open("basis", (key, place)) else each
            for place, each in enumerate(views)
        )

    return replace(
        view,
        urgency_words="Urgency not chosen" if is_open("urgency") else view.urgency_words,
        care_level="not chosen" if is_open("care_level") else view.care_level,
        basis=_NOT_CHOSEN if is_open("basis") else view.basis,
        actions=statements("actions", view.actions),
        cautions=statements("cautions", view.cautions),
    )


def _advice_as_chosen(view: AddedAdviceView, open_places: Collection[Place]) -> AddedAdviceView:
    if Place("add-on", view.id, key="basis") not in open_places:
        return view
    return replace(view, statement=replace(view.statement, basis=_NOT_CHOSEN))
