"""The form of a tree in Wagtail's editor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from wagtail.admin.forms.pages import CopyForm

from guidance.admin_forms import GovernedPageForm, LinkedError

from .engine.documents import can_be_kept

#: Far above any tree that people could read; below what would keep a server busy.
LARGEST = 1_000_000
_OBJECTS = "This is not what the editor of trees sends. Load the page again; nothing was saved."


class TreePageForm(GovernedPageForm):
    """Shows every finding beside the form when a tree is about to be published."""

    #: Buttons of Wagtail's page editor that lead to the public.
    GOING_PUBLIC = ("action-publish", "action-submit", "action-restart-workflow", "action-workflow-action")

    #: Whether nothing else is wrong with what was typed than that the tree does not hold: a draft it can be.
    is_refused = False

    def clean_document(self) -> dict[str, Any]:
        document = self._small("document") or {}
        if not isinstance(document, Mapping):
            raise forms.ValidationError(_OBJECTS)
        return dict(document)

    def clean_cases(self) -> list[Any]:
        cases = self._small("cases") or []
        if not isinstance(cases, list) or not all(isinstance(case, Mapping) for case in cases):
            raise forms.ValidationError(_OBJECTS)
        return cases

    def _small(self, name: str) -> Any:
        if len(self.data.get(self.add_prefix(name)) or "") > LARGEST:
            raise forms.ValidationError("The tree is too large to be kept. Split it into several trees.")
        if not can_be_kept(self.cleaned_data[name]):
            raise forms.ValidationError(_OBJECTS)
        return self.cleaned_data[name]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.errors or not any(button in self.data for button in self.GOING_PUBLIC):
            return cleaned
        # A page's module imports this one.
        from .checking import check_page
        from .publishing import linked

        for name, value in cleaned.items():
            if name in self._meta.fields and hasattr(self.instance, name):
                setattr(self.instance, name, value)
        for problem in check_page(self.instance).problems:
            told = LinkedError(linked(problem, self.instance))
            self.add_error(None, forms.ValidationError(told, code=problem.code))
            self.is_refused = True
        return cleaned


class TreeCopyForm(CopyForm):
    """Copies a tree, and offers no alias of it (`TreePage.save`)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("alias", None)
