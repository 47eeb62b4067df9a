"""Form fields in which a citation is chosen from cards. Without scripts they are the plain fields they always were."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.admin.telepath import register
from wagtail.admin.telepath.widgets import WidgetAdapter
from wagtail.admin.widgets import AdminAutoHeightTextInput

#: What a form needs that holds citations: the elements `<portal-citations>` and `<portal-citation>`, and their look.
CITATION_MEDIA = forms.Media(
    css={"all": ["guidance/citations/citations.css"]},
    js=[forms.Script("guidance/citations/citations.js", type="module")],  # type: ignore[list-item]  # not in the stubs
)


class CitationInput(forms.TextInput):
    """One citation: a card, and a button that opens the passage chooser. Keeps the citation string."""

    @property
    def media(self) -> forms.Media:
        return CITATION_MEDIA

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        return format_html("<portal-citation>{}</portal-citation>", super().render(name, value, attrs, renderer))


class CitedTextInput(AdminAutoHeightTextInput):
    """A text with [[citations]] in it: a button puts a chosen one at the cursor, and cards show those there."""

    @property
    def media(self) -> forms.Media:
        return super().media + CITATION_MEDIA

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        return format_html("<portal-cited-text>{}</portal-cited-text>", super().render(name, value, attrs, renderer))


class CitationInputAdapter(WidgetAdapter):
    """The same inside Wagtail's blocks, which put values into a widget by script."""

    js_constructor = "guidance.widgets.CitationInput"

    @cached_property
    def media(self) -> forms.Media:
        return super().media + forms.Media(js=["guidance/citations/adapter.js"])


register(CitationInputAdapter(), CitationInput)
