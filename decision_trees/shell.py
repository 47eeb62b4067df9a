"""A journey for machines and for the shell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from guidance.citations import resolve_texts

from .engine.answers import Problem
from .engine.journey import Journey
from .engine.model import Outcome, Statement
from .services import PublishedTree, citations_of_outcome


def journey_as_json(published: PublishedTree, journey: Journey, problems: Iterable[Problem] = ()) -> dict[str, Any]:
    """Where a journey stands, in plain values with stable keys."""
    described: dict[str, Any] = {
        "tree": published.tree.slug,
        "version": published.version,
        "status": journey.status.value,
        "problems": [
            {"question": problem.question, "code": problem.code, "message": problem.message}
            for problem in (*problems, *journey.problems)
        ],
        "unused": list(journey.unused),
        "trace": journey.trace(),
    }
    if journey.outcome is not None:
        return described | _outcome(journey.outcome, journey)
    question = journey.question
    described["question"] = {
        "id": question.id if question else None,
        "text": question.text if question else None,
        "kind": question.kind.value if question else None,
    }
    return described | {"actions": [], "cautions": [], "urgency": None, "citations": [], "add_ons": []}


def _outcome(outcome: Outcome, journey: Journey) -> dict[str, Any]:
    add_ons = [applied.add_on for applied in journey.add_ons]
    cited = dict.fromkeys((*citations_of_outcome(outcome), *(text for each in add_ons for text in each.citations)))
    return {
        "outcome": {"id": outcome.id, "text": outcome.title, "do_now": outcome.do_now, "basis": outcome.basis.value},
        "actions": [_statement(action) for action in outcome.actions],
        "cautions": [_statement(caution) for caution in outcome.cautions],
        "add_ons": [
            {"id": a.id, "text": f"{a.title}. {a.text}", "kind": a.kind.value, "basis": a.basis.value} for a in add_ons
        ],
        "urgency": outcome.urgency.value,
        "urgency_from": outcome.urgency_from.value,
        "who_decides": outcome.who_decides,
        "record": list(outcome.record),
        "gaps": list(outcome.gaps),
        "citations": [
            {
                "source": found.ref.source,
                "edition": found.ref.edition,
                "section": found.ref.section_key,
                "passage": found.passage_id or found.ref.hash12 or None,
                "label": found.label,
                "url": found.url,
                "year": found.year,
            }
            for found in resolve_texts(cited).values()
        ],
    }


def _statement(statement: Statement) -> dict[str, Any]:
    return {"text": statement.text, "basis": statement.basis.value, "citations": list(statement.citations)}


def journey_as_text(described: dict[str, Any]) -> str:
    """The same for people."""
    lines = [f"{described['tree']}, version {described['version']}"]
    lines += [f"  {step['text']} {step['answer']}" for step in described["trace"]]
    lines += [f"! {problem['message']}" for problem in described["problems"]]
    if described["status"] == "question":
        return "\n".join([*lines, f"Next question: {described['question']['text']} ({described['question']['id']})"])
    outcome = described["outcome"]
    lines += ["", f"{described['urgency'].upper()}: {outcome['text']} ({outcome['id']})", outcome["do_now"]]
    lines += [f"{number}. {action['text']}" for number, action in enumerate(described["actions"], start=1)]
    lines += _listed("What not to do", [caution["text"] for caution in described["cautions"]])
    lines += _listed("Advice the answers add", [advice["text"] for advice in described["add_ons"]])
    lines += ["", f"Who decides: {described['who_decides']}"]
    lines += _listed("What the documents do not say", described["gaps"])
    lines += _listed("Sources", list(dict.fromkeys(citation["label"] for citation in described["citations"])))
    return "\n".join(lines)


def _listed(heading: str, items: list[str]) -> list[str]:
    return ["", heading, *(f"- {item}" for item in items)] if items else []
