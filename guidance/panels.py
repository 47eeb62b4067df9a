"""What the page editor shows besides the fields."""

from __future__ import annotations

from typing import Any

from wagtail.admin.panels import Panel

from .citations import resolve_texts


class CitationsPanel(Panel):
    """Read-only: every citation of the page as saved, and where it opens."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "guidance/admin/citations_panel.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            entries = list(self.instance.citation_entries()) if self.instance.pk else []
            resolved = resolve_texts(str(entry.citation) for entry in entries)
            context["entries"] = [(entry, resolved[str(entry.citation)]) for entry in entries]
            return context
