"""Conditions: a small closed set of objects that can be evaluated, described in words and written back as a sentence.

The grammar stands in docs/content-formats.md. There is no code in a condition and nothing is evaluated but these
classes. A comparison with an answer that is not a number is false; so is every plain statement about a question that
was not asked.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from .errors import ConditionSyntaxError
from .model import NONE_OF_THESE, NOT_KNOWN, Answers, Choice, Context, Quantity, Question, Selection, Tree
from .units import UNITS, in_words, to_base

#: Words the grammar uses itself; no question and no option may be called so (`none` is the exclusive answer).
GRAMMAR_WORDS = frozenset(
    {"and", "or", "not", "is", "includes", "above", "below", "at", "least", "most", "equals"}
    | {"any", "none", "of", "number", "figure", "otherwise"}
)


class Comparison(Enum):
    """How two numbers are compared."""

    ABOVE = "above"
    AT_LEAST = "at least"
    BELOW = "below"
    AT_MOST = "at most"
    EQUALS = "equals"

    def holds(self, left: Decimal, right: Decimal) -> bool:
        match self:
            case Comparison.ABOVE:
                return left > right
            case Comparison.AT_LEAST:
                return left >= right
            case Comparison.BELOW:
                return left < right
            case Comparison.AT_MOST:
                return left <= right
            case Comparison.EQUALS:
                return left == right

    @property
    def words(self) -> str:
        return "exactly" if self is Comparison.EQUALS else self.value


def name_of(id: str) -> str:
    """An id in words, for what has no name of its own.

    >>> name_of("individual-limit")
    'individual limit'
    """
    return id.replace("-", " ")


def question_name(tree: Tree, id: str) -> str:
    """What a question is called inside a sentence: its short name, or else its id in words."""
    question = tree.question(id)
    return question.name if question is not None and question.name else name_of(id)


def label_of(question: Question | None, option_id: str) -> str:
    """What people read for an option, the exclusive `none`, or `not-known`."""
    if question is not None:
        for option in question.options:
            if option.id == option_id:
                return option.label
        if option_id == NOT_KNOWN and question.not_known:
            return question.not_known
        if option_id == NONE_OF_THESE and question.none_label:
            return question.none_label
    return name_of(option_id).capitalize()


class Condition(ABC):
    """A statement about the answers that holds or does not."""

    __slots__ = ()

    @abstractmethod
    def holds(self, answers: Answers, context: Context) -> bool:
        """Whether it holds for these answers. Never raises for valid answers."""

    @abstractmethod
    def sentence(self) -> str:
        """The condition in the grammar; `parse` reads it back."""

    @abstractmethod
    def phrase(self, tree: Tree, context: Context | None = None) -> str:
        """The condition in plain English, to stand inside a sentence."""

    @abstractmethod
    def questions(self) -> frozenset[str]:
        """Ids of the questions it reads."""

    def describe(self, tree: Tree, context: Context | None = None) -> str:
        """The condition in plain English. With a context, figures are shown by their value."""
        text = self.phrase(tree, context)
        return text[:1].upper() + text[1:]

    def options(self) -> frozenset[tuple[str, str]]:
        """The (question, option) pairs it names."""
        return frozenset()

    def statements(self) -> tuple[Condition, ...]:
        """The plain statements it is made of, in order."""
        return (self,)

    def reasons(self, answers: Answers, context: Context) -> frozenset[str]:
        """Where it holds: the answered questions that make it hold."""
        return self.questions() & answers.keys()

    def outlook(self, answers: Answers, context: Context, undecided: frozenset[str]) -> tuple[bool, bool]:
        """Whether it can still hold, and whether it can still fail, while some questions are undecided."""
        if self.questions() & undecided:
            return True, True
        holds = self.holds(answers, context)
        return holds, not holds


@dataclass(frozen=True, slots=True)
class _AboutOne(Condition):
    """A statement about the answer to one question."""

    question: str

    def questions(self) -> frozenset[str]:
        return frozenset({self.question})


@dataclass(frozen=True, slots=True)
class _AboutChoices(_AboutOne):
    """A statement about options of one question."""

    choices: tuple[str, ...]

    def options(self) -> frozenset[tuple[str, str]]:
        return frozenset((self.question, option) for option in self.choices)


@dataclass(frozen=True, slots=True)
class Is(_AboutOne):
    """The answer is this option; of a several-of question, this and nothing else."""

    option: str

    def holds(self, answers: Answers, context: Context) -> bool:
        return _is_option(answers, self.question, self.option)

    def sentence(self) -> str:
        return f"{self.question} is {self.option}"

    def phrase(self, tree: Tree, context: Context | None = None) -> str:
        return f"{question_name(tree, self.question)} is {_quoted(tree, self.question, self.option)}"

    def options(self) -> frozenset[tuple[str, str]]:
        return frozenset({(self.question, self.option)})


@dataclass(frozen=True, slots=True)
class AnyOf(_AboutChoices):
    """The answer is one of these options."""

    def holds(self, answers: Answers, context: Context) -> bool:
        return any(_is_option(answers, self.question, option) for option in self.choices)

    def sentence(self) -> str:
        return f"{self.question} is any of {', '.join(self.choices)}"

    def phrase(self, tree: Tree, context: Context | None = None) -> str:
        return f"{question_name(tree, self.question)} is {_listed(tree, self.question, self.choices, 'or')}"


@dataclass(frozen=True, slots=True)
class NoneOf(_AboutChoices):
    """The question was answered, and with none of these options."""

    def holds(self, answers: Answers, context: Context) -> bool:
        answer = answers.get(self.question)
        if answer is None:
            return False
        return not any(option in _chosen(answers, self.question) for option in self.choices)

    def sentence(self) -> str:
        return f"{self.question} is none of {', '.join(self.choices)}"

    def phrase(self, tree: Tree, context: Context | None = None) -> str:
        name = question_name(tree, self.question)
        if len(self.choices) == 1:
            return f"{name} is answered, and not with {_quoted(tree, self.question, self.choices[0])}"
        return f"{name} is none of {_listed(tree, self.question, self.choices, 'and')}"


@dataclass(frozen=True, slots=True)
class Includes(_AboutChoices):
    """The answer to a several-of question includes at least one of these options."""

    def holds(self, answers: Answers, context: Context) -> bool:
        answer = answers.get(self.question)
        return isinstance(answer, Selection) and any(option in answer.options for option in self.choices)

    def sentence(self) -> str:
        several = "any of " if len(self.choices) > 1 else ""
        return f"{self.question} includes {several}{', '.join(self.choices)}"

    def phrase(self, tree: Tree, context: Context | None = None) -> str:
        return f"{question_name(tree, self.question)} includes {_listed(tree, self.question, self.choices, 'or')}"


@dataclass(frozen=True, slots=True)
class IsNumber(_AboutOne):
    """The question was answered with a number."""

    def holds(self, answers: Answers, context: Context) -> bool:
        return isinstance(answers.get(self.question), Quantity)

    def sentence(self) -> str:
        return f"{self.question} is number"

    def phrase(self, tree: Tree, context: Context | None = None) -> str:
        return f"{question_name(tree, self.question)} is a number"


@dataclass(frozen=True, slots=True)
class CompareConstant(_AboutOne):
    """The number against a constant."""

    comparison: Comparison
    constant: Quantity

    def holds(self, answers: Answers, context: Context) -> bool:
        return _compare(answers.get(self.question), self.comparison, self.constant)

    def sentence(self) -> str:
        return f"{self.question} {self.comparison.value} {self.constant.value:f} {self.constant.unit}"

    def phrase(self, tree: Tree, context: Context | None = None) -> str:
        return f"{question_name(tree, self.question)} is {self.comparison.words} {in_words(self.constant)}"


@dataclass(frozen=True, slots=True)
class CompareAnswer(Condition):
    """The number against the number given to another question of the same quantity."""

    question: str
    comparison: Comparison
    other: str

    def holds(self, answers: Answers, context: Context) -> bool:
        return _compare(answers.get(self.question), self.comparison, answers.get(self.other))

    def sentence(self) -> str:
        return f"{self.question} {self.comparison.value} {self.other}"

    def phrase(self, tree: Tree, context: Context | None = None) -> str:
        return f"{question_name(tree, self.question)} is {self.comparison.words} {question_name(tree, self.other)}"

    def questions(self) -> frozenset[str]:
        return frozenset({self.question, self.other})


@dataclass(frozen=True, slots=True)
class CompareFigure(_AboutOne):
    """The number against a legal or national number, as it stands on the day of the journey."""

    comparison: Comparison
    figure: str

    def holds(self, answers: Answers, context: Context) -> bool:
        return _compare(answers.get(self.question), self.comparison, context.figures.get(self.figure))

    def sentence(self) -> str:
        return f"{self.question} {self.comparison.value} figure {self.figure}"

    def phrase(self, tree: Tree, context: Context | None = None) -> str:
        figure = context.figures.get(self.figure) if context else None
        lapsed = ", which is not in force" if context else ""
        shown = in_words(figure) if figure else f"the figure “{name_of(self.figure)}”{lapsed}"
        return f"{question_name(tree, self.question)} is {self.comparison.words} {shown}"


@dataclass(frozen=True, slots=True)
class Not(Condition):
    """The other condition does not hold. It holds for a question that was not asked."""

    condition: Condition

    def holds(self, answers: Answers, context: Context) -> bool:
        return not self.condition.holds(answers, context)

    def sentence(self) -> str:
        return f"not {_bracketed(self.condition, (All, Any_))}"

    def phrase(self, tree: Tree, context: Context | None = None) -> str:
        return f"not ({self.condition.phrase(tree, context)})"

    def questions(self) -> frozenset[str]:
        return self.condition.questions()

    def options(self) -> frozenset[tuple[str, str]]:
        return self.condition.options()

    def statements(self) -> tuple[Condition, ...]:
        return self.condition.statements()

    def outlook(self, answers: Answers, context: Context, undecided: frozenset[str]) -> tuple[bool, bool]:
        can_hold, can_fail = self.condition.outlook(answers, context, undecided)
        return can_fail, can_hold


@dataclass(frozen=True, slots=True)
class _Joined(Condition):
    """Several conditions in one. At least two parts."""

    parts: tuple[Condition, ...]

    def __post_init__(self) -> None:
        if len(self.parts) < 2:
            raise ValueError("“and” and “or” join at least two conditions.")

    def questions(self) -> frozenset[str]:
        return frozenset[str]().union(*(part.questions() for part in self.parts))

    def options(self) -> frozenset[tuple[str, str]]:
        return frozenset[tuple[str, str]]().union(*(part.options() for part in self.parts))

    def statements(self) -> tuple[Condition, ...]:
        return tuple(statement for part in self.parts for statement in part.statements())


@dataclass(frozen=True, slots=True)
class All(_Joined):
    """Every part holds."""

    def holds(self, answers: Answers, context: Context) -> bool:
        return all(part.holds(answers, context) for part in self.parts)

    def sentence(self) -> str:
        return " and ".join(_bracketed(part, (All, Any_)) for part in self.parts)

    def phrase(self, tree: Tree, context: Context | None = None) -> str:
        return " and ".join(_bracketed_phrase(part, tree, context) for part in self.parts)

    def reasons(self, answers: Answers, context: Context) -> frozenset[str]:
        return frozenset[str]().union(*(part.reasons(answers, context) for part in self.parts))

    def outlook(self, answers: Answers, context: Context, undecided: frozenset[str]) -> tuple[bool, bool]:
        outlooks = [part.outlook(answers, context, undecided) for part in self.parts]
        return all(can_hold for can_hold, _ in outlooks), any(can_fail for _, can_fail in outlooks)


@dataclass(frozen=True, slots=True)
class Any_(_Joined):  # noqa: N801 - the plain word would hide the type `Any`
    """At least one part holds."""

    def holds(self, answers: Answers, context: Context) -> bool:
        return any(part.holds(answers, context) for part in self.parts)

    def sentence(self) -> str:
        return " or ".join(_bracketed(part, (Any_,)) for part in self.parts)

    def phrase(self, tree: Tree, context: Context | None = None) -> str:
        return ", or ".join(part.phrase(tree, context) for part in self.parts)

    def reasons(self, answers: Answers, context: Context) -> frozenset[str]:
        holding = (part for part in self.parts if part.holds(answers, context))
        return frozenset[str]().union(*(part.reasons(answers, context) for part in holding))

    def outlook(self, answers: Answers, context: Context, undecided: frozenset[str]) -> tuple[bool, bool]:
        outlooks = [part.outlook(answers, context, undecided) for part in self.parts]
        return any(can_hold for can_hold, _ in outlooks), all(can_fail for _, can_fail in outlooks)


def _chosen(answers: Answers, question: str) -> tuple[str, ...]:
    answer = answers.get(question)
    if isinstance(answer, Choice):
        return (answer.option,)
    return answer.options if isinstance(answer, Selection) else ()


def _is_option(answers: Answers, question: str, option: str) -> bool:
    return _chosen(answers, question) == (option,)


def _compare(left: object, comparison: Comparison, right: object) -> bool:
    if not isinstance(left, Quantity) or not isinstance(right, Quantity):
        return False
    left_unit, right_unit = UNITS.get(left.unit), UNITS.get(right.unit)
    if left_unit is None or right_unit is None or left_unit.quantity != right_unit.quantity:
        return False
    return comparison.holds(to_base(left), to_base(right))


def _quoted(tree: Tree, question: str, option: str) -> str:
    return f"“{label_of(tree.question(question), option)}”"


def _listed(tree: Tree, question: str, options: Iterable[str], joint: str) -> str:
    words = [_quoted(tree, question, option) for option in options]
    if len(words) == 1:
        return words[0]
    return f"{', '.join(words[:-1])} {joint} {words[-1]}"


def _bracketed(condition: Condition, needing: tuple[type[Condition], ...]) -> str:
    return f"({condition.sentence()})" if isinstance(condition, needing) else condition.sentence()


def _bracketed_phrase(condition: Condition, tree: Tree, context: Context | None) -> str:
    phrase = condition.phrase(tree, context)
    return f"({phrase})" if isinstance(condition, Any_) else phrase


_TOKEN = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)?)(?![\w.-])|(?P<word>[a-z][a-z0-9-]*)(?![\w.])|(?P<mark>[(),])")
_MAX_DEPTH = 40


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    position: int


def parse(sentence: str) -> Condition:
    """Read a condition.

    >>> parse("reading above 0.35 mg-l and not looks is neither").sentence()
    'reading above 0.35 mg-l and not looks is neither'

    Raises:
        ConditionSyntaxError: says where reading stopped and what to write there.
    """
    return _Parser(sentence).whole()


class _Parser:
    def __init__(self, sentence: str) -> None:
        self._tokens = _tokens(sentence)
        self._end = len(sentence)
        self._next = 0
        self._depth = 0

    def whole(self) -> Condition:
        condition = self._alternatives()
        if self._peek() is not None:
            raise self._error("Join two conditions with “and” or “or”, or end here.")
        return condition

    def _alternatives(self) -> Condition:
        parts = [self._joined()]
        while self._take("or"):
            parts.append(self._joined())
        return parts[0] if len(parts) == 1 else Any_(tuple(parts))

    def _joined(self) -> Condition:
        parts = [self._single()]
        while self._take("and"):
            parts.append(self._single())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _single(self) -> Condition:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise self._error("Use fewer brackets: conditions are nested too deeply.")
        try:
            if self._take("not"):
                return Not(self._single())
            if self._take("("):
                inner = self._alternatives()
                if not self._take(")"):
                    raise self._error("Close the bracket with “)”.")
                return inner
            return self._statement()
        finally:
            self._depth -= 1

    def _statement(self) -> Condition:
        question = self._id("Write the id of a question, such as “looks is neither”.")
        if self._take("is"):
            return self._after_is(question)
        if self._take("includes"):
            if self._take_both("any", "of"):
                return Includes(question, self._list())
            return Includes(question, (self._option("Write an option after “includes”."),))
        comparison = self._comparison()
        if comparison is None:
            raise self._error(
                f"Write after “{question}”: is, is any of, is none of, includes, above, at least, below, at most"
                " or equals."
            )
        return self._operand(question, comparison)

    def _after_is(self, question: str) -> Condition:
        if self._take_both("any", "of"):
            return AnyOf(question, self._list())
        if self._take_both("none", "of"):
            return NoneOf(question, self._list())
        if self._take("number"):
            return IsNumber(question)
        if self._word() == "not":
            raise self._error(f"To deny, write “not” first: “not {question} is …”, or write “{question} is none of …”.")
        return Is(question, self._option("Write an option after “is”."))

    def _comparison(self) -> Comparison | None:
        if self._take("above"):
            return Comparison.ABOVE
        if self._take("below"):
            return Comparison.BELOW
        if self._take("equals"):
            return Comparison.EQUALS
        if self._take_both("at", "least"):
            return Comparison.AT_LEAST
        if self._take_both("at", "most"):
            return Comparison.AT_MOST
        return None

    def _operand(self, question: str, comparison: Comparison) -> Condition:
        token = self._peek()
        if token is not None and token.kind == "number":
            self._next += 1
            unit = self._id("Write the unit after the number, such as “0.35 mg-l” or “3 days”.")
            return CompareConstant(question, comparison, Quantity(Decimal(token.text), unit))
        if self._take("figure"):
            return CompareFigure(question, comparison, self._id("Write the id of a figure after “figure”."))
        other = self._id("Write a number with its unit, the id of another number question, or “figure” and its id.")
        return CompareAnswer(question, comparison, other)

    def _list(self) -> tuple[str, ...]:
        options = [self._option("Write options with commas between them.")]
        while self._take(","):
            options.append(self._option("Write another option after the comma."))
        return tuple(options)

    def _option(self, advice: str) -> str:
        if self._take(NONE_OF_THESE):
            return NONE_OF_THESE
        return self._id(advice)

    def _id(self, advice: str) -> str:
        word = self._word()
        if word is None or word in GRAMMAR_WORDS:
            raise self._error(advice)
        self._next += 1
        return word

    def _peek(self) -> _Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _word(self) -> str | None:
        token = self._peek()
        return token.text if token is not None and token.kind == "word" else None

    def _take(self, text: str) -> bool:
        token = self._peek()
        if token is None or token.text != text:
            return False
        self._next += 1
        return True

    def _take_both(self, first: str, second: str) -> bool:
        texts = [token.text for token in self._tokens[self._next : self._next + 2]]
        if texts != [first, second]:
            return False
        self._next += 2
        return True

    def _error(self, advice: str) -> ConditionSyntaxError:
        token = self._peek()
        position = token.position if token else self._end
        found = f"before “{token.text}”" if token else "at the end"
        return ConditionSyntaxError(f"{advice} (Character {position + 1}, {found}.)", position)


def _tokens(sentence: str) -> list[_Token]:
    tokens = []
    position = 0
    while position < len(sentence):
        if sentence[position].isspace():
            position += 1
            continue
        match = _TOKEN.match(sentence, position)
        if match is None:
            raise ConditionSyntaxError(
                "Write ids in small letters, digits and hyphens, and numbers as 0.35;"
                f" not “{sentence[position:][:12]}”."
                f" (Character {position + 1}.)",
                position,
            )
        tokens.append(_Token(str(match.lastgroup), match.group(), position))
        position = match.end()
    return tokens
