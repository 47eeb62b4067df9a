"""A second judge of gaps and overlaps: the tree as a formula, and z3 asked for answers that fulfil it.

Every question has a code, a place on its grid and its options as unknowns, and a truth “it was asked”, which is defined
by the rules that lead there. z3 then looks for answers with which a question is asked and no rule holds, or two do.
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


class SecondJudge:
    """Asks of one tree. Where a gap or an overlap is found, the answer is an example: answers to all questions."""

    def __init__(self, tree: Tree, context: Context) -> None:
        self._tree = tree
        self._context = context
        self._questions = {asked.id: asked for asked in tree.questions}
        self._order = {id: place for place, id in enumerate(topological_order(tree))}
        self._codes = {asked.id: _codes(asked) for asked in tree.questions}
        self._coded = {id: z3.Int(f"{id}: code") for id in self._questions}
        self._place = {id: z3.Int(f"{id}: place") for id, asked in self._questions.items() if asked.number}
        self._chosen = {
            id: {option.id: z3.Bool(f"{id}: {option.id}") for option in asked.options}
            for id, asked in self._questions.items()
            if asked.kind is Kind.SEVERAL_OF
        }
        self._asked = {id: z3.Bool(f"{id}: asked") for id in self._questions}
        self._gaps = {id: z3.Bool(f"{id}: gap") for id in self._questions}
        self._overlaps = {id: z3.Bool(f"{id}: overlap") for id in self._questions}
        self._solver = z3.Solver()
        for asked in tree.questions:
            self._solver.add(*self._possible(asked))
        self._solver.add(*self._walk())

    def gap(self, id: str) -> dict[str, Answer] | None:
        """Answers with which the question is asked and no rule holds, if there are any."""
        return self._example(self._gaps[id])

    def overlap(self, id: str) -> dict[str, Answer] | None:
        """Answers with which the question is asked and two rules hold where exactly one must, if there are any."""
        return self._example(self._overlaps[id])

    def _example(self, wanted: z3.BoolRef) -> dict[str, Answer] | None:
        if self._solver.check(wanted) != z3.sat:
            return None
        model = self._solver.model()
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
            yield self._is(asked.id, _PLAIN) == z3.Or(*self._chosen[asked.id].values())

    def _walk(self) -> Iterator[z3.BoolRef]:
        leading: dict[str, list[z3.BoolRef]] = {id: [] for id in self._questions}
        for id in self._order:
            asked = self._questions[id]
            yield self._asked[id] == (z3.BoolVal(True) if id == self._tree.start else z3.Or(*leading[id]))
            flagged = z3.Or(*(self._holds(flag.when, id) for flag in self._tree.red_flags))
            here = left = z3.And(self._asked[id], z3.Not(flagged))
            claims: list[z3.BoolRef] = []
            # Rules are tried in turn, an `otherwise` last; where they overlap, the first leads on.
            exactly_one = asked.order is Order.EXACTLY_ONE
            rules = sorted(asked.rules, key=lambda rule: rule.when is None) if exactly_one else asked.rules
            for number, rule in enumerate(rules):
                claim = z3.Bool(f"{id}: rule {number}")
                yield claim == (z3.BoolVal(True) if rule.when is None else self._holds(rule.when, id))
                if rule.when is not None and exactly_one:
                    claims.append(claim)
                if rule.go in leading:
                    leading[rule.go].append(z3.And(left, claim))
                left = z3.And(left, z3.Not(claim))
            yield self._gaps[id] == left
            yield self._overlaps[id] == z3.And(here, z3.Or(*(z3.And(*pair) for pair in combinations(claims, 2))))

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
                return self._is(id, option)
            case AnyOf(id, options):
                return z3.Or(*(self._is(id, option) for option in options))
            case NoneOf(id, options):
                return z3.Not(z3.Or(*(self._takes(id, option) for option in options)))
            case Includes(id, options):
                return z3.Or(*(self._takes(id, option) for option in options))
            case IsNumber(id):
                return self._is(id, _PLAIN)
            case CompareConstant(id, comparison, constant):
                return self._compares(id, comparison, _whole(to_base(constant)))
            case CompareFigure(id, comparison, figure):
                return self._compares(id, comparison, _whole(to_base(self._context.figures[figure])))
            case CompareAnswer(id, comparison, other):
                return z3.And(self._is(other, _PLAIN), self._compares(id, comparison, self._value(other)))
        raise TypeError(f"{statement!r} is not a plain statement.")

    def _is(self, id: str, code: str) -> z3.BoolRef:
        if code not in self._codes[id]:
            only = [on if option == code else z3.Not(on) for option, on in self._chosen[id].items()]
            return z3.And(self._is(id, _PLAIN), *only)
        return self._coded[id] == self._codes[id].index(code)

    def _takes(self, id: str, option: str) -> z3.BoolRef:
        return self._chosen[id][option] if option in self._chosen.get(id, {}) else self._is(id, option)

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
        return z3.And(self._is(id, _PLAIN), compared[comparison])


def _codes(asked: Question) -> tuple[str, ...]:
    plain = (_PLAIN,) if asked.number is not None or asked.kind is Kind.SEVERAL_OF else ()
    none = (NONE_OF_THESE,) if asked.none_label else ()
    return (*plain, *none, *coded_answers(asked))


def _whole(value: Decimal) -> int:
    scaled = value * _SCALE
    assert scaled == int(scaled), f"{value} has more decimals than are reckoned with."
    return int(scaled)
