"""Proving a tree: for every combination of answers exactly one result, and "not known" never less careful.

Nothing is sampled at random. Answers that the tree cannot tell apart stand for each other (`number_line` for numbers,
options that no condition names for several-of questions); what is left is explored whole, as exact sets of combinations
(`combinations`), along the paths of the tree. A local setting may have any value the question takes, so the proof holds
for every service; figures have the value of the context.

Findings of the shape are in `soundness`. Those found here:

gap                     no rule holds
overlap                 two rules hold where exactly one must
rule-never-wins         a rule, or an `otherwise`, that no combination reaches
never-reached           a question or outcome that rules lead to, but no combination does
red-flag-never-raised   a red flag that no combination raises
add-on-never-joins      advice that no combination brings
changes-nothing         a question whose answer changes neither the outcome nor the added advice
prompt-decides          a prompt whose answer changes the outcome
not-known-less-careful  "not known" leads to a lower care level than another answer to the same question
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from .answers import answer_text, coded_answers
from .proof.combinations import EMPTY, EVERY, Combinations
from .conditions import (
    All,
    Any_,
    AnyOf,
    CompareAnswer,
    CompareConstant,
    CompareFigure,
    Condition,
    Includes,
    Is,
    IsNumber,
    NoneOf,
    Not,
    name_of,
)
from .graph import conditions_of, reachable, rule_label, topological_order
from .model import (
    NONE_OF_THESE,
    NOT_KNOWN,
    Answer,
    Asks,
    Choice,
    Context,
    Kind,
    Order,
    Quantity,
    Question,
    Selection,
    Tree,
)
from .number_line import Grid, samples
from .soundness import BLOCKING, Finding, shape_findings
from .units import from_base, to_base

MAX_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found, and over how many combinations of answers that the tree can tell apart (0: it was not walked)."""

    findings: tuple[Finding, ...]
    combinations: int

    @property
    def is_sound(self) -> bool:
        return not self.findings


def find_problems(tree: Tree, context: Context | None = None) -> tuple[Finding, ...]:
    """Everything wrong with a tree; empty for a sound one."""
    return prove(tree, context).findings


def prove(tree: Tree, context: Context | None = None) -> Proof:
    """Check the shape of the tree, and if it can be walked, every combination of answers."""
    context = context or Context()
    shape = shape_findings(tree, context)
    if any(finding.code in BLOCKING for finding in shape):
        return Proof(shape, 0)
    exploration = _Exploration.of(tree, context)
    return Proof((*shape, *exploration.findings()), exploration.size)


# --- Answers as variables ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Variable:
    """One question as one variable; a several-of question as several: how it is answered, then one an option."""

    question: Question
    levels: tuple[int, ...]
    values: tuple[Answer, ...]
    options: tuple[str, ...] = ()
    #: An option that no condition names, to stand for all such; empty where every option is named.
    other: str = ""

    def answer(self, combination: tuple[int, ...]) -> Answer:
        value = self.values[combination[self.levels[0]]]
        if not isinstance(value, Selection) or value.options != ():
            return value
        chosen = [
            option for option, level in zip(self.options, self.levels[1:], strict=True) if combination[level] == 1
        ]
        return Selection(tuple(sorted(chosen)) or (self.other,))

    def not_known(self) -> dict[int, int]:
        return {self.levels[0]: self.values.index(Choice(NOT_KNOWN))} | dict.fromkeys(self.levels[1:], 0)


@dataclass(slots=True)
class _Space:
    """The variables of a tree and the sets in which plain statements hold, questions taken as asked."""

    tree: Tree
    context: Context
    variables: dict[str, _Variable]
    sets: Combinations
    possible: int = EVERY
    _statements: dict[Condition, int] = field(default_factory=dict)

    @classmethod
    def of(cls, tree: Tree, context: Context, order: tuple[str, ...]) -> _Space:
        numbers = _number_samples(tree, context)
        named: dict[str, set[str]] = {}
        for condition in conditions_of(tree):
            for id, option in condition.options():
                named.setdefault(id, set()).add(option)
        variables: dict[str, _Variable] = {}
        sizes: list[int] = []
        for id in order:
            question = tree.question(id)
            if question is None:
                continue
            variable = _variable(question, len(sizes), numbers.get(id, ()), named.get(id, set()))
            variables[id] = variable
            sizes.extend((len(variable.values), *(2 for _ in variable.options)))
        space = cls(tree, context, variables, Combinations(sizes))
        for variable in variables.values():
            space.possible = space.sets.meet(space.possible, space._possible(variable))
        return space

    def _possible(self, variable: _Variable) -> int:
        """For several-of: options are chosen only where the answer is a choice of options, and then at least one."""
        if not variable.options:
            return EVERY
        chosen = [self.sets.where(level, [1]) for level in variable.levels[1:]]
        some = self.sets.union(chosen)
        branches = [
            (EVERY if variable.other else some) if value == Selection(()) else self.sets.minus(EVERY, some)
            for value in variable.values
        ]
        return self.sets.by_value(variable.levels[0], branches)

    def statement(self, statement: Condition) -> int:
        """The combinations in which a plain statement holds, its questions taken as asked."""
        if statement not in self._statements:
            self._statements[statement] = self._statement(statement)
        return self._statements[statement]

    def _statement(self, statement: Condition) -> int:
        match statement:
            case Includes(id, options):
                return self.sets.union(self._chosen(id, option) for option in options)
            case NoneOf(id, options):
                return self.sets.minus(EVERY, self.sets.union(self._chosen(id, option) for option in options))
            case Is(id, option):
                return self._chosen(id, option)
            case AnyOf(id, options):
                return self.sets.union(self._chosen(id, option) for option in options)
            case CompareAnswer(id, _, other):
                return self._pairwise(statement, id, other)
            case CompareConstant(id, _, _) | CompareFigure(id, _, _) | IsNumber(id):
                return self._single(statement, id)
        raise TypeError(f"{statement!r} is not a plain statement.")

    def _chosen(self, id: str, option: str) -> int:
        variable = self.variables[id]
        if option in variable.options:
            return self.sets.where(variable.levels[variable.options.index(option) + 1], [1])
        code = Selection((NONE_OF_THESE,)) if option == NONE_OF_THESE else Choice(option)
        return self.sets.where(variable.levels[0], [n for n, value in enumerate(variable.values) if value == code])

    def _single(self, statement: Condition, id: str) -> int:
        variable = self.variables[id]
        holding = [n for n, value in enumerate(variable.values) if statement.holds({id: value}, self.context)]
        return self.sets.where(variable.levels[0], holding)

    def _pairwise(self, statement: Condition, id: str, other: str) -> int:
        first, second = sorted((self.variables[id], self.variables[other]), key=lambda each: each.levels)
        branches = []
        for value in first.values:
            holding = [
                n
                for n, against in enumerate(second.values)
                if statement.holds({first.question.id: value, second.question.id: against}, self.context)
            ]
            branches.append(self.sets.where(second.levels[0], holding))
        return self.sets.by_value(first.levels[0], branches)


def _variable(question: Question, level: int, numbers: tuple[Decimal, ...], named: set[str]) -> _Variable:
    codes = tuple(Choice(code) for code in coded_answers(question))
    if question.kind is Kind.SEVERAL_OF:
        options = tuple(option.id for option in question.options if option.id in named)
        other = next((option.id for option in question.options if option.id not in named), "")
        none = (Selection((NONE_OF_THESE,)),) if question.none_label else ()
        levels = tuple(range(level, level + 1 + len(options)))
        return _Variable(question, levels, (Selection(()), *none, *codes), options, other)
    quantities: tuple[Answer, ...] = ()
    if question.number is not None and question.kind.is_numeric:
        unit = question.number.units[0]
        quantities = tuple(from_base(value, unit) for value in numbers)
    return _Variable(question, (level,), (*quantities, *codes))


def _number_samples(tree: Tree, context: Context) -> dict[str, tuple[Decimal, ...]]:
    """For each number question, the numbers that stand for all, together with those it is compared with."""
    group: dict[str, set[str]] = {question.id: {question.id} for question in tree.questions if question.number}
    constants: dict[str, set[Decimal]] = {id: set() for id in group}
    for statement in (each for condition in conditions_of(tree) for each in condition.statements()):
        match statement:
            case CompareAnswer(id, _, other):
                together = group[id] | group[other]
                for member in together:
                    group[member] = together
            case CompareConstant(id, _, constant):
                constants[id].add(to_base(constant))
            case CompareFigure(id, _, figure):
                constants[id].add(to_base(context.figures[figure]))
    found: dict[str, tuple[Decimal, ...]] = {}
    for id in group:
        if id in found:
            continue
        members = sorted(group[id])
        numbers = [question.number for member in members if (question := tree.question(member)) is not None]
        grids = [Grid.of(each) for each in numbers if each is not None]
        shared = set[Decimal]().union(*(constants[member] for member in members))
        found |= dict(zip(members, samples(grids, shared), strict=True))
    return found


# --- Exploring ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Exploration:
    """The tree followed for all combinations at once: which combinations reach which node, by which rule."""

    space: _Space
    order: tuple[str, ...]
    reached: dict[str, int] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=dict)
    raised: dict[str, int] = field(default_factory=dict)
    wins: dict[tuple[str, int], int] = field(default_factory=dict)
    gaps: dict[str, int] = field(default_factory=dict)
    overlaps: dict[tuple[str, int, int], int] = field(default_factory=dict)
    joined: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, tree: Tree, context: Context) -> _Exploration:
        order = topological_order(tree)
        exploration = cls(_Space.of(tree, context, order), order)
        exploration._explore()
        return exploration

    @property
    def tree(self) -> Tree:
        return self.space.tree

    @property
    def sets(self) -> Combinations:
        return self.space.sets

    @property
    def size(self) -> int:
        return self.sets.count(self.space.possible)

    def _explore(self) -> None:
        tree = self.tree
        self.reached = dict.fromkeys(self.order, EMPTY)
        self.reached[tree.start] = self.space.possible
        self.outcomes = {outcome.id: EMPTY for outcome in tree.outcomes}
        self.raised = {flag.id: EMPTY for flag in tree.red_flags}
        asked: dict[str, int] = {}
        for id in self.order:
            question = tree.question(id)
            here = self.reached[id]
            if question is None or here == EMPTY:
                continue
            asked[id] = here
            self._follow(question, self._raise_flags(here, asked), asked)
        for add_on in tree.add_ons:
            with_it = self.sets.union(reach for id, reach in self.outcomes.items() if id not in add_on.not_with)
            self.joined[add_on.id] = self.sets.meet(with_it, self._holding(add_on.when, asked))

    def _raise_flags(self, here: int, asked: Mapping[str, int]) -> int:
        for flag in self.tree.red_flags:
            raised = self.sets.meet(here, self._holding(flag.when, asked))
            self.raised[flag.id] = self.sets.join(self.raised[flag.id], raised)
            self.outcomes[flag.outcome] = self.sets.join(self.outcomes[flag.outcome], raised)
            here = self.sets.minus(here, raised)
        return here

    def _follow(self, question: Question, here: int, asked: Mapping[str, int]) -> None:
        """Split the combinations between the rules. Where rules overlap, go on with the first: it is one finding."""
        left = here
        claimed: list[tuple[int, int]] = []
        otherwise: int | None = None
        for number, rule in enumerate(question.rules):
            if rule.when is None:
                if otherwise is None and question.order is Order.FIRST_FIT:
                    self._win(question, number, left)
                    left = EMPTY
                elif otherwise is None:
                    otherwise = number
                continue
            holding = self.sets.meet(here, self._holding(rule.when, asked))
            if question.order is Order.EXACTLY_ONE:
                for earlier, claim in claimed:
                    both = self.sets.meet(holding, claim)
                    if both != EMPTY:
                        self.overlaps[(question.id, earlier, number)] = both
                claimed.append((number, holding))
            won = self.sets.meet(left, holding)
            self._win(question, number, won)
            left = self.sets.minus(left, won)
        if otherwise is not None:
            self._win(question, otherwise, left)
            left = EMPTY
        self.gaps[question.id] = left

    def _win(self, question: Question, number: int, won: int) -> None:
        self.wins[(question.id, number)] = won
        where = self.outcomes if question.rules[number].go in self.outcomes else self.reached
        where[question.rules[number].go] = self.sets.join(where[question.rules[number].go], won)

    def _holding(self, condition: Condition, asked: Mapping[str, int]) -> int:
        """The combinations in which the condition holds. What is said of a question counts only where it was asked."""
        match condition:
            case Not(inner):
                return self.sets.minus(EVERY, self._holding(inner, asked))
            case All(parts):
                found = EVERY
                for part in parts:
                    found = self.sets.meet(found, self._holding(part, asked))
                return found
            case Any_(parts):
                return self.sets.union(self._holding(part, asked) for part in parts)
        found = self.space.statement(condition)
        for id in condition.questions():
            found = self.sets.meet(found, asked.get(id, EMPTY))
        return found

    # --- What is wrong

    def findings(self) -> tuple[Finding, ...]:
        structurally = reachable(self.tree)
        found: list[Finding] = []
        for question in self.tree.questions:
            if self.reached[question.id] != EMPTY:
                found.extend(self._gaps(question))
                found.extend(self._overlaps(question))
                found.extend(self._never_wins(question))
                found.extend(self._influence(question))
                found.extend(self._not_known(question))
            elif question.id in structurally:
                found.append(Finding("never-reached", question.id, "No combination of answers leads to this question."))
        by_flag = {flag.outcome for flag in self.tree.red_flags}
        for outcome in self.tree.outcomes:
            if self.outcomes[outcome.id] == EMPTY and outcome.id in structurally | by_flag:
                found.append(Finding("never-reached", outcome.id, "No combination of answers leads to this outcome."))
        for flag_id, raised in self.raised.items():
            if raised == EMPTY:
                message = "No combination of answers raises this red flag."
                found.append(Finding("red-flag-never-raised", flag_id, message))
        for add_on_id, joined in self.joined.items():
            if joined == EMPTY:
                found.append(Finding("add-on-never-joins", add_on_id, "No combination of answers brings this advice."))
        return tuple(found)

    def _gaps(self, question: Question) -> Iterator[Finding]:
        if not question.rules:
            return
        left = self.gaps[question.id]
        read = {question.id}.union(*(rule.when.questions() for rule in question.rules if rule.when is not None))
        for _ in range(MAX_EXAMPLES):
            if left == EMPTY:
                return
            combination = self.sets.pick(left)
            answers = self._path(combination, question.id)
            yield Finding("gap", question.id, f"{self._said(answers)}: no rule applies.", answers)
            left = self.sets.minus(left, self._alike(combination, read))

    def _overlaps(self, question: Question) -> Iterator[Finding]:
        for (id, first, second), both in self.overlaps.items():
            if id == question.id:
                answers = self._path(self.sets.pick(both), question.id)
                message = f"{self._said(answers)}: rules {first + 1} and {second + 1} both apply."
                yield Finding("overlap", question.id, message, answers, rule=second)

    def _never_wins(self, question: Question) -> Iterator[Finding]:
        for number, rule in enumerate(question.rules):
            if self.wins.get((question.id, number), EMPTY) == EMPTY:
                label = rule_label(self.tree, rule, self.space.context)
                message = f"Rule {number + 1} (“{label}”) never applies. Take it out or widen it."
                yield Finding("rule-never-wins", question.id, message, rule=number)

    def _influence(self, question: Question) -> Iterator[Finding]:
        decides = any(self._depends(reach, question) for reach in self.outcomes.values())
        if decides and question.asks is Asks.PROMPT:
            message = "It is a prompt, yet its answer changes the outcome. Make it a clinical question."
            yield Finding("prompt-decides", question.id, message)
        if not decides and not any(self._depends(joined, question) for joined in self.joined.values()):
            message = "Whatever is answered, outcome and added advice are the same. Take the question out."
            yield Finding("changes-nothing", question.id, message)

    def _depends(self, reach: int, question: Question) -> bool:
        levels = self.space.variables[question.id].levels
        without = self.sets.minus(self.space.possible, reach)
        return self.sets.meet(self.sets.forget(reach, levels), self.sets.forget(without, levels)) != EMPTY

    def _not_known(self, question: Question) -> Iterator[Finding]:
        if not question.not_known:
            return
        variable = self.space.variables[question.id]
        unknown = {id: self.sets.fix(reach, variable.not_known()) for id, reach in self.outcomes.items()}
        known = {id: self.sets.forget(reach, variable.levels) for id, reach in self.outcomes.items()}
        examples = 0
        for low in sorted(self.tree.outcomes, key=lambda each: each.care_level):
            for high in sorted(self.tree.outcomes, key=lambda each: -each.care_level):
                if high.care_level <= low.care_level or examples == MAX_EXAMPLES:
                    break
                worse = self.sets.meet(unknown[low.id], known[high.id])
                if worse != EMPTY:
                    examples += 1
                    yield self._less_careful(variable, worse, low.id, high.id)

    def _less_careful(self, variable: _Variable, worse: int, low: str, high: str) -> Finding:
        question = variable.question
        chosen = list(self.sets.pick(worse))
        for level, value in variable.not_known().items():
            chosen[level] = value
        unknown = tuple(chosen)
        others = frozenset(self.space.variables) - {question.id}
        known = self.sets.pick(self.sets.meet(self.outcomes[high], self._alike(unknown, others)))
        answers = self._path(unknown)
        told = [pair for pair in dict([*answers, *self._path(known)]).items() if pair[0] != question.id]
        before = f"{self._said(tuple(told))}. " if told else ""
        levels = {outcome.id: outcome.care_level for outcome in self.tree.outcomes}
        message = (
            f"{before}With “{question.not_known}” the result is “{low}” (care level {levels[low]});"
            f" with “{answer_text(question, variable.answer(known))}” it is “{high}” (care level {levels[high]})."
        )
        return Finding("not-known-less-careful", question.id, message, answers)

    # --- Counterexamples

    def _path(self, combination: tuple[int, ...], last: str | None = None) -> tuple[tuple[str, Answer], ...]:
        """The answers of the questions that this combination is asked, up to a question or the end."""
        found = []
        here = self._alike(combination, frozenset(self.space.variables))
        for id in self.order:
            if self.sets.meet(here, self.reached[id]) != EMPTY:
                found.append((id, self.space.variables[id].answer(combination)))
            if id == last:
                break
        return tuple(found)

    def _alike(self, combination: tuple[int, ...], questions: frozenset[str] | set[str]) -> int:
        """The combinations that give the same answers to these questions."""
        found = EVERY
        for id in questions:
            for level in self.space.variables[id].levels:
                found = self.sets.meet(found, self.sets.where(level, [combination[level]]))
        return found

    def _said(self, answers: tuple[tuple[str, Answer], ...]) -> str:
        parts = []
        for id, answer in answers:
            text = answer_text(self.space.variables[id].question, answer)
            parts.append(f"{name_of(id)} {text if isinstance(answer, Quantity) else f'“{text}”'}")
        said = ", ".join(parts)
        return said[:1].upper() + said[1:]
