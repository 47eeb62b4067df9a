"""What the cases of a tree should do between them: the goals that coverage counts and proposals aim at.

There is one goal for each outcome, red flag and added advice, for each answer that a question offers, and for the
numbers right beside each boundary: the last on its one side and the first on its other, given where the comparison
decides what the condition around it comes to. A case further off would not notice a bound that is moved by one step.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from .answers import coded_answers
from .conditions import (
    All,
    Any_,
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
    label_of,
    name_of,
    question_name,
)
from .graph import conditions_of
from .journey import Journey
from .model import NONE_OF_THESE, Answers, Context, Kind, Quantity, Question, Tree
from .number_line import Grid
from .units import UNITS, from_base, in_words, to_base

#: In the place of an option: the answer is a number. No option may be called so.
A_NUMBER = "number"


class Part(Enum):
    """The parts of a tree that something can be said about."""

    TREE = "tree"
    QUESTION = "question"
    OUTCOME = "outcome"
    RED_FLAG = "red-flag"
    ADD_ON = "add-on"


class Lack(Enum):
    """What no case does."""

    OUTCOME_NOT_REACHED = "outcome-not-reached"
    RED_FLAG_NOT_RAISED = "red-flag-not-raised"
    ADVICE_NOT_JOINED = "advice-not-joined"
    OPTION_NOT_GIVEN = "option-not-given"
    BOUNDARY_NOT_MET = "boundary-not-met"


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that no passing case does, at the node to write it for.

    `rule` is the place of a rule in its question, from 0. Of an option, `question` and `option` are the ids; of a
    boundary, `question` is the number that is compared and `side` says in words where no case stands.
    """

    lack: Lack
    part: Part
    node: str
    message: str
    rule: int | None = None
    question: str = ""
    option: str = ""
    side: str = ""


@dataclass(frozen=True, slots=True)
class Goal:
    """A gap, and what fills it: a journey to an outcome for whose answers `when` holds, with two numbers side by side.

    `search` is the same in terms that sets of combinations can be made of. It may hold for fewer answers, not for
    others. Both are None for a goal that is a node of the tree.
    """

    gap: Gap
    when: Condition | None = None
    numbers: _SideBySide | None = None
    search: Condition | None = None

    def is_met(self, journey: Journey) -> bool:
        """Whether the journey does this, and reaches an outcome."""
        if journey.outcome is None:
            return False
        node = self.gap.node
        match self.gap.lack:
            case Lack.OUTCOME_NOT_REACHED:
                return journey.outcome.id == node
            case Lack.RED_FLAG_NOT_RAISED:
                return journey.red_flag is not None and journey.red_flag.id == node
            case Lack.ADVICE_NOT_JOINED:
                return any(applied.add_on.id == node for applied in journey.add_ons)
        answers = journey.answers
        holds = self.when is None or self.when.holds(answers, journey.context)
        return holds and (self.numbers is None or self.numbers.stand(answers))


def goals_of(tree: Tree, context: Context) -> tuple[Goal, ...]:
    """Every goal, in the order of the tree: its nodes, then its answers, then its boundaries.

    Some may be out of reach of any answers; whether one is, `reaching` tells.
    """
    return (
        *_nodes(tree),
        *(goal for question in tree.questions for goal in _options(question)),
        *_boundaries(tree, context),
    )


def _nodes(tree: Tree) -> Iterator[Goal]:
    for outcome in tree.outcomes:
        message = f"No passing case reaches the outcome “{outcome.title}”."
        yield Goal(Gap(Lack.OUTCOME_NOT_REACHED, Part.OUTCOME, outcome.id, message))
    for flag in tree.red_flags:
        message = f"No passing case raises the red flag “{name_of(flag.id)}”."
        yield Goal(Gap(Lack.RED_FLAG_NOT_RAISED, Part.RED_FLAG, flag.id, message))
    for add_on in tree.add_ons:
        message = f"No passing case brings the advice “{add_on.title}”."
        yield Goal(Gap(Lack.ADVICE_NOT_JOINED, Part.ADD_ON, add_on.id, message))


def _options(question: Question) -> Iterator[Goal]:
    for option, given in _answers_to_give(question):
        answer = "a number" if option == A_NUMBER else f"“{label_of(question, option)}”"
        message = f"No passing case answers “{question.text}” with {answer}."
        gap = Gap(Lack.OPTION_NOT_GIVEN, Part.QUESTION, question.id, message, question=question.id, option=option)
        yield Goal(gap, given, search=given)


def _answers_to_give(question: Question) -> Iterator[tuple[str, Condition]]:
    if question.kind is Kind.SEVERAL_OF:
        yield from ((option.id, Includes(question.id, (option.id,))) for option in question.options)
        if question.none_label:
            yield NONE_OF_THESE, Is(question.id, NONE_OF_THESE)
    elif question.kind.is_numeric:
        yield A_NUMBER, IsNumber(question.id)
    yield from ((code, Is(question.id, code)) for code in coded_answers(question))


# --- Boundaries -------------------------------------------------------------------------------------------------------


class Side(Enum):
    """Where a number of a grid stands, as near as it can, to the number that it is compared with."""

    JUST_BELOW = "just below"
    AT_OR_JUST_BELOW = "at or just below"
    EXACTLY = "exactly"
    AT_OR_JUST_ABOVE = "at or just above"
    JUST_ABOVE = "just above"

    def nearest(self, grid: Grid, value: Decimal) -> Decimal | None:
        """The number that stands there; None where the grid has none.

        >>> grid = Grid(Decimal(0), Decimal(5), Decimal(1))
        >>> [str(side.nearest(grid, Decimal(3))) for side in Side]
        ['2', '3', '3', '3', '4']
        >>> [str(side.nearest(grid, Decimal("2.5"))) for side in Side]
        ['2', '2', 'None', '3', '3']
        """
        steps, rest = divmod(value - grid.minimum, grid.step)
        if rest < 0:
            steps, rest = steps - 1, rest + grid.step
        off_grid = 1 if rest else 0
        last = (grid.maximum - grid.minimum) // grid.step
        match self:
            case Side.JUST_BELOW:
                place = min(steps + off_grid - 1, last)
            case Side.AT_OR_JUST_BELOW:
                place = min(steps, last)
            case Side.EXACTLY:
                place = Decimal(-1) if off_grid else steps
            case Side.AT_OR_JUST_ABOVE:
                place = max(steps + off_grid, Decimal(0))
            case Side.JUST_ABOVE:
                place = max(steps + 1, Decimal(0))
        return grid.minimum + place * grid.step if 0 <= place <= last else None


_SIDES = {
    Comparison.ABOVE: (Side.AT_OR_JUST_BELOW, Side.JUST_ABOVE),
    Comparison.AT_LEAST: (Side.JUST_BELOW, Side.AT_OR_JUST_ABOVE),
    Comparison.BELOW: (Side.JUST_BELOW, Side.AT_OR_JUST_ABOVE),
    Comparison.AT_MOST: (Side.AT_OR_JUST_BELOW, Side.JUST_ABOVE),
    Comparison.EQUALS: (Side.JUST_BELOW, Side.EXACTLY, Side.JUST_ABOVE),
}


@dataclass(frozen=True, slots=True)
class _SideBySide:
    """Two numbers that are compared with each other, the first as near as its grid lets it be."""

    question: str
    other: str
    grid: Grid
    side: Side

    def stand(self, answers: Answers) -> bool:
        number, against = answers.get(self.question), answers.get(self.other)
        if not isinstance(number, Quantity) or not isinstance(against, Quantity):
            return False
        return to_base(number) == self.side.nearest(self.grid, to_base(against))


def _boundaries(tree: Tree, context: Context) -> tuple[Goal, ...]:
    found: dict[Goal, None] = {}
    for part, node, rule, condition in _placed_conditions(tree):
        # A rule is read where its question is asked; red flags and advice wherever the first question is.
        asked = NoneOf(node if part is Part.QUESTION else tree.start, ())
        for statement in condition.statements():
            if isinstance(statement, (CompareConstant, CompareFigure, CompareAnswer)):
                where = (asked, _decides(statement, condition, asked))
                place = f"rule {rule + 1}" if rule is not None else "the condition"
                boundary = f"the boundary of {place}, “{statement.phrase(tree, context)}”"
                for numbers, words, when, search in _sides(tree, context, statement):
                    message = f"No passing case stands at {boundary}: {words}."
                    gap = Gap(Lack.BOUNDARY_NOT_MET, part, node, message, rule, statement.question, side=words)
                    found[Goal(gap, All((*where, when)), numbers, All((*where, search)))] = None
    return tuple(found)


def _placed_conditions(tree: Tree) -> Iterator[tuple[Part, str, int | None, Condition]]:
    for question in tree.questions:
        for number, rule in enumerate(question.rules):
            if rule.when is not None:
                yield Part.QUESTION, question.id, number, rule.when
    yield from ((Part.RED_FLAG, flag.id, None, flag.when) for flag in tree.red_flags)
    yield from ((Part.ADD_ON, add_on.id, None, add_on.when) for add_on in tree.add_ons)


def _decides(statement: Condition, condition: Condition, asked: Condition) -> Condition:
    """Where the condition comes to something else if the statement does."""
    true = _with(condition, statement, asked)
    false = _with(condition, statement, Not(asked))
    return Any_((All((true, Not(false))), All((Not(true), false))))


def _with(condition: Condition, statement: Condition, instead: Condition) -> Condition:
    match condition:
        case Not(inner):
            return Not(_with(inner, statement, instead))
        case All(parts) | Any_(parts):
            return type(condition)(tuple(_with(part, statement, instead) for part in parts))
    return instead if condition == statement else condition


_Sides = Iterator[tuple[_SideBySide | None, str, Condition, Condition]]


def _sides(tree: Tree, context: Context, statement: CompareConstant | CompareFigure | CompareAnswer) -> _Sides:
    """For each side: the numbers to stand side by side, the words, when it is met, and how to search for it."""
    question = tree.question(statement.question)
    if question is None or question.number is None:
        return
    if isinstance(statement, CompareAnswer):
        yield from _sides_of_two(tree, context, statement, question)
        return
    constant = context.figures.get(statement.figure) if isinstance(statement, CompareFigure) else statement.constant
    if constant is None or constant.unit not in UNITS:
        return
    for side in _SIDES[statement.comparison]:
        value = side.nearest(Grid.of(question.number), to_base(constant))
        if value is not None:
            there = _equals(question, value)
            yield None, f"{question_name(tree, question.id)} of {in_words(there.constant)}", there, there


def _sides_of_two(tree: Tree, context: Context, statement: CompareAnswer, question: Question) -> _Sides:
    other = tree.question(statement.other)
    if other is None or question.number is None or other.number is None:
        return
    grid, against = Grid.of(question.number), Grid.of(other.number)
    for side in _SIDES[statement.comparison]:
        pairs = [
            All((_equals(question, near), _equals(other, value)))
            for value in _telling_values(tree, context, other, against)
            if (near := side.nearest(grid, value)) is not None
        ]
        if pairs:
            one, two = question_name(tree, question.id), question_name(tree, other.id)
            words = f"{one} {_in_words(side, grid, against)} {two}"
            both = All((IsNumber(question.id), IsNumber(other.id)))
            yield (
                _SideBySide(question.id, other.id, grid, side),
                words,
                both,
                Any_(tuple(pairs)) if len(pairs) > 1 else pairs[0],
            )


def _in_words(side: Side, grid: Grid, against: Grid) -> str:
    alike = grid.step == against.step and (grid.minimum - against.minimum) % grid.step == 0
    return Side.EXACTLY.value if alike and side in (Side.AT_OR_JUST_BELOW, Side.AT_OR_JUST_ABOVE) else side.value


def _equals(question: Question, value: Decimal) -> CompareConstant:
    unit = question.number.units[0] if question.number is not None else ""
    return CompareConstant(question.id, Comparison.EQUALS, from_base(value, unit))


def _telling_values(tree: Tree, context: Context, question: Question, grid: Grid) -> tuple[Decimal, ...]:
    """Values of a number, beside which another that is compared with it may stand in every way the tree can tell apart.

    Those are the first of its grid and of each stretch between constants, as many as there are numbers to put in order
    with it (see `number_line`), and the last before each constant.
    """
    members, constants = _compared_together(tree, context, question.id)
    starts = [grid.minimum, *(Side.AT_OR_JUST_BELOW.nearest(grid, constant) for constant in sorted(constants))]
    found = {value + steps * grid.step for value in starts if value is not None for steps in range(-1, members + 1)}
    return tuple(sorted(value for value in found if grid.minimum <= value <= grid.maximum))


def _compared_together(tree: Tree, context: Context, id: str) -> tuple[int, set[Decimal]]:
    """How many numbers are compared with this one, directly or by way of others, and the constants for all of them."""
    statements = [each for condition in conditions_of(tree) for each in condition.statements()]
    pairs = [each.questions() for each in statements if isinstance(each, CompareAnswer)]
    members = {id}
    while more := {each for pair in pairs if pair & members for each in pair} - members:
        members |= more
    constants: Sequence[Quantity | None] = [
        statement.constant if isinstance(statement, CompareConstant) else context.figures.get(statement.figure)
        for statement in statements
        if isinstance(statement, (CompareConstant, CompareFigure)) and statement.question in members
    ]
    return len(members), {to_base(each) for each in constants if each is not None and each.unit in UNITS}
