"""A result as plain text, to paste into the service's own record. It holds no personal data because none was asked for.

Who reads it has no page beside it. So each line says on what it rests, and the documents are named at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format

from decision_trees.services import PublishedTree
from guidance.basis import basis_words
from guidance.citations import ResolvedCitation

from .statements import StatementView

if TYPE_CHECKING:
    from .results import ResultView


def handover(published: PublishedTree, view: ResultView, citations: Iterable[ResolvedCitation]) -> str:
    """The text: the result, what the answers add to it, what to do, and on what all of it rests.

    Args:
        published: the version that was walked.
        view: the result.
        citations: all that it rests on, resolved.
    """
    return "\n".join(_lines(published, view, citations))


def _lines(published: PublishedTree, view: ResultView, citations: Iterable[ResolvedCitation]) -> Iterator[str]:
    outcome = view.result.outcome
    yield published.tree.title
    yield f"Version {published.version}, {date_format(timezone.localtime(), 'j F Y, H:i')}"
    if view.today and not view.today.is_same:
        yield f"NOT CURRENT. {view.today.words}"
    if view.result.is_historic:
        yield "Some of this rests on historic guidance. Read it with current clinical guidelines."
    yield from _part("Answers", [f"- {row.question} {row.answer}" for row in view.rows])
    urgency = view.result.urgency_words.lower()
    ours = ", by our inference" if view.result.urgency_is_ours else ""
    yield from _part(f"Result: {outcome.title} ({urgency}{ours})", [outcome.do_now])
    # Some of it comes before what the result says.
    yield from _part(
        "Advice the answers add", [f"- {advice.title}. {_told(advice.statement)}" for advice in view.advice]
    )
    numbered = [f"{number}. {_told(action)}" for number, action in enumerate(view.result.actions, start=1)]
    yield from _part("What to do", numbered)
    yield from _part("What not to do", [f"- {_told(caution)}" for caution in view.result.cautions])
    yield from ("", f"Who decides: {outcome.who_decides}")
    if outcome.record:
        yield "Record: " + "; ".join(outcome.record)
    yield from _part("What the documents do not say", [f"- {gap}" for gap in outcome.gaps])
    yield from _part("Rests on", [f"- {place}" for place in dict.fromkeys(map(_place, citations))])
    yield from ("", f"This result: {view.address}")


def _part(heading: str, lines: list[str]) -> list[str]:
    return ["", heading, *lines] if lines else []


def _told(statement: StatementView) -> str:
    return f"{statement.text} [{basis_words(statement.basis, statement.year)}]"


def _place(citation: ResolvedCitation) -> str:
    section = citation.locator.rpartition(", ")[0] or citation.locator
    return f"{citation.source}, {section}" + (f" ({citation.year})" if citation.year else "")
