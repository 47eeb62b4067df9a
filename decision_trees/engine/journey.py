"""A journey: a tree walked with some answers. And what would change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from itertools import combinations

from .answers import Problem, answer_text, answers_to_json, coded_answers
from .conditions import CompareAnswer, CompareConstant, CompareFigure, label_of, question_name
from .graph import conditions_of
from .model import (
    NONE_OF_THESE,
    AddOn,
    Answer,
    Answers,
    Asks,
    Choice,
    Context,
    Kind,
    Outcome,
    Quantity,
    Question,
    RedFlag,
    Rule,
    Selection,
    Tree,
)
from .number_line import Grid, Segment, merged, range_words, segments
from .units import UNITS, from_base, to_base


class Status(Enum):
    """Where a journey stands: at a question, or at its outcome."""

    QUESTION = "question"
    OUTCOME = "outcome"


class AnsweredBy(Enum):
    """Who answered: the person, or a local setting of the service."""

    GIVEN = "given"
    SETTING = "setting"


#: Problems that no other answer to the open question is known to mend: the tree itself is broken.
BROKEN = frozenset({"no-rule", "rules-overlap", "cycle", "unknown-target"})


@dataclass(frozen=True, slots=True)
class Step:
    """One answered question. `rule` is what led on from it, or None where a red flag was raised."""

    question: Question
    answer: Answer
    rule: Rule | None
    source: AnsweredBy

    @property
    def answer_text(self) -> str:
        return answer_text(self.question, self.answer)


@dataclass(frozen=True, slots=True)
class AppliedAddOn:
    """Advice that joined the outcome. `because`: ids of the questions whose answers brought it, in path order."""

    add_on: AddOn
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Journey:
    """A tree walked as far as the answers go.

    With status QUESTION, `question` is the open one (None only where the tree's start is unknown), and `problems` says
    why it is open again if an answer was not usable. With status OUTCOME, `outcome` and `add_ons` are the result.
    """

    status: Status
    tree: Tree
    context: Context
    steps: tuple[Step, ...]
    question: Question | None
    outcome: Outcome | None
    add_ons: tuple[AppliedAddOn, ...]
    problems: tuple[Problem, ...]
    unused: tuple[str, ...]
    red_flag: RedFlag | None
    questions_left_at_most: int

    @property
    def answers(self) -> dict[str, Answer]:
        """The answers on the path, those of local settings too."""
        return {step.question.id: step.answer for step in self.steps}

    @property
    def is_broken(self) -> bool:
        """The tree has no result for these answers: take it to the prescriber or a supervisor."""
        return any(problem.code in BROKEN for problem in self.problems)

    def trace(self) -> list[dict[str, object]]:
        """The path in plain values: question, answer, rule, where it went, on which citations."""
        values = answers_to_json(self.tree, self.answers)
        trace = [self._traced(step, values[step.question.id]) for step in self.steps]
        if self.red_flag is not None:
            flag = self.red_flag
            trace[-1] |= {
                "red_flag": flag.id,
                "rule": flag.when.sentence(),
                "because": flag.when.describe(self.tree, self.context),
                "go": flag.outcome,
            }
        return trace

    def _traced(self, step: Step, value: object) -> dict[str, object]:
        rule = step.rule
        when = rule.when if rule is not None else None
        return {
            "question": step.question.id,
            "text": step.question.text,
            "answer": step.answer_text,
            "value": value,
            "source": step.source.value,
            "rule": when.sentence() if when is not None else "otherwise",
            "because": when.describe(self.tree, self.context) if when is not None else "Otherwise",
            "go": rule.go if rule is not None else None,
            "citations": list(step.question.citations),
        }


@dataclass(frozen=True, slots=True)
class Change:
    """Other answers to one question, each of which alone would lead elsewhere: to an outcome, or to a further question.

    `alternatives` are in words ("reading above 0.35 mg/L"); `answers` holds one example for each.
    """

    question: Question
    target: Outcome | Question
    alternatives: tuple[str, ...]
    answers: tuple[Answer, ...]

    @property
    def leads_to_outcome(self) -> bool:
        return isinstance(self.target, Outcome)


def what_would_change(tree: Tree, answers: Answers, context: Context | None = None) -> tuple[Change, ...]:
    """Which single other answer would lead to another outcome, or to a further question.

    Every answer that the tree can tell apart is tried, one question at a time, the others kept. Numbers are tried on
    both sides of, and at, each number they are compared with; choices of several options in every way that takes some
    and leaves others, the fewest first. A prompt is not tried: it only adds advice. Nothing is returned for a journey
    without an outcome.
    """
    # Walking makes journeys, so its module imports this module; hence the import here.
    from .walk import find_end

    context = context or Context()
    journey = find_end(tree, answers, context)
    if journey.outcome is None:
        return ()
    changes: list[Change] = []
    for step in journey.steps:
        if step.source is AnsweredBy.SETTING or step.question.asks is Asks.PROMPT:
            continue
        alternatives = _alternatives(tree, step, answers, context)
        found: dict[str, list[_Alternative]] = {}
        for alternative in alternatives:
            other = find_end(tree, {**answers, step.question.id: alternative.answer}, context)
            target = other.outcome or other.question
            if target is None or other.is_broken or target.id == journey.outcome.id:
                continue
            grouped = found.setdefault(target.id, [])
            if not any(alternative.does_more_than(each) for each in grouped):
                grouped.append(alternative)
        whole = [each.segment for each in alternatives if each.segment is not None]
        for target_id, grouped in found.items():
            target = tree.outcome(target_id) or tree.question(target_id)
            if target is not None:
                words, examples = _in_words(tree, step, grouped, whole)
                changes.append(Change(step.question, target, words, examples))
    return tuple(changes)


@dataclass(frozen=True, slots=True)
class _Alternative:
    """Another answer in words. Of a number, `segment` says which; of a choice, `turned` which options are other."""

    answer: Answer
    words: str
    segment: Segment | None = None
    turned: frozenset[str] = frozenset()

    def does_more_than(self, other: _Alternative) -> bool:
        return bool(other.turned) and other.turned < self.turned


def _alternatives(tree: Tree, step: Step, answers: Answers, context: Context) -> list[_Alternative]:
    question = step.question
    codes = [Choice(code) for code in coded_answers(question)]
    found = [_Alternative(code, f"“{label_of(question, code.option)}”") for code in codes if code != step.answer]
    if question.kind is Kind.SEVERAL_OF:
        return [*_other_selections(step), *found]
    if question.number is None or not question.kind.is_numeric:
        return found
    unit = step.answer.unit if isinstance(step.answer, Quantity) else question.number.units[0]
    numbers = [
        _Alternative(from_base(segment.sample, unit), "", segment)
        for segment in segments(Grid.of(question.number), _critical(tree, question, answers, context))
    ]
    return [*numbers, *found]


#: Up to so many options, every choice of them is tried; of more, those that differ in one option or two.
_EVERY_CHOICE_OF = 8


def _other_selections(step: Step) -> list[_Alternative]:
    question = step.question
    current = step.answer.options if isinstance(step.answer, Selection) else ()
    chosen = frozenset(current) - {NONE_OF_THESE}
    options = [option.id for option in question.options]
    most = len(options) if len(options) <= _EVERY_CHOICE_OF else 2
    found = []
    for size in range(1, most + 1):
        for turned in map(frozenset, combinations(options, size)):
            if selected := chosen ^ turned:
                words = _turned_words(question, chosen, turned)
                found.append(_Alternative(Selection(tuple(sorted(selected))), words, turned=turned))
    if question.none_label and current != (NONE_OF_THESE,):
        found.append(_Alternative(Selection((NONE_OF_THESE,)), f"“{question.none_label}”"))
    return found


def _turned_words(question: Question, chosen: frozenset[str], turned: frozenset[str]) -> str:
    """“A” and “B” as well, and not “C”."""
    more, less = (
        " and ".join(f"“{option.label}”" for option in question.options if option.id in ids)
        for ids in (turned - chosen, turned & chosen)
    )
    more = f"{more} as well" if more and chosen else more
    less = f"not {less}" if less else ""
    return ", and ".join(filter(None, (more, less)))


def _critical(tree: Tree, question: Question, answers: Answers, context: Context) -> set[Decimal]:
    """The values at which some condition on this number turns, given the other answers.

    Also those that are not on the path: another number may lead to a question that was answered before.
    """
    by_setting = {
        each.id: context.settings[each.setting] for each in tree.questions if each.setting in context.settings
    }
    others = {**answers, **by_setting}
    found: set[Decimal] = set()
    for statement in (part for condition in conditions_of(tree) for part in condition.statements()):
        against: object = None
        if isinstance(statement, CompareAnswer) and question.id in (statement.question, statement.other):
            other = statement.other if statement.question == question.id else statement.question
            against = others.get(other)
        elif isinstance(statement, CompareConstant) and statement.question == question.id:
            against = statement.constant
        elif isinstance(statement, CompareFigure) and statement.question == question.id:
            against = context.figures.get(statement.figure)
        if isinstance(against, Quantity) and against.unit in UNITS:
            found.add(to_base(against))
    return found


def _in_words(
    tree: Tree, step: Step, grouped: list[_Alternative], whole: Sequence[Segment]
) -> tuple[tuple[str, ...], tuple[Answer, ...]]:
    unit = next((each.answer.unit for each in grouped if isinstance(each.answer, Quantity)), "")
    parts = [each.segment for each in grouped if each.segment is not None]
    numbers = merged(parts, Grid.of(step.question.number), whole) if step.question.number is not None else ()
    words = [f"{question_name(tree, step.question.id)} {range_words(segment, unit)}" for segment in numbers]
    examples: list[Answer] = [from_base(segment.sample, unit) for segment in numbers]
    for each in grouped:
        if each.segment is None:
            words.append(each.words)
            examples.append(each.answer)
    return tuple(words), tuple(examples)
