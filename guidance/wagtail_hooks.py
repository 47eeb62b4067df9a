"""What guidance adds to the admin: disagreements, words and figures as snippets."""

from __future__ import annotations

from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from guidance.models import Figure, GlossaryTerm, Tension


class TensionViewSet(SnippetViewSet):
    model = Tension
    icon = "arrows-up-down"
    list_display = ["key", "title"]
    search_fields = ["key", "title", "we_follow"]


class GlossaryTermViewSet(SnippetViewSet):
    model = GlossaryTerm
    icon = "openquote"
    list_display = ["term", "age"]
    list_filter = ["age"]
    search_fields = ["term", "meaning", "synonyms", "typed"]


class FigureViewSet(SnippetViewSet):
    model = Figure
    icon = "info-circle"
    list_display = ["title", "shown_value", "unit", "jurisdiction", "starts", "ends"]
    search_fields = ["key", "title", "jurisdiction"]


class GuidanceSnippets(SnippetViewSetGroup):
    """One entry in the menu for what pages and trees share."""

    menu_label = "Guidance data"
    menu_icon = "folder-open-inverse"
    menu_order = 250
    items = (FigureViewSet, TensionViewSet, GlossaryTermViewSet)


register_snippet(GuidanceSnippets)
