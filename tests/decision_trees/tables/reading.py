"""Reading the trees and figures of `content/`, and what a result shows, for the tests against tables."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path

from decision_trees.engine.documents import document_from_yaml, read_yaml
from decision_trees.engine.journey import Journey
from decision_trees.engine.model import AddOn, Context, Outcome, Quantity, Statement, Tree

CONTENT = Path(__file__).resolve().parents[3] / "content"


@cache
def content_tree(slug: str) -> Tree:
    return document_from_yaml((CONTENT / "trees" / f"{slug}.yaml").read_text(encoding="utf-8")).tree


def content_figures() -> dict[str, Quantity]:
    figures = read_yaml((CONTENT / "figures.yaml").read_text(encoding="utf-8"))
    assert isinstance(figures, list)
    return {figure["id"]: Quantity(Decimal(figure["value"]), figure["unit"]) for figure in figures}


@cache
def figures_today() -> Context:
    return Context(figures=content_figures())


def section_key(citation: str) -> str:
    """The section of a citation string.

    >>> section_key("towards-successful-treatment-completion@2009-07 5.2.4 #7b81aed5c9ad")
    '5.2.4'
    """
    return citation.partition(" ")[2].partition(" #")[0]


def outcome_of(journey: Journey) -> Outcome:
    assert journey.outcome is not None, (journey.answers, journey.question, journey.problems)
    return journey.outcome


def statements_of(outcome: Outcome) -> tuple[Statement, ...]:
    return (*outcome.actions, *outcome.cautions)


def citations_of(part: Outcome | AddOn) -> tuple[str, ...]:
    """Every citation of an outcome, with its actions and cautions, or of added advice."""
    statements = statements_of(part) if isinstance(part, Outcome) else ()
    return (*part.citations, *(citation for statement in statements for citation in statement.citations))


def texts_of(part: Outcome | AddOn) -> Iterator[str]:
    """Every text that an outcome or added advice brings to the screen."""
    yield part.title
    if isinstance(part, AddOn):
        yield part.text
        return
    yield from (part.do_now, part.who_decides, part.because, part.care_reason)
    yield from (statement.text for statement in statements_of(part))
    yield from (*part.record, *part.gaps, *part.signposts)


def text_shown(journey: Journey) -> str:
    """Every text of the result that this tree brings to the screen, joined by new lines."""
    parts: tuple[Outcome | AddOn, ...] = (outcome_of(journey), *(applied.add_on for applied in journey.add_ons))
    return "\n".join(text for part in parts for text in texts_of(part))
