"""How Wagtail's comparison of two revisions shows a tree and its cases: node by node, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from decision_trees.engine.documents import draft_from_document
from decision_trees.engine.wording import WHAT_WORDS, NodeChange, TextChange, describe_changes
from decision_trees.readers import cases_of_page, document_of_page


class TreeComparison:
    """What differs between the trees of two revisions. Half-written ones are compared as far as they can be read."""

    is_field = True
    is_child_relation = False

    def __init__(self, earlier: Any, later: Any) -> None:
        before, after = (draft_from_document(document_of_page(page)).tree for page in (earlier, later))
        # What a page keeps in fields of its own is compared there.
        self._changes = [change for change in describe_changes(before, after) if change.kind != "tree"]

    def field_label(self) -> str:
        return "Tree"

    def has_changed(self) -> bool:
        return bool(self._changes)

    def htmldiff(self) -> SafeString:
        return format_html_join("", "{}", ((_node(change),) for change in self._changes))


class CasesComparison:
    """What differs between the cases of two revisions."""

    is_field = True
    is_child_relation = False

    def __init__(self, earlier: Any, later: Any) -> None:
        before, after = ({str(case.get("id")): case for case in cases_of_page(page)} for page in (earlier, later))
        self._changes = [
            (id, list(_differing(before.get(id, {}), after.get(id, {}))))
            for id in dict.fromkeys([*before, *after])
            if before.get(id) != after.get(id)
        ]

    def field_label(self) -> str:
        return "Cases"

    def has_changed(self) -> bool:
        return bool(self._changes)

    def htmldiff(self) -> SafeString:
        return format_html_join(
            "", "<p><strong>Case {}</strong></p>{}", ((id, _details(details)) for id, details in self._changes)
        )


def _differing(before: dict[str, Any], after: dict[str, Any]) -> Iterator[TextChange]:
    for key in dict.fromkeys([*before, *after]):
        old, new = before.get(key, ""), after.get(key, "")
        if key != "id" and old != new:
            yield TextChange(key.replace("_", " ").capitalize(), _written(old), _written(new))


def _written(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_written(item)}" for key, item in value.items())
    return ", ".join(map(_written, value)) if isinstance(value, list) else str(value)


def _node(change: NodeChange) -> SafeString:
    heading = f"{change.kind.replace('-', ' ').capitalize()} “{change.title}”: {WHAT_WORDS[change.what]}"
    return format_html("<p><strong>{}</strong></p>{}", heading, _details(change.details))


def _details(details: Any) -> SafeString:
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}: {}{}</li>", map(_detail, details)))


def _detail(detail: TextChange) -> tuple[str, str, str]:
    gone = format_html('<span class="deletion">{}</span> ', detail.before) if detail.before else ""
    came = format_html('<span class="addition">{}</span>', detail.after) if detail.after else ""
    return detail.label, gone, came
