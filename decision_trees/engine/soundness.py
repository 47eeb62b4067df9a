"""The shape of a tree: what can be wrong with it before any answer is given.

Ids, targets, cycles, citations, ranges of numbers, and conditions that name what is not there or compare what cannot be
compared. `validation` calls this first, and says nothing of what rests on a part whose shape is broken.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from .answers import coded_answers
from .conditions import (
    GRAMMAR_WORDS,
    AnyOf,
    CompareAnswer,
    CompareConstant,
    CompareFigure,
    Condition,
    Includes,
    Is,
    IsNumber,
    NoneOf,
    name_of,
    question_name,
)
from .graph import conditions_of, find_cycle, reachable
from .model import (
    NONE_OF_THESE,
    NOT_KNOWN,
    RESERVED_WORDS,
    Answer,
    Asks,
    Basis,
    Context,
    Kind,
    NumberRange,
    Outcome,
    Question,
    Statement,
    Tree,
)
from .proof.layout import Layout
from .rewording import evenly, words_of_answers
from .units import UNITS, from_base, in_words

_ID = re.compile(r"[a-z][a-z0-9-]*")
_MAX_ID_LENGTH = 60
_MAX_NAME_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with a tree.

    `node` is the id of the question, outcome, red flag or add-on (the tree's slug for the tree as a whole). `rule` is
    the place of the rule concerned in its question, from 0. `answers` is a counterexample, in the order of the path.
    """

    code: str
    node: str
    message: str
    answers: tuple[tuple[str, Answer], ...] = ()
    rule: int | None = None


#: Findings of parts that cannot be read or followed: the number of combinations is not known, and nothing is said of
#: what rests on these parts.
BLOCKING = frozenset(
    {
        "bad-range",
        "cycle",
        "duplicate-id",
        "figure-missing",
        "operator-unsuited",
        "quantity-mismatch",
        "too-few-options",
        "unit-unknown",
        "unknown-option",
        "unknown-question",
        "unknown-target",
    }
)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What of a tree cannot be read: plain statements, and questions of which the answers are not known."""

    statements: frozenset[Condition]
    questions: frozenset[str]


class _Nodes:
    """A tree with its nodes at hand. Of several with one id it has the first."""

    def __init__(self, tree: Tree, context: Context) -> None:
        self.tree = tree
        self.context = context
        self._questions = {question.id: question for question in reversed(tree.questions)}
        self._outcomes = {outcome.id: outcome for outcome in reversed(tree.outcomes)}

    def question(self, id: str) -> Question | None:
        return self._questions.get(id)

    def outcome(self, id: str) -> Outcome | None:
        return self._outcomes.get(id)

    def called(self, id: str) -> str:
        """A question by its short name, or else by its id."""
        question = self.question(id)
        return question.name if question is not None and question.name else id


def shape_findings(tree: Tree, context: Context) -> tuple[Finding, ...]:
    """Everything wrong with the shape of the tree."""
    nodes = _Nodes(tree, context)
    return (
        *_ids(tree),
        *_names(tree),
        *_same_words(tree),
        *_targets(nodes),
        *_reach(tree),
        *(finding for question in tree.questions for finding in _question(question)),
        *_outcomes(tree),
        *_citations(tree),
        *_conditions(nodes),
    )


def unreadable(tree: Tree, context: Context) -> Unreadable:
    """What of the tree cannot be read, so that nobody knows what it says."""
    nodes = _Nodes(tree, context)
    ids = Counter(question.id for question in tree.questions) + Counter(outcome.id for outcome in tree.outcomes)
    questions = {
        question.id
        for question in tree.questions
        if ids[question.id] > 1
        or len({option.id for option in question.options}) < len(question.options)
        or any(finding.code in ("bad-range", "too-few-options") for finding in _question(question))
    }
    statements = dict.fromkeys(each for condition in conditions_of(tree) for each in condition.statements())
    return Unreadable(
        frozenset(
            statement
            for statement in statements
            if statement.questions() & questions
            or any(nodes.question(id) is None for id in statement.questions())
            or any(code in BLOCKING for code, _ in _statement(nodes, statement))
        ),
        frozenset(questions),
    )


def _ids(tree: Tree) -> Iterator[Finding]:
    nodes = [question.id for question in tree.questions] + [outcome.id for outcome in tree.outcomes]
    families = (
        (nodes, "question or outcome"),
        ([flag.id for flag in tree.red_flags], "red flag"),
        ([add_on.id for add_on in tree.add_ons], "add-on"),
    )
    for ids, called in families:
        for id, times in Counter(ids).items():
            if times > 1:
                yield Finding("duplicate-id", id, f"The id “{id}” is used by {times} nodes. Give each its own.")
            yield from _id(id, id, called)
    for question in tree.questions:
        if question.id in RESERVED_WORDS | GRAMMAR_WORDS:
            yield Finding(
                "reserved-word", question.id, f"No question may be called “{question.id}”. Choose another id."
            )
        for id, times in Counter(option.id for option in question.options).items():
            if times > 1:
                yield Finding("duplicate-id", question.id, f"The option “{id}” is given {times} times.")
            if id in GRAMMAR_WORDS | {NOT_KNOWN}:
                yield Finding("reserved-word", question.id, f"No option may be called “{id}”. Choose another id.")
            yield from _id(id, question.id, "option")


def _id(id: str, node: str, called: str) -> Iterator[Finding]:
    if not _ID.fullmatch(id) or len(id) > _MAX_ID_LENGTH:
        advice = f"small letters, digits and hyphens, a letter first, at most {_MAX_ID_LENGTH}"
        yield Finding("bad-id", node, f"“{id[:_MAX_ID_LENGTH]}” cannot be the id of a {called}: use {advice}.")


def _names(tree: Tree) -> Iterator[Finding]:
    """A short name says which answer is meant, so no other question may be called so."""
    called = Counter(question_name(tree, id).casefold() for id in {question.id for question in tree.questions})
    for question in tree.questions:
        if len(question.name) > _MAX_NAME_LENGTH:
            message = f"Use at most {_MAX_NAME_LENGTH} characters for the short name."
            yield Finding("bad-name", question.id, message)
        if question.name and called[question.name.casefold()] > 1:
            message = f"Another question is called “{question.name}” too. Give each a short name of its own."
            yield Finding("bad-name", question.id, message)


def _same_words(tree: Tree) -> Iterator[Finding]:
    """Where two read the same, nobody can tell which of them is meant."""
    for question in tree.questions:
        for words in _repeated(words_of_answers(question).values()):
            message = f"Two answers of this question read “{words}”. Give each words of its own."
            yield Finding("same-words", question.id, message)
    for words in _repeated(question.text for question in tree.questions):
        for question in tree.questions:
            if evenly(question.text) == evenly(words):
                message = f"Another question asks “{words}” too. Give each words of its own."
                yield Finding("same-words", question.id, message)
    for words in _repeated(outcome.title for outcome in tree.outcomes):
        for outcome in tree.outcomes:
            if evenly(outcome.title) == evenly(words):
                message = f"Another outcome has the title “{words}” too. Give each a title of its own."
                yield Finding("same-words", outcome.id, message)


def _repeated(texts: Iterable[str]) -> Iterator[str]:
    """Texts that read the same as one before them, once each."""
    met: Counter[str] = Counter()
    for text in texts:
        met[evenly(text)] += 1
        if text and met[evenly(text)] == 2:
            yield text


def _targets(nodes: _Nodes) -> Iterator[Finding]:
    tree = nodes.tree
    if nodes.question(tree.start) is None:
        yield Finding("unknown-target", tree.slug, f"The tree starts at “{tree.start}”, which is not a question.")
    if not tree.outcomes:
        yield Finding("no-outcome", tree.slug, "The tree has no outcome. Add one.")
    for question in tree.questions:
        if not question.rules:
            yield Finding("dead-end", question.id, "Nothing follows this question. Add a rule.")
        for number, rule in enumerate(question.rules):
            if nodes.question(rule.go) is None and nodes.outcome(rule.go) is None:
                message = f"Rule {number + 1} leads to “{rule.go}”, which does not exist."
                yield Finding("unknown-target", question.id, message, rule=number)
        if sum(rule.when is None for rule in question.rules) > 1:
            yield Finding("two-otherwise", question.id, "This question has more than one “otherwise”. Keep one.")
    for flag in tree.red_flags:
        if nodes.outcome(flag.outcome) is None:
            yield Finding("unknown-target", flag.id, f"It leads to “{flag.outcome}”, which is not an outcome.")
    for add_on in tree.add_ons:
        for id in add_on.not_with:
            if nodes.outcome(id) is None:
                yield Finding("unknown-target", add_on.id, f"“not with” names “{id}”, which is not an outcome.")
    yield from _cycle(tree)


def _cycle(tree: Tree) -> Iterator[Finding]:
    """One finding for each question of the circle, with the rule that leads on: any of them may be the wrong one."""
    round_trip = find_cycle(tree)
    for place, (id, following) in enumerate(pairwise(round_trip)):
        question = tree.question(id)
        rule = next((n for n, rule in enumerate(question.rules) if rule.go == following), None) if question else None
        words = " → ".join((*round_trip[place:-1], *round_trip[: place + 1]))
        yield Finding("cycle", id, f"The rules lead round in a circle: {words}.", rule=rule)


def _reach(tree: Tree) -> Iterator[Finding]:
    reached = reachable(tree) | {flag.outcome for flag in tree.red_flags}
    for question in tree.questions:
        if question.id not in reached:
            yield Finding("unreachable", question.id, "No rule leads to this question.")
    for outcome in tree.outcomes:
        if outcome.id not in reached:
            yield Finding("unreachable", outcome.id, "No rule and no red flag leads to this outcome.")


def _question(question: Question) -> Iterator[Finding]:
    if question.not_known and question.no_not_known:
        yield Finding("not-known-twice", question.id, "It offers “not known” and says why it does not. Keep one.")
    if not question.not_known and not question.no_not_known:
        yield Finding("missing-not-known", question.id, "Offer “not known”, or say why this question does not.")
    if question.kind is Kind.ONE_OF and len(coded_answers(question)) < 2:
        yield Finding("too-few-options", question.id, "Give at least two answers to choose from.")
    if question.kind is Kind.YES_NO and {option.id for option in question.options} != {"yes", "no"}:
        yield Finding("too-few-options", question.id, "A yes or no question has the answers “yes” and “no”.")
    if question.kind is Kind.SEVERAL_OF:
        if not question.options:
            yield Finding("too-few-options", question.id, "Give at least one option to choose.")
        if not question.none_label:
            yield Finding("missing-none", question.id, "Say what people choose when none of the options holds.")
    if question.kind.is_numeric:
        yield from _range(question)
    for id in question.careful:
        if id not in coded_answers(question):
            message = f"“{id}” is marked as the careful direction, and is not an answer to this question."
            yield Finding("unknown-option", question.id, message)


def _range(question: Question) -> Iterator[Finding]:
    def finding(message: str) -> Finding:
        return Finding("bad-range", question.id, message)

    numbers = question.number
    if numbers is None:
        yield finding("Give the range, the step and the units of the number.")
        return
    if numbers.step <= 0:
        yield finding("The step must be above 0.")
    elif (numbers.maximum - numbers.minimum) % numbers.step != 0:
        yield finding("The highest number cannot be reached in steps from the lowest.")
    if numbers.minimum > numbers.maximum:
        yield finding("The lowest number is above the highest.")
    if numbers.minimum < 0:
        yield finding("The lowest number must not be below 0.")
    if not numbers.units:
        yield finding("Give at least one unit.")
    for unit in numbers.units:
        if unit not in UNITS or UNITS[unit].quantity != numbers.quantity:
            yield finding(f"“{unit}” is not a unit of {name_of(numbers.quantity) or 'a quantity'}.")
        elif any(from_base(value, unit).unit != unit for value in (numbers.minimum, numbers.step)):
            symbol = UNITS[unit].symbol
            yield finding(f"Not every number in these steps can be written in {symbol}. Change the step, or the units.")
    if question.kind is Kind.WHOLE_DAYS and not _is_whole_days(numbers):
        yield finding("Whole days count in days, from a whole number, in steps of 1.")


def _is_whole_days(numbers: NumberRange) -> bool:
    return numbers.quantity == "days" and numbers.step == 1 and numbers.minimum % 1 == 0


def _outcomes(tree: Tree) -> Iterator[Finding]:
    for outcome in tree.outcomes:
        texts = {
            "a title": outcome.title,
            "the one thing to do now": outcome.do_now,
            "who decides": outcome.who_decides,
            "why its care level": outcome.care_reason,
        }
        missing = [name for name, text in texts.items() if not text.strip()]
        if missing:
            yield Finding("missing-text", outcome.id, f"This outcome does not say: {', '.join(missing)}.")


def _citations(tree: Tree) -> Iterator[Finding]:
    if not any(citation.strip() for citation in tree.citations):
        yield Finding("missing-citation", tree.slug, "Cite what the tree as a whole rests on.")
    for question in tree.questions:
        if question.asks is Asks.CLINICAL and not question.citations:
            yield Finding("missing-citation", question.id, "Cite the passage this question comes from.")
    for outcome in tree.outcomes:
        if not outcome.citations:
            yield Finding("missing-citation", outcome.id, "Cite the passages this outcome rests on.")
        yield from _statement_citations(outcome)
    for add_on in tree.add_ons:
        if not add_on.citations and add_on.basis is not Basis.INFERENCE:
            yield Finding("missing-citation", add_on.id, "Cite the passage this advice comes from.")


def _statement_citations(outcome: Outcome) -> Iterator[Finding]:
    families: Iterable[tuple[str, tuple[Statement, ...]]] = (
        ("action", outcome.actions),
        ("caution", outcome.cautions),
    )
    for called, statements in families:
        for place, statement in enumerate(statements, start=1):
            if not statement.citations and statement.basis is not Basis.INFERENCE:
                message = f"Cite the passage of {called} {place}, or call it our inference."
                yield Finding("missing-citation", outcome.id, message)


def _conditions(nodes: _Nodes) -> Iterator[Finding]:
    tree = nodes.tree
    layout = Layout(tree)
    for question in tree.questions:
        for number, rule in enumerate(question.rules):
            if rule.when is None:
                continue
            where = f"Rule {number + 1}"
            yield from _condition(nodes, question.id, rule.when, where, number)
            # Of a question that no rule leads to, nobody knows what was asked before.
            if question.id not in layout.places:
                continue
            before = layout.before[1][question.id] | layout.places[question.id]
            for read in sorted(rule.when.questions()):
                if nodes.question(read) is not None and not layout.places.get(read, 0) & before:
                    message = f"{where} reads “{nodes.called(read)}”, which is never asked before."
                    yield Finding("reads-later-question", question.id, message, rule=number)
    for flag in tree.red_flags:
        yield from _condition(nodes, flag.id, flag.when, "Its condition")
    for add_on in tree.add_ons:
        yield from _condition(nodes, add_on.id, add_on.when, "Its condition")


def _condition(
    nodes: _Nodes, node: str, condition: Condition, where: str, rule: int | None = None
) -> Iterator[Finding]:
    for statement in condition.statements():
        unknown = sorted(id for id in statement.questions() if nodes.question(id) is None)
        for id in unknown:
            yield Finding("unknown-question", node, f"{where} reads “{id}”, which is not a question.", rule=rule)
        if unknown:
            continue
        for code, message in _statement(nodes, statement):
            yield Finding(code, node, f"{where}: {message}", rule=rule)


def _statement(nodes: _Nodes, statement: Condition) -> Iterator[tuple[str, str]]:
    yield from _options(nodes, statement)
    match statement:
        case Is(id, option):
            yield from _exclusive_only(nodes, id, (option,))
        case AnyOf(id, options):
            yield from _exclusive_only(nodes, id, options)
        case NoneOf():
            pass
        case Includes(id, _):
            if _kind(nodes, id) is not Kind.SEVERAL_OF:
                called = nodes.called(id)
                yield "operator-unsuited", f"“{called}” has one answer only. Write “is” instead of “includes”."
        case IsNumber(id):
            yield from _numeric_only(nodes, id)
        case CompareConstant(id, _, constant):
            yield from _numeric_only(nodes, id)
            if constant.unit not in UNITS:
                yield "unit-unknown", f"“{constant.unit}” is not a unit. Known are: {', '.join(UNITS)}."
            else:
                yield from _same_quantity(nodes, id, UNITS[constant.unit].quantity, in_words(constant))
        case CompareFigure(id, _, figure):
            yield from _numeric_only(nodes, id)
            value = nodes.context.figures.get(figure)
            if value is None or value.unit not in UNITS:
                yield "figure-missing", f"The figure “{figure}” is not known on this day."
            else:
                yield from _same_quantity(nodes, id, UNITS[value.unit].quantity, f"the figure “{figure}”")
        case CompareAnswer(id, _, other):
            yield from _numeric_only(nodes, id)
            yield from _numeric_only(nodes, other)
            if id == other:
                yield "operator-unsuited", f"“{nodes.called(id)}” is compared with itself."
            question = nodes.question(other)
            if question is not None and question.number is not None:
                yield from _same_quantity(nodes, id, question.number.quantity, f"“{nodes.called(other)}”")


def _options(nodes: _Nodes, statement: Condition) -> Iterator[tuple[str, str]]:
    for id, option in sorted(statement.options()):
        question = nodes.question(id)
        if question is None or option in _answers_to(question):
            continue
        if option == NOT_KNOWN:
            yield "unknown-option", f"“{nodes.called(id)}” does not offer “not known”."
        else:
            known = ", ".join(_answers_to(question))
            yield "unknown-option", f"“{option}” is not an answer to “{nodes.called(id)}”. Its answers are: {known}."


def _answers_to(question: Question) -> tuple[str, ...]:
    if question.kind is not Kind.SEVERAL_OF:
        return coded_answers(question)
    none = (NONE_OF_THESE,) if question.none_label else ()
    return (*(option.id for option in question.options), *none, *coded_answers(question))


def _exclusive_only(nodes: _Nodes, id: str, options: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if _kind(nodes, id) is Kind.SEVERAL_OF and not set(options) <= {NONE_OF_THESE, NOT_KNOWN}:
        yield "operator-unsuited", f"“{nodes.called(id)}” can have several answers. Write “includes” instead of “is”."


def _numeric_only(nodes: _Nodes, id: str) -> Iterator[tuple[str, str]]:
    kind = _kind(nodes, id)
    if kind is not None and not kind.is_numeric:
        yield "operator-unsuited", f"“{nodes.called(id)}” is not answered with a number."


def _same_quantity(nodes: _Nodes, id: str, quantity: str, against: str) -> Iterator[tuple[str, str]]:
    question = nodes.question(id)
    if question is not None and question.number is not None and question.number.quantity != quantity:
        own, other = name_of(question.number.quantity), name_of(quantity)
        yield "quantity-mismatch", f"“{nodes.called(id)}” is a number of {own} and {against} is one of {other}."


def _kind(nodes: _Nodes, id: str) -> Kind | None:
    question = nodes.question(id)
    return question.kind if question is not None else None
