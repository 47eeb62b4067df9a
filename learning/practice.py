"""Practice: a tree walked with a given case, held at the first answer that leads away from where the case goes.

Nothing here is kept, and nothing knows of people, pages or addresses.
"""

from __future__ import annotations

from dataclasses import dataclass

from decision_trees.engine.cases import Case, run_case
from decision_trees.engine.journey import AnsweredBy, Journey, Step
from decision_trees.engine.model import Answer, Answers, Context, Outcome, Question, Tree
from decision_trees.engine.walk import walk


@dataclass(frozen=True, slots=True)
class WrongTurn:
    """An answer that leads away. `before` are the answers given up to it, all of which were right."""

    step: Step
    leads_to: Outcome | Question
    before: Answers


@dataclass(frozen=True, slots=True)
class Difference:
    """An answer other than the case's that left the outcome as it is and changed the advice added to it."""

    step: Step
    right: Step


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a learner stands: at a wrong turn, at an open question, or at the right outcome."""

    journey: Journey
    wrong_turn: WrongTurn | None = None
    differences: tuple[Difference, ...] = ()

    @property
    def is_right(self) -> bool:
        return self.wrong_turn is None and self.journey.outcome is not None


@dataclass(frozen=True, slots=True)
class Exercise:
    """A case that fits its tree. `right` is the journey that the case's own answers make."""

    tree: Tree
    case: Case
    right: Journey

    def standing(self, answers: Answers) -> Standing:
        """Where these answers lead, judged one after the other.

        An answer is judged with the case's own answers in the place of all that is still to come, so an answer whose
        effect shows only later is shown where it was given. Another answer that goes the same way is as good.
        """
        journey = walk(self.tree, answers, self.right.context)
        taken: dict[str, Answer] = {}
        for step in journey.steps:
            if step.source is AnsweredBy.SETTING:
                continue
            before = dict(taken)
            taken[step.question.id] = step.answer
            tried = walk(self.tree, {**self.right.answers, **taken}, self.right.context)
            parting = _parting(tried, self.right)
            if parting is not None:
                return Standing(journey, WrongTurn(step, parting, before))
        return Standing(journey, differences=self._differences(journey))

    def right_step(self, question_id: str) -> Step | None:
        """How the case itself answers a question."""
        return next((step for step in self.right.steps if step.question.id == question_id), None)

    def citations(self) -> tuple[str, ...]:
        """Every citation that a learner meets on the right way and at its end. The same whatever was tried before."""
        outcome = self.right.outcome
        statements = (*outcome.actions, *outcome.cautions) if outcome else ()
        return tuple(
            dict.fromkeys(
                [
                    *self.case.citations,
                    *(text for step in self.right.steps for text in step.question.citations),
                    *(outcome.citations if outcome else ()),
                    *(text for statement in statements for text in statement.citations),
                    *(text for applied in self.right.add_ons for text in applied.add_on.citations),
                ]
            )
        )

    def _differences(self, journey: Journey) -> tuple[Difference, ...]:
        if journey.outcome is None or _advice(journey) == _advice(self.right):
            return ()
        found = []
        for step, right in zip(journey.steps, self.right.steps, strict=True):
            alone = walk(self.tree, {**self.right.answers, step.question.id: step.answer}, self.right.context)
            if _advice(alone) != _advice(self.right):
                found.append(Difference(step, right))
        return tuple(found)


def exercise_of(tree: Tree, case: Case, context: Context) -> Exercise | None:
    """The case as an exercise, or None where the tree has moved on and the case no longer holds."""
    result = run_case(tree, case, context)
    return Exercise(tree, case, result.journey) if result.passed else None


def _parting(tried: Journey, right: Journey) -> Outcome | Question | None:
    """Where a journey goes that does not go the right way; None where it does.

    Another outcome says most; without one, the first question that is not on the right way.
    """
    ways = [[step.question.id for step in journey.steps] for journey in (tried, right)]
    if tried.outcome == right.outcome and ways[0] == ways[1]:
        return None
    if tried.outcome is not None and tried.outcome != right.outcome:
        return tried.outcome
    asked = [*(step.question for step in tried.steps), *([tried.question] if tried.question else [])]
    return next((question for question in asked if question.id not in ways[1]), tried.outcome or tried.question)


def _advice(journey: Journey) -> frozenset[str]:
    return frozenset(applied.add_on.id for applied in journey.add_ons)
