"""A second judge of gaps, overlaps and careless answers: the tree as a formula, and z3 asked for answers to fulfil it.

Every question has a code, a place on its grid and its options as unknowns, and a truth “it was asked”, which is defined
by the rules that lead there. z3 then looks for answers with which a question is asked and no rule holds, or two do; or,
with the whole formula twice, for two walks that differ in one answer, of which the careful one ends less carefully.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations

import z3

from decision_trees.engine.answers import coded_answers
from decision_trees.engine.conditions import (
    All,
    Any_,
    AnyOf,
    CompareAnswer,
    CompareConstant,
    CompareFigure,
    Comparison,
    Condition,
    Includes,
    Is,
    IsNumber,
    NoneOf,
    Not,
)
from decision_trees.engine.graph import topological_order
from decision_trees.engine.model import (
    NONE_OF_THESE,
    Answer,
    Choice,
    Context,
    Kind,
    Order,
    Question,
    Selection,
    Tree,
)
from decision_trees.engine.units import from_base, to_base

#: Values in base units have at most so many decimals here.
_SCALE = 10**6
#: The first code of a question with numbers, or with options to choose: it is answered so.
_PLAIN = ""
#: The care level of a walk that broke off: below all others.
_NO_LEVEL = -1


class SecondJudge:
    """Asks of one tree. Where something is wrong, the answer is an example: answers to all questions."""

    def __init__(self, tree: Tree, context: Context) -> None:
        self._tree = tree
        self._walk = _Walk(tree, context)
        self._other = _Walk(tree, context, "other ")
        self._solver = z3.Solver()
        self._solver.add(*self._walk.formulas())
        self._both: z3.Solver | None = None

    def gap(self, id: str) -> dict[str, Answer] | None:
        """Answers with which the question is asked and no rule holds, if there are any."""
        return self._example(self._solver, self._walk.gaps[id])

    def overlap(self, id: str) -> dict[str, Answer] | None:
        """Answers with which the question is asked and two rules hold where exactly one must, if there are any."""
        return self._example(self._solver, self._walk.overlaps[id])

    def careless(self, id: str, code: str) -> dict[str, Answer] | None:
        """Answers, this code among them, that end less carefully than with another answer to the same question."""
        if self._both is None:
            self._both = z3.Solver()
            self._both.add(*self._walk.formulas(), *self._other.formulas())
        others = [each for each in self._walk.unknowns if each != id]
        return self._example(
            self._both,
            self._walk.is_(id, code),
            z3.Not(self._other.is_(id, code)),
            *(this == other for each in others for this, other in self._pairs(each)),
            self._walk.level < self._other.level,
            *(each.level > _NO_LEVEL for each in (self._walk, self._other)),
        )

    def _pairs(self, id: str) -> Iterator[tuple[z3.ExprRef, z3.ExprRef]]:
        return zip(self._walk.unknowns[id], self._other.unknowns[id], strict=True)

    def _example(self, solver: z3.Solver, *wanted: z3.BoolRef) -> dict[str, Answer] | None:
        solver.push()
        solver.add(*wanted)
        found = self._walk.answers(solver.model()) if solver.check() == z3.sat else None
        solver.pop()
        return found


class _Walk:
    """One walk through the tree as formulas. `level` is the care level where it ends."""

    def __init__(self, tree: Tree, context: Context, prefix: str = "") -> None:
        self._tree = tree
        self._context = context
        self._questions = {asked.id: asked for asked in tree.questions}
        self._order = {id: place for place, id in enumerate(topological_order(tree))}
        self._codes = {asked.id: _codes(asked) for asked in tree.questions}
        self._coded = {id: z3.Int(f"{prefix}{id}: code") for id in self._questions}
        self._place = {id: z3.Int(f"{prefix}{id}: place") for id, asked in self._questions.items() if asked.number}
        self._chosen = {
            id: {option.id: z3.Bool(f"{prefix}{id}: {option.id}") for option in asked.options}
            for id, asked in self._questions.items()
            if asked.kind is Kind.SEVERAL_OF
        }
        self._asked = {id: z3.Bool(f"{prefix}{id}: asked") for id in self._questions}
        self._prefix = prefix
        self.gaps = {id: z3.Bool(f"{prefix}{id}: gap") for id in self._questions}
        self.overlaps = {id: z3.Bool(f"{prefix}{id}: overlap") for id in self._questions}
        self.level = z3.Int(f"{prefix}level")

    @property
    def unknowns(self) -> dict[str, list[z3.ExprRef]]:
        """What the answer to each question is made of."""
        return {
            id: [coded, *([self._place[id]] if id in self._place else []), *self._chosen.get(id, {}).values()]
            for id, coded in self._coded.items()
        }

    def formulas(self) -> Iterator[z3.BoolRef]:
        """All that holds of answers and of the walk they make."""
        for asked in self._tree.questions:
            yield from self._possible(asked)
        yield from self._rules()

    def answers(self, model: z3.ModelRef) -> dict[str, Answer]:
        return {id: self._answer(asked, model) for id, asked in self._questions.items()}

    def _answer(self, asked: Question, model: z3.ModelRef) -> Answer:
        code = self._codes[asked.id][model.eval(self._coded[asked.id], model_completion=True).as_long()]
        if code == _PLAIN and asked.number is not None:
            place = model.eval(self._place[asked.id], model_completion=True).as_long()
            return from_base(asked.number.minimum + place * asked.number.step, asked.number.units[0])
        if code == _PLAIN:
            chosen = self._chosen[asked.id].items()
            return Selection(tuple(sorted(id for id, on in chosen if model.eval(on, model_completion=True))))
        return Selection((code,)) if code == NONE_OF_THESE else Choice(code)

    # --- The tree as formulas

    def _possible(self, asked: Question) -> Iterator[z3.BoolRef]:
        code = self._coded[asked.id]
        yield z3.And(code >= 0, code < len(self._codes[asked.id]))
        if asked.number is not None:
            steps = int((asked.number.maximum - asked.number.minimum) / asked.number.step)
            yield z3.And(self._place[asked.id] >= 0, self._place[asked.id] <= steps)
        if asked.kind is Kind.SEVERAL_OF:
            yield self.is_(asked.id, _PLAIN) == z3.Or(*self._chosen[asked.id].values())

    def _rules(self) -> Iterator[z3.BoolRef]:
        levels = {outcome.id: outcome.care_level for outcome in self._tree.outcomes}
        leading: dict[str, list[z3.BoolRef]] = {id: [] for id in (*self._questions, *levels)}
        for id in self._order:
            asked = self._questions[id]
            yield self._asked[id] == (z3.BoolVal(True) if id == self._tree.start else z3.Or(*leading[id]))
            left = self._asked[id]
            for flag in self._tree.red_flags:
                if id in flag.when.questions() or id == self._tree.start:
                    raised = self._holds(flag.when, id)
                    leading[flag.outcome].append(z3.And(left, raised))
                    left = z3.And(left, z3.Not(raised))
            here = left
            claims: list[z3.BoolRef] = []
            # Rules are tried in turn, an `otherwise` last; where they overlap, the first leads on.
            exactly_one = asked.order is Order.EXACTLY_ONE
            rules = sorted(asked.rules, key=lambda rule: rule.when is None) if exactly_one else asked.rules
            for number, rule in enumerate(rules):
                claim = z3.Bool(f"{self._prefix}{id}: rule {number}")
                yield claim == (z3.BoolVal(True) if rule.when is None else self._holds(rule.when, id))
                if rule.when is not None and exactly_one:
                    claims.append(claim)
                if rule.go in leading:
                    leading[rule.go].append(z3.And(left, claim))
                left = z3.And(left, z3.Not(claim))
            yield self.gaps[id] == left
            yield self.overlaps[id] == z3.And(here, z3.Or(*(z3.And(*pair) for pair in combinations(claims, 2))))
        ended = z3.IntVal(_NO_LEVEL)
        for id, level in levels.items():
            ended = z3.If(z3.Or(*leading[id]), z3.IntVal(level), ended)
        yield self.level == ended

    def _holds(self, condition: Condition, at: str) -> z3.BoolRef:
        match condition:
            case Not(inner):
                return z3.Not(self._holds(inner, at))
            case All(parts):
                return z3.And(*(self._holds(part, at) for part in parts))
            case Any_(parts):
                return z3.Or(*(self._holds(part, at) for part in parts))
        # Whoever comes to a question has come by those above it that were asked, and by no other.
        asked = [self._asked[id] for id in condition.questions() if self._order[id] <= self._order[at]]
        if len(asked) < len(condition.questions()):
            return z3.BoolVal(False)
        return z3.And(*asked, self._says(condition))

    def _says(self, statement: Condition) -> z3.BoolRef:
        match statement:
            case Is(id, option):
                return self.is_(id, option)
            case AnyOf(id, options):
                return z3.Or(*(self.is_(id, option) for option in options))
            case NoneOf(id, options):
                return z3.Not(z3.Or(*(self._takes(id, option) for option in options)))
            case Includes(id, options):
                return z3.Or(*(self._takes(id, option) for option in options))
            case IsNumber(id):
                return self.is_(id, _PLAIN)
            case CompareConstant(id, comparison, constant):
                return self._compares(id, comparison, _whole(to_base(constant)))
            case CompareFigure(id, comparison, figure):
                return self._compares(id, comparison, _whole(to_base(self._context.figures[figure])))
            case CompareAnswer(id, comparison, other):
                return z3.And(self.is_(other, _PLAIN), self._compares(id, comparison, self._value(other)))
        raise TypeError(f"{statement!r} is not a plain statement.")

    def is_(self, id: str, code: str) -> z3.BoolRef:
        """The answer to the question is this code."""
        if code not in self._codes[id]:
            only = [on if option == code else z3.Not(on) for option, on in self._chosen[id].items()]
            return z3.And(self.is_(id, _PLAIN), *only)
        return self._coded[id] == self._codes[id].index(code)

    def _takes(self, id: str, option: str) -> z3.BoolRef:
        return self._chosen[id][option] if option in self._chosen.get(id, {}) else self.is_(id, option)

    def _value(self, id: str) -> z3.ArithRef:
        numbers = self._questions[id].number
        assert numbers is not None
        return _whole(numbers.minimum) + self._place[id] * _whole(numbers.step)

    def _compares(self, id: str, comparison: Comparison, against: z3.ArithRef | int) -> z3.BoolRef:
        value = self._value(id)
        compared = {
            Comparison.ABOVE: value > against,
            Comparison.AT_LEAST: value >= against,
            Comparison.BELOW: value < against,
            Comparison.AT_MOST: value <= against,
            Comparison.EQUALS: value == against,
        }
        return z3.And(self.is_(id, _PLAIN), compared[comparison])


def _codes(asked: Question) -> tuple[str, ...]:
    plain = (_PLAIN,) if asked.number is not None or asked.kind is Kind.SEVERAL_OF else ()
    none = (NONE_OF_THESE,) if asked.none_label else ()
    return (*plain, *none, *coded_answers(asked))


def _whole(value: Decimal) -> int:
    scaled = value * _SCALE
    assert scaled == int(scaled), f"{value} has more decimals than are reckoned with."
    return int(scaled)
