"""What the editor's form of a tree posts, as a browser would."""

from __future__ import annotations

from typing import Any

from wagtail import blocks
from wagtail.test.utils.form_data import nested_form_data

from decision_trees.models import TreePage

_TEXTS = ("title", "slug", "situation", "summary", "audience", "at_hand", "topics", "words", "citations", "gaps")
_STREAMS = ("questions", "outcomes", "red_flags", "add_ons", "cases")


def form_of(page: TreePage) -> dict[str, Any]:
    """The form of the page as its fields stand, saved or not, with no button pressed."""
    data: dict[str, Any] = {name: getattr(page, name) for name in (*_TEXTS, "owned_by", "change_note", "start")}
    data |= {"reviewed": page.reviewed or "", "next_review": page.next_review or ""}
    data |= {"seo_title": "", "search_description": "", "go_live_at": "", "expire_at": ""}
    data["comments"] = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": ""}
    data |= {name: _stream(page, name) for name in _STREAMS}
    posted: dict[str, Any] = nested_form_data(data)
    return posted


def _stream(page: TreePage, name: str) -> dict[str, Any]:
    children = TreePage._meta.get_field(name).stream_block.child_blocks
    items = getattr(page, name).get_prep_value()
    values = [{"type": item["type"], "value": _posted(children[item["type"]], item["value"])} for item in items]
    return _numbered(values)


def _posted(block: blocks.Block, value: Any) -> Any:
    if isinstance(block, blocks.StructBlock):
        return {name: _posted(child, (value or {}).get(name)) for name, child in block.child_blocks.items()}
    if isinstance(block, blocks.ListBlock):
        items = [item["value"] if isinstance(item, dict) and "value" in item else item for item in value or ()]
        return _numbered([{"value": _posted(block.child_block, item)} for item in items])
    if isinstance(block, blocks.MultipleChoiceBlock):
        return tuple(value or ())
    return "" if value is None else str(value)


def _numbered(values: list[dict[str, Any]]) -> dict[str, Any]:
    numbered = {str(place): {**value, "order": str(place), "deleted": ""} for place, value in enumerate(values)}
    return {**numbered, "count": str(len(values))}
