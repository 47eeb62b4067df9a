"""Quantities and their units, with exact conversion.

Breath alcohol: 1 mg/L is 100 micrograms per 100 ml (arithmetic on the units; the second unit is not in the sources).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from .model import Quantity


@dataclass(frozen=True, slots=True)
class Unit:
    """`factor` base units make one of this unit. `symbol` is what people read after the number."""

    id: str
    quantity: str
    symbol: str
    name: str
    factor: Decimal


UNITS: dict[str, Unit] = {
    unit.id: unit
    for unit in (
        Unit("mg-l", "breath-alcohol", "mg/L", "milligrams per litre of breath", Decimal(1)),
        Unit("ug-100ml", "breath-alcohol", "micrograms per 100 ml", "micrograms per 100 ml of breath", Decimal("0.01")),
        Unit("days", "days", "days", "days", Decimal(1)),
        Unit("weeks", "weeks", "weeks", "weeks", Decimal(1)),
    )
}


def to_base(quantity: Quantity) -> Decimal:
    """The value in the base unit of its quantity, exactly.

    >>> to_base(Quantity(Decimal("42"), "ug-100ml")) == to_base(Quantity(Decimal("0.42"), "mg-l"))
    True
    """
    return quantity.value * UNITS[quantity.unit].factor


def from_base(value: Decimal, unit: str) -> Quantity:
    """A value in the base unit, said in another unit of the same quantity.

    >>> from_base(Decimal("0.35"), "ug-100ml").value
    Decimal('35')
    """
    return Quantity(plain(value / UNITS[unit].factor), unit)


def plain(value: Decimal) -> Decimal:
    """The same number without trailing zeros and without an exponent, so that equal numbers look equal.

    >>> plain(Decimal("0.420")), plain(Decimal("1E+2"))
    (Decimal('0.42'), Decimal('100'))
    """
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return Decimal(text or "0")


def in_words(quantity: Quantity) -> str:
    """The number with the unit that people read.

    >>> in_words(Quantity(Decimal("0.350"), "mg-l")), in_words(Quantity(Decimal(1), "days"))
    ('0.35 mg/L', '1 day')
    """
    value = plain(quantity.value)
    symbol = UNITS[quantity.unit].symbol if quantity.unit in UNITS else quantity.unit
    if value == 1 and symbol in ("days", "weeks"):
        symbol = symbol.removesuffix("s")
    return f"{value} {symbol}"
