"""The sets of combinations of answers in which a statement holds.

A space is made for one tree, or for two versions of a tree together: then a question may be answered in every way that
either version takes, and what either can tell apart is told apart (`standing`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain, product

from decision_trees.engine.answers import answer_problem
from decision_trees.engine.conditions import AnyOf, CompareAnswer, Comparison, Condition, Includes, Is, NoneOf
from decision_trees.engine.model import Answer, Context, Kind, Question, Selection, Tree
from decision_trees.engine.units import to_base

from .combinations import EMPTY, EVERY, Combinations
from .effort import EFFORTS, Effort
from .standing import Standing
from .variables import ORDERS, Head, NumberValue, Variable, View


@dataclass(slots=True)
class AnswerSpace:
    """The variables of a tree or of two versions of it, and the sets in which plain statements hold."""

    context: Context
    variables: dict[str, Variable]
    #: For two numbers that are compared: the variable that says how. Only in words.
    orders: dict[tuple[str, str], int]
    #: Statements that cannot be read hold or do not: a variable of its own for each.
    unread: dict[Condition, int]
    sets: Combinations
    _statements: dict[Condition, int] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        versions: Sequence[Tree],
        context: Context,
        order: Iterable[str],
        view: View = View.ANSWERS,
        unread: Collection[Condition] = (),
        unfinished: Collection[str] = (),
        listed: Collection[str] = (),
        effort: Effort = EFFORTS[-1],
    ) -> AnswerSpace:
        """Make the space.

        Args:
            versions: one tree, or two.
            context: the figures.
            order: the questions of the versions, first asked first.
            view: what the variables stand for.
            unread: statements of which it is not known whether they hold.
            unfinished: questions of which the answers are not known.
            listed: questions of which each number stands for itself alone.
            effort: what may be spent. Where it is not enough, `TooTangled` is raised by what is done with the space.
        """
        standing = Standing(versions, context, view, frozenset(unread), frozenset(unfinished), frozenset(listed))
        standing.assign(list(order), effort.numbers_together)
        sets = Combinations(standing.sizes, standing.weights, standing.divisor, effort.work)
        return cls(context, standing.variables, standing.orders, standing.unread_levels, sets)

    @property
    def total(self) -> int:
        return self.sets.total

    def statement(self, statement: Condition) -> int:
        """The combinations in which a plain statement holds, its questions taken as asked."""
        found = self._statements.get(statement)
        if found is None:
            found = self._statements[statement] = self._statement(statement)
        return found

    def where(self, id: str, heads: Collection[int]) -> int:
        """The combinations in which the question is answered with one of these values."""
        return self.sets.where(self.variables[id].level, heads)

    def standing(self, id: str) -> tuple[Answer, ...]:
        """The answers to a question that stand for all others (in the view of answers)."""
        variable = self.variables[id]
        found: list[Answer] = []
        for head in variable.heads:
            if head is None or isinstance(head, NumberValue):
                found.extend(() if head is None else (head.sample,))
            elif not variable.chooses(head):
                found.append(head)
            else:
                later = zip(variable.groups, variable.chosen(head, self.sets), strict=True)
                choices = [(group[0], made) for group, made in later if made != EMPTY]
                rows = product(*(((option,),) if made == EVERY else ((), (option,)) for option, made in choices))
                found.extend(Selection(tuple(sorted(chain.from_iterable(row)))) for row in rows)
        return tuple(found)

    def answers(self, combination: Sequence[int]) -> dict[str, Answer]:
        """The answers to all finished questions in one combination."""
        found = {id: variable.answer(combination) for id, variable in self.variables.items()}
        return {id: answer for id, answer in found.items() if answer is not None}

    def accepted(self, question: Question) -> int:
        """The combinations in which the answer to a question is one that this version of it takes."""
        variable = self.variables[question.id]
        options = {option.id for option in question.options} if question.kind is Kind.SEVERAL_OF else set()

        def accepts(head: Head) -> int:
            if not variable.chooses(head):
                answer = head.sample if isinstance(head, NumberValue) else head
                return EVERY if answer is None or answer_problem(question, answer) is None else EMPTY
            if not options:
                return EMPTY
            chosen = zip(variable.groups, variable.chosen(head, self.sets), strict=True)
            return self.sets.minus(EVERY, self.sets.union(made for group, made in chosen if not options & set(group)))

        return self.sets.by_value(variable.level, [accepts(head) for head in variable.heads])

    # --- Statements

    def _statement(self, statement: Condition) -> int:
        if statement in self.unread:
            return self.sets.where(self.unread[statement], {1})
        ids = statement.questions()
        if any(id not in self.variables for id in ids):
            return EMPTY
        if isinstance(statement, CompareAnswer):
            return self._comparison(statement)
        (id,) = ids
        variable = self.variables[id]
        return self.sets.by_value(variable.level, [self._holds(statement, variable, head) for head in variable.heads])

    def _holds(self, statement: Condition, variable: Variable, head: Head) -> int:
        if not variable.chooses(head):
            answer = head.sample if isinstance(head, NumberValue) else head
            given = {} if answer is None else {variable.id: answer}
            return EVERY if statement.holds(given, self.context) else EMPTY
        chosen = list(zip(variable.groups, variable.chosen(head, self.sets), strict=True))

        def any_of(options: tuple[str, ...]) -> int:
            return self.sets.union(made for group, made in reversed(chosen) if set(group) & set(options))

        def only(option: str) -> int:
            others = self.sets.union(made for group, made in reversed(chosen) if option not in group)
            return self.sets.minus(any_of((option,)), others)

        match statement:
            case Includes(_, options):
                return any_of(options)
            case NoneOf(_, options):
                return self.sets.minus(EVERY, any_of(options))
            case Is(_, option):
                return only(option)
            case AnyOf(_, options):
                return self.sets.union(only(option) for option in options)
        return EMPTY

    def _comparison(self, statement: CompareAnswer) -> int:
        id, other = statement.question, statement.other
        if id == other:
            variable = self.variables[id]
            always = statement.comparison.holds(Decimal(0), Decimal(0))
            numbers = {n for n, head in enumerate(variable.heads) if isinstance(head, NumberValue)}
            return self.where(id, numbers) if always else EMPTY
        if self.orders:
            return self._comparison_in_words(statement)
        first, second = sorted((self.variables[id], self.variables[other]), key=lambda each: each.level)
        comparison = statement.comparison if first.id == id else _TURNED[statement.comparison]
        branches = []
        for head in first.heads:
            holding = {
                place
                for place, against in enumerate(second.heads)
                if isinstance(head, NumberValue)
                and isinstance(against, NumberValue)
                and head.kind.quantity == against.kind.quantity
                and comparison.holds(to_base(head.sample), to_base(against.sample))
            }
            branches.append(self.sets.where(second.level, holding))
        return self.sets.by_value(first.level, branches)

    def _comparison_in_words(self, statement: CompareAnswer) -> int:
        pair = (statement.question, statement.other)
        comparison = statement.comparison
        if pair not in self.orders:
            pair, comparison = (pair[1], pair[0]), _TURNED[comparison]
        holding = {place for place, order in enumerate(ORDERS) if comparison.holds(*_EXAMPLES[order])}
        found = self.sets.where(self.orders[pair], holding)
        kinds = [
            {head.kind.quantity for head in self.variables[id].heads if isinstance(head, NumberValue)} for id in pair
        ]
        return self.sets.meet(
            found,
            self.sets.union(
                self.sets.meet(self._numbers_of(pair[0], quantity), self._numbers_of(pair[1], quantity))
                for quantity in sorted(kinds[0] & kinds[1])
            ),
        )

    def _numbers_of(self, id: str, quantity: str) -> int:
        heads = self.variables[id].heads
        return self.where(
            id, {n for n, head in enumerate(heads) if isinstance(head, NumberValue) and head.kind.quantity == quantity}
        )


_TURNED = {
    Comparison.ABOVE: Comparison.BELOW,
    Comparison.AT_LEAST: Comparison.AT_MOST,
    Comparison.BELOW: Comparison.ABOVE,
    Comparison.AT_MOST: Comparison.AT_LEAST,
    Comparison.EQUALS: Comparison.EQUALS,
}
_EXAMPLES = {
    Comparison.BELOW: (Decimal(0), Decimal(1)),
    Comparison.EQUALS: (Decimal(0), Decimal(0)),
    Comparison.ABOVE: (Decimal(1), Decimal(0)),
}
