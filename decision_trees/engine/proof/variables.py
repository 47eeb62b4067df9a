"""Questions as variables, and what their values stand for.

There are two views. In `View.ANSWERS` every combination of values is a combination of answers: a number question has
the samples that stand for all. `View.WORDS` is made of what can be said of answers: ranges between constants, how two
numbers compare, whether an option is chosen. It reads well, but holds combinations that no answers show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from decision_trees.engine.conditions import Comparison
from decision_trees.engine.model import NONE_OF_THESE, Answer, Quantity, Selection
from decision_trees.engine.number_line import Points, Segment
from decision_trees.engine.units import to_base

from .combinations import EMPTY, EVERY, Combinations

#: The values of the variable that says how two numbers compare.
ORDERS = (Comparison.BELOW, Comparison.EQUALS, Comparison.ABOVE)


class View(Enum):
    ANSWERS = "answers"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class NumberKind:
    """Numbers that the same versions of a question take: in these units, at these points."""

    quantity: str
    units: tuple[str, ...]
    points: Points

    def holds(self, answer: Quantity) -> bool:
        return answer.unit in self.units and self.points.holds(to_base(answer))


@dataclass(frozen=True, slots=True)
class NumberValue:
    """One value of a number question: the numbers of a kind inside a segment, and one of them."""

    kind: NumberKind
    segment: Segment
    sample: Quantity


#: In words: some options are chosen, whichever.
CHOSEN = Selection(())

#: How a question is answered. None where nothing is known of the answers, because the question is not finished.
Head = Answer | NumberValue | None


@dataclass(frozen=True, slots=True)
class Variable:
    """A question as variables.

    The first, at `level`, has the values in `heads`. For a choice of several options that value is the first group of
    options (in the order of `groups`) from which any is chosen; a further variable for each later group says whether
    any is chosen from it. So every combination of values is an answer. In words, the one head CHOSEN stands for all
    these, and each group has its variable. `groups` are options that stand for each other.
    """

    id: str
    level: int
    heads: tuple[Head, ...]
    groups: tuple[tuple[str, ...], ...] = ()
    group_levels: tuple[int | None, ...] = ()
    #: The variable that says whether the question was asked, where a path can pass it by.
    asked: int = -1

    @property
    def levels(self) -> tuple[int, ...]:
        return (self.level, *(level for level in self.group_levels if level is not None))

    def answer(self, combination: Sequence[int]) -> Answer | None:
        """The answer in a combination of answers (not of words)."""
        head = self.heads[combination[self.level]]
        if isinstance(head, NumberValue):
            return head.sample
        if head is None or not self.chooses(head):
            return head
        first = self._first(head)
        later = zip(self.groups[first + 1 :], self.group_levels[first + 1 :], strict=True)
        chosen = [group[0] for group, level in later if level is not None and combination[level] == 1]
        return Selection(tuple(sorted([self.groups[first][0], *chosen])))

    def told_by(self, combination: Sequence[int]) -> tuple[int, ...]:
        """The variables that make the answer in a combination of answers: other answers have other values of these."""
        head = self.heads[combination[self.level]]
        later = self.group_levels[self._first(head) + 1 :] if self.chooses(head) else ()
        return (self.level, *(level for level in later if level is not None))

    def chooses(self, head: Head) -> bool:
        """Whether the head is a choice of options."""
        return isinstance(head, Selection) and head.options != (NONE_OF_THESE,)

    def chosen(self, head: Head, sets: Combinations) -> list[int]:
        """For each group, the combinations with this head in which any of its options is chosen."""
        if head == CHOSEN:
            return [EMPTY if level is None else sets.where(level, {1}) for level in self.group_levels]
        first = self._first(head)
        later = [EMPTY if level is None else sets.where(level, {1}) for level in self.group_levels[first + 1 :]]
        return [*(EMPTY for _ in range(first)), EVERY, *later]

    def _first(self, head: Head) -> int:
        options = head.options if isinstance(head, Selection) else ()
        return next(place for place, group in enumerate(self.groups) if group[0] in options)
