"""A whole tree for paper: every way through it, then everything in full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from decision_trees.engine.diagrams import BoxKind, numbers, rule_letter
from decision_trees.engine.graph import rule_label
from decision_trees.engine.model import AddOn, Context, Tree
from decision_trees.engine.ways import WayStep, WayThrough, ways_through
from decision_trees.services import PublishedTree, figures_on

from .outcomes import URGENCY_WORDS
from .outlines import OutlineView, outline_view
from .proofs import ProofSummary

#: More ways than this are not printed one by one: the questions say where each answer leads instead.
MOST_WAYS = 200


@dataclass(frozen=True, slots=True)
class PrintedStep:
    number: str
    question: str
    when: str


@dataclass(frozen=True, slots=True)
class PrintedWay:
    """One way. `always` and `sometimes` name added advice by its number in the list of all of it."""

    steps: tuple[PrintedStep, ...]
    outcome_number: str
    outcome: str
    outcome_anchor: str
    urgency: str
    always: str
    sometimes: str


@dataclass(frozen=True, slots=True)
class PrintView:
    """`ways` is None where there are too many of them to print."""

    outline: OutlineView
    ways: tuple[PrintedWay, ...] | None
    most_ways: int
    proof: ProofSummary | None


def print_view(published: PublishedTree, day: date, proof: ProofSummary | None, user: Any) -> PrintView:
    """A version for paper, its rules told with the figures of a day."""
    tree = published.tree
    context = Context(figures=figures_on(day))
    found = ways_through(tree, context, MOST_WAYS)
    paper = _Paper(tree, context)
    ways = None if found is None else tuple(paper.way(way) for way in found)
    return PrintView(outline_view(tree, user, day), ways, MOST_WAYS, proof)


class _Paper:
    """Refers to nodes and advice by their numbers: on paper nothing can be opened."""

    def __init__(self, tree: Tree, context: Context) -> None:
        self.tree = tree
        self.context = context
        self.numbers = numbers(tree)
        self.advice = {add_on.id: number for number, add_on in enumerate(tree.add_ons, start=1)}

    def way(self, way: WayThrough) -> PrintedWay:
        return PrintedWay(
            steps=tuple(self._step(step) for step in way.steps),
            outcome_number=self.numbers[BoxKind.OUTCOME, way.outcome.id],
            outcome=way.outcome.title,
            outcome_anchor=f"outcome-{way.outcome.id}",
            urgency=URGENCY_WORDS[way.outcome.urgency],
            always=self._advice(way.always),
            sometimes=self._advice(way.sometimes),
        )

    def _step(self, step: WayStep) -> PrintedStep:
        words = "Whatever the answer"
        if letter := rule_letter(step.question, step.position):
            words = f"{letter}. {rule_label(self.tree, step.rule, self.context)}"
        return PrintedStep(self.numbers[BoxKind.QUESTION, step.question.id], step.question.text, words)

    def _advice(self, add_ons: tuple[AddOn, ...]) -> str:
        return numbers_in_short(sorted(self.advice[add_on.id] for add_on in add_ons))


def numbers_in_short(rising: Sequence[int]) -> str:
    """Rising numbers, three and more that follow one another as a range.

    >>> numbers_in_short([1, 2, 4, 5, 6, 9])
    '1, 2, 4 to 6, 9'
    """
    runs: list[list[int]] = []
    for number in rising:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    said = ([f"{run[0]} to {run[-1]}"] if len(run) > 2 else map(str, run) for run in runs)
    return ", ".join(chain.from_iterable(said))
