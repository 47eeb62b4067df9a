"""Answers that reach goals: whether there are any, and which ones reach several at once.

What is to be reached is mostly a goal of the cases; `mutation` asks in the same way for answers that notice an edit.

The tree is explored once, for all combinations of answers, with every goal put in as advice: the combinations with
which that advice joins an outcome are those that meet the goal. So the sets are the prover's own, and exact.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from .conditions import Condition
from .errors import TooTangled
from .goals import Goal, Lack
from .model import AddOn, AdviceKind, Answer, Basis, Context, Tree
from .proof.answer_space import AnswerSpace
from .proof.combinations import EMPTY
from .proof.effort import Effort, trying
from .proof.exploration import End, Exploration
from .proof.layout import Layout
from .soundness import BLOCKING, shape_findings

_Aim = TypeVar("_Aim", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Reaching(Generic[_Aim]):
    """The goals that some answers meet, each with the set of all combinations that do."""

    sets: Mapping[_Aim, int]
    exploration: Exploration | None

    def answers_for(self, first: _Aim, others: Iterable[_Aim]) -> dict[str, Answer]:
        """Answers, only those asked for on the way, that meet the first goal, and of the others as many as join it."""
        exploration = self.exploration
        if exploration is None or first not in self.sets:
            raise ValueError("No answers meet this goal.")
        together = self.sets[first]
        # What was found is kept where the work that is left is too little to join more to it.
        with suppress(TooTangled):
            for goal in others:
                both = exploration.sets.meet(together, self.sets[goal])
                together = both if both != EMPTY else together
        return dict(exploration.path(exploration.sets.pick(together)))


def reaching(tree: Tree, goals: Sequence[Goal], context: Context) -> Reaching[Goal]:
    """Which of the goals can be met. None can of a tree that cannot be walked, or is too tangled to be proved."""
    if not goals or any(finding.code in BLOCKING for finding in shape_findings(tree, context)):
        return Reaching({}, None)
    try:
        return trying(lambda effort: _reaching(tree, goals, context, effort))
    except TooTangled:
        return Reaching({}, None)


def _reaching(tree: Tree, goals: Sequence[Goal], context: Context, effort: Effort) -> Reaching[Goal]:
    probes = {goal: _probe(number, goal.search) for number, goal in enumerate(goals) if goal.search is not None}
    # The space has to tell apart what the probes tell apart, so they are put into the tree that it is made for.
    probed = replace(tree, add_ons=(*tree.add_ons, *probes.values()))
    layout = Layout(probed)
    order = dict.fromkeys([*layout.order, *layout.questions])
    exploration = Exploration(layout, AnswerSpace.of([probed], context, order, effort=effort))
    sets, ends = exploration.sets, exploration.ends
    advice = {add_on.id: add_on for add_on in tree.add_ons}

    def found(goal: Goal) -> int:
        node = goal.gap.node
        match goal.gap.lack:
            case Lack.OUTCOME_NOT_REACHED:
                return sets.relabel(ends, lambda end: isinstance(end, End) and end.outcome == node)
            case Lack.RED_FLAG_NOT_RAISED:
                return sets.relabel(ends, lambda end: isinstance(end, End) and end.flag == node)
            case Lack.ADVICE_NOT_JOINED:
                return exploration.joined(advice[node])
        return exploration.joined(probes[goal])

    met = {goal: found(goal) for goal in goals}
    return Reaching({goal: answers for goal, answers in met.items() if answers != EMPTY}, exploration)


def _probe(number: int, search: Condition) -> AddOn:
    """Advice that joins where a goal is met. No id of a tree has a blank, so it takes nobody's place."""
    return AddOn(f"goal {number}", search, "", "", AdviceKind.NOTE, (), Basis.INFERENCE)
