"""Every way through a tree that answers can take: from the first question by one rule after another to an outcome.

A row of rules that contradict each other is no way: what answers can do is asked of the same exact sets that the proof
uses. Ways on which a red flag is raised are not told apart: they all end where the flag says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .conditions import All, Any_, Condition, Not
from .graph import find_cycle, topological_order
from .model import AddOn, Context, Order, Outcome, Question, Rule, Tree
from .proof.answer_space import AnswerSpace
from .proof.combinations import EMPTY, EVERY


@dataclass(frozen=True, slots=True)
class WayStep:
    """A question on a way, and the place (from 0) of the rule by which it is left."""

    question: Question
    position: int

    @property
    def rule(self) -> Rule:
        return self.question.rules[self.position]


@dataclass(frozen=True, slots=True)
class WayThrough:
    """One way. `always` is the advice that joins whatever else is answered on it, `sometimes` that which may."""

    steps: tuple[WayStep, ...]
    outcome: Outcome
    always: tuple[AddOn, ...]
    sometimes: tuple[AddOn, ...]


def ways_through(tree: Tree, context: Context | None = None, most: int = 200) -> tuple[WayThrough, ...] | None:
    """Every way that answers can take, the first rule first; None where there are more than `most`.

    The tree has to be sound.
    """
    if find_cycle(tree) or tree.question(tree.start) is None:
        return ()
    order = dict.fromkeys([*topological_order(tree), *(question.id for question in tree.questions)])
    walker = _Walker(tree, AnswerSpace.of([tree], context or Context(), order))
    found: list[WayThrough] = []
    for way in walker.ways(tree.start, EVERY, ()):
        if len(found) == most:
            return None
        found.append(way)
    return tuple(found)


class _Walker:
    def __init__(self, tree: Tree, space: AnswerSpace) -> None:
        self.tree = tree
        self.space = space
        self.sets = space.sets

    def ways(self, id: str, here: int, before: tuple[WayStep, ...]) -> Iterator[WayThrough]:
        """The ways on from a node that the combinations `here` come to, not one of which is of a red flag."""
        outcome = self.tree.outcome(id)
        if outcome is not None:
            yield self._arrived(outcome, here, before)
            return
        question = self.tree.question(id)
        assert question is not None, "a sound tree leads nowhere else"
        asked = frozenset(step.question.id for step in before) | {id}
        flagged = self.sets.union(self._where(flag.when, asked) for flag in self.tree.red_flags)
        for position, taken in sorted(self._taken(question, self.sets.minus(here, flagged), asked)):
            yield from self.ways(question.rules[position].go, taken, (*before, WayStep(question, position)))

    def _taken(self, question: Question, here: int, asked: frozenset[str]) -> Iterator[tuple[int, int]]:
        """The places of the rules that some of these combinations take, with those that do."""
        rules = list(enumerate(question.rules))
        if question.order is Order.EXACTLY_ONE:
            rules.sort(key=lambda numbered: numbered[1].when is None)
        for position, rule in rules:
            taken = here if rule.when is None else self.sets.meet(here, self._where(rule.when, asked))
            here = self.sets.minus(here, taken)
            if taken != EMPTY:
                yield position, taken

    def _arrived(self, outcome: Outcome, here: int, steps: tuple[WayStep, ...]) -> WayThrough:
        asked = frozenset(step.question.id for step in steps)
        may_join = [add_on for add_on in self.tree.add_ons if outcome.id not in add_on.not_with]
        where = {add_on.id: self._where(add_on.when, asked) for add_on in may_join}
        always = tuple(each for each in may_join if self.sets.minus(here, where[each.id]) == EMPTY)
        sometimes = tuple(
            each for each in may_join if each not in always and self.sets.meet(here, where[each.id]) != EMPTY
        )
        return WayThrough(steps, outcome, always, sometimes)

    def _where(self, condition: Condition, asked: frozenset[str]) -> int:
        """The combinations in which a condition holds when these questions were asked, and no others."""
        match condition:
            case All(parts):
                found = EVERY
                for part in parts:
                    found = self.sets.meet(found, self._where(part, asked))
                return found
            case Any_(parts):
                return self.sets.union(self._where(part, asked) for part in parts)
            case Not(inner):
                return self.sets.minus(EVERY, self._where(inner, asked))
        return self.space.statement(condition) if condition.questions() <= asked else EMPTY
