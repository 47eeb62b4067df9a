"""How much work a proof may take, and in which order its variables stand: what suits one tree ruins another.

Numbers that are compared can stand where they are asked, or together. Where much is asked between two of them that has
nothing to do with how they compare, the first is better in long ways, the second in branching ones. Nobody knows
beforehand; so both are tried, with little patience first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from decision_trees.engine.errors import TooTangled

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Effort:
    """Whether numbers that are compared stand together, and how many stretches of values may be looked at."""

    numbers_together: bool
    work: int


#: All together take about half a minute. Trees of thousands of questions take a tenth.
EFFORTS = tuple(Effort(together, work) for work in (500_000, 4_000_000, 10_000_000) for together in (True, False))


def trying(work: Callable[[Effort], _T]) -> _T:
    """Do some work with one effort after the other, until one is enough.

    Raises:
        TooTangled: none is.
    """
    for effort in EFFORTS[:-1]:
        try:
            return work(effort)
        except TooTangled:
            continue
    return work(EFFORTS[-1])
