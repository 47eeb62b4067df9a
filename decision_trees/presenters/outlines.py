"""A tree as a whole, in words: its start page, its outline, and a draft as its editor sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser

from decision_trees import journeys
from decision_trees.checking import check_page
from decision_trees.engine.graph import longest_path, rule_label
from decision_trees.engine.model import Kind, Question, Tree
from decision_trees.forms import choices_of
from decision_trees.models import TreePage
from decision_trees.services import PublishedTree, citations_of_outcome
from guidance.citations import ResolvedCitation
from guidance.services.tensions import texts_of_tensions

from .outcomes import OutcomeView, outcome_view
from .questions import range_words
from .statements import AddedAdviceView, Citations, statement_view


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
    rests_on = Citations(tree.citations).of(tree.citations)
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
    citations = Citations((*references, *texts_of_tensions(conflicts)))
    return OutlineView(
        questions=tuple(_outline_question(tree, question, citations) for question in tree.questions),
        outcomes=tuple(outcome_view(outcome, user, citations) for outcome in tree.outcomes),
        advice=tuple(
            AddedAdviceView(a.id, a.title, a.kind.value, statement_view(a, citations, a.when.describe(tree)))
            for a in tree.add_ons
        ),
        red_flags=tuple(
            (flag.when.describe(tree), f"outcome-{flag.outcome}", _node_title(tree, flag.outcome))
            for flag in tree.red_flags
        ),
    )


def _outline_question(tree: Tree, question: Question, citations: Citations) -> OutlineQuestion:
    return OutlineQuestion(
        question=question,
        kind_words=_KIND_WORDS[question.kind],
        choices=tuple(label for _, label, _ in choices_of(question)),
        range_words=range_words(question),
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
    """A draft as its editor sees it: the outline as far as it can be read, and what stops it from being published."""
    check = check_page(page)
    return PreviewView(tuple(map(str, check.problems)), outline_view(check.tree, AnonymousUser()))
