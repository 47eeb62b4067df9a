"""One model of a tree, several readers: page to document, document to page fields, page to tree.

The document form is the engine's (`engine/documents.py`); this module only maps the editor's fields onto it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from .engine.documents import tree_from_document
from .engine.model import Tree
from .engine.units import UNITS
from .models import TreePage

#: Page text fields that hold one item a line, and stand as lists in the document.
_LINE_FIELDS = ("at_hand", "words", "citations", "gaps")
_PLAIN_FIELDS = ("title", "slug", "situation", "summary", "audience", "start")
_NUMBER_KEYS = ("quantity", "units", "min", "max", "step", "example")
_NUMERIC_KINDS = {"number", "whole-days"}


def lines_of(text: str) -> list[str]:
    """The lines of a text field that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def tree_of_page(page: TreePage) -> Tree:
    """The tree that the page's fields hold now. Raises `InvalidTree` naming everything that is wrong with it."""
    return tree_from_document(document_of_page(page))


def document_of_page(page: TreePage) -> dict[str, Any]:
    """The page's tree in document form, without judging it."""
    document: dict[str, Any] = {"format": 1}
    for name in _PLAIN_FIELDS:
        document[name] = getattr(page, name)
    for name in _LINE_FIELDS:
        document[name] = lines_of(getattr(page, name))
    document["questions"] = [_question_to_document(value) for value in _values(page.questions)]
    document["red_flags"] = [_drop_empty(value) for value in _values(page.red_flags)]
    document["add_ons"] = [_drop_empty(value) for value in _values(page.add_ons)]
    document["outcomes"] = [_drop_empty(value) for value in _values(page.outcomes)]
    return _drop_empty(document)


def fields_from_document(document: dict[str, Any]) -> dict[str, Any]:
    """The page's field values for a document; stream fields as their stored JSON."""
    fields: dict[str, Any] = {name: document.get(name, "") for name in _PLAIN_FIELDS}
    for name in (*_LINE_FIELDS, "topics"):
        fields[name] = "\n".join(document.get(name) or [])
    fields["questions"] = _stream("question", [_question_to_block(q) for q in document.get("questions") or []])
    fields["red_flags"] = _stream("red_flag", document.get("red_flags") or [])
    fields["add_ons"] = _stream("add_on", document.get("add_ons") or [])
    fields["outcomes"] = _stream("outcome", document.get("outcomes") or [])
    return fields


def cases_of_page(page: TreePage) -> list[dict[str, Any]]:
    """The page's cases in the form of a cases document (`docs/content-formats.md`).

    A case that names no added advice says that none may join.
    """
    return [
        {"add_ons": [], **_drop_empty(value), "answers": _answers_from_lines(value.get("answers") or "")}
        for value in _values(page.cases)
    ]


def cases_field(cases: Iterable[Mapping[str, Any]]) -> str:
    """The stored form of the page's cases for those of a cases document."""
    return _stream("case", [{**case, "answers": _answers_to_lines(case["answers"])} for case in cases])


def _answers_from_lines(text: str) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for line in lines_of(text):
        question, _, value = (part.strip() for part in line.partition("="))
        number, _, unit = value.partition(" ")
        if unit in UNITS:
            answers[question] = {"value": number, "unit": unit}
        else:
            options = [option.strip() for option in value.split(",")]
            answers[question] = options if len(options) > 1 else value
    return answers


def _answers_to_lines(answers: Mapping[str, Any]) -> str:
    return "\n".join(f"{question} = {_value_to_text(value)}" for question, value in answers.items())


def _value_to_text(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"{value['value']} {value['unit']}"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _stream(block: str, values: list[dict[str, Any]]) -> str:
    return json.dumps([{"type": block, "value": value} for value in values], default=str)


def _values(stream: Any) -> list[dict[str, Any]]:
    return [_plain(item["value"]) for item in stream.get_prep_value()]


def _plain(value: Any) -> Any:
    """A stored block value without the wrappers that list blocks keep around their items."""
    if isinstance(value, dict):
        if set(value) == {"type", "value", "id"} and value["type"] == "item":
            return _plain(value["value"])
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def _drop_empty(value: dict[str, Any]) -> dict[str, Any]:
    return {key: item for key, item in value.items() if item not in ("", None, [], {})}


def _question_to_document(value: dict[str, Any]) -> dict[str, Any]:
    question = {key: item for key, item in value.items() if key not in ("rules", "number", "none_label", "options")}
    question["none"] = value.get("none_label")
    options = [_drop_empty(option) for option in value.get("options") or ()]
    if value.get("kind") in _NUMERIC_KINDS:
        question["coded"] = options
        question |= {key: (value.get("number") or {}).get(key) for key in _NUMBER_KEYS}
    else:
        question["options"] = options
    question["next"] = [
        {"when": rule["when"], "go": rule.get("go")} if rule.get("when") else {"otherwise": rule.get("go")}
        for rule in value.get("rules") or ()
    ]
    return _drop_empty(question)


def _question_to_block(question: dict[str, Any]) -> dict[str, Any]:
    known = {"next", "none", "coded", "options", *_NUMBER_KEYS}
    value = {key: item for key, item in question.items() if key not in known}
    value["none_label"] = question.get("none", "")
    value["options"] = question.get("coded") or question.get("options") or []
    value["number"] = {key: question.get(key, [] if key == "units" else "") for key in _NUMBER_KEYS}
    value["rules"] = [
        {"when": rule.get("when", ""), "go": rule.get("go") or rule.get("otherwise")} for rule in question["next"]
    ]
    value.setdefault("asks", "clinical")
    value.setdefault("order", "exactly-one")
    return value
