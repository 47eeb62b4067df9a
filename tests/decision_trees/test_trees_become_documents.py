"""Trees that were written as streams of blocks are rewritten as documents, with nothing lost."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

from decision_trees.engine.documents import tree_from_document
from tests.factories.trees import CITED, lantern_cases, lantern_document

migration = import_module("decision_trees.migrations.0003_trees_as_documents")


def listed(values: list[Any]) -> list[dict[str, Any]]:
    """As list blocks stored their items."""
    return [{"type": "item", "value": value, "id": str(place)} for place, value in enumerate(values)]


def stream(kind: str, values: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"type": kind, "value": value, "id": str(place)} for place, value in enumerate(values)]


def old_question(question: dict[str, Any]) -> dict[str, Any]:
    number = {key: question.get(key, [] if key == "units" else "") for key in migration.NUMBER_KEYS}
    rules = [{"when": rule.get("when", ""), "go": rule.get("go") or rule["otherwise"]} for rule in question["next"]]
    plain = {key: question.get(key, "") for key in ("id", "text", "kind", "why", "not_known", "no_not_known", "hint")}
    return plain | {
        "citations": listed(question["citations"]),
        "options": [],
        "none_label": "",
        "number": number,
        "asks": "clinical",
        "order": "exactly-one",
        "setting": "",
        "rules": listed(rules),
    }


def old_fields() -> dict[str, Any]:
    document = lantern_document()
    outcomes = [
        outcome | {"actions": listed(outcome["actions"]), "citations": listed([CITED]), "cautions": []}
        for outcome in document["outcomes"]
    ]
    add_ons = [add_on | {"citations": listed([CITED]), "not_with": []} for add_on in document["add_ons"]]
    return {
        "start": "dusk",
        "citations": f"{CITED}\n",
        "questions": stream("question", [old_question(question) for question in document["questions"]]),
        "outcomes": stream("outcome", outcomes),
        "add_ons": stream("add_on", add_ons),
        "red_flags": [],
    }


def test_a_page_keeps_its_tree() -> None:
    about = {key: lantern_document()[key] for key in ("slug", "title", "situation", "summary", "audience")}
    assert tree_from_document({**about, **migration.document(old_fields())}) == tree_from_document(lantern_document())


def test_a_revision_which_kept_its_streams_as_text_keeps_the_same_tree() -> None:
    fields = {key: json.dumps(value) if isinstance(value, list) else value for key, value in old_fields().items()}
    assert migration.document(fields) == migration.document(old_fields())


def test_cases_keep_their_answers() -> None:
    lines = "dusk = not-known\nnights = 4 days\nrisks = cocaine, sedatives"
    old = {**lantern_cases()[0], "answers": lines, "citations": listed([CITED]), "add_ons": listed(["carry-matches"])}
    (case,) = migration.cases(stream("case", [old]))
    assert case["answers"] == {
        "dusk": "not-known",
        "nights": {"value": "4", "unit": "days"},
        "risks": ["cocaine", "sedatives"],
    }
    assert (case["add_ons"], case["citations"], case["outcome"]) == (["carry-matches"], [CITED], "leave")


def test_what_was_half_written_is_kept_as_far_as_it_went() -> None:
    fields = old_fields() | {"questions": stream("question", [{"id": "new", "text": "", "rules": []}]), "start": ""}
    assert migration.document(fields)["questions"] == [{"id": "new"}]
    assert "start" not in migration.document(fields)
