"""Quantities and their units, with exact conversion.

Breath alcohol: 1 mg/L is 100 micrograms per 100 ml (arithmetic on the units; the second unit is not in the sources).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal

from .model import Quantity


@dataclass(frozen=True, slots=True)
class Unit:
    """`factor` base units make one of this unit. `symbol` is what people read after a number, `one` after 1."""

    id: str
    quantity: str
    symbol: str
    one: str
    name: str
    factor: Decimal


_UG = "micrograms per 100 ml"

UNITS: dict[str, Unit] = {
    unit.id: unit
    for unit in (
        Unit("mg-l", "breath-alcohol", "mg/L", "mg/L", "milligrams per litre of breath", Decimal(1)),
        Unit("ug-100ml", "breath-alcohol", _UG, _UG, "micrograms per 100 ml of breath", Decimal("0.01")),
        Unit("days", "days", "days", "day", "days", Decimal(1)),
        Unit("weeks", "weeks", "weeks", "week", "weeks", Decimal(1)),
        Unit("minutes", "hours-and-minutes", "minutes", "minute", "minutes", Decimal(1)),
        Unit("hours", "hours-and-minutes", "hours", "hour", "hours", Decimal(60)),
        Unit("years", "years", "years", "year", "years", Decimal(1)),
        Unit("times", "count", "times", "time", "times", Decimal(1)),
        Unit("points", "score", "points", "point", "points", Decimal(1)),
    )
}

#: By quantity, the unit in which its bounds and steps are written.
BASE_UNITS: dict[str, Unit] = {unit.quantity: unit for unit in UNITS.values() if unit.factor == 1}

#: With digits enough that no product is rounded: what a division left out shows.
_EXACTLY = Context(prec=80)


def to_base(quantity: Quantity) -> Decimal:
    """The value in the base unit of its quantity, exactly.

    >>> to_base(Quantity(Decimal("42"), "ug-100ml")) == to_base(Quantity(Decimal("0.42"), "mg-l"))
    True
    """
    return quantity.value * UNITS[quantity.unit].factor


def from_base(value: Decimal, unit: str) -> Quantity:
    """A value in the base unit, said in another unit of the same quantity.

    It stays in the base unit where the other cannot say it exactly: 50 minutes are no number of hours with an end.

    >>> from_base(Decimal("0.35"), "ug-100ml").value
    Decimal('35')
    >>> from_base(Decimal(90), "hours"), from_base(Decimal(50), "hours").unit
    (Quantity(value=Decimal('1.5'), unit='hours'), 'minutes')
    """
    said = Quantity(plain(value / UNITS[unit].factor), unit)
    is_exact = _EXACTLY.multiply(said.value, UNITS[unit].factor) == value
    return said if is_exact else Quantity(plain(value), BASE_UNITS[UNITS[unit].quantity].id)


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
    unit = UNITS.get(quantity.unit)
    if unit is None:
        return f"{value} {quantity.unit}"
    return f"{value} {unit.one if value == 1 else unit.symbol}"
