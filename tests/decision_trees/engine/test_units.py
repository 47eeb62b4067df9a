from __future__ import annotations

from decimal import Decimal

import pytest

from decision_trees.certificate_checker import FACTORS, check
from decision_trees.engine.certificate import certify
from decision_trees.engine.documents import tree_from_document, tree_to_document
from decision_trees.engine.graph import edges
from decision_trees.engine.model import Kind, NumberRange, Quantity, Question, Tree
from decision_trees.engine.number_line import Segment, range_words
from decision_trees.engine.units import BASE_UNITS, UNITS, from_base, in_words, plain, to_base
from decision_trees.engine.validation import prove
from decision_trees.engine.walk import walk

from .trees import otherwise, outcome, question, tree, when


@pytest.mark.parametrize(
    ("micrograms", "milligrams"), [("0", "0"), ("1", "0.01"), ("35", "0.35"), ("42", "0.42"), ("300", "3")]
)
def test_a_hundred_micrograms_per_100_ml_are_one_milligram_per_litre(micrograms: str, milligrams: str) -> None:
    assert to_base(Quantity(Decimal(micrograms), "ug-100ml")) == Decimal(milligrams)
    assert from_base(Decimal(milligrams), "ug-100ml") == Quantity(Decimal(micrograms), "ug-100ml")


@pytest.mark.parametrize(
    ("written", "same"), [("0.420", "0.42"), ("100", "100"), ("1E+2", "100"), ("0.00", "0"), ("0", "0")]
)
def test_equal_numbers_look_equal(written: str, same: str) -> None:
    assert str(plain(Decimal(written))) == same


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        ("0.350", "mg-l", "0.35 mg/L"),
        ("1", "mg-l", "1 mg/L"),
        ("1", "days", "1 day"),
        ("3", "weeks", "3 weeks"),
        ("1.0", "hours", "1 hour"),
        ("2", "hours", "2 hours"),
        ("1", "minutes", "1 minute"),
        ("1", "years", "1 year"),
        ("18", "years", "18 years"),
        ("1", "times", "1 time"),
        ("0", "times", "0 times"),
        ("1", "points", "1 point"),
        ("2", "stone", "2 stone"),
        ("1", "stone", "1 stone"),
    ],
)
def test_a_quantity_is_said_with_its_unit(value: str, unit: str, words: str) -> None:
    assert in_words(Quantity(Decimal(value), unit)) == words


def test_a_value_that_a_unit_cannot_say_exactly_stays_in_the_base_unit() -> None:
    assert from_base(Decimal(90), "hours") == Quantity(Decimal("1.5"), "hours")
    assert from_base(Decimal(50), "hours") == Quantity(Decimal(50), "minutes")
    assert range_words(Segment(Decimal(60), Decimal(50), Decimal(120), holds_high=True), "hours") == (
        "above 50 minutes and at most 2 hours"
    )


def test_every_quantity_has_a_base_unit_and_the_checker_knows_every_unit() -> None:
    assert {id: unit.factor for id, unit in UNITS.items()} == FACTORS
    assert set(BASE_UNITS) == {unit.quantity for unit in UNITS.values()}


def waiting(step: int = 15, units: tuple[str, ...] = ("hours", "minutes")) -> Tree:
    """How long somebody has waited, in hours or minutes."""
    numbers = NumberRange("hours-and-minutes", units, Decimal(0), Decimal(240), Decimal(step))
    rules = (when("wait below 1.5 hours", "low"), when("wait above 130 minutes", "high"), otherwise("between"))
    return _of(question("wait", Kind.NUMBER, *rules, number=numbers, not_known=""))


def _of(asked: Question) -> Tree:
    return tree([asked], [outcome("low", 1), outcome("between", 1), outcome("high", 2)])


def test_hours_and_minutes_are_one_quantity_to_the_proof_the_walk_and_the_checker() -> None:
    made = waiting()
    assert prove(made).findings == ()
    document = tree_to_document(made)
    assert tree_from_document(document) == made
    assert check(document, certify(made)) == []
    assert edges(made)[0].label == "Wait is below 1.5 hours"
    for minutes in range(0, 241, 15):
        expected = "low" if minutes < 90 else "high" if minutes > 130 else "between"
        for answer in (Quantity(Decimal(minutes), "minutes"), from_base(Decimal(minutes), "hours")):
            reached = walk(made, {"wait": answer}).outcome
            assert reached is not None
            assert reached.id == expected


def test_a_step_that_a_unit_cannot_say_is_a_finding() -> None:
    (found,) = prove(waiting(step=1)).findings
    assert (found.code, found.node) == ("bad-range", "wait")
    assert found.message == "Not every number in these steps can be written in hours. Change the step, or the units."
    assert prove(waiting(step=1, units=("minutes",))).findings == ()


@pytest.mark.parametrize(("quantity", "unit"), [("years", "years"), ("count", "times"), ("score", "points")])
def test_ages_counts_and_scores_are_asked_proved_and_checked(quantity: str, unit: str) -> None:
    numbers = NumberRange(quantity, (unit,), Decimal(0), Decimal(40), Decimal(1))
    rules = (when(f"asked at most 1 {unit}", "low"), when(f"asked at least 18 {unit}", "high"), otherwise("between"))
    made = _of(question("asked", Kind.NUMBER, *rules, number=numbers, not_known=""))
    assert prove(made).findings == ()
    assert check(tree_to_document(made), certify(made)) == []
    assert edges(made)[0].label == f"Asked is at most 1 {unit[:-1]}"
