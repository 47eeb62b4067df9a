"""The two kinds of lines in a table: a result, and advice that joins it.

Read the results of a table from the top: the first line that fits is the result. Every line of advice that fits joins
it. `cites` is what must be among the citations shown: a passage, or the key of a section where any passage of it will
do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

P = TypeVar("P")

NOT_KNOWN = "not-known"
NONE = ("none",)
YES_NO_NOT_KNOWN = ("yes", "no", NOT_KNOWN)


@dataclass(frozen=True)
class Result(Generic[P]):
    """Its actions and cautions may cite for it; the advice that joins it does not."""

    when: Callable[[P], bool]
    outcome: str
    basis: str
    cites: frozenset[str]


@dataclass(frozen=True)
class Advice(Generic[P]):
    when: Callable[[P], bool]
    add_on: str
    basis: str
    cites: frozenset[str]


def first_that_fits(results: Iterable[Result[P]], person: P) -> Result[P]:
    return next(result for result in results if result.when(person))


def all_that_fit(advice: Iterable[Advice[P]], person: P) -> tuple[Advice[P], ...]:
    return tuple(line for line in advice if line.when(person))
