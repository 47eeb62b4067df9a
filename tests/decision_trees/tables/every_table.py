"""Every table. Each tree of `content/` has one."""

from __future__ import annotations

from typing import Any

from . import breath_alcohol, illicit_opiates, missed_doses, not_benefiting, postal_equipment
from .comparing import Table

TABLES: tuple[Table[Any], ...] = (
    breath_alcohol.TABLE,
    illicit_opiates.TABLE,
    missed_doses.TABLE,
    not_benefiting.TABLE,
    postal_equipment.TABLE,
)
