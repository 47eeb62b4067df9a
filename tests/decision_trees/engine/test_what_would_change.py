"""Which single answer, if wrong, would change a result: beside plain listing of every other answer."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations
from operator import eq, ge, gt, le, lt

import pytest

from decision_trees.engine.answers import coded_answers
from decision_trees.engine.journey import Change, what_would_change
from decision_trees.engine.model import NONE_OF_THESE, Answer, Answers, Choice, Kind, Quantity, Question, Selection
from decision_trees.engine.units import UNITS
from decision_trees.engine.walk import walk

from .generator import Made, some_answer, sound_tree
from .trees import options, otherwise, outcome, question, tree, when

_COMPARISONS = {"of exactly": eq, "at least": ge, "at most": le, "above": gt, "below": lt}


def every_answer(asked: Question, unit: str) -> Iterator[Answer]:
    yield from map(Choice, coded_answers(asked))
    if asked.kind is Kind.SEVERAL_OF:
        ids = sorted(option.id for option in asked.options)
        for size in range(1, len(ids) + 1):
            yield from map(Selection, combinations(ids, size))
        if asked.none_label:
            yield Selection((NONE_OF_THESE,))
    elif asked.number is not None and asked.kind.is_numeric:
        value = asked.number.minimum
        while value <= asked.number.maximum:
            yield Quantity(value / UNITS[unit].factor, unit)
            value += asked.number.step


def unit_of(answer: Answer, asked: Question) -> str:
    if isinstance(answer, Quantity):
        return answer.unit
    return asked.number.units[0] if asked.number is not None else ""


def listed(made: Made, answers: Answers) -> dict[tuple[str, str], set[Answer]]:
    """For each question on the path and each other place: every answer to the one that alone leads to the other."""
    journey = walk(made.tree, answers, made.context)
    found: dict[tuple[str, str], set[Answer]] = {}
    for step in journey.steps:
        for other in every_answer(step.question, unit_of(step.answer, step.question)):
            end = walk(made.tree, {**answers, step.question.id: other}, made.context)
            target = end.outcome or end.question
            assert target is not None
            assert journey.outcome is not None
            if target.id != journey.outcome.id:
                found.setdefault((step.question.id, target.id), set()).add(other)
    return found


def numbers_told(change: Change, among: set[Decimal]) -> set[Decimal]:
    """The numbers that the words of a change name."""
    told = set()
    for words in change.alternatives:
        bounds = re.findall(r"(of exactly|at least|at most|above|below) ([\d.]+)", words)
        if bounds or "any number" in words:
            told |= {value for value in among if all(_COMPARISONS[how](value, Decimal(bound)) for how, bound in bounds)}
    return told


@pytest.mark.parametrize("number", range(30))
def test_exactly_the_answers_that_lead_elsewhere_are_named(number: int) -> None:
    made = sound_tree(number)
    chance = random.Random(f"single answers, {number}")
    for _ in range(8):
        answers = {asked.id: some_answer(asked, chance) for asked in made.tree.questions}
        if walk(made.tree, answers, made.context).outcome is None:
            continue
        expected = listed(made, answers)
        changes = {
            (change.question.id, change.target.id): change
            for change in what_would_change(made.tree, answers, made.context)
        }
        assert changes.keys() == expected.keys()
        for key, change in changes.items():
            assert set(change.answers) <= expected[key]
            values = {
                answer.value
                for answer in every_answer(change.question, unit_of(answers[change.question.id], change.question))
                if isinstance(answer, Quantity)
            }
            right = {answer.value for answer in expected[key] if isinstance(answer, Quantity)}
            assert numbers_told(change, values) == right


def test_two_ticks_at_once_are_one_answer() -> None:
    signs = question(
        "signs",
        Kind.SEVERAL_OF,
        when("signs includes drowsy and signs includes cold", "urgent"),
        otherwise("wait"),
        options=options("drowsy", "cold", "tired"),
        none_label="None of these",
    )
    made = tree([signs], [outcome("wait"), outcome("urgent", 2)])
    (change,) = what_would_change(made, {"signs": Selection((NONE_OF_THESE,))})
    assert change.target.id == "urgent"
    assert change.alternatives == ("“Drowsy” and “Cold”",)
    (change,) = what_would_change(made, {"signs": Selection(("drowsy", "tired"))})
    assert change.alternatives == ("“Cold” as well",)


def test_whole_days_side_by_side_are_one_range() -> None:
    """Nothing lies between 1 day and 2 days, so they are not told as two."""
    days = question(
        "days",
        Kind.WHOLE_DAYS,
        when("days equals 1 days", "soon"),
        when("days equals 2 days", "soon"),
        otherwise("wait"),
    )
    made = tree([days], [outcome("wait"), outcome("soon", 2)])
    (change,) = what_would_change(made, {"days": Quantity(Decimal(0), "days")})
    assert change.alternatives == ("days at least 1 day and at most 2 days",)
