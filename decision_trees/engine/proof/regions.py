"""Sets of combinations in words: few regions that do not overlap, each a product of what is answered to some questions.

A set is split in the view of words (`variables.View.WORDS`) and measured in that of answers: so a region reads well,
and holds exactly the answers it says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from decision_trees.engine.conditions import CompareAnswer, Comparison, label_of, question_name
from decision_trees.engine.model import NONE_OF_THESE, Answer, Answers, Context, Quantity, Selection, Tree
from decision_trees.engine.number_line import Grid, Segment, merged, range_words
from decision_trees.engine.units import UNITS, from_base, in_words, to_base

from .answer_space import AnswerSpace
from .combinations import EMPTY, EVERY
from .variables import CHOSEN, ORDERS, Head, NumberKind, NumberValue

#: Up to so many regions, those that can be told as one are sought among all.
_MAX_TO_WIDEN = 40


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers of one kind, in some segments.

    `whole` holds every segment of them in order, if the question takes numbers of this kind only; else nothing.
    """

    kind: NumberKind
    segments: tuple[Segment, ...]
    whole: tuple[Segment, ...]
    #: Other numbers that the question takes are in other units, so the unit is told.
    names_unit: bool = False

    def holds(self, answer: Quantity) -> bool:
        return self.kind.holds(answer) and any(segment.holds(to_base(answer)) for segment in self.segments)

    def words(self) -> tuple[str, ...]:
        unit = self.kind.units[0]
        grids = self.kind.points.on
        ends = Grid(max(grid.minimum for grid in grids), min(grid.maximum for grid in grids), grids[0].step)
        suffix = f" in {UNITS[unit].symbol}" if self.names_unit else ""
        off = [grid for grid in self.kind.points.off if any(_inside(segment, grid) for segment in self.segments)]
        if off:
            suffix += f" (not in steps of {in_words(from_base(off[0].step, unit))})"
        return tuple(f"{range_words(segment, unit)}{suffix}" for segment in merged(self.segments, ends, self.whole))


def _inside(segment: Segment, grid: Grid) -> bool:
    """Whether the segment lies where the grid is, so that only its steps can leave a number out."""
    return grid.minimum <= segment.sample <= grid.maximum


@dataclass(frozen=True, slots=True)
class Part:
    """What a region says of one question.

    `values` are the answers it holds (None: any), CHOSEN among them for a choice of options. `including` and `without`
    are groups of options: at least one of each is chosen, none is. `others` are the answers that `values` leaves out.
    """

    question: str
    values: tuple[Answer | Numbers, ...] | None = None
    others: tuple[Answer | Numbers, ...] = ()
    including: tuple[tuple[str, ...], ...] = ()
    without: tuple[tuple[str, ...], ...] = ()

    @property
    def questions(self) -> tuple[str, ...]:
        return (self.question,)

    def holds(self, answers: Answers) -> bool:
        answer = answers.get(self.question)
        chosen = set(answer.options) if isinstance(answer, Selection) else set()
        if not all(chosen & set(group) for group in self.including) or any(chosen & set(g) for g in self.without):
            return False
        return self.values is None or any(_is_among(answer, value) for value in self.values)

    def words(self, tree: Tree) -> str:
        """To stand among the parts of a region: “medicine “Buprenorphine” or “Not known””."""
        question = tree.question(self.question)

        def labels(options: Iterable[str]) -> list[str]:
            return [f"“{label_of(question, option)}”" for option in options]

        said: list[str] = []
        if self.including:
            said.append(f"including {_joined([_joined(labels(group), 'or') for group in self.including], 'and')}")
        if self.without:
            left_out = _joined([label for group in self.without for label in labels(group)], "or")
            said.append(f"but not {left_out}" if said else f"not including {left_out}")
        if self.values is not None:
            if _is_rather_the_rest(self.values, self.others):
                rest = _joined([text for value in self.others for text in _value_words(value, labels)], "or")
                said.append(f"anything but {rest}")
            else:
                said.append(_joined([text for value in self.values for text in _value_words(value, labels)], "or"))
        return f"{question_name(tree, self.question)} {', '.join(said) if len(said) > 2 else ' '.join(said)}"


@dataclass(frozen=True, slots=True)
class Compared:
    """How a region has one number against another."""

    question: str
    other: str
    orders: tuple[Comparison, ...]

    @property
    def questions(self) -> tuple[str, ...]:
        return (self.question, self.other)

    def holds(self, answers: Answers) -> bool:
        return any(CompareAnswer(self.question, order, self.other).holds(answers, Context()) for order in self.orders)

    def words(self, tree: Tree) -> str:
        one, other = question_name(tree, self.question), question_name(tree, self.other)
        return f"{one} {_ORDER_WORDS[frozenset(self.orders)]} {other}"


_ORDER_WORDS = {
    frozenset({Comparison.BELOW}): "below",
    frozenset({Comparison.EQUALS}): "the same as",
    frozenset({Comparison.ABOVE}): "above",
    frozenset({Comparison.BELOW, Comparison.EQUALS}): "at most",
    frozenset({Comparison.ABOVE, Comparison.EQUALS}): "at least",
    frozenset({Comparison.BELOW, Comparison.ABOVE}): "other than",
    frozenset(ORDERS): "any number against",
}


@dataclass(frozen=True, slots=True)
class Region:
    """Combinations of answers that differ in nothing that is said here; `count` says how many.

    `parts` name only questions that matter, in the order in which they are asked.
    """

    parts: tuple[Part | Compared, ...]
    count: int

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions that matter."""
        return tuple(dict.fromkeys(id for part in self.parts for id in part.questions))

    def contains(self, answers: Answers) -> bool:
        """Whether full answers (one to every question) lie in the region."""
        return all(part.holds(answers) for part in self.parts)

    def words(self, tree: Tree) -> str:
        """The region in words, with the labels of a tree: `days of exactly 2 days, medicine “Methadone”`."""
        return ", ".join(part.words(tree) for part in self.parts) or "whatever is answered"


def _is_among(answer: Answer | None, value: Answer | Numbers) -> bool:
    if isinstance(value, Numbers):
        return isinstance(answer, Quantity) and value.holds(answer)
    if value == CHOSEN:
        return isinstance(answer, Selection) and answer.options != (NONE_OF_THESE,)
    return answer == value


def _is_rather_the_rest(values: Sequence[object], others: Sequence[object]) -> bool:
    """Whether it is shorter to say what is left out."""
    plain = not any(isinstance(each, Numbers) or each == CHOSEN for each in others)
    return plain and 0 < len(others) <= 2 and len(values) > len(others) + 1


def _value_words(value: Answer | Numbers, labels: Callable[[Iterable[str]], list[str]]) -> tuple[str, ...]:
    if isinstance(value, Numbers):
        return value.words()
    if value == CHOSEN:
        return ("any of the options",)
    if isinstance(value, Quantity):
        return (in_words(value),)
    return tuple(labels(value.options if isinstance(value, Selection) else (value.option,)))


def _joined(texts: Sequence[str], joint: str) -> str:
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} {joint} {texts[-1]}"


# --- Finding regions ------------------------------------------------------------------------------------------------

#: What a variable in words speaks of: how a question is answered, a group of its options, or how two numbers compare.
Role = tuple[str, ...]
Box = Mapping[Role, frozenset[int]]
_CHOSEN = frozenset({1})


class Regions:
    """Finds regions. Both spaces are made of the same versions, with the same questions in the same order."""

    def __init__(self, words: AnswerSpace, answers: AnswerSpace) -> None:
        self.words = words
        self.answers = answers
        self._roles: dict[int, Role] = {}
        for variable in self.words.variables.values():
            self._roles[variable.level] = ("answer", variable.id)
            for group, level in zip(variable.groups, variable.group_levels, strict=True):
                if level is not None:
                    self._roles[level] = ("option", variable.id, group[0])
        for pair, level in self.words.orders.items():
            self._roles[level] = ("order", *pair)
        #: Roles that say something of each other; what is said of others is never said twice.
        compared = {id for pair in words.orders for id in pair}
        several = {variable.id for variable in words.variables.values() if variable.groups}
        self._tangled = {role for role in self._roles.values() if role[0] != "answer" or role[1] in compared | several}
        self._sizes = {role: len(self._whole(role)) for role in self._roles.values()}
        self._known: dict[tuple[Role, frozenset[int]], int] = {}

    def of(self, told: int, most: int) -> tuple[Region, ...]:
        """The regions of a set of the words' space: all that answers show, or so many of them."""
        boxes = self._boxes(told, most + 1)
        if len(boxes) > most:
            boxes = boxes[:most]
        else:
            boxes = self._merged([self._without_needless(box) for box in boxes])
            if len(boxes) <= _MAX_TO_WIDEN:
                boxes = self._merged(self._widened(boxes))
        return tuple(self._region(box) for box in boxes)

    # --- Boxes: for some roles, the values

    def _boxes(self, told: int, most: int) -> list[Box]:
        sets = self.words.sets
        found: list[Box] = []
        waiting: list[tuple[int, Box, int]] = [(told, {}, EVERY)]
        while waiting and len(found) < most:
            node, box, held = waiting.pop()
            if node == EVERY:
                found.append(box)
                continue
            role = self._roles[sets.level(node)]
            branches: dict[int, list[int]] = {}
            for stretch, branch in sets.stretches(node):
                branches.setdefault(branch, []).extend(stretch)
            for branch in reversed(branches):
                if branch == EMPTY:
                    continue
                values = frozenset(branches[branch])
                holding = self.answers.sets.meet(held, self._holding(role, values))
                if holding != EMPTY:
                    waiting.append((branch, {**box, role: values}, holding))
        return found

    def _without_needless(self, box: Box) -> Box:
        tangled = [role for role in reversed(list(box)) if role in self._tangled]
        held = self._held(box) if tangled else EMPTY
        for role in tangled:
            smaller = _without(box, role)
            if self._held(smaller) == held:
                box = smaller
        return box

    def _merged(self, boxes: Sequence[Box]) -> list[Box]:
        """Boxes that differ in one role only are one."""
        found = list(boxes)
        changed = True
        while changed:
            changed = False
            for role in sorted({role for box in found for role in box}):
                alike: dict[frozenset[tuple[Role, frozenset[int]]], list[Box]] = {}
                for box in found:
                    if role in box:
                        alike.setdefault(frozenset(_without(box, role).items()), []).append(box)
                for together in alike.values():
                    if len(together) > 1:
                        joined = {**together[0], role: frozenset[int]().union(*(box[role] for box in together))}
                        found[found.index(together[0])] = self._without_needless(joined)
                        found = [box for box in found if box not in together[1:]]
                        changed = True
        return found

    def _widened(self, boxes: Sequence[Box]) -> list[Box]:
        """A box that says less and holds others whole takes their place."""
        sets = self.answers.sets
        held = {number: self._held(box) for number, box in enumerate(boxes)}
        kept: dict[int, Box] = dict(enumerate(boxes))
        whole = sets.union(held.values())
        for number in list(kept):
            for role in reversed(list(boxes[number])):
                if number not in kept or role not in kept[number]:
                    continue
                wider = _without(kept[number], role)
                holding = self._held(wider)
                if sets.minus(holding, whole) != EMPTY:
                    continue
                touched = [other for other in kept if sets.meet(holding, held[other]) != EMPTY]
                if all(sets.minus(held[other], holding) == EMPTY for other in touched):
                    for other in touched:
                        del kept[other]
                    kept[number], held[number] = wider, holding
        return [kept[number] for number in sorted(kept)]

    def _held(self, box: Box) -> int:
        """The combinations of answers in a box."""
        found = EVERY
        for role, values in reversed(list(box.items())):
            found = self.answers.sets.meet(found, self._holding(role, values))
        return found

    def _holding(self, role: Role, values: frozenset[int]) -> int:
        key = (role, values)
        if key not in self._known:
            self._known[key] = self._made(role, values)
        return self._known[key]

    def _made(self, role: Role, values: frozenset[int]) -> int:
        sets = self.answers.sets
        if len(values) == self._sizes[role] and role[0] != "order":
            return EVERY
        if role[0] == "order":
            first, second = role[1:]
            statements = [CompareAnswer(first, ORDERS[value], second) for value in values]
            return sets.union(self.answers.statement(each) for each in statements)
        variable = self.answers.variables[role[1]]
        if role[0] == "option":
            place = next(n for n, group in enumerate(variable.groups) if group[0] == role[2])
            chosen = [
                variable.chosen(head, sets)[place] if variable.chooses(head) else EMPTY for head in variable.heads
            ]
            is_chosen = sets.by_value(variable.level, chosen)
            return is_chosen if values == _CHOSEN else sets.minus(EVERY, is_chosen)
        told = [self.words.variables[role[1]].heads[value] for value in values]
        return self.answers.where(
            role[1], {n for n, head in enumerate(variable.heads) if any(_stands_for(each, head) for each in told)}
        )

    def _whole(self, role: Role) -> Sequence[object]:
        if role[0] == "order":
            return ORDERS
        return self.words.variables[role[1]].heads if role[0] == "answer" else (0, 1)

    # --- Regions

    def _region(self, box: Box) -> Region:
        order = {id: place for place, id in enumerate(self.words.variables)}
        parts: list[Part | Compared] = [self._part(id, box) for id in {role[1] for role in box if role[0] != "order"}]
        parts.extend(
            Compared(role[1], role[2], tuple(ORDERS[value] for value in sorted(values)))
            for role, values in box.items()
            if role[0] == "order"
        )
        # A comparison stands where its second number is asked, after what is said of that number itself.
        parts.sort(key=lambda part: (max(order[id] for id in part.questions), len(part.questions), part.questions))
        return Region(tuple(parts), self.answers.sets.count(self._held(box)))

    def _part(self, id: str, box: Box) -> Part:
        variable = self.words.variables[id]
        part = Part(id)
        taken = box.get(("answer", id))
        if taken is not None:
            several_units = len({head.kind.units for head in variable.heads if isinstance(head, NumberValue)}) > 1
            values = [head for place, head in enumerate(variable.heads) if place in taken]
            others = [head for place, head in enumerate(variable.heads) if place not in taken]
            kinds = _segments(variable.heads)
            whole = next(iter(kinds.values())) if len(kinds) == 1 else ()
            part = replace(part, values=_told(values, whole, several_units), others=_told(others, whole, several_units))
        for group in variable.groups:
            told = box.get(("option", id, group[0]))
            if told == _CHOSEN:
                part = replace(part, including=(*part.including, group))
            elif told is not None:
                part = replace(part, without=(*part.without, group))
        return part


def _segments(heads: Iterable[Head]) -> dict[NumberKind, tuple[Segment, ...]]:
    """The segments of each kind of numbers, in order."""
    kinds: dict[NumberKind, list[Segment]] = {}
    for head in heads:
        if isinstance(head, NumberValue):
            kinds.setdefault(head.kind, []).append(head.segment)
    return {kind: tuple(sorted(found, key=lambda segment: segment.sample)) for kind, found in kinds.items()}


def _told(heads: Sequence[Head], whole: tuple[Segment, ...], names_unit: bool) -> tuple[Answer | Numbers, ...]:
    numbers = [Numbers(kind, segments, whole, names_unit) for kind, segments in _segments(heads).items()]
    return (*numbers, *(head for head in heads if head is not None and not isinstance(head, NumberValue)))


def _stands_for(told: Head, head: Head) -> bool:
    """Whether an answer is what a head in words says."""
    if isinstance(told, NumberValue):
        return isinstance(head, NumberValue) and (head.kind, head.segment) == (told.kind, told.segment)
    if told == CHOSEN:
        return isinstance(head, Selection) and head.options != (NONE_OF_THESE,)
    return head == told


def _without(box: Box, role: Role) -> Box:
    return {each: values for each, values in box.items() if each != role}
