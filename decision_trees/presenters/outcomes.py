"""An outcome with every citation resolved and every way on looked up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from decision_trees.engine.model import Outcome, Urgency, UrgencyFrom
from decision_trees.services import TreeLine, citations_of_outcome, guidance_lines, tree_lines
from guidance.citations import ResolvedCitation
from guidance.services.tensions import TensionView, tension_views

from .statements import Citations, StatementView, statement_view, years_of

URGENCY_WORDS = {
    Urgency.EMERGENCY: "Emergency",
    Urgency.TODAY: "Today",
    Urgency.SOON: "Soon",
    Urgency.ROUTINE: "Routine",
}


@dataclass(frozen=True, slots=True)
class PlannedView:
    title: str
    citations: tuple[ResolvedCitation, ...]


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """An outcome with nothing about a journey: for the outline and the preview, and the heart of a result."""

    outcome: Outcome
    urgency: str
    urgency_words: str
    urgency_is_ours: bool
    care_level: str
    actions: tuple[StatementView, ...]
    cautions: tuple[StatementView, ...]
    basis: str
    citations: tuple[ResolvedCitation, ...]
    is_historic: bool
    years: str
    tensions: tuple[TensionView, ...]
    next_trees: tuple[TreeLine, ...]
    planned_trees: tuple[PlannedView, ...]
    next_pages: tuple[tuple[str, str], ...]

    @property
    def title_id(self) -> str:
        """Ids of the title and the two lists, where several outcomes stand on one page."""
        return f"title-{self.outcome.id}"

    @property
    def do_id(self) -> str:
        return f"do-{self.outcome.id}"

    @property
    def do_not_id(self) -> str:
        return f"do-not-{self.outcome.id}"


def outcome_view(outcome: Outcome, user: Any, citations: Citations | None = None) -> OutcomeView:
    """An outcome with its citations resolved and its tensions and next steps looked up."""
    citations = citations or Citations(citations_of_outcome(outcome))
    everything = citations.of(citations_of_outcome(outcome))
    return OutcomeView(
        outcome=outcome,
        urgency=outcome.urgency.value,
        urgency_words=URGENCY_WORDS[outcome.urgency],
        urgency_is_ours=outcome.urgency_from is UrgencyFrom.INFERENCE,
        care_level=str(outcome.care_level),
        actions=tuple(statement_view(action, citations) for action in outcome.actions),
        cautions=tuple(statement_view(caution, citations) for caution in outcome.cautions),
        basis=outcome.basis.value,
        citations=citations.of(outcome.citations),
        is_historic=any(citation.historic for citation in everything),
        years=years_of(everything),
        tensions=tension_views(outcome.conflicts),
        next_trees=tree_lines(outcome.next_trees, user),
        planned_trees=tuple(PlannedView(p.title, citations.of(p.citations)) for p in outcome.planned_trees),
        next_pages=guidance_lines(outcome.next_pages, user),
    )
