"""The answers that stand for all others, as variables; and the sets of combinations in which a statement holds.

A space is made for one tree, or for two versions of a tree together: then a question may be answered in every way that
either version takes, and what either can tell apart is told apart.

Options that no condition names stand for each other, and so do numbers that no comparison parts (`number_line`).

There are two views. In `View.ANSWERS` every combination of values is a combination of answers: a number question has
the samples that stand for all. `View.WORDS` is made of what can be said of answers: ranges between constants, how two
numbers compare, whether an option is chosen. It reads well, but holds combinations that no answers show.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from itertools import chain, product

from decision_trees.engine.answers import answer_problem, coded_answers
from decision_trees.engine.conditions import (
    AnyOf,
    CompareAnswer,
    CompareConstant,
    CompareFigure,
    Comparison,
    Condition,
    Includes,
    Is,
    NoneOf,
)
from decision_trees.engine.graph import conditions_of
from decision_trees.engine.model import (
    NONE_OF_THESE,
    NOT_KNOWN,
    Answer,
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

from .combinations import EMPTY, EVERY, Combinations
from .effort import EFFORTS, Effort

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
            effort: what may be spent. Where it is not enough, `TooTangled` is raised by what is done with the space.
        """
        making = _Making(versions, context, view, frozenset(unread), frozenset(unfinished), effort)
        return making.whole(order)

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


# --- Making a space -------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Making:
    versions: Sequence[Tree]
    context: Context
    view: View
    unread: frozenset[Condition]
    unfinished: frozenset[str]
    effort: Effort
    sizes: list[int] = field(default_factory=list)
    weights: dict[int, Sequence[int]] = field(default_factory=dict)
    halved: int = 0

    def whole(self, order: Iterable[str]) -> AnswerSpace:
        statements = list(
            dict.fromkeys(
                statement
                for tree in self.versions
                for condition in conditions_of(tree)
                for statement in condition.statements()
                if statement not in self.unread
            )
        )
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
        orders: dict[tuple[str, str], int] = {}
        order = list(order)
        for id in _together(order, pairs) if self.effort.numbers_together else order:
            versions = [each[id] for each in questions if id in each]
            made[id] = self._variable(id, versions, values.get(id, ()), named.get(id, set()), id in told_apart)
            for other in pairs.get(id, ()) if self.view is View.WORDS else ():
                if other in made and (id, other) not in orders and (other, id) not in orders:
                    orders[(other, id)] = self._level(len(ORDERS), (1, 0, 0))
        variables = {id: made[id] for id in order}
        # What cannot be read comes last, so that it is decided for each combination of answers by itself.
        unread = {statement: self._level(2, (1, 0)) for statement in sorted(self.unread, key=repr)}
        sets = Combinations(self.sizes, self.weights, 2**self.halved, self.effort.work)
        return AnswerSpace(self.context, variables, orders, unread, sets)

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
        silent = [
            not (told_apart or set(group) & named) and _in_all(group, several) and len(several) == len(versions)
            for group in groups
        ]
        if self.view is View.WORDS:
            has_level = [not each for each in silent]
            choices: tuple[Head, ...] = (CHOSEN,) if groups else ()
            weights: list[int] = [1 for _ in choices]
        else:
            has_level = [place > 0 and not each for place, each in enumerate(silent)]
            choices = tuple(Selection((group[0],)) for group in groups)
            weights = [2 ** sum(has_level[place + 1 :]) for place in range(len(groups))]
            self.halved += sum(has_level)
        heads: tuple[Head, ...] = (*choices, *numbers, *none, *codes)
        level = self._level(len(heads), (*weights, *(1 for _ in heads[len(choices) :])))
        levels = tuple(self._level(2) if each else None for each in has_level)
        return Variable(id, level, heads, groups, levels, self._level(2, (1, 0)))

    def _number_values(
        self, questions: Sequence[Mapping[str, Question]], statements: Iterable[Condition]
    ) -> dict[str, tuple[NumberValue, ...]]:
        kinds: dict[str, tuple[NumberKind, ...]] = {}
        cuts: dict[str, dict[str, set[Decimal]]] = {}
        for id in dict.fromkeys(id for each in questions for id in each if id not in self.unfinished):
            kinds[id] = _kinds([each.get(id) for each in questions])
            cuts[id] = {kind.quantity: set() for kind in kinds[id]}
            for kind in kinds[id]:
                grids = dict.fromkeys(grid for each in kinds[id] for grid in each.points.grids)
                if len(grids) > 1:
                    cuts[id][kind.quantity] |= {end for grid in grids for end in (grid.minimum, grid.maximum)}
        statements = list(statements)
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


def _in_all(group: tuple[str, ...], several: Sequence[Question]) -> bool:
    return all(any(option.id == group[0] for option in question.options) for question in several)


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
