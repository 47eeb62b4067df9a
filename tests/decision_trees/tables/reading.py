"""Reading the trees and figures of `content/`, and what a result shows, for the tests against tables."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from decision_trees.engine.documents import document_from_yaml, read_yaml
from decision_trees.engine.journey import Journey
from decision_trees.engine.model import Quantity, Tree

CONTENT = Path(__file__).resolve().parents[3] / "content"


def content_tree(slug: str) -> Tree:
    return document_from_yaml((CONTENT / "trees" / f"{slug}.yaml").read_text(encoding="utf-8")).tree


def content_figures() -> dict[str, Quantity]:
    figures = read_yaml((CONTENT / "figures.yaml").read_text(encoding="utf-8"))
    assert isinstance(figures, list)
    return {figure["id"]: Quantity(Decimal(figure["value"]), figure["unit"]) for figure in figures}


def section_key(citation: str) -> str:
    """The section of a citation string.

    >>> section_key("towards-successful-treatment-completion@2009-07 5.2.4 #7b81aed5c9ad")
    '5.2.4'
    """
    return citation.partition(" ")[2].partition(" #")[0]


def citations_shown(journey: Journey) -> frozenset[str]:
    """Every citation of the result: of the outcome, its actions and cautions, and the added advice."""
    assert journey.outcome is not None
    statements = (*journey.outcome.actions, *journey.outcome.cautions)
    cited = {citation for statement in statements for citation in statement.citations}
    cited |= {citation for applied in journey.add_ons for citation in applied.add_on.citations}
    return frozenset(cited | set(journey.outcome.citations))


def text_shown(journey: Journey) -> str:
    """Every text of the result that this tree brings to the screen, joined by new lines."""
    return "\n".join(_texts(journey))


def _texts(journey: Journey) -> Iterator[str]:
    outcome = journey.outcome
    assert outcome is not None
    yield from (outcome.title, outcome.do_now, outcome.who_decides, outcome.because, outcome.care_reason)
    yield from (statement.text for statement in (*outcome.actions, *outcome.cautions))
    yield from (*outcome.record, *outcome.gaps, *outcome.signposts)
    for applied in journey.add_ons:
        yield from (applied.add_on.title, applied.add_on.text)
