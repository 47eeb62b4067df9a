"""The tab in which a tree is edited."""

from __future__ import annotations

from typing import Any

from django import forms
from wagtail.admin.panels import Panel

from guidance.widgets import CITATION_MEDIA

from .widgets import TreeInput

_FIELDS = ("document", "cases")
_MEDIA = forms.Media(
    css={"all": ["decision_trees/map.css", "decision_trees/editor/editor.css"]},
    js=[forms.Script("decision_trees/editor/main.js", type="module")],  # type: ignore[list-item]  # not in the stubs
)


class TreeEditorPanel(Panel):
    """A tree and its cases as one editor. Without scripts it says that it needs them; the rest of the page works."""

    def get_form_options(self) -> dict[str, Any]:
        return {
            "fields": list(_FIELDS),
            "widgets": {"document": TreeInput, "cases": forms.HiddenInput},
            "defer_required_on_fields": list(_FIELDS),
        }

    class BoundPanel(Panel.BoundPanel):
        template_name = "decision_trees/admin/tree_editor.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            from .vocabulary import vocabulary_of

            context: dict[str, Any] = super().get_context_data(parent_context)
            context["fields"] = [self.form[name] for name in _FIELDS]
            context["vocabulary"] = vocabulary_of(self.instance)
            return context

        def get_comparison(self) -> list[Any]:
            from .comparison import CasesComparison, TreeComparison

            return [TreeComparison, CasesComparison]

        @property
        def media(self) -> forms.Media:
            return super().media + CITATION_MEDIA + _MEDIA
