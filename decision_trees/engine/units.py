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
