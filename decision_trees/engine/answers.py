"""Answers to and from text: form fields, the address of a journey, and JSON. Nothing here trusts what it is given.

An answer is coded: an option, several options, or a number with its unit. Never words about a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from .conditions import label_of
from .errors import InvalidAnswer
from .model import (
    NONE_OF_THESE,
    NOT_KNOWN,
    RESERVED_WORDS,
    Answer,
    Answers,
    Choice,
    Kind,
    NumberRange,
    Quantity,
    Question,
    Selection,
    Tree,
)
from .units import UNITS, from_base, in_words, plain, to_base

MAX_NUMBER_LENGTH = 12
MAX_PROBLEMS = 20
_UNIT_SUFFIX = ".unit"
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+")
_WITH_COMMA = re.compile(r"[0-9]*,[0-9]+")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with what was given. `question` is the id as given, cut short; empty for the tree as a whole."""

    question: str
    code: str
    message: str


def parse_answer(question: Question, raw: str | Sequence[str], unit: str | None = None) -> Answer:
    """Read one answer from the texts of a form or an address.

    Args:
        question: the question that is answered.
        raw: one text, or all the texts given for the question. Blank ones are left out.
        unit: the id of the unit, for a number. May be missing where the question has only one.

    Raises:
        InvalidAnswer: with a stable code, and a message that says what to enter.
    """
    texts = _texts(raw)
    if not texts:
        raise InvalidAnswer("missing", _what_to_enter(question))
    if question.kind is Kind.SEVERAL_OF:
        return _parse_selection(question, texts)
    if len(texts) > 1:
        raise InvalidAnswer("more-than-one", f"Give one answer only. {_what_to_enter(question)}")
    text = texts[0]
    if text in coded_answers(question):
        return Choice(text)
    if not question.kind.is_numeric:
        raise InvalidAnswer("not-an-option", _what_to_enter(question))
    return _parse_number(question, text, unit)


def coded_answers(question: Question) -> tuple[str, ...]:
    """Ids of the answers that are a single code: options, coded answers of a number, and `not-known` if offered."""
    options = () if question.kind is Kind.SEVERAL_OF else tuple(option.id for option in question.options)
    return (*options, NOT_KNOWN) if question.not_known else options


def answer_problem(question: Question, answer: object) -> Problem | None:
    """What is wrong with a value as an answer to a question, if anything. For values not made by `parse_answer`."""
    try:
        _check(question, answer)
    except InvalidAnswer as error:
        return Problem(question.id, error.code, str(error))
    return None


def answer_text(question: Question, answer: Answer) -> str:
    """The answer as people read it: labels, or the number with its unit."""
    if isinstance(answer, Quantity):
        return in_words(answer)
    if isinstance(answer, Choice):
        return label_of(question, answer.option)
    order = [option.id for option in question.options]
    ordered = sorted(answer.options, key=lambda id: order.index(id) if id in order else len(order))
    return ", ".join(label_of(question, option) for option in ordered)


def answers_from_pairs(tree: Tree, pairs: Iterable[tuple[str, str]]) -> tuple[dict[str, Answer], tuple[Problem, ...]]:
    """Read the answers of an address. Keys that are not the tree's, and nonsense, become problems; nothing raises.

    Reserved words (`v`, `at`) are the page's own and are passed over.
    """
    texts: dict[str, list[str]] = {}
    units: dict[str, str] = {}
    problems: list[Problem] = []
    for key, value in pairs:
        if key in RESERVED_WORDS:
            continue
        question_id = key.removesuffix(_UNIT_SUFFIX)
        question = tree.question(question_id)
        if question is None or (key != question_id and not question.kind.is_numeric):
            problems.append(_unknown_question(key))
        elif key == question_id:
            texts.setdefault(question_id, []).append(value)
        else:
            units[question_id] = value
    answers: dict[str, Answer] = {}
    for question in tree.questions:
        if question.id not in texts:
            continue
        try:
            answers[question.id] = parse_answer(question, texts[question.id], units.get(question.id))
        except InvalidAnswer as error:
            problems.append(Problem(question.id, error.code, str(error)))
    return answers, tuple(problems[:MAX_PROBLEMS])


def pairs_from_answers(tree: Tree, answers: Answers) -> tuple[tuple[str, str], ...]:
    """The one way to write answers in an address: in the tree's order of questions, several options sorted."""
    pairs: list[tuple[str, str]] = []
    for question in tree.questions:
        answer = answers.get(question.id)
        if isinstance(answer, Choice):
            pairs.append((question.id, answer.option))
        elif isinstance(answer, Selection):
            pairs.extend((question.id, option) for option in sorted(answer.options))
        elif isinstance(answer, Quantity):
            pairs.append((question.id, f"{plain(answer.value):f}"))
            if question.number is None or len(question.number.units) > 1:
                pairs.append((question.id + _UNIT_SUFFIX, answer.unit))
    return tuple(pairs)


def answers_from_json(tree: Tree, mapping: Mapping[str, object]) -> tuple[dict[str, Answer], tuple[Problem, ...]]:
    """Read answers given as JSON or YAML: an option, a list of options, a number, or `{value, unit}`."""
    pairs: list[tuple[str, str]] = []
    problems: list[Problem] = []
    for key, value in mapping.items():
        try:
            pairs.extend(_pairs_of_value(tree, str(key), value))
        except InvalidAnswer as error:
            problems.append(Problem(str(key)[:40], error.code, str(error)))
    answers, more = answers_from_pairs(tree, pairs)
    return answers, (*problems, *more)[:MAX_PROBLEMS]


def answers_to_json(tree: Tree, answers: Answers) -> dict[str, object]:
    """The answers as plain values that `answers_from_json` reads back."""
    return {
        question.id: _plain_value(question, answers[question.id])
        for question in tree.questions
        if question.id in answers
    }


def _plain_value(question: Question, answer: Answer) -> object:
    if isinstance(answer, Choice):
        return answer.option
    if isinstance(answer, Selection):
        return list(answer.options)
    value = f"{plain(answer.value):f}"
    if question.number is not None and len(question.number.units) == 1:
        return value
    return {"value": value, "unit": answer.unit}


def _pairs_of_value(tree: Tree, key: str, value: object) -> list[tuple[str, str]]:
    if isinstance(value, Mapping):
        if not set(value) <= {"value", "unit"} or "value" not in value:
            raise InvalidAnswer("not-a-number", 'Write a number as {"value": "0.42", "unit": "mg-l"}.')
        pairs = [(key, _scalar(value["value"]))]
        if value.get("unit") is not None:
            pairs.append((key + _UNIT_SUFFIX, _scalar(value["unit"])))
        return pairs
    if isinstance(value, (list, tuple)):
        return [(key, _scalar(each)) for each in value] or [(key, "")]
    question = tree.question(key)
    if isinstance(value, bool) and question is not None and question.kind is Kind.YES_NO:
        return [(key, "yes" if value else "no")]
    return [(key, _scalar(value))]


def _scalar(value: object) -> str:
    if isinstance(value, (str, int, float, Decimal)) and not isinstance(value, bool):
        return str(value)
    raise InvalidAnswer("not-an-option", "Write an option, a list of options, or a number.")


def _unknown_question(key: str) -> Problem:
    shown = key[:40]
    return Problem(shown, "unknown-question", f"This tree has no question “{shown}”. Its answer is not used.")


def _texts(raw: str | Sequence[str]) -> list[str]:
    given = (raw,) if isinstance(raw, str) else raw
    stripped = (text.strip() for text in given)
    return list(dict.fromkeys(text for text in stripped if text))


def _parse_selection(question: Question, texts: list[str]) -> Answer:
    options = {option.id for option in question.options}
    exclusive = {NONE_OF_THESE} if question.none_label else set()
    if question.not_known:
        exclusive.add(NOT_KNOWN)
    if any(text not in options | exclusive for text in texts):
        raise InvalidAnswer("not-an-option", _what_to_enter(question))
    mixed = [text for text in texts if text in exclusive]
    if mixed and len(texts) > 1:
        code = "mixed-none" if mixed[0] == NONE_OF_THESE else "mixed-not-known"
        label = label_of(question, mixed[0])
        raise InvalidAnswer(code, f"Choose “{label}” alone, or choose the others without it.")
    if texts == [NOT_KNOWN]:
        return Choice(NOT_KNOWN)
    return Selection(tuple(sorted(texts)))


def _parse_number(question: Question, text: str, unit: str | None) -> Quantity:
    if len(text) > MAX_NUMBER_LENGTH:
        raise InvalidAnswer("too-long", f"Use at most {MAX_NUMBER_LENGTH} characters. {_what_to_enter(question)}")
    if _WITH_COMMA.fullmatch(text):
        raise InvalidAnswer("not-a-number", f"Use a point, not a comma: {text.replace(',', '.')}.")
    if not _NUMBER.fullmatch(text):
        raise InvalidAnswer("not-a-number", f"Use digits and a point only. {_what_to_enter(question)}")
    numbers = _range(question)
    if not unit:
        if len(numbers.units) != 1:
            symbols = " or ".join(UNITS[each].symbol for each in numbers.units if each in UNITS)
            raise InvalidAnswer("unit-missing", f"Choose the unit: {symbols}.")
        unit = numbers.units[0]
    quantity = Quantity(plain(Decimal(text)), unit)
    _check_number(numbers, quantity)
    return quantity


def _check(question: Question, answer: object) -> None:
    if isinstance(answer, Choice):
        if answer.option not in coded_answers(question):
            raise InvalidAnswer("not-an-option", _what_to_enter(question))
        return
    if isinstance(answer, Selection) and question.kind is Kind.SEVERAL_OF:
        texts = [option for option in answer.options if isinstance(option, str)]
        if not texts or _parse_selection(question, texts) != answer:
            raise InvalidAnswer("not-an-option", _what_to_enter(question))
        return
    if isinstance(answer, Quantity) and question.kind.is_numeric:
        _check_number(_range(question), answer)
        return
    raise InvalidAnswer("not-an-option", _what_to_enter(question))


def _check_number(numbers: NumberRange, quantity: Quantity) -> None:
    if quantity.unit not in [unit for unit in numbers.units if unit in UNITS]:
        symbols = " or ".join(UNITS[each].symbol for each in numbers.units if each in UNITS)
        raise InvalidAnswer("unit-unknown", f"Choose the unit: {symbols}.")
    if not _is_short(quantity.value):
        raise InvalidAnswer("not-a-number", f"Use digits and a point only. {_number_to_enter(numbers)}")
    value = to_base(quantity)
    if value < numbers.minimum:
        lowest = in_words(from_base(numbers.minimum, quantity.unit))
        raise InvalidAnswer("too-low", f"Enter {lowest} or more. Check the number and the unit.")
    if value > numbers.maximum:
        highest = in_words(from_base(numbers.maximum, quantity.unit))
        raise InvalidAnswer("too-high", f"Enter {highest} or less. Check the number and the unit.")
    if (value - numbers.minimum) % numbers.step != 0:
        step = from_base(numbers.step, quantity.unit)
        if step.value == 1:
            raise InvalidAnswer("not-on-step", f"Enter a whole number of {UNITS[step.unit].symbol}.")
        raise InvalidAnswer("not-on-step", f"Enter a number in steps of {in_words(step)}.")


def _is_short(value: object) -> bool:
    """A finite number of few digits: exact in every sum that follows, whoever made it."""
    if not isinstance(value, Decimal) or not value.is_finite():
        return False
    _, digits, exponent = value.as_tuple()
    return len(digits) <= MAX_NUMBER_LENGTH and isinstance(exponent, int) and abs(exponent) <= MAX_NUMBER_LENGTH


def _range(question: Question) -> NumberRange:
    if question.number is None:
        raise InvalidAnswer("not-a-number", "This question has no range of numbers yet. Choose another answer.")
    return question.number


def _what_to_enter(question: Question) -> str:
    if question.kind is Kind.SEVERAL_OF:
        none = f", or “{question.none_label}”" if question.none_label else ""
        return f"Choose all that apply{none}."
    if not question.kind.is_numeric or question.number is None:
        return "Choose one of the answers."
    others = " or ".join(f"“{label_of(question, code)}”" for code in coded_answers(question))
    advice = _number_to_enter(question.number)
    return f"{advice[:-1]}, or choose {others}." if others else advice


def _number_to_enter(numbers: NumberRange) -> str:
    units = [unit for unit in numbers.units if unit in UNITS]
    if not units:
        return "Enter a number."
    lowest = from_base(numbers.minimum, units[0])
    highest = from_base(numbers.maximum, units[0])
    example = f", for example {numbers.example}" if numbers.example else ""
    return f"Enter a number from {lowest.value} to {in_words(highest)}{example}."
