"""Conditions as structured data: the form in which an editor builds them from lists, part by part.

    {"all": [...]}, {"any": [...]}, {"not": {...}}
    {"question": "looks", "test": "is", "options": ["neither"]}             is | any-of | none-of | includes
    {"question": "reading", "test": "number"}
    {"question": "reading", "test": "above", "value": "0.35", "unit": "mg-l"}
    {"question": "reading", "test": "above", "other": "individual-limit"}
    {"question": "reading", "test": "above", "figure": "drink-drive-breath-england-wales"}

The same conditions as the sentences of `conditions.parse`, and nothing more: what is read here can be written as a
sentence, and the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from .conditions import (
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
from .errors import ConditionSyntaxError
from .model import Quantity

_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,12})?")
_MAX_DEPTH = 40
_COMPARISONS = {each.value.replace(" ", "-"): each for each in Comparison}
_TESTS_OF_OPTIONS = ("is", "any-of", "none-of", "includes")
_JOINTS = ("all", "any", "not")


def condition_from_data(data: object) -> Condition:
    """Read a condition that was built from lists.

    >>> condition_from_data({"question": "reading", "test": "at-least", "value": "0.35", "unit": "mg-l"}).sentence()
    'reading at least 0.35 mg-l'

    Raises:
        ConditionSyntaxError: says what is still to be chosen.
    """
    return _read(data, 0)


def condition_to_data(condition: Condition) -> dict[str, object]:
    """The condition as data that `condition_from_data` reads back to an equal one."""
    match condition:
        case Not(inner):
            return {"not": condition_to_data(inner)}
        case All(parts):
            return {"all": [condition_to_data(part) for part in parts]}
        case Any_(parts):
            return {"any": [condition_to_data(part) for part in parts]}
        case Is(question, option):
            return {"question": question, "test": "is", "options": [option]}
        case AnyOf(question, choices):
            return {"question": question, "test": "any-of", "options": list(choices)}
        case NoneOf(question, choices):
            return {"question": question, "test": "none-of", "options": list(choices)}
        case Includes(question, choices):
            return {"question": question, "test": "includes", "options": list(choices)}
        case IsNumber(question):
            return {"question": question, "test": "number"}
        case CompareConstant(question, comparison, constant):
            return _comparison(question, comparison) | {"value": f"{constant.value:f}", "unit": constant.unit}
        case CompareAnswer(question, comparison, other):
            return _comparison(question, comparison) | {"other": other}
        case CompareFigure(question, comparison, figure):
            return _comparison(question, comparison) | {"figure": figure}
    raise TypeError(f"{condition!r} has no form as data.")


def _comparison(question: str, comparison: Comparison) -> dict[str, object]:
    return {"question": question, "test": comparison.value.replace(" ", "-")}


def _read(data: object, depth: int) -> Condition:
    if depth > _MAX_DEPTH:
        raise ConditionSyntaxError("Use fewer groups: the condition is nested too deeply.")
    if not isinstance(data, Mapping) or not data:
        raise ConditionSyntaxError("Choose a question and what must hold of its answer.")
    joint = next((each for each in _JOINTS if each in data), None)
    if joint is None:
        return _statement(data)
    if set(data) != {joint}:
        raise ConditionSyntaxError(f"A group with “{joint}” holds nothing beside it.")
    if joint == "not":
        return Not(_read(data["not"], depth + 1))
    return _joined(joint, data[joint], depth)


def _joined(joint: str, parts: object, depth: int) -> Condition:
    """A group of one is that one: an editor who takes parts out need not take the group apart."""
    if not isinstance(parts, (list, tuple)) or not parts:
        raise ConditionSyntaxError("Add a condition to the group, or take the group out.")
    read = tuple([_read(part, depth + 1) for part in parts])
    if len(read) == 1:
        return read[0]
    return All(read) if joint == "all" else Any_(read)


def _statement(data: Mapping[object, object]) -> Condition:
    question = _word(data, "question", "Choose the question.")
    test = _word(data, "test", "Choose what must hold of the answer.")
    if test == "number":
        return IsNumber(question)
    if test in _TESTS_OF_OPTIONS:
        return _of_options(question, test, data.get("options"))
    comparison = _COMPARISONS.get(test)
    if comparison is None:
        raise ConditionSyntaxError(f"“{test[:40]}” is no test of an answer. Choose one from the list.")
    if data.get("other"):
        return CompareAnswer(question, comparison, _word(data, "other", "Choose the other question."))
    if data.get("figure"):
        return CompareFigure(question, comparison, _word(data, "figure", "Choose the figure."))
    value = str(data.get("value") or "").strip()
    if not _NUMBER.fullmatch(value):
        raise ConditionSyntaxError("Enter the number to compare with, such as 0.35.")
    return CompareConstant(question, comparison, Quantity(Decimal(value), _word(data, "unit", "Choose the unit.")))


def _of_options(question: str, test: str, options: object) -> Condition:
    chosen = tuple(options) if isinstance(options, (list, tuple)) else ()
    if not chosen or not all(isinstance(option, str) and option for option in chosen):
        raise ConditionSyntaxError("Choose at least one answer.")
    if test == "is" and len(chosen) > 1:
        raise ConditionSyntaxError("“Is” goes with one answer. For several, choose “is one of”.")
    match test:
        case "is":
            return Is(question, chosen[0])
        case "any-of":
            return AnyOf(question, chosen)
        case "none-of":
            return NoneOf(question, chosen)
        case _:
            return Includes(question, chosen)


def _word(data: Mapping[object, object], key: str, advice: str) -> str:
    value = data.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ConditionSyntaxError(advice)
    return value.strip()
