"""A tree made ready to be followed: its questions in order, their rules as they are tried, what is asked before what.

A tree that is not finished is made ready as far as it goes. A rule that leads nowhere, or back to a question on the
way, is broken: nothing is known of what comes of it. A statement that cannot be read may hold or not, whatever is
answered.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

from decision_trees.engine.conditions import Condition
from decision_trees.engine.model import Answers, Context, Order, Outcome, Question, RedFlag, Tree


@dataclass(frozen=True, slots=True)
class Way:
    """A rule that is followed: its place in its question, its condition (None: always) and where it leads.

    `number` is None for a rule that is not written yet.
    """

    number: int | None
    when: Condition | None
    go: str
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Unwritten(Condition):
    """The condition of a rule that is still to be written: it may hold or not, whatever is answered."""

    question: str

    def holds(self, answers: Answers, context: Context) -> bool:
        return False

    def sentence(self) -> str:
        return ""

    def phrase(self, tree: Tree, context: Context | None = None) -> str:
        return "a condition that is not written yet"

    def questions(self) -> frozenset[str]:
        return frozenset()


class Layout:
    """A tree made ready to be followed.

    Args:
        tree: the tree. Of several nodes with one id the first is followed.
        unread: statements that cannot be read.
        unfinished: questions that have further rules, which are not in the tree because they cannot be read.
    """

    def __init__(self, tree: Tree, unread: Collection[Condition] = (), unfinished: Collection[str] = ()) -> None:
        self.tree = tree
        self.questions: dict[str, Question] = {}
        for question in tree.questions:
            self.questions.setdefault(question.id, question)
        self.outcomes: dict[str, Outcome] = {}
        for outcome in tree.outcomes:
            self.outcomes.setdefault(outcome.id, outcome)
        self.unread = frozenset(unread) | {Unwritten(id) for id in unfinished}
        self._order()

    @cached_property
    def places(self) -> dict[str, int]:
        """The questions that can be asked, as bits of a number."""
        return {id: 1 << place for place, id in enumerate(self.order)}

    def _order(self) -> None:
        """Order the questions depth first. A rule that leads back to a question on the way is cut: it is broken."""
        self.ways: dict[str, tuple[Way, ...]] = {}
        finished: list[str] = []
        open_: set[str] = set()
        waiting: list[tuple[str, Iterator[str]]] = []

        def enter(id: str) -> None:
            open_.add(id)
            self.ways[id] = self._ways(self.questions[id])
            waiting.append((id, iter(reversed(self._targets(id)))))

        if self.tree.start in self.questions:
            enter(self.tree.start)
        while waiting:
            id, targets = waiting[-1]
            target = next(targets, None)
            if target is None:
                waiting.pop()
                open_.remove(id)
                finished.append(id)
            elif target in open_:
                self.ways[id] = tuple(
                    Way(way.number, way.when, way.go, way.broken or way.go == target) for way in self.ways[id]
                )
            elif target not in self.ways:
                enter(target)
        self.order = tuple(reversed(finished))

    def _ways(self, question: Question) -> tuple[Way, ...]:
        """The rules in the order in which they are tried."""
        ways = [
            Way(number, rule.when, rule.go, rule.go not in self.questions and rule.go not in self.outcomes)
            for number, rule in enumerate(question.rules)
        ]
        if Unwritten(question.id) in self.unread:
            ways.insert(0, Way(None, Unwritten(question.id), "", broken=True))
        if question.order is Order.EXACTLY_ONE:
            # What can be read takes nothing away from what cannot: they are to exclude each other.
            ways.sort(key=lambda way: (way.when is None, not self.can_be_read(way.when)))
        return tuple(ways)

    def can_be_read(self, condition: Condition | None) -> bool:
        return condition is None or not self.unread.intersection(condition.statements())

    @cached_property
    def before(self) -> tuple[dict[str, int], dict[str, int]]:
        """For each question, those asked before it on every way, and those asked on some way, as bits."""
        always: dict[str, int] = {self.tree.start: 0}
        sometimes: dict[str, int] = {self.tree.start: 0}
        for id in self.order:
            after_always, after_sometimes = always[id] | self.places[id], sometimes[id] | self.places[id]
            for target in self.targets[id]:
                always[target] = always.get(target, after_always) & after_always
                sometimes[target] = sometimes.get(target, 0) | after_sometimes
        return always, sometimes

    @cached_property
    def targets(self) -> dict[str, tuple[str, ...]]:
        """The questions that each question leads to."""
        return {id: self._targets(id) for id in self.order}

    @cached_property
    def reads(self) -> dict[str, frozenset[str]]:
        """The questions that the rules after a question, and the red flags it can raise, read."""
        return {
            id: frozenset[str]().union(
                *(way.when.questions() for way in self.ways[id] if way.when is not None),
                *(flag.when.questions() for flag in self.flags_at(id)),
            )
            for id in self.order
        }

    def _targets(self, id: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(way.go for way in self.ways[id] if way.go in self.questions and not way.broken))

    def below(self, id: str) -> int:
        """The questions that can be asked after a question, as bits."""
        return self._below[id]

    @cached_property
    def _below(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for id in reversed(self.order):
            found[id] = 0
            for target in self.targets[id]:
                found[id] |= found[target] | self.places[target]
        return found

    def flags_at(self, id: str) -> tuple[RedFlag, ...]:
        """The red flags that can come to hold with the answer to a question, in their order."""
        if id == self.tree.start:
            return self.tree.red_flags
        return self._flags_reading.get(id, ())

    @cached_property
    def _flags_reading(self) -> dict[str, tuple[RedFlag, ...]]:
        found: dict[str, tuple[RedFlag, ...]] = {}
        for flag in self.tree.red_flags:
            for id in flag.when.questions():
                found[id] = (*found.get(id, ()), flag)
        return found
