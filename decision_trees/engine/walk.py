"""Walking a tree: from answers to a question or an outcome, recomputed from the start every time.

`walk` always returns. What it cannot use stops the journey at a question, with a problem that says why.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .answers import Problem, answer_problem
from .graph import questions_left_at_most
from .journey import AnsweredBy, AppliedAddOn, Journey, Status, Step
from .model import Answer, Answers, Context, Order, Outcome, Question, RedFlag, Rule, Tree

_TAKE_IT_ON = "Take it to the prescriber or a supervisor."


def walk(tree: Tree, answers: Answers, context: Context | None = None) -> Journey:
    """Walk the tree with these answers.

    Rules, red flags and add-on advice read only the answers on the path. An answer to a question that is not on the
    path changes nothing and is named in `unused`. A question whose local setting is in the context is answered by it.
    """
    return _Walk(tree, answers, context or Context()).whole()


def find_end(tree: Tree, answers: Answers, context: Context) -> Journey:
    """`walk` for those who ask only where it ends: without added advice and without counting what is left."""
    return _WalkToTheEnd(tree, answers, context).whole()


def matching_rules(question: Question, answers: Answers, context: Context) -> tuple[Rule, ...]:
    """The rules that lead on: one in a sound tree, none in a gap, several in an overlap of an exactly-one question."""
    holding = [rule for rule in question.rules if rule.when is not None and rule.when.holds(answers, context)]
    if not holding:
        holding = [rule for rule in question.rules if rule.when is None]
        return tuple(holding[:1])
    if question.order is Order.FIRST_FIT:
        return _first_fit(question, holding[0])
    return tuple(holding)


def _first_fit(question: Question, first: Rule) -> tuple[Rule, ...]:
    """An `otherwise` above a rule wins over it, since rules are tested from the top."""
    for rule in question.rules:
        if rule is first or rule.when is None:
            return (rule,)
    return (first,)


@dataclass(slots=True)
class _Walk:
    tree: Tree
    given: Answers
    context: Context
    taken: dict[str, Answer] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def whole(self) -> Journey:
        self._note_unknown_questions()
        target = self.tree.start
        while True:
            outcome = self.tree.outcome(target)
            if outcome is not None:
                return self._at_outcome(outcome, None)
            question = self.tree.question(target)
            if question is None:
                return self._broken("unknown-target", f"The tree leads to “{target}”, which does not exist.")
            if question.id in self.taken:
                return self._broken("cycle", "The tree leads back to a question that is already answered.")
            found = self._answer(question)
            if found is None:
                return self._at_question(question)
            answer, source = found
            self.taken[question.id] = answer
            for flag in self.tree.red_flags:
                outcome = self.tree.outcome(flag.outcome)
                if outcome is not None and flag.when.holds(self.taken, self.context):
                    self.steps.append(Step(question, answer, None, source))
                    return self._at_outcome(outcome, flag)
            rules = matching_rules(question, self.taken, self.context)
            self.steps.append(Step(question, answer, rules[0] if rules else None, source))
            if not rules:
                return self._broken("no-rule", "No rule of the tree covers these answers.")
            if len({rule.go for rule in rules}) > 1:
                return self._broken("rules-overlap", "Rules of the tree contradict each other for these answers.")
            target = rules[0].go

    def _note_unknown_questions(self) -> None:
        for id in self.given:
            if self.tree.question(str(id)) is None:
                shown = str(id)[:40]
                message = f"This tree has no question “{shown}”. Its answer is not used."
                self.problems.append(Problem(shown, "unknown-question", message))

    def _answer(self, question: Question) -> tuple[Answer, AnsweredBy] | None:
        setting = self.context.settings.get(question.setting) if question.setting else None
        if setting is not None:
            problem = answer_problem(question, setting)
            if problem is None:
                return setting, AnsweredBy.SETTING
            message = f"The service's setting cannot be used here, so answer the question. ({problem.message})"
            self.problems.append(Problem(question.id, "setting-not-usable", message))
        answer = self.given.get(question.id)
        if answer is None:
            return None
        problem = answer_problem(question, answer)
        if problem is not None:
            self.problems.append(problem)
            return None
        return answer, AnsweredBy.GIVEN

    def _at_outcome(self, outcome: Outcome, flag: RedFlag | None) -> Journey:
        add_ons = tuple(
            AppliedAddOn(add_on, self._in_path_order(add_on.when.reasons(self.taken, self.context)))
            for add_on in self.tree.add_ons
            if outcome.id not in add_on.not_with and add_on.when.holds(self.taken, self.context)
        )
        return self._journey(Status.OUTCOME, None, outcome, add_ons, flag, 0)

    def _at_question(self, question: Question) -> Journey:
        left = questions_left_at_most(self.tree, question.id, self.taken, self.given, self.context)
        return self._journey(Status.QUESTION, question, None, (), None, max(left, 1))

    def _broken(self, code: str, what: str) -> Journey:
        """Open the last question again, without an outcome: nothing may be concluded from a broken tree."""
        last = self.steps.pop() if self.steps else None
        id = last.question.id if last is not None else ""
        self.problems.append(Problem(id, code, f"No result can be given. {what} {_TAKE_IT_ON}"))
        if last is not None:
            del self.taken[id]
        return self._journey(Status.QUESTION, last.question if last else None, None, (), None, 1 if last else 0)

    def _journey(
        self,
        status: Status,
        question: Question | None,
        outcome: Outcome | None,
        add_ons: tuple[AppliedAddOn, ...],
        flag: RedFlag | None,
        left: int,
    ) -> Journey:
        used = {step.question.id for step in self.steps if step.source is AnsweredBy.GIVEN}
        if question is not None:
            used.add(question.id)
        unused = tuple(each.id for each in self.tree.questions if each.id in self.given and each.id not in used)
        return Journey(
            status=status,
            tree=self.tree,
            context=self.context,
            steps=tuple(self.steps),
            question=question,
            outcome=outcome,
            add_ons=add_ons,
            problems=tuple(self.problems),
            unused=unused,
            red_flag=flag,
            questions_left_at_most=left,
        )

    def _in_path_order(self, ids: frozenset[str]) -> tuple[str, ...]:
        return tuple(step.question.id for step in self.steps if step.question.id in ids)


class _WalkToTheEnd(_Walk):
    __slots__ = ()

    def _at_outcome(self, outcome: Outcome, flag: RedFlag | None) -> Journey:
        return self._journey(Status.OUTCOME, None, outcome, (), flag, 0)

    def _at_question(self, question: Question) -> Journey:
        return self._journey(Status.QUESTION, question, None, (), None, 1)
