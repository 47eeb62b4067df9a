"""Statements with what they rest on, and the citations of a whole page resolved at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from decision_trees.engine.model import AddOn, Statement
from guidance.citations import ResolvedCitation, resolve_texts


@dataclass(frozen=True, slots=True)
class StatementView:
    """`year` holds the years of what it cites, `because` the answers that brought it."""

    text: str
    basis: str
    year: str
    citations: tuple[ResolvedCitation, ...]
    because: str = ""


@dataclass(frozen=True, slots=True)
class AddedAdviceView:
    id: str
    title: str
    kind: str
    statement: StatementView


class Citations:
    """Resolves every citation that a page shows in one go."""

    def __init__(self, references: Iterable[str]) -> None:
        self._resolved = resolve_texts(references)

    def of(self, references: Iterable[str]) -> tuple[ResolvedCitation, ...]:
        return tuple(self._resolved[reference] for reference in references)


def years_of(citations: Iterable[ResolvedCitation]) -> str:
    return " and ".join(str(year) for year in sorted({citation.year for citation in citations if citation.year}))


def statement_view(statement: Statement | AddOn, citations: Citations, because: str = "") -> StatementView:
    cited = citations.of(statement.citations)
    return StatementView(statement.text, statement.basis.value, years_of(cited), cited, because)
