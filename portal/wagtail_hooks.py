"""What the portal adds to the admin: the list of problem reports."""

from __future__ import annotations

from typing import Any, ClassVar

from wagtail.admin.panels import FieldPanel
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from .models import ProblemReport


class ProblemReportViewSet(SnippetViewSet):
    """Reports are made by readers: here they are read, answered by a change of content, and closed."""

    model = ProblemReport
    icon = "warning"
    menu_label = "Problem reports"
    menu_order = 250
    add_to_admin_menu = True
    copy_view_enabled = False
    list_display: ClassVar[list[str]] = ["page_path", "kind", "state", "created"]
    list_filter: ClassVar[list[str]] = ["state", "kind"]
    search_fields: ClassVar[list[str]] = ["page_path", "text"]
    panels: ClassVar[list[Any]] = [
        FieldPanel("page_path", read_only=True),
        FieldPanel("kind", read_only=True),
        FieldPanel("text", read_only=True),
        FieldPanel("created", read_only=True),
        FieldPanel("state"),
        FieldPanel("outcome"),
    ]


register_snippet(ProblemReportViewSet)
