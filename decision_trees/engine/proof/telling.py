"""What every finding needs: a counterexample, and the words for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property

from decision_trees.engine.answers import answer_text
from decision_trees.engine.conditions import question_name
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
            # Where there is no outcome, its id is empty: an outcome that has no id yet must not stand for that.
            outcome.id: outcome.care_level
            for outcome in exploration.layout.outcomes.values()
            if outcome.id
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

    def needed(self, id: str, combination: Combination, answers: Path, within: int) -> Path:
        """Of the answers that lead to a question, as few as put it into a set, whatever else is answered on the way."""
        others = self.sets.minus(self.exploration.asked(id), within)
        kept = dict(answers)
        for each in sorted(kept, key=lambda each: each in self.layout.reads[id]):
            rest = kept.keys() - {each}
            if self.sets.meet(self.alike(combination, rest), others) == EMPTY:
                del kept[each]
        return tuple(kept.items())

    @cached_property
    def outcomes(self) -> int:
        """For every combination its outcome, or what is broken."""
        return self.sets.relabel(
            self.exploration.ends, lambda end: (end.outcome, end.broken) if isinstance(end, End) else None
        )

    @cached_property
    def decisive(self) -> set[int]:
        """The variables on which the outcome depends."""
        return self.sets.levels(self.outcomes)

    def deciding(self, answers: Path) -> Path:
        """Of some answers, those to questions on which any outcome depends."""
        return tuple(pair for pair in answers if self.decisive.intersection(self.space.variables[pair[0]].levels))

    # --- Words

    def said(self, answers: Path) -> str:
        """Answers at the beginning of a sentence: “Reading 0.4 mg/L, looks “Neither””."""
        listed = self.listed(answers)
        return listed[:1].upper() + listed[1:] or "Whatever is answered"

    def listed(self, answers: Path) -> str:
        """Answers inside a sentence."""
        parts = []
        for id, answer in answers:
            parts.append(f"{question_name(self.tree, id)} {self.quoted(id, answer)}")
        return ", ".join(parts)

    def quoted(self, id: str, answer: Answer) -> str:
        """An answer to a question inside a sentence: a number as it is, words in quotation marks."""
        text = answer_text(self.layout.questions[id], answer)
        return text if isinstance(answer, Quantity) else f"“{text}”"

    def titled(self, outcome: str) -> str:
        """An outcome by its title, as far as it has one."""
        known = self.layout.outcomes.get(outcome)
        return f"“{known.title if known is not None and known.title else outcome}”"

    def graded(self, outcome: str) -> str:
        return f"{self.titled(outcome)} (care level {self.levels[outcome]})"
