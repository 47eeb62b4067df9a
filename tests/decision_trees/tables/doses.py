"""A dose in a text: no result of a tree may name one."""

from __future__ import annotations

import re
from collections.abc import Iterable

A_DOSE = re.compile(
    r"\b\d+(\.\d+)?[\s-]?(mg|milligram|microgram|mcg|µg|ml\b|per cent|%)"
    r"|\b(half|quarter|third) (of )?(the|a) (usual )?dose",
    re.IGNORECASE,
)


def names_a_dose(text: str, units_of_readings: Iterable[str] = ()) -> bool:
    """Whether a text names an amount. A number in one of `units_of_readings` was measured, not given."""
    for unit in units_of_readings:
        text = re.sub(rf"\b\d+(\.\d+)? {re.escape(unit)}(?!\w)", "a reading", text)
    return A_DOSE.search(text) is not None
