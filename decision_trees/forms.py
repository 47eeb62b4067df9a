"""A posted answer, checked by the engine."""

from __future__ import annotations

from django.http import QueryDict

from .engine.answers import parse_answer
from .engine.errors import InvalidAnswer
from .engine.model import NONE_OF_THESE, NOT_KNOWN, Answer, Choice, Kind, Question, Selection


def answer_from_form(question: Question, data: QueryDict) -> Answer:
    """The answer in a posted form. Raises `InvalidAnswer` in words that say what to enter.

    A number question posts `number` with `number.unit`, or `coded` for an answer that is not a number. The others post
    `answer`, once or, for several-of, as often as there are boxes ticked.
    """
    if not question.kind.is_numeric:
        return parse_answer(question, data.getlist("answer"), None)
    typed, coded = data.get("number", "").strip(), data.get("coded", "")
    if typed and coded:
        raise InvalidAnswer("number-and-choice", "Enter a number or choose one of the answers below it, not both.")
    if coded:
        return parse_answer(question, [coded], None)
    return parse_answer(question, [typed] if typed else [], data.get("number.unit") or None)


def chosen_ids(question: Question, answer: Answer | None) -> frozenset[str]:
    """The option ids that an answer ticks."""
    if isinstance(answer, Choice):
        return frozenset({answer.option})
    if isinstance(answer, Selection):
        return frozenset(answer.options)
    return frozenset()


def choices_of(question: Question) -> tuple[tuple[str, str, str], ...]:
    """What can be ticked: id, label and hint of each, with `none` and `not-known` last."""
    choices = [(option.id, option.label, option.hint) for option in question.options]
    if question.kind is Kind.SEVERAL_OF and question.none_label:
        choices.append((NONE_OF_THESE, question.none_label, ""))
    if question.not_known:
        choices.append((NOT_KNOWN, question.not_known, ""))
    return tuple(choices)
