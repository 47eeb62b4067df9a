"""What every finding needs: a counterexample, and the words for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property

from decision_trees.engine.answers import answer_text
from decision_trees.engine.conditions import name_of
from decision_trees.engine.model import Answer, Quantity

from .combinations import EMPTY, EVERY
from .exploration import End, Exploration
from .reach import Reach

Combination = tuple[int, ...]
Path = tuple[tuple[str, Answer], ...]


class Telling:
    """A tree that was followed for all combinations of answers, and how to speak of it."""

    def __init__(self, exploration: Exploration) -> None:
        self.exploration = exploration
        self.layout = exploration.layout
        self.space = exploration.space
        self.sets = exploration.sets
        self.tree = exploration.tree
        self.levels: Mapping[str, int] = {
            outcome.id: outcome.care_level for outcome in exploration.layout.outcomes.values()
        }

    @cached_property
    def reach(self) -> Reach:
        """What any combination comes to."""
        return Reach(self.exploration)

    @cached_property
    def reached(self) -> tuple[str, ...]:
        """The questions that some combination comes to."""
        return tuple(id for id in self.layout.order if self.reach.here[id] != EMPTY)

    # --- Counterexamples

    def example(self, id: str, within: int) -> Combination | None:
        """Answers that lead to a question and lie in a set there, whatever holds of what cannot be read; if any."""
        if self.sets.meet(self.reach.here[id], within) == EMPTY:
            return None
        found = self.surely(self.exploration.reaching(id, within))
        return None if found == EMPTY else self.sets.pick(found)

    def surely(self, within: int) -> int:
        """The combinations that are in a set whatever holds of what cannot be read."""
        levels = set(self.space.unread.values())
        if not levels:
            return within
        return self.sets.minus(EVERY, self.sets.forget(self.sets.minus(EVERY, within), levels))

    def alike(self, combination: Combination, questions: Collection[str]) -> int:
        """The combinations that give the same answers to these questions."""
        variables = [self.space.variables[id] for id in questions if id in self.space.variables]
        levels = sorted(level for variable in variables for level in variable.told_by(combination))
        found = EVERY
        for level in reversed(levels):
            found = self.sets.meet(found, self.sets.where(level, {combination[level]}))
        return found

    def outcome(self, combination: Combination) -> str:
        """The outcome of a combination; empty where there is none."""
        end = self.sets.result_for(self.exploration.ends, combination)
        assert isinstance(end, End)
        return end.outcome or ""

    # --- Words

    def said(self, answers: Path) -> str:
        """Answers at the beginning of a sentence: “Reading 0.4 mg/L, looks “Neither””."""
        listed = self.listed(answers)
        return listed[:1].upper() + listed[1:]

    def listed(self, answers: Path) -> str:
        """Answers inside a sentence."""
        parts = []
        for id, answer in answers:
            text = answer_text(self.layout.questions[id], answer)
            parts.append(f"{name_of(id)} {text if isinstance(answer, Quantity) else f'“{text}”'}")
        return ", ".join(parts)

    def graded(self, outcome: str) -> str:
        return f"“{outcome}” (care level {self.levels[outcome]})"
