"""Which texts of a tree to read again when a number in its rules has moved.

A rule that says 2 where it said 3 is a small edit; an outcome that is called "Three or four days missed" then says what
is no longer so. No proof sees that. So the texts that name a number which the rules no longer name are listed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
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

    Where other rules still compare with the number, those of the node that the changed rule leads to: “one or two days”
    is no longer so where “at most 2” became 1, though “at least 3” became 2. A text that was changed together with the
    rules was looked at, and is left out.
    """
    gone = _in_rules(before) - _in_rules(after)
    gone |= _in_advice(before) - _in_advice(after) - _in_rules(after)
    leading_before, leading_after = _leading_to(before), _leading_to(after)
    moved = {node: gone | (numbers - leading_after.get(node, set())) for node, numbers in leading_before.items()}
    known = set(_texts(before))
    return tuple(
        text
        for text in dict.fromkeys(_texts(after))
        if text in known and _is_named(moved.get((text.kind, text.node), gone), text.text)
    )


def _is_named(numbers: Iterable[str], text: str) -> bool:
    names = "|".join(re.escape(name) for number in numbers for name in _names(number))
    return bool(names) and bool(re.search(rf"(?<![\w.])(?:{names})(?![\w]|\.[0-9])", text, re.IGNORECASE))


def _leading_to(tree: Tree) -> Mapping[tuple[str, str], set[str]]:
    """By kind and id of a node, the numbers in the rules that lead there."""
    outcomes = {outcome.id for outcome in tree.outcomes}
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for rule in (rule for question in tree.questions for rule in question.rules):
        if rule.when is not None:
            found["outcome" if rule.go in outcomes else "question", rule.go] |= _constants([rule.when])
    for flag in tree.red_flags:
        found["outcome", flag.outcome] |= _constants([flag.when])
    return found


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
        labels = (option.label for option in question.options)
        for text in (question.text, question.name, question.why, question.hint, *labels):
            yield Reread("question", question.id, text)
    for outcome in tree.outcomes:
        statements = (statement.text for statement in (*outcome.actions, *outcome.cautions))
        said = (outcome.title, outcome.do_now, outcome.because, outcome.care_reason, outcome.who_decides)
        for text in (*said, *statements, *outcome.record, *outcome.gaps):
            yield Reread("outcome", outcome.id, text)
    for add_on in tree.add_ons:
        for text in (add_on.title, add_on.text):
            yield Reread("add-on", add_on.id, text)
