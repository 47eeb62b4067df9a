from __future__ import annotations

from decimal import Decimal

import pytest

from decision_trees.engine.model import Quantity
from decision_trees.engine.units import from_base, in_words, plain, to_base


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
    [("0.350", "mg-l", "0.35 mg/L"), ("1", "days", "1 day"), ("3", "weeks", "3 weeks"), ("2", "stone", "2 stone")],
)
def test_a_quantity_is_said_with_its_unit(value: str, unit: str, words: str) -> None:
    assert in_words(Quantity(Decimal(value), unit)) == words
