"""Which answers stand for all others: those that no condition of a tree can tell apart.

Options that no condition names stand for each other, and so do numbers that no comparison parts (`number_line`). For
two versions of a tree together, what either tells apart is told apart, and so is who takes an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from decision_trees.engine.answers import coded_answers
from decision_trees.engine.conditions import AnyOf, CompareAnswer, CompareConstant, CompareFigure, Condition, Is
from decision_trees.engine.graph import conditions_of
from decision_trees.engine.model import (
    NONE_OF_THESE,
    NOT_KNOWN,
    Choice,
    Context,
    Kind,
    Quantity,
    Question,
    Selection,
    Tree,
)
from decision_trees.engine.number_line import Grid, Points, Segment, samples, segments
from decision_trees.engine.units import UNITS, from_base, to_base

from .variables import CHOSEN, ORDERS, Head, NumberKind, NumberValue, Variable, View


@dataclass(slots=True)
class Standing:
    """Finds the answers that stand for all others, and gives each question its variables.

    After `assign`: how many values each variable has in `sizes`, for how many each counts in `weights`, and by what a
    count is divided in the end in `divisor`.
    """

    versions: Sequence[Tree]
    context: Context
    view: View
    #: Statements of which it is not known whether they hold, and questions of which the answers are not known.
    unread: frozenset[Condition]
    unfinished: frozenset[str]
    #: Questions of which each number stands for itself alone.
    listed: frozenset[str] = frozenset()
    variables: dict[str, Variable] = field(default_factory=dict)
    #: In words, for two numbers that are compared: the variable that says how.
    orders: dict[tuple[str, str], int] = field(default_factory=dict)
    #: For each statement that cannot be read, the variable that says whether it holds.
    unread_levels: dict[Condition, int] = field(default_factory=dict)
    sizes: list[int] = field(default_factory=list)
    weights: dict[int, Sequence[int]] = field(default_factory=dict)
    divisor: int = 1

    def assign(self, order: Sequence[str], numbers_together: bool) -> None:
        """Give the questions their variables, in this order; on demand numbers that are compared stand together."""
        statements = self._statements()
        questions = [{question.id: question for question in reversed(tree.questions)} for tree in self.versions]
        named: dict[str, set[str]] = {}
        told_apart: set[str] = set()
        for statement in statements:
            for id, option in statement.options():
                named.setdefault(id, set()).add(option)
                if isinstance(statement, (Is, AnyOf)) and option not in (NONE_OF_THESE, NOT_KNOWN):
                    told_apart.add(id)
        values = self._number_values(questions, statements)
        pairs = _pairs(statements)
        made: dict[str, Variable] = {}
        for id in _together(order, pairs) if numbers_together else order:
            versions = [each[id] for each in questions if id in each]
            made[id] = self._variable(id, versions, values.get(id, ()), named.get(id, set()), id in told_apart)
            for other in pairs.get(id, ()) if self.view is View.WORDS else ():
                if other in made and (id, other) not in self.orders and (other, id) not in self.orders:
                    self.orders[(other, id)] = self._level(len(ORDERS), (1, 0, 0))
        self.variables = {id: made[id] for id in order}
        # What cannot be read comes last, so that it is decided for each combination of answers by itself.
        self.unread_levels = {each: self._level(2, (1, 0)) for each in sorted(self.unread, key=repr)}

    def _statements(self) -> list[Condition]:
        conditions = (condition for tree in self.versions for condition in conditions_of(tree))
        statements = dict.fromkeys(statement for condition in conditions for statement in condition.statements())
        return [statement for statement in statements if statement not in self.unread]

    def _level(self, size: int, weights: Sequence[int] | None = None) -> int:
        self.sizes.append(size)
        if weights is not None:
            self.weights[len(self.sizes) - 1] = weights
        return len(self.sizes) - 1

    def _variable(
        self,
        id: str,
        versions: Sequence[Question],
        numbers: Sequence[NumberValue],
        named: set[str],
        told_apart: bool,
    ) -> Variable:
        if id in self.unfinished:
            return Variable(id, self._level(1), (None,), asked=self._level(2, (1, 0)))
        codes = dict.fromkeys(Choice(code) for question in versions for code in coded_answers(question))
        several = [question for question in versions if question.kind is Kind.SEVERAL_OF]
        none = (Selection((NONE_OF_THESE,)),) if any(question.none_label for question in several) else ()
        groups = _groups(several, named)
        # A group that nothing names and every version takes needs no variable: it only makes the choice one.
        silent = [not (told_apart or set(group) & named) and _is_in_all(group, versions) for group in groups]
        if self.view is View.WORDS:
            has_level = [not each for each in silent]
            choices: tuple[Head, ...] = (CHOSEN,) if groups else ()
            weights: list[int] = [1 for _ in choices]
        else:
            has_level = [place > 0 and not each for place, each in enumerate(silent)]
            choices = tuple(Selection((group[0],)) for group in groups)
            weights = [2 ** sum(has_level[place + 1 :]) for place in range(len(groups))]
            self.divisor *= 2 ** sum(has_level)
        heads: tuple[Head, ...] = (*choices, *numbers, *none, *codes)
        level = self._level(len(heads), (*weights, *(1 for _ in heads[len(choices) :])))
        levels = tuple(self._level(2) if each else None for each in has_level)
        return Variable(id, level, heads, groups, levels, self._level(2, (1, 0)))

    def _number_values(
        self, questions: Sequence[Mapping[str, Question]], statements: Sequence[Condition]
    ) -> dict[str, tuple[NumberValue, ...]]:
        kinds: dict[str, tuple[NumberKind, ...]] = {}
        cuts: dict[str, dict[str, set[Decimal]]] = {}
        for id in dict.fromkeys(id for each in questions for id in each if id not in self.unfinished):
            kinds[id] = _kinds([each.get(id) for each in questions])
            cuts[id] = {kind.quantity: set() for kind in kinds[id]}
            for kind in kinds[id]:
                grids = dict.fromkeys(grid for each in kinds[id] for grid in each.points.grids)
                if id in self.listed:
                    cuts[id][kind.quantity].update(point for grid in grids for point in grid.points())
                if len(grids) > 1:
                    cuts[id][kind.quantity] |= {end for grid in grids for end in (grid.minimum, grid.maximum)}
        for statement in statements:
            constant = _constant(statement, self.context)
            if constant is not None:
                (id,) = statement.questions()
                quantity = UNITS[constant.unit].quantity
                if quantity in cuts.get(id, {}):
                    cuts[id][quantity].add(to_base(constant))
        found: dict[str, tuple[NumberValue, ...]] = {}
        for members in _components(list(kinds), _pairs(statements)):
            values: dict[str, list[NumberValue]] = {id: [] for id in members}
            for quantity in dict.fromkeys(kind.quantity for id in members for kind in kinds[id]):
                entries = [(id, kind) for id in members for kind in kinds[id] if kind.quantity == quantity]
                constants = set[Decimal]().union(*(cuts[id].get(quantity, set()) for id in members))
                for (id, _), made in zip(entries, self._values(entries, constants), strict=True):
                    values[id].extend(made)
            found |= {id: tuple(each) for id, each in values.items()}
        return found

    def _values(
        self, entries: Sequence[tuple[str, NumberKind]], constants: set[Decimal]
    ) -> list[tuple[NumberValue, ...]]:
        parts = [segments(kind.points, constants) for _, kind in entries]
        if self.view is View.WORDS:
            return [
                tuple(NumberValue(kind, part, from_base(part.sample, kind.units[0])) for part in each)
                for (_, kind), each in zip(entries, parts, strict=True)
            ]
        # An answer is weighed against another to the same question, all other numbers staying as they are. On one grid
        # the next point shows every difference; on several it may take as many numbers and one.
        numbers = len({id for id, _ in entries})
        if numbers > 1 and len({kind.points for _, kind in entries}) > 1:
            numbers += 1
        sampled = samples([kind.points for _, kind in entries], constants, numbers)
        return [
            tuple(NumberValue(kind, _part_with(each, value), from_base(value, kind.units[0])) for value in values)
            for (_, kind), each, values in zip(entries, parts, sampled, strict=True)
        ]


def _groups(several: Sequence[Question], named: set[str]) -> tuple[tuple[str, ...], ...]:
    """Options that stand for each other: those that conditions name, alone; the others by who takes them."""
    order = list(dict.fromkeys(option.id for question in reversed(several) for option in question.options))
    groups: list[tuple[str, ...]] = [(id,) for id in order if id in named]
    rest: dict[tuple[bool, ...], list[str]] = {}
    for id in order:
        if id not in named:
            pattern = tuple(any(option.id == id for option in question.options) for question in several)
            rest.setdefault(pattern, []).append(id)
    for pattern in sorted(rest):
        groups.append(tuple(rest[pattern]))
    return tuple(groups)


def _is_in_all(group: tuple[str, ...], versions: Sequence[Question]) -> bool:
    return all(
        question.kind is Kind.SEVERAL_OF and any(option.id == group[0] for option in question.options)
        for question in versions
    )


def _kinds(versions: Sequence[Question | None]) -> tuple[NumberKind, ...]:
    """The kinds of number that a question takes, in one version or in two."""
    usable = [question.number for question in versions if question is not None and _takes_numbers(question)]
    numbers = [each for each in usable if each is not None]
    if len(numbers) < 2 or numbers[0].quantity != numbers[1].quantity:
        return tuple(NumberKind(each.quantity, _known_units(each.units), Points((Grid.of(each),))) for each in numbers)
    before, after = numbers
    old, new = Grid.of(before), Grid.of(after)
    both = tuple(unit for unit in _known_units(before.units) if unit in after.units)
    only_old = tuple(unit for unit in _known_units(before.units) if unit not in both)
    only_new = tuple(unit for unit in _known_units(after.units) if unit not in both)
    shared = [Points((old,))] if old == new else [Points((old, new)), Points((old,), (new,)), Points((new,), (old,))]
    rows = [*((both, points) for points in shared), (only_old, Points((old,))), (only_new, Points((new,)))]
    return tuple(NumberKind(before.quantity, units, points) for units, points in rows if units)


def _takes_numbers(question: Question) -> bool:
    return question.kind.is_numeric and question.number is not None


def _known_units(units: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(unit for unit in units if unit in UNITS)


def _constant(statement: Condition, context: Context) -> Quantity | None:
    found: Quantity | None = None
    if isinstance(statement, CompareConstant):
        found = statement.constant
    elif isinstance(statement, CompareFigure):
        found = context.figures.get(statement.figure)
    return found if found is not None and found.unit in UNITS else None


def _pairs(statements: Iterable[Condition]) -> dict[str, dict[str, None]]:
    """For each number, those it is compared with."""
    found: dict[str, dict[str, None]] = {}
    for statement in statements:
        if isinstance(statement, CompareAnswer) and statement.question != statement.other:
            found.setdefault(statement.question, {})[statement.other] = None
            found.setdefault(statement.other, {})[statement.question] = None
    return found


def _together(order: Sequence[str], pairs: Mapping[str, Iterable[str]]) -> list[str]:
    """The questions in order, but for numbers that are compared, which follow the first of them.

    What comes between two numbers is then looked at once for each way they compare, not once for each number; but all
    of them are looked at again wherever anything comes between. Of the numbers one is compared with, those on which
    most others hang come last: then it need not be kept in mind for them.
    """
    places = {id: place for place, id in enumerate(order)}
    found: dict[str, None] = {}

    def hanging(id: str) -> int:
        reached, waiting = {id}, [id]
        while waiting:
            fresh = {each for each in pairs.get(waiting.pop(), ()) if each in places} - found.keys() - reached
            reached |= fresh
            waiting.extend(fresh)
        return len(reached)

    for id in order:
        waiting = [id]
        while waiting:
            member = waiting.pop()
            if member not in found:
                found[member] = None
                following = [each for each in pairs.get(member, ()) if each in places and each not in found]
                waiting.extend(sorted(following, key=lambda each: (-hanging(each), -places[each])))
    return list(found)


def _components(ids: Sequence[str], pairs: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Numbers in groups: those that are compared, directly or through others, together."""
    found: list[list[str]] = []
    seen: set[str] = set()
    for id in ids:
        if id in seen:
            continue
        group, waiting = [], [id]
        while waiting:
            member = waiting.pop()
            if member not in seen and member in ids:
                seen.add(member)
                group.append(member)
                waiting.extend(pairs.get(member, ()))
        found.append(sorted(group))
    return found


def _part_with(parts: Sequence[Segment], value: Decimal) -> Segment:
    return next(part for part in parts if part.holds(value))
