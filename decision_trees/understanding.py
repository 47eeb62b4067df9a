"""What the words of a search already answer of a tree's first question.

Only what is said without doubt: one number with the question's own unit, or one option named word for word. It is
filled in and never submitted. No question is passed over: a later one would be, if the address carried its answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .engine.answers import parse_answer
from .engine.errors import InvalidAnswer
from .engine.model import Answer, Choice, Quantity, Question, Tree
from .engine.units import UNITS

_NUMBER = r"(\d+(?:[.,]\d+)?|two|three|four|five|six|seven|eight|nine|ten)"
_WORDS = {
    word: str(at)
    for at, word in enumerate("two three four five six seven eight nine ten".split(), start=2)  # noqa: SIM905
}
#: How people write the units, besides their symbols and names.
_WRITTEN = {"days": ("days", "day"), "weeks": ("weeks", "week"), "mg-l": ("mg/l", "mg per litre")}
#: Words that make a number less than certain: "about 4 days", "3 or 4 days", "not 4 days".
_DOUBT = re.compile(
    rf"\b(about|around|over|under|than|least|most|maybe|or|to|not|nearly|almost)\s+{_NUMBER}\b|{_NUMBER}\s*[-–/]\s*\d"
)
#: A single word is named by chance too easily.
_LEAST_WORDS = 2


@dataclass(frozen=True)
class Understood:
    """An answer to the first question, and the words it was read from."""

    question: Question
    answer: Answer
    words: str


def understand(tree: Tree, text: str) -> Understood | None:
    """What a text answers of the first question of a tree, or nothing."""
    first = tree.question(tree.start)
    if first is None:
        return None
    return _quantity(first, text.casefold()) if first.kind.is_numeric else _option(first, text)


def _quantity(question: Question, text: str) -> Understood | None:
    if question.number is None or _DOUBT.search(text):
        return None
    found: set[tuple[str, str, str]] = set()
    for unit in question.number.units:
        written = {UNITS[unit].symbol.casefold(), UNITS[unit].name.casefold(), *_WRITTEN.get(unit, ())}
        names = "|".join(re.escape(each) for each in sorted(written, key=len, reverse=True))
        for match in re.finditer(rf"(?<![\w.]){_NUMBER}\s*({names})(?!\w)", text):
            number = _WORDS.get(match.group(1), match.group(1)).replace(",", ".")
            found.add((number, unit, match.group(0)))
    if len({(number, unit) for number, unit, _ in found}) != 1:
        return None
    number, unit, words = found.pop()
    try:
        answer = parse_answer(question, [number], unit)
    except InvalidAnswer:
        return None
    return Understood(question, answer, words) if isinstance(answer, Quantity) else None


def _option(question: Question, text: str) -> Understood | None:
    words = f" {_plain(text)} "
    named = [
        option
        for option in question.options
        if len(_plain(option.label).split()) >= _LEAST_WORDS and f" {_plain(option.label)} " in words
    ]
    if len(named) != 1:
        return None
    return Understood(question, Choice(named[0].id), named[0].label)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))
