"""Random trees that are sound by the way they are made, of any size. The same number always gives the same tree.

Nothing here asks the prover: a false alarm must not be able to hide itself.

Three things make a tree sound. *Every part has a band* of care levels: all its outcomes and red flags stand between a
low and a high. Where "not known" or another careful answer parts from its siblings, it goes to a part whose band begins
where theirs ends; where a later rule reads earlier answers, it is a statement that such an answer can only make true
(`_rising`), and it leads up. In a band of one level there is nothing to be careless about, and any statement will do.
*Rules part the answers*: intervals of a number line, groups of codes, a statement and its denial. *Every rule and red
flag has witnesses*: answers that lead there, made along with the tree; what no witness reaches is not written down. A
question is read only where it was asked on every way, save by rules of a part with one level that are complete without.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise, product
from typing import TypeVar

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
from decision_trees.engine.model import (
    NONE_OF_THESE,
    NOT_KNOWN,
    AddOn,
    Answer,
    Asks,
    Choice,
    Context,
    Kind,
    NumberRange,
    Order,
    Outcome,
    Quantity,
    Question,
    RedFlag,
    Rule,
    Selection,
    Tree,
)
from decision_trees.engine.units import UNITS, from_base, to_base

from .brute_force import walk_plainly
from .trees import add_on, options, outcome, question, tree

SEED = "sound trees, first edition"

#: Lowest and highest care level of a part of the tree.
Band = tuple[int, int]
Path = dict[str, Answer]
_T = TypeVar("_T")

_ATTEMPTS = 12
_WITNESSES = 40
#: Questions of a part that several ways lead to.
_SHARED_AT_MOST = 8
_FAMILIES = {
    "breath-alcohol": (("mg-l", "ug-100ml"), ("0.01", "0.02", "0.03", "0.05"), ("0", "0.01", "0.05")),
    "days": (("days",), ("1", "1", "2", "0.5"), ("0", "0", "1")),
    "weeks": (("weeks",), ("1", "2", "4"), ("0", "1")),
}
_COLOURS = ("red", "green", "blue", "grey", "black")
_UPWARD = (Comparison.AT_LEAST, Comparison.ABOVE)
_DOWNWARD = (Comparison.BELOW, Comparison.AT_MOST)
_BELOW, _EQUAL, _ABOVE = (Comparison.BELOW, Comparison.EQUALS, Comparison.ABOVE)
_TURNED = {
    Comparison.BELOW: Comparison.ABOVE,
    Comparison.ABOVE: Comparison.BELOW,
    Comparison.AT_LEAST: Comparison.AT_MOST,
    Comparison.AT_MOST: Comparison.AT_LEAST,
    Comparison.EQUALS: Comparison.EQUALS,
}


@dataclass(frozen=True, slots=True)
class Size:
    """How large a tree becomes. There are as many questions as is said, and at most as much of the rest."""

    questions: int
    numbers: int
    #: Numbers that can be entered for one question.
    points: int
    options: int
    levels: int = 5
    outcomes: int = 30
    red_flags: int = 4
    #: Numbers that are compared with each other, directly or through others.
    together: int = 3
    #: Share of the questions after which the same question follows whatever was answered.
    asked_anyway: float = 0.3


SMALL = Size(questions=3, numbers=2, points=6, options=2)
MIDDLE = Size(questions=5, numbers=2, points=9, options=3)
LARGE = Size(questions=14, numbers=5, points=61, options=5)


@dataclass(frozen=True, slots=True)
class Made:
    """A sound tree with witnesses: answers on the way to a question's rules, its own answer the last."""

    tree: Tree
    context: Context
    paths: Mapping[str, tuple[Path, ...]] = field(repr=False)


def sound_tree(number: int, size: Size = MIDDLE) -> Made:
    """The sound tree with this number."""
    return _Maker(random.Random(f"{SEED}, {number}, {size}"), size).made()


def synthetic(nodes: int, numeric: int = 30, number: int = 0) -> Made:
    """The sound tree with this number for measuring: questions, outcomes, red flags and add-ons are its nodes."""
    size = Size(
        questions=nodes // 2,
        numbers=numeric,
        points=301,
        options=6,
        levels=6,
        outcomes=nodes // 4,
        red_flags=nodes // 50,
        together=4,
        asked_anyway=0.1,
    )
    which = f", tree {number}" if number else ""
    return _Maker(random.Random(f"{SEED}, {nodes} nodes, {numeric} numbers{which}"), size).made(nodes)


def nodes_of(checked: Tree) -> int:
    """Questions, outcomes, red flags and add-ons."""
    return sum(map(len, (checked.questions, checked.outcomes, checked.red_flags, checked.add_ons)))


def careful_codes(asked: Question) -> tuple[str, ...]:
    """The answers that may never lead anywhere less careful than their siblings."""
    return (*asked.careful, NOT_KNOWN) if asked.not_known else asked.careful


def points_of(numbers: NumberRange) -> int:
    """How many numbers can be entered."""
    return int((numbers.maximum - numbers.minimum) / numbers.step) + 1


def grid_of(numbers: NumberRange) -> list[Decimal]:
    """Every number that can be entered, in the base unit."""
    return [numbers.minimum + n * numbers.step for n in range(points_of(numbers))]


def some_answer(asked: Question, chance: random.Random) -> Answer:
    """An answer by chance."""
    codes = coded_answers(asked)
    if asked.kind is Kind.SEVERAL_OF:
        ids = [option.id for option in asked.options]
        if chance.random() < 0.7:
            return Selection(tuple(sorted(chance.sample(ids, chance.randint(1, len(ids))))))
        return chance.choice([Selection((NONE_OF_THESE,)), *map(Choice, codes)])
    if asked.number is not None and (not codes or chance.random() < 0.8):
        value = asked.number.minimum + chance.randrange(points_of(asked.number)) * asked.number.step
        return from_base(value, chance.choice(asked.number.units))
    return Choice(chance.choice(codes))


@dataclass(slots=True)
class _Cell:
    """One part of the answers at a question, where it may lead, and who goes there."""

    when: Condition | None
    band: Band
    paths: list[Path] = field(default_factory=list)


@dataclass(slots=True)
class _Plan:
    """How a question is left: by red flags, each with its level, or by rules."""

    cells: list[_Cell]
    flags: list[tuple[Condition, int]] = field(default_factory=list)
    order: Order = Order.EXACTLY_ONE
    #: Its rules part all answers also where what they read was not asked.
    complete: bool = True


@dataclass(frozen=True, slots=True)
class _Part:
    """A question and all that follows it: its levels, its questions, and those asked before that it reads."""

    band: Band
    inside: frozenset[str]
    read: frozenset[str]
    #: Those without whose answers its rules do not part all that comes.
    needed: frozenset[str]


class _Maker:
    def __init__(self, chance: random.Random, size: Size) -> None:
        self.chance = chance
        self.size = size
        self.questions: dict[str, Question] = {}
        self.outcomes: dict[str, Outcome] = {}
        self.flags: list[RedFlag] = []
        self.add_ons: list[AddOn] = []
        self.figures: dict[str, Quantity] = {}
        self.paths: dict[str, tuple[Path, ...]] = {}
        #: Parts that are finished, by their first question: others may lead there too.
        self.parts: dict[str, _Part] = {}
        self.complete: set[str] = set()
        self.flags_after: dict[str, list[RedFlag]] = {}
        self.together: dict[str, set[str]] = {}
        self.numbers_left = size.numbers
        self.questions_left = size.questions

    def made(self, nodes: int = 0) -> Made:
        start = self._part(self.size.questions, (1, self.size.levels), (), [{}])
        context = Context(figures=self.figures)
        self._let_every_question_count(context)
        wanted = max(0, nodes - len(self.questions) - len(self.outcomes) - len(self.flags) - len(self.add_ons))
        self._advise(start, context, wanted if nodes else self.chance.randint(0, 3))
        return Made(self._tree(start), context, self.paths)

    def _tree(self, start: str) -> Tree:
        questions = list(self.questions.values())
        if self._now_and_then(0.3):
            self.chance.shuffle(questions)
        return tree(
            questions, list(self.outcomes.values()), tuple(self.flags), tuple(self.add_ons), slug="made", start=start
        )

    def _now_and_then(self, share: float) -> bool:
        return self.chance.random() < share

    def _some(self, things: Sequence[_T], least: int = 1, most: int = 0) -> list[_T]:
        """A few of them, in their order."""
        count = self.chance.randint(least, min(most or len(things), len(things)))
        return [things[n] for n in sorted(self.chance.sample(range(len(things)), count))]

    # --- Parts of the tree

    def _part(self, budget: int, band: Band, asked: tuple[str, ...], paths: list[Path]) -> str:
        """A part that asks so many questions. Returns where it begins."""
        if budget == 0:
            return (self._shared(band, asked) if self._now_and_then(0.4) else "") or self._outcome(band)
        made = self._question(asked)
        self.questions[made.id] = made
        plan = self._plan_that_works(made, budget, band, asked, paths)
        for condition, level in plan.flags:
            flag = RedFlag(f"flag-{len(self.flags) + 1}", condition, self._outcome((level, level)))
            self.flags.append(flag)
            self.flags_after.setdefault(made.id, []).append(flag)
        if plan.complete:
            self.complete.add(made.id)
        made = self.questions[made.id]
        # A prompt decides nothing, so nothing that decides may read it.
        known = asked if made.asks is Asks.PROMPT else (*asked, made.id)
        budgets = self._split(budget - 1, len(plan.cells))
        goes: list[str] = []
        for cell, share in zip(plan.cells, budgets, strict=True):
            go = self._part(share, cell.band, known, cell.paths)
            if go in goes:
                go = self._outcome(cell.band)
            goes.append(go)
        rules = tuple(Rule(go, cell.when) for go, cell in zip(goes, plan.cells, strict=True))
        self.questions[made.id] = replace(made, rules=rules, order=plan.order)
        self._finish(made.id)
        return made.id

    def _finish(self, id: str) -> None:
        """Note what others must know who want to lead to the part that begins here."""
        rules = self.questions[id].rules
        flags = self.flags_after.get(id, [])
        conditions = [rule.when for rule in rules if rule.when is not None] + [flag.when for flag in flags]
        read = frozenset[str]().union(*(condition.questions() for condition in conditions))
        ends = [rule.go for rule in rules] + [flag.outcome for flag in flags]
        below = [self.parts[rule.go] for rule in rules if rule.go in self.parts]
        levels = [self.outcomes[end].care_level for end in ends if end in self.outcomes]
        levels += [level for part in below for level in part.band]
        inside = frozenset({id}).union(*(part.inside for part in below))
        needed = frozenset[str]().union(*(part.needed for part in below), frozenset() if id in self.complete else read)
        read = read.union(*(part.read for part in below))
        self.parts[id] = _Part((min(levels), max(levels)), inside, read - inside, needed - inside)

    def _split(self, budget: int, parts: int) -> list[int]:
        """The budget shared out."""
        shares = [0.2 + self.chance.random() for _ in range(parts)]
        found = [int(budget * share / sum(shares)) for share in shares]
        found[shares.index(max(shares))] += budget - sum(found)
        return found

    def _outcome(self, band: Band) -> str:
        level = self.chance.randint(*band)
        there = [id for id, each in self.outcomes.items() if each.care_level == level]
        if there and (len(self.outcomes) >= self.size.outcomes or self._now_and_then(0.25)):
            return self.chance.choice(there)
        id = f"end-{len(self.outcomes) + 1}"
        self.outcomes[id] = outcome(id, level)
        return id

    def _shared(self, band: Band, asked: tuple[str, ...]) -> str:
        """A finished part that fits here too, if there is one."""
        known = frozenset(asked)
        fitting = [
            id
            for id, part in self.parts.items()
            if band[0] <= part.band[0] and part.band[1] <= band[1] and len(part.inside) <= _SHARED_AT_MOST
            # Where all ends are equally careful, a part may do without some answers that it reads.
            if (part.needed if part.band[0] == part.band[1] else part.read) <= known
        ]
        return self.chance.choice(fitting) if fitting else ""

    # --- Questions and their answers

    def _question(self, asked: tuple[str, ...]) -> Question:
        number = len(self.questions) + 1
        share = 0.5 if len(asked) < 12 else self.numbers_left / self.questions_left
        if self.numbers_left and (self._now_and_then(share) or self.numbers_left >= self.questions_left):
            self.numbers_left -= 1
            made = self._number_question(f"number-{number}")
        else:
            kind = self.chance.choice([Kind.YES_NO, Kind.ONE_OF, Kind.SEVERAL_OF])
            id = f"{'sure' if kind is Kind.YES_NO else 'one' if kind is Kind.ONE_OF else 'several'}-{number}"
            choices = () if kind is Kind.YES_NO else options(*self._some(_COLOURS, 2, max(2, self.size.options)))
            made = question(id, kind, not_known=self._not_known(), **({"options": choices} if choices else {}))
        self.questions_left -= 1
        codes = [option.id for option in made.options if made.kind is not Kind.SEVERAL_OF]
        if codes and self._now_and_then(0.15):
            made = replace(made, careful=(self.chance.choice(codes),))
        return made

    def _not_known(self) -> str:
        return "Not known" if self._now_and_then(0.7) else ""

    def _number_question(self, id: str) -> Question:
        before = [each for each in self.questions.values() if each.number]
        if before and self._now_and_then(0.5):
            like = self.chance.choice(before)
            numbers, kind = like.number, like.kind
        else:
            numbers, kind = self._numbers(), Kind.NUMBER
            if numbers.quantity == "days" and numbers.step == 1 and self._now_and_then(0.7):
                kind = Kind.WHOLE_DAYS
        coded = options(*self._some(("none-set", "refused"), 0, 2))
        setting = f"local-{id}" if self._now_and_then(0.2) else ""
        return question(id, kind, not_known=self._not_known(), number=numbers, options=coded, setting=setting)

    def _numbers(self) -> NumberRange:
        quantities = sorted({each.number.quantity for each in self.questions.values() if each.number})
        quantity = self.chance.choice(quantities if quantities and self._now_and_then(0.7) else sorted(_FAMILIES))
        units, steps, lows = _FAMILIES[quantity]
        low, step = Decimal(self.chance.choice(lows)), Decimal(self.chance.choice(steps))
        points = self.chance.randint(4, self.size.points)
        accepted = tuple(self.chance.sample(units, self.chance.randint(1, len(units))))
        return NumberRange(quantity, accepted, low, low + (points - 1) * step, step)

    def _answered(self, asked: Question, paths: list[Path]) -> list[Path]:
        """Witnesses that go on with an answer to this question: every code, and numbers or options by chance."""
        answers: list[Answer] = [Choice(code) for code in coded_answers(asked) for _ in range(4)]
        if asked.kind is Kind.SEVERAL_OF:
            answers += [Selection((NONE_OF_THESE,))] * 4
        found = [{**self.chance.choice(paths), asked.id: answer} for answer in answers]
        while len(found) < _WITNESSES and (asked.number or asked.kind is Kind.SEVERAL_OF):
            path = self.chance.choice(paths)
            found.append({**path, asked.id: self._drawn(asked, path)})
        return found

    def _drawn(self, asked: Question, path: Path) -> Answer:
        """An answer by chance: often a number near one that was entered before."""
        if asked.number is None or self._now_and_then(0.4):
            return some_answer(asked, self.chance)
        near = [
            to_base(answer)
            for answer in path.values()
            if isinstance(answer, Quantity) and UNITS[answer.unit].quantity == asked.number.quantity
        ]
        if not near:
            return some_answer(asked, self.chance)
        place = int((self.chance.choice(near) - asked.number.minimum) / asked.number.step)
        place = min(max(place + self.chance.choice([-1, 0, 0, 1]), 0), points_of(asked.number) - 1)
        value = asked.number.minimum + place * asked.number.step
        return from_base(value, self.chance.choice(asked.number.units))

    # --- Plans: how a question is left

    def _plan_that_works(
        self, asked: Question, budget: int, band: Band, before: tuple[str, ...], paths: list[Path]
    ) -> _Plan:
        """A plan of which every rule and every red flag has a witness."""
        if budget < 2 or not self._now_and_then(self.size.asked_anyway):
            for _ in range(_ATTEMPTS):
                plan = self._plan(asked, band, before)
                if plan is not None and self._divide(plan, asked, self._answered(asked, paths)):
                    return plan
        if budget > 1 and self._now_and_then(0.4):
            self.questions[asked.id] = replace(asked, asks=Asks.PROMPT)
        plan = _Plan([_Cell(None, band)])
        self._divide(plan, asked, self._answered(asked, paths))
        return plan

    def _plan(self, asked: Question, band: Band, before: tuple[str, ...]) -> _Plan | None:
        plan, rest, careful_end_high = self._red_flags(asked, band, before)
        partners = [id for id in before if self._may_be_compared(asked.id, id)]
        ways: list[Callable[[], bool]] = [lambda: self._by_own_answer(plan, asked, rest, careful_end_high)]
        if partners:
            partner = self.questions[self.chance.choice(partners)]
            ways.append(lambda: self._by_comparison(plan, asked, partner, rest, careful_end_high))
        if careful_end_high is None or rest == (band[1], band[1]):
            ways.append(lambda: self._by_statements(plan, asked, rest, before))
        return plan if self.chance.choice(ways)() else None

    def _divide(self, plan: _Plan, asked: Question, answered: list[Path]) -> bool:
        """Send every witness on by its flag or its rule. Whether each flag and each rule has got one."""
        context = Context(figures=self.figures)
        raised: set[int] = set()
        staying: list[Path] = []
        for path in answered:
            flags = [place for place, (condition, _) in enumerate(plan.flags) if condition.holds(path, context)]
            raised.update(flags[:1])
            if flags:
                continue
            holding = [cell for cell in plan.cells if cell.when is not None and cell.when.holds(path, context)]
            others = [cell for cell in plan.cells if cell.when is None]
            if len(holding) > 1 and plan.order is Order.EXACTLY_ONE:
                raise AssertionError(f"The parts made for “{asked.id}” overlap.")
            (holding or others)[0].paths.append(path)
            staying.append(path)
        self.paths[asked.id] = tuple(staying)
        return len(raised) == len(plan.flags) and all(cell.paths for cell in plan.cells)

    def _red_flags(self, asked: Question, band: Band, before: tuple[str, ...]) -> tuple[_Plan, Band, int | None]:
        """Perhaps a red flag or two. Returns the band of the rest, and the level where careful answers must end.

        Red flags have the highest level of the part. Where the careful answers do not raise them too, what those lead
        to has that level as well.
        """
        plan = _Plan([])
        if len(self.flags) >= self.size.red_flags or not self._now_and_then(0.2):
            return plan, band, None
        careful = careful_codes(asked)
        with_careful = bool(careful) and self._now_and_then(0.4)
        careful_end_high = band[1] if careful and not with_careful else None
        condition = self._guarded(asked, with_careful)
        plan.flags.append((self._narrowed(condition, before), band[1]))
        low = band[1]
        if self._now_and_then(0.4):
            # A second one, which the first wins over. Whatever it is raised for must not end higher without it.
            low = self.chance.randint(*band) if careful_end_high is None else band[1]
            wider = Any_((condition, self._guarded(asked, with_careful)))
            plan.flags.append((wider, low))
        return plan, (band[0], low), careful_end_high

    def _narrowed(self, condition: Condition, before: tuple[str, ...]) -> Condition:
        if not before or self._now_and_then(0.6):
            return condition
        return All((condition, self._rising(self._near(before))))

    def _near(self, ids: tuple[str, ...]) -> Question:
        """A question asked before, more likely one of the last."""
        return self.questions[self.chance.choice(ids[-6:] if self._now_and_then(0.7) else ids)]

    def _banded(
        self, plan: _Plan, cells: list[tuple[Condition, bool]], rest: Band, careful_end_high: int | None
    ) -> None:
        """Give each part of the answers its band: those with careful answers lie above the others."""
        careful = sum(is_careful for _, is_careful in cells)
        middle = self.chance.randint(*rest)
        high = (middle, rest[1] if careful == 1 else middle)
        if careful_end_high is not None:
            high, middle = (careful_end_high, careful_end_high), rest[1]
        low = (rest[0], middle) if careful else rest
        plan.cells = [_Cell(condition, high if is_careful else low) for condition, is_careful in cells]

    def _worded(self, plan: _Plan) -> None:
        """Write the rules in one of the ways that mean the same."""
        way = self.chance.random()
        self.chance.shuffle(plan.cells)
        last = plan.cells[-1]
        if way < 0.35:
            last.when = None
            if way < 0.15:
                plan.order = Order.FIRST_FIT
            elif way < 0.2:
                plan.cells.insert(0, plan.cells.pop())
        elif way < 0.45:
            others = [cell.when for cell in plan.cells[:-1] if cell.when is not None]
            last.when = Not(_any(others))
            plan.complete = True

    def _by_own_answer(self, plan: _Plan, asked: Question, rest: Band, careful_end_high: int | None) -> bool:
        items = self._items(asked)
        if len(items) < 2:
            return False
        groups = self._grouped(items)
        careful = careful_codes(asked)
        # Mostly what must be careful stays together.
        if self._now_and_then(0.7):
            together = [group for group in groups if any(code in careful for code, _ in group)]
            others = [group for group in groups if group not in together]
            groups = [*others, [item for group in together for item in group]] if together else others
        if len(groups) < 2:
            return False
        cells = [(self._said(asked, group), any(code in careful for code, _ in group)) for group in groups]
        self._banded(plan, cells, rest, careful_end_high)
        self._worded(plan)
        return True

    def _grouped(self, items: list[tuple[str, Condition]]) -> list[list[tuple[str, Condition]]]:
        count = self.chance.randint(2, min(4, len(items)))
        groups: list[list[tuple[str, Condition]]] = [[] for _ in range(count)]
        for place, item in enumerate(self.chance.sample(items, len(items))):
            groups[place if place < count else self.chance.randrange(count)].append(item)
        return groups

    def _items(self, asked: Question) -> list[tuple[str, Condition]]:
        """Statements of which exactly one holds for each answer, with the code it is about, if it is about one."""
        codes = [(code, Is(asked.id, code)) for code in coded_answers(asked)]
        if asked.number is not None:
            count = len(grid_of(asked.number))
            cuts = sorted(self.chance.sample(range(1, count), self.chance.randint(1, min(3, count - 1))))
            bounds = [0, *cuts, count]
            return [("", self._between(asked, *pair)) for pair in pairwise(bounds)] + codes
        if asked.kind is not Kind.SEVERAL_OF:
            return list(codes)
        ids = [option.id for option in asked.options]
        named = self._some(self.chance.sample(ids, len(ids)))
        first, second = named[: (len(named) + 1) // 2], named[(len(named) + 1) // 2 :]
        items: list[tuple[str, Condition]] = [("", Includes(asked.id, tuple(first)))]
        if second:
            items.append(("", All((Not(Includes(asked.id, tuple(first))), Includes(asked.id, tuple(second))))))
        if len(named) < len(ids):
            without = (*named, NONE_OF_THESE, *(code for code, _ in codes))
            items.append(("", NoneOf(asked.id, without)))
        return [*items, (NONE_OF_THESE, Is(asked.id, NONE_OF_THESE)), *codes]

    def _said(self, asked: Question, group: list[tuple[str, Condition]]) -> Condition:
        """One statement for several, in one of the ways that mean the same."""
        codes = [code for code, _ in group if code]
        others = [condition for code, condition in group if not code]
        if not codes:
            return _any(others)
        every = coded_answers(asked)
        rest = tuple(code for code in every if code not in codes)
        if not others and asked.kind in (Kind.YES_NO, Kind.ONE_OF) and rest:
            way = self.chance.random()
            if way < 0.2:
                return NoneOf(asked.id, rest)
            if way < 0.35:
                return Not(AnyOf(asked.id, rest))
        if not others and asked.number is not None and not rest and self._now_and_then(0.5):
            return Not(IsNumber(asked.id))
        coded = Is(asked.id, codes[0]) if len(codes) == 1 else AnyOf(asked.id, tuple(codes))
        return _any([*others, coded])

    def _by_comparison(
        self, plan: _Plan, asked: Question, partner: Question, rest: Band, careful_end_high: int | None
    ) -> bool:
        """By which of two numbers is larger; where one of them is no number, that is a part of its own."""
        self._note_comparison(asked.id, partner.id)
        relations = self.chance.choice(
            [[(_BELOW,), (_EQUAL, _ABOVE)], [(_BELOW, _EQUAL), (_ABOVE,)], [(_BELOW,), (_EQUAL,), (_ABOVE,)]]
        )
        cells = [(self._related(asked.id, partner.id, relation), False) for relation in relations]
        coded = [each for each in (asked, partner) if coded_answers(each)]
        plan.complete = False
        if coded:
            is_careful = any(careful_codes(each) for each in coded)
            if self._now_and_then(0.6):
                otherwise: Condition = Any_((Not(IsNumber(asked.id)), Not(IsNumber(partner.id))))
                plan.complete = True
            else:
                otherwise = _any([AnyOf(each.id, coded_answers(each)) for each in coded])
            if self._now_and_then(0.4):
                joined = self.chance.randrange(len(cells))
                cells[joined] = (Any_((cells[joined][0], otherwise)), is_careful)
            else:
                cells.append((otherwise, is_careful))
        self._banded(plan, cells, rest, careful_end_high)
        self._worded(plan)
        return True

    def _related(self, id: str, other: str, relation: tuple[Comparison, ...]) -> Condition:
        comparison = {
            (_BELOW,): Comparison.BELOW,
            (_EQUAL,): Comparison.EQUALS,
            (_ABOVE,): Comparison.ABOVE,
            (_EQUAL, _ABOVE): Comparison.AT_LEAST,
            (_BELOW, _EQUAL): Comparison.AT_MOST,
        }[relation]
        if self._now_and_then(0.3):
            return CompareAnswer(other, _TURNED[comparison], id)
        return CompareAnswer(id, comparison, other)

    def _by_statements(self, plan: _Plan, asked: Question, rest: Band, before: tuple[str, ...]) -> bool:
        """By statements about this and earlier answers, each rule taking what the ones before it have left."""
        read = [asked, *(self._near(before) for _ in range(self.chance.randint(0, 2) if before else 0))]
        free = rest[0] == rest[1] or not any(careful_codes(each) for each in read)
        make = self._free if free else self._rising_of
        statements = [make(self.chance.sample(read, self.chance.randint(1, len(read)))) for _ in range(2)]
        statements = statements[: self.chance.randint(1, 2)]
        marks = sorted((self.chance.randint(*rest) for _ in statements), reverse=True)
        highs, lows = [rest[1], *marks], [*marks, rest[0]]
        bands = [rest if free else (low, high) for low, high in zip(lows, highs, strict=True)]
        conditions: list[Condition | None] = [*statements, None]
        if self._now_and_then(0.5):
            plan.order = Order.FIRST_FIT
        else:
            denied = [Not(statement) for statement in statements]
            conditions = [_all([*denied[:place], each]) for place, each in enumerate(statements)]
            conditions.append(_all(denied) if self._now_and_then(0.6) else None)
        plan.cells = [_Cell(condition, each) for condition, each in zip(conditions, bands, strict=True)]
        return True

    # --- Statements

    def _may_be_compared(self, id: str, other: str) -> bool:
        one, two = self.questions[id].number, self.questions[other].number
        if one is None or two is None or id == other or one.quantity != two.quantity:
            return False
        return len(self.together.get(id, {id}) | self.together.get(other, {other})) <= self.size.together

    def _note_comparison(self, id: str, other: str) -> None:
        joined = self.together.get(id, {id}) | self.together.get(other, {other})
        for each in joined:
            self.together[each] = joined

    def _guarded(self, asked: Question, with_careful: bool) -> Condition:
        """Something that can only hold once this question was answered, with all its careful answers or with none."""
        careful = careful_codes(asked)
        codes = [code for code in coded_answers(asked) if code not in careful]
        statements: list[Condition] = [Is(asked.id, code) for code in codes]
        if asked.number is not None:
            place = self.chance.randrange(1, len(grid_of(asked.number)))
            statements += [self._from(asked, place), self._under(asked, place)]
        elif asked.kind is Kind.SEVERAL_OF:
            statements.append(Includes(asked.id, tuple(self._some([option.id for option in asked.options], 1, 2))))
        if with_careful:
            # Some answer must be left that does not fulfil it.
            chosen = [self.chance.choice(statements)] if len(statements) > 1 else []
            return _any([*chosen, AnyOf(asked.id, careful)])
        return self.chance.choice(statements) if statements else AnyOf(asked.id, careful)

    def _rising_of(self, read: list[Question]) -> Condition:
        statements = [self._rising(each) for each in read]
        return _any(statements) if self._now_and_then(0.5) else _all(statements)

    def _rising(self, asked: Question) -> Condition:
        """A statement that a careful answer makes true, whatever else is answered."""
        careful = careful_codes(asked)
        if asked.number is not None:
            place = self.chance.randrange(1, len(grid_of(asked.number)))
            above, under = self._from(asked, place), self._under(asked, place)
            if self._now_and_then(0.3):
                above, under = under, above
            if not careful or self._now_and_then(0.5):
                return Not(under)
            return Any_((above, AnyOf(asked.id, careful)))
        if asked.kind is Kind.SEVERAL_OF:
            if self._now_and_then(0.3):
                return Not(Is(asked.id, NONE_OF_THESE))
            chosen = Includes(asked.id, tuple(self._some([option.id for option in asked.options])))
            return _any([chosen, *(Is(asked.id, code) for code in careful)])
        others = [code for code in coded_answers(asked) if code not in careful]
        held = self._some(others, 0 if careful else 1, max(1, len(others) - 1)) if others else []
        rest = tuple(code for code in others if code not in held)
        if rest and self._now_and_then(0.3):
            return Not(AnyOf(asked.id, rest))
        return AnyOf(asked.id, (*held, *careful))

    def _free(self, read: list[Question]) -> Condition:
        """Any statement about these questions."""
        parts = [self._plain(each, read) for each in read]
        parts = [Not(part) if self._now_and_then(0.3) else part for part in parts]
        if self._now_and_then(0.3):
            parts.append(self._plain(self.chance.choice(read), read))
        joined = _any(parts) if self._now_and_then(0.5) else _all(parts)
        return Not(joined) if self._now_and_then(0.15) else joined

    def _plain(self, asked: Question, read: list[Question]) -> Condition:
        codes = coded_answers(asked)
        statements: list[Condition] = []
        if asked.number is not None:
            place = self.chance.randrange(1, len(grid_of(asked.number)))
            statements = [self._from(asked, place), self._under(asked, place), self._between(asked, place - 1, place)]
            partners = [each.id for each in read if self._may_be_compared(asked.id, each.id)]
            if partners and self._now_and_then(0.6):
                partner = self.chance.choice(partners)
                self._note_comparison(asked.id, partner)
                return CompareAnswer(asked.id, self.chance.choice(list(Comparison)), partner)
            if codes:
                statements.append(IsNumber(asked.id))
        if asked.kind is Kind.SEVERAL_OF:
            chosen = tuple(self._some([option.id for option in asked.options]))
            statements += [Includes(asked.id, chosen), NoneOf(asked.id, chosen), Is(asked.id, NONE_OF_THESE)]
        if codes:
            some = tuple(self._some(codes, 1, max(1, len(codes) - 1)))
            statements += [Is(asked.id, some[0]), AnyOf(asked.id, some), NoneOf(asked.id, some)]
        return self.chance.choice(statements)

    def _between(self, asked: Question, first: int, end: int) -> Condition:
        """The numbers of the grid from the place `first` to before the place `end`."""
        assert asked.number is not None
        grid = grid_of(asked.number)
        if end == first + 1 and self._now_and_then(0.5):
            return self._against(asked, Comparison.EQUALS, grid[first])
        parts = [self._from(asked, first)] if first > 0 else []
        parts += [self._under(asked, end)] if end < len(grid) else []
        return _all(parts) if parts else IsNumber(asked.id)

    def _from(self, asked: Question, place: int) -> Condition:
        """The numbers of the grid from this place on, said with a bound on the grid or off it."""
        comparison, steps = self.chance.choice([*product(_UPWARD, ["0.5"]), (_UPWARD[0], "0"), (_UPWARD[1], "1")])
        return self._against(asked, comparison, self._bound(asked, place, steps))

    def _under(self, asked: Question, place: int) -> Condition:
        """The numbers of the grid before this place, said with a bound on the grid or off it."""
        comparison, steps = self.chance.choice([*product(_DOWNWARD, ["0.5"]), (_DOWNWARD[0], "0"), (_DOWNWARD[1], "1")])
        return self._against(asked, comparison, self._bound(asked, place, steps))

    def _bound(self, asked: Question, place: int, steps: str) -> Decimal:
        """So many steps below this place of the grid."""
        assert asked.number is not None
        return grid_of(asked.number)[place] - Decimal(steps) * asked.number.step

    def _against(self, asked: Question, comparison: Comparison, value: Decimal) -> Condition:
        assert asked.number is not None
        units = [unit.id for unit in UNITS.values() if unit.quantity == asked.number.quantity]
        quantity = from_base(value, self.chance.choice(units))
        if not self._now_and_then(0.15):
            return CompareConstant(asked.id, comparison, quantity)
        id = f"figure-{len(self.figures) + 1}"
        self.figures[id] = quantity
        return CompareFigure(asked.id, comparison, id)

    # --- Advice

    def _let_every_question_count(self, context: Context) -> None:
        """Questions whose answer is not seen to change anything bring some advice."""
        for asked in self.questions.values():
            if asked.asks is Asks.PROMPT or not self._counts(asked, context):
                self._add(self._guarded(asked, with_careful=False))

    def _counts(self, asked: Question, context: Context) -> bool:
        """Whether another answer, all others staying the same, is seen to lead elsewhere."""
        for path in self._some(self.paths[asked.id], 1, 4):
            answers = self._completed(path)
            others = [*map(Choice, coded_answers(asked)), *(self._drawn(asked, path) for _ in range(4))]
            ends = {self._end(asked.id, path, {**answers, asked.id: other}, context) for other in others}
            if len(ends) > 1:
                return True
        return False

    def _end(self, id: str, path: Path, answers: Path, context: Context) -> str:
        """The outcome of these answers, which agree with the path before this question."""
        taken = {each: answers[each] for each in path}
        while id in self.questions:
            taken[id] = answers[id]
            for flag in self.flags_after.get(id, []):
                if flag.when.holds(taken, context):
                    return flag.outcome
            rules = self.questions[id].rules
            holding = [rule.go for rule in rules if rule.when is not None and rule.when.holds(taken, context)]
            id = (holding or [rule.go for rule in rules if rule.when is None])[0]
        return id

    def _completed(self, path: Path) -> Path:
        return {id: path.get(id) or self._drawn(asked, path) for id, asked in self.questions.items()}

    def _advise(self, start: str, context: Context, count: int) -> None:
        """Advice on whatever was answered on some way through the tree."""
        checked = self._tree(start)
        for _ in range(count):
            answers = self._completed(self.chance.choice(self.paths[self.chance.choice(list(self.questions))]))
            end = walk_plainly(checked, answers, context)
            read = [self.questions[id] for id in self._some(end.asked, 1, 2)]
            condition = self._free(read)
            if not condition.holds({id: answers[id] for id in end.asked}, context):
                condition = Not(condition)
            others = [id for id in self.outcomes if id != end.outcome]
            self._add(condition, tuple(self._some(others, 1, 2)) if others and self._now_and_then(0.2) else ())

    def _add(self, condition: Condition, not_with: tuple[str, ...] = ()) -> None:
        id = f"advice-{len(self.add_ons) + 1}"
        made = add_on(id, f"{next(iter(self.questions))} is not-known")
        self.add_ons.append(replace(made, when=condition, not_with=not_with))


def _any(parts: Sequence[Condition]) -> Condition:
    return parts[0] if len(parts) == 1 else Any_(tuple(parts))


def _all(parts: Sequence[Condition]) -> Condition:
    return parts[0] if len(parts) == 1 else All(tuple(parts))
