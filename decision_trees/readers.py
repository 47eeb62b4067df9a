"""One model of a tree, several readers: page to document, document to page fields, page to tree.

The document form is the engine's (`engine/documents.py`). A page keeps the tree's parts in that form and the rest in
fields of its own; this module puts the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .engine.condition_data import condition_to_data
from .engine.conditions import parse
from .engine.documents import tree_from_document
from .engine.errors import ConditionSyntaxError
from .engine.model import Tree
from .models import TreePage

#: Page text fields that hold one item a line, and stand as lists in the document.
_LINE_FIELDS = ("at_hand", "words", "gaps")
_PLAIN_FIELDS = ("title", "slug", "situation", "summary", "audience")
#: What the page keeps in its own document.
PARTS = ("start", "citations", "questions", "red_flags", "add_ons", "outcomes")


def lines_of(text: str) -> list[str]:
    """The lines of a text field that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def tree_of_page(page: TreePage) -> Tree:
    """The tree that the page's fields hold now. Raises `InvalidTree` naming everything that is wrong with it."""
    return tree_from_document(document_of_page(page))


def document_of_page(page: TreePage) -> dict[str, Any]:
    """The page's tree in document form, without judging it. What is empty is left out."""
    document: dict[str, Any] = {"format": 1}
    for name in _PLAIN_FIELDS:
        document[name] = getattr(page, name)
    for name in _LINE_FIELDS:
        document[name] = lines_of(getattr(page, name))
    kept = page.document if isinstance(page.document, Mapping) else {}
    filled: dict[str, Any] = _filled({**document, **{name: kept.get(name) for name in PARTS}})
    return filled


def fields_from_document(document: Mapping[str, Any]) -> dict[str, Any]:
    """The page's field values for a tree's document. Facts of the page (`engine.documents.FACT_KEYS`) but topics are
    left to the caller."""
    fields: dict[str, Any] = {name: document.get(name, "") for name in _PLAIN_FIELDS}
    for name in (*_LINE_FIELDS, "topics"):
        fields[name] = "\n".join(map(str, document.get(name) or []))
    fields["document"] = {name: document[name] for name in PARTS if document.get(name)}
    return fields


def cases_of_page(page: TreePage) -> list[dict[str, Any]]:
    """The page's cases in the form of a cases document (`docs/content-formats.md`)."""
    return cases_in(page.cases)


def cases_in(stored: object) -> list[dict[str, Any]]:
    """Stored cases in that form. A case that names no added advice says that none may join."""
    kept = stored if isinstance(stored, list) else []
    return [
        {"add_ons": [], **_filled(case), "answers": case.get("answers") or {}}
        for case in kept
        if isinstance(case, Mapping)
    ]


def document_for_editing(document: object) -> dict[str, Any]:
    """A page's document with every condition as data, which the editor builds from lists.

    A sentence that cannot be read stays as it is, so that nothing is lost.
    """
    copied = _copied(document)
    return copied if isinstance(copied, dict) else {}


def _copied(value: object, key: object = "") -> Any:
    if key == "when" and isinstance(value, str) and value.strip():
        try:
            return condition_to_data(parse(value))
        except ConditionSyntaxError:
            return value
    if isinstance(value, Mapping):
        return {name: _copied(item, name) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_copied(item) for item in value]
    return value


def _filled(value: Any) -> Any:
    """Without empty texts, lists and mappings, at any depth: left out and empty mean the same."""
    if isinstance(value, Mapping):
        kept = {key: _filled(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if not _is_empty(item)}
    if isinstance(value, (list, tuple)):
        return [item for item in map(_filled, value) if not _is_empty(item)]
    return value


def _is_empty(value: object) -> bool:
    return value is None or value == [] or value == {} or (isinstance(value, str) and not value.strip())
