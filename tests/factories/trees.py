"""A small sound tree, and pages of it. Invented matter; the citation is of the starter content."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from decision_trees.checking import check_page
from decision_trees.models import TreeIndexPage, TreePage
from decision_trees.readers import fields_from_document

from .guidance import home_page

CITED = "towards-successful-treatment-completion@2009-07 5.2.4"


def lantern_document(slug: str = "lantern") -> dict[str, Any]:
    """Two questions, two outcomes, one piece of added advice. The answers to both questions decide."""
    return deepcopy(
        {
            "format": 1,
            "slug": slug,
            "title": "Is the lantern to be lit?",
            "situation": "Dusk is near",
            "summary": "Whether to light the lantern.",
            "audience": "Keeper",
            "citations": [CITED],
            "start": "dusk",
            "questions": [
                {
                    "id": "dusk",
                    "text": "Is it dusk?",
                    "kind": "yes-no",
                    "why": "Lanterns are for the dark.",
                    "citations": [CITED],
                    "not_known": "Not known",
                    "next": [
                        {"when": "dusk is no", "go": "leave"},
                        {"when": "dusk is any of yes, not-known", "go": "nights"},
                    ],
                },
                {
                    "id": "nights",
                    "text": "For how many nights has it burned?",
                    "kind": "whole-days",
                    "quantity": "days",
                    "units": ["days"],
                    "min": "0",
                    "max": "30",
                    "step": "1",
                    "example": "4",
                    "citations": [CITED],
                    "not_known": "Not known",
                    "next": [
                        {"when": "nights at most 3 days", "go": "light"},
                        {"otherwise": "fill-first"},
                    ],
                },
            ],
            "add_ons": [
                {
                    "id": "carry-matches",
                    "when": "nights is not-known",
                    "title": "Carry matches",
                    "text": "It may go out.",
                    "kind": "do",
                    "citations": [CITED],
                    "basis": "inference",
                }
            ],
            "outcomes": [_outcome("leave", 1), _outcome("light", 1), _outcome("fill-first", 2)],
        }
    )


def unsound_document() -> dict[str, Any]:
    """The same, but nobody says what follows when it is not known whether it is dusk."""
    document = lantern_document()
    question_of(document, "dusk")["next"][1]["when"] = "dusk is yes"
    return document


def _outcome(id: str, care_level: int) -> dict[str, Any]:
    name = id.replace("-", " ").capitalize()
    return {
        "id": id,
        "title": f"{name} it",
        "do_now": f"{name} it now.",
        "urgency": "routine",
        "urgency_from": "inference",
        "care_level": care_level,
        "care_reason": "Oil first.",
        "actions": [{"text": f"{name} it with care.", "citations": [CITED], "basis": "good-practice"}],
        "who_decides": "The keeper.",
        "because": "The dusk says so.",
        "citations": [CITED],
        "basis": "good-practice",
    }


def lantern_cases() -> list[dict[str, Any]]:
    """Every outcome, and both sides of the one boundary."""
    return [
        _case("day", {"dusk": "no"}, "leave"),
        _case("three", {"dusk": "yes", "nights": "3"}, "light"),
        _case("four", {"dusk": "yes", "nights": "4"}, "fill-first"),
        _case("unknown", {"dusk": "not-known", "nights": "not-known"}, "fill-first", ["carry-matches"]),
    ]


def _case(id: str, answers: dict[str, str], outcome: str, add_ons: Iterable[str] = ()) -> dict[str, Any]:
    return {
        "id": id,
        "story": "A keeper stands at the door.",
        "answers": answers,
        "outcome": outcome,
        "add_ons": list(add_ons),
        "why": "Told so.",
        "citations": [CITED],
    }


def outcome_of(document: dict[str, Any], id: str) -> dict[str, Any]:
    """The part of a document that holds an outcome, to be changed."""
    return next(outcome for outcome in document["outcomes"] if outcome["id"] == id)


def question_of(document: dict[str, Any], id: str) -> dict[str, Any]:
    return next(question for question in document["questions"] if question["id"] == id)


def draft_tree(document: dict[str, Any] | None = None, cases: Iterable[Mapping[str, Any]] | None = None) -> TreePage:
    """A tree that was saved and never published."""
    page = TreePage(live=False, change_note="First published version.", **_fields(document, cases))
    return _tree_index().add_child(instance=page)


def published_tree(
    document: dict[str, Any] | None = None, cases: Iterable[Mapping[str, Any]] | None = None
) -> TreePage:
    return publish(draft_tree(document, cases))


def write(page: TreePage, document: dict[str, Any], cases: Iterable[Mapping[str, Any]] | None = None) -> TreePage:
    """Put a document into a page's fields, without saving. Readers are told that something changed."""
    told = page.versions.values_list("change_note", flat=True)
    if page.change_note in told:
        page.change_note = f"Changed after version {len(told)}."
    for name, value in _fields(document, cases).items():
        setattr(page, name, value)
    return page


def publish(page: TreePage) -> TreePage:
    """Publish as Wagtail does, from a revision."""
    page.save_revision().publish()
    return TreePage.objects.get(pk=page.pk)


def problems_of(page: TreePage) -> list[str]:
    """Everything that stops a page from being published, in words."""
    return [str(problem) for problem in check_page(page).problems]


def _fields(document: dict[str, Any] | None, cases: Iterable[Mapping[str, Any]] | None) -> dict[str, Any]:
    written = lantern_cases() if cases is None else [dict(case) for case in cases]
    return {**fields_from_document(document or lantern_document()), "cases": written}


def _tree_index() -> TreeIndexPage:
    found = TreeIndexPage.objects.first()
    return found or home_page().add_child(instance=TreeIndexPage(title="What to do next", slug="decision-trees"))
