"""Which questions ask in other words than before, and which words have come to stand for another answer.

Answers are kept and compared by what they stand for, not by their words. An edit of words alone changes no result in
the proof's eyes; a person who reads the new words may all the same give another answer, or mean another by the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .model import NONE_OF_THESE, NOT_KNOWN, Question, Tree


@dataclass(frozen=True, slots=True)
class Exchanged:
    """Words that stood for the answer `before` of a question and stand for the answer `after` of it now."""

    question: str
    words: str
    before: str
    after: str


def evenly(text: str) -> str:
    """A text as it reads at a glance: without capitals, the full stop, and spaces that nobody sees."""
    return " ".join(text.casefold().split()).rstrip(".")


def words_of_answers(question: Question) -> dict[str, str]:
    """What people read for each answer that has words, by its id."""
    labels = {option.id: option.label for option in question.options}
    labels |= {NONE_OF_THESE: question.none_label, NOT_KNOWN: question.not_known}
    return {id: label for id, label in labels.items() if label}


def asks_otherwise(before: Question, after: Question) -> bool:
    """Whether anything differs that somebody goes by who answers the question."""
    return _put(before) != _put(after)


def asked_otherwise(before: Tree, after: Tree) -> tuple[str, ...]:
    """The questions of both trees that ask in other words in the later one."""
    return tuple(
        question.id
        for question in after.questions
        if (old := before.question(question.id)) is not None and asks_otherwise(old, question)
    )


def exchanged(before: Question, after: Question) -> Iterator[Exchanged]:
    """Words that stand for another answer now, while the one they stood for is still there under other words.

    An address or a case that names an answer would say the opposite of what somebody chose.
    """
    old, new = ({id: evenly(label) for id, label in words_of_answers(each).items()} for each in (before, after))
    for id, words in new.items():
        for other, stood_for in old.items():
            if words == stood_for and id != other and old.get(id) != words and new.get(other, words) != words:
                yield Exchanged(after.id, words_of_answers(after)[id], other, id)


def _put(question: Question) -> tuple[object, ...]:
    numbers = question.number and (question.number.units, question.number.minimum, question.number.maximum)
    answers = (question.options, question.none_label, question.not_known)
    return question.text, question.hint, question.kind, answers, numbers
