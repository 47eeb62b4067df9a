"""Comparing a tree with its table, over the whole grid of combinations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from decision_trees.engine.journey import Journey
from decision_trees.engine.model import Answer, Answers, Choice, Outcome, Selection, Statement, Tree
from decision_trees.engine.walk import walk

from .lines import Advice, Result, all_that_fit, first_that_fits
from .reading import section_key

P = TypeVar("P")


def answer_of(given: tuple[str, ...] | str) -> Answer:
    return Selection(given) if isinstance(given, tuple) else Choice(given)


@dataclass(frozen=True)
class Table(Generic[P]):
    """What the passages lead to, and how a combination of the table is answered in the tree."""

    every_person: Callable[[], Iterable[P]]
    answers_of: Callable[[P], Answers]
    results: tuple[Result[P], ...]
    advice: tuple[Advice[P], ...]


def outcome_of(journey: Journey) -> Outcome:
    assert journey.outcome is not None, (journey.question, journey.problems)
    return journey.outcome


def differences(tree: Tree, table: Table[P]) -> Iterator[str]:
    """Every combination for which the tree does not do what the table expects, in words."""
    for person in table.every_person():
        journey = walk(tree, table.answers_of(person))
        outcome = outcome_of(journey)
        result = first_that_fits(table.results, person)
        if outcome.id != result.outcome:
            yield f"{person}: reaches {outcome.id}, not {result.outcome}"
        shown = {applied.add_on.id for applied in journey.add_ons}
        expected = {line.add_on for line in all_that_fit(table.advice, person)}
        if shown != expected:
            yield f"{person}: adds {sorted(shown - expected)}, lacks {sorted(expected - shown)}"


def wrong_grounds(tree: Tree, table: Table[P]) -> Iterator[str]:
    """Every line of the table whose basis or sections the tree does not show."""
    for result in table.results:
        outcome = tree.outcome(result.outcome)
        assert outcome is not None, result.outcome
        yield from _wrong(
            result.outcome, result.basis, result.sections, outcome.basis.value, _outcome_citations(outcome)
        )
    add_ons = {add_on.id: add_on for add_on in tree.add_ons}
    for line in table.advice:
        add_on = add_ons[line.add_on]
        yield from _wrong(line.add_on, line.basis, line.sections, add_on.basis.value, add_on.citations)


def _wrong(id: str, basis: str, sections: frozenset[str], shown: str, citations: Iterable[str]) -> Iterator[str]:
    if shown != basis:
        yield f"{id}: rests on {shown}, not {basis}"
    missing = sections - {section_key(citation) for citation in citations}
    if missing:
        yield f"{id}: does not cite {sorted(missing)}"


def _outcome_citations(outcome: Outcome) -> Iterator[str]:
    yield from outcome.citations
    for statement in statements_of(outcome):
        yield from statement.citations


def statements_of(outcome: Outcome) -> tuple[Statement, ...]:
    return (*outcome.actions, *outcome.cautions)
