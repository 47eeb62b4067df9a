"""The form of a tree's file as a JSON Schema (draft 2020-12), for those who write trees with other tools.

The reader in `documents` is the last word: it also reads the conditions. Made of the same words as the model, so that
the two cannot part.
"""

from __future__ import annotations

from enum import Enum

from .model import AdviceKind, Asks, Basis, Kind, Order, Urgency, UrgencyFrom
from .units import UNITS

TITLE = "A decision tree with its cases"

_TEXT = {"type": "string"}
_NUMBER = {"type": ["string", "integer"], "pattern": r"^[0-9]{1,12}(\.[0-9]{1,12})?$", "minimum": 0}
_ID = {"type": "string", "pattern": "^[a-z][a-z0-9-]*$", "maxLength": 60}
_TEXTS = {"type": "array", "items": {"type": ["string", "integer"]}}


def tree_schema(id: str = "") -> dict[str, object]:
    """The schema. `id` is the address under which it is published."""
    schema: dict[str, object] = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    if id:
        schema["$id"] = id
    return {
        **schema,
        "title": TITLE,
        **_mapping(
            {
                "format": {"enum": [1, "1"]},
                "slug": _ID,
                "title": _TEXT,
                "situation": _TEXT,
                "summary": _TEXT,
                "audience": _TEXT,
                "at_hand": _TEXTS,
                "topics": _TEXTS,
                "words": _TEXTS,
                "reviewed": _TEXT,
                "next_review": _TEXT,
                "owner": _TEXT,
                "change_note": _TEXT,
                "citations": _TEXTS,
                "gaps": _TEXTS,
                "start": _ID,
                "questions": _list("question"),
                "red_flags": _list("red_flag"),
                "add_ons": _list("add_on"),
                "outcomes": _list("outcome"),
                "cases": _list("case"),
            },
            ("slug", "title", "situation", "summary", "audience", "start"),
        ),
        "$defs": _definitions(),
    }


def _definitions() -> dict[str, object]:
    return {
        "condition": {
            "description": "A sentence of the grammar, or the same built from lists.",
            "oneOf": [
                {"type": "string", "minLength": 1},
                _mapping({"all": _conditions()}, ("all",)),
                _mapping({"any": _conditions()}, ("any",)),
                _mapping({"not": {"$ref": "#/$defs/condition"}}, ("not",)),
                {"type": "object", "required": ["question", "test"], "properties": {"question": _ID, "test": _TEXT}},
            ],
        },
        "rule": {
            "oneOf": [
                _mapping({"when": {"$ref": "#/$defs/condition"}, "go": _ID}, ("when", "go")),
                _mapping({"otherwise": _ID}, ("otherwise",)),
            ]
        },
        "option": _mapping({"id": _ID, "label": _TEXT, "hint": _TEXT}, ("id", "label")),
        "question": _mapping(
            {
                "id": _ID,
                "name": _TEXT,
                "text": _TEXT,
                "kind": _words(Kind),
                "why": _TEXT,
                "hint": _TEXT,
                "citations": _TEXTS,
                "options": _list("option"),
                "coded": _list("option"),
                "quantity": {"enum": sorted({unit.quantity for unit in UNITS.values()})},
                "units": {"type": "array", "items": {"enum": list(UNITS)}},
                "min": _NUMBER,
                "max": _NUMBER,
                "step": _NUMBER,
                "example": _TEXT,
                "none": _TEXT,
                "not_known": _TEXT,
                "no_not_known": _TEXT,
                "careful": _TEXTS,
                "asks": _words(Asks),
                "order": _words(Order),
                "setting": _TEXT,
                "next": _list("rule"),
            },
            ("id", "text", "kind"),
        ),
        "red_flag": _mapping(
            {"id": _ID, "when": {"$ref": "#/$defs/condition"}, "outcome": _ID}, ("id", "when", "outcome")
        ),
        "add_on": _mapping(
            {
                "id": _ID,
                "when": {"$ref": "#/$defs/condition"},
                "title": _TEXT,
                "text": _TEXT,
                "kind": _words(AdviceKind),
                "citations": _TEXTS,
                "basis": _words(Basis),
                "not_with": _TEXTS,
            },
            ("id", "when", "title", "text", "kind", "basis"),
        ),
        "statement": _mapping({"text": _TEXT, "citations": _TEXTS, "basis": _words(Basis)}, ("text", "basis")),
        "planned_tree": _mapping({"title": _TEXT, "citations": _TEXTS}, ("title",)),
        "outcome": _mapping(
            {
                "id": _ID,
                "title": _TEXT,
                "do_now": _TEXT,
                "urgency": _words(Urgency),
                "urgency_from": _words(UrgencyFrom),
                "care_level": {"type": ["integer", "string"], "pattern": "^-?[0-9]{1,6}$"},
                "care_reason": _TEXT,
                "actions": _list("statement"),
                "cautions": _list("statement"),
                "who_decides": _TEXT,
                "record": _TEXTS,
                "because": _TEXT,
                "citations": _TEXTS,
                "basis": _words(Basis),
                "gaps": _TEXTS,
                "signposts": _TEXTS,
                "conflicts": _TEXTS,
                "next_trees": _TEXTS,
                "planned_trees": _list("planned_tree"),
                "next_pages": _TEXTS,
            },
            (
                *("id", "title", "do_now", "urgency", "urgency_from", "care_level", "care_reason"),
                *("who_decides", "because", "basis"),
            ),
        ),
        "case": _mapping(
            {
                "id": _TEXT,
                "story": _TEXT,
                "answers": {"type": "object"},
                "outcome": _ID,
                "add_ons": _TEXTS,
                "why": _TEXT,
                "citations": _TEXTS,
            },
            ("id", "answers", "outcome"),
        ),
    }


def _mapping(properties: dict[str, object], required: tuple[str, ...]) -> dict[str, object]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _list(definition: str) -> dict[str, object]:
    return {"type": "array", "items": {"$ref": f"#/$defs/{definition}"}}


def _conditions() -> dict[str, object]:
    return {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/condition"}}


def _words(words: type[Enum]) -> dict[str, object]:
    return {"enum": [member.value for member in words]}
