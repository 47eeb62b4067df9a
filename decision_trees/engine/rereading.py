"""Which texts of a tree to read again when a number in its rules has moved.

A rule that says 2 where it said 3 is a small edit; an outcome that is called "Three or four days missed" then says what
is no longer so. No proof sees that. So the texts that name a number which the rules no longer name are listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .conditions import CompareConstant, Condition
from .model import Tree
from .units import plain

_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@dataclass(frozen=True, slots=True)
class Reread:
    """A text that names a number which has moved. `kind` is "tree", "question", "outcome" or "add-on"."""

    kind: str
    node: str
    text: str


def texts_to_read_again(before: Tree, after: Tree) -> tuple[Reread, ...]:
    """Texts of the later version that name, in digits or words, a number that its rules compared with and no longer do.

    A text that was changed together with the rules was looked at, and is left out.
    """
    moved = _in_rules(before) - _in_rules(after)
    moved |= _in_advice(before) - _in_advice(after) - _in_rules(after)
    if not moved:
        return ()
    names = [name for number in sorted(moved) for name in _names(number)]
    named = re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, names))})(?![\w]|\.[0-9])", re.IGNORECASE)
    known = set(_texts(before))
    return tuple(text for text in dict.fromkeys(_texts(after)) if text in known and named.search(text.text))


def _in_rules(tree: Tree) -> set[str]:
    rules = (rule.when for question in tree.questions for rule in question.rules if rule.when is not None)
    return _constants([*rules, *(flag.when for flag in tree.red_flags)])


def _in_advice(tree: Tree) -> set[str]:
    return _constants(add_on.when for add_on in tree.add_ons)


def _constants(conditions: Iterable[Condition]) -> set[str]:
    statements = (statement for condition in conditions for statement in condition.statements())
    return {f"{plain(each.constant.value):f}" for each in statements if isinstance(each, CompareConstant)}


def _names(number: str) -> tuple[str, ...]:
    return (number, _WORDS[int(number)]) if number.isdigit() and int(number) < len(_WORDS) else (number,)


def _texts(tree: Tree) -> Iterator[Reread]:
    for text in (tree.title, tree.situation, tree.summary, *tree.at_hand, *tree.gaps):
        yield Reread("tree", "", text)
    for question in tree.questions:
        for text in (question.text, question.why, question.hint, *(option.label for option in question.options)):
            yield Reread("question", question.id, text)
    for outcome in tree.outcomes:
        statements = (statement.text for statement in (*outcome.actions, *outcome.cautions))
        said = (outcome.title, outcome.do_now, outcome.because, outcome.care_reason, outcome.who_decides)
        for text in (*said, *statements, *outcome.record, *outcome.gaps):
            yield Reread("outcome", outcome.id, text)
    for add_on in tree.add_ons:
        for text in (add_on.title, add_on.text):
            yield Reread("add-on", add_on.id, text)
