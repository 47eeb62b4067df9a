"""What guidance adds to the admin: disagreements, words and figures as snippets, and the search for what to cite."""

from __future__ import annotations

from django.templatetags.static import static
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from guidance.admin_views import citations
from guidance.models import Figure, GlossaryTerm, SearchWords, Section, Source, Tension


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


class SearchWordsViewSet(SnippetViewSet):
    """What search takes for what. A change is searched with at once, by every process, without a rebuild."""

    model = SearchWords
    icon = "search"
    list_display = ["term", "searched", "typed", "weight"]
    list_per_page = 50
    search_fields = ["term", "searched", "typed"]


class FigureViewSet(SnippetViewSet):
    model = Figure
    icon = "info-circle"
    list_display = ["title", "shown_value", "unit", "jurisdiction", "starts", "ends"]
    search_fields = ["key", "title", "jurisdiction"]


class SourceViewSet(SnippetViewSet):
    """The facts of a source: its status, its banner and what its licence allows. Its text comes from the import."""

    model = Source
    icon = "doc-full"
    list_display = ["title", "status", "licence_allows"]
    search_fields = ["title", "publisher"]
    panels = [
        FieldPanel("short_title"),
        MultiFieldPanel(
            [FieldPanel("status"), FieldPanel("status_note"), FieldPanel("superseded_by")], heading="How it stands"
        ),
        MultiFieldPanel([FieldPanel("licence_allows"), FieldPanel("licence_statement")], heading="Licence"),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("publisher", "kind", "nation", "audience", "address")], heading="Facts"
        ),
    ]


class SectionViewSet(SnippetViewSet):
    """The In brief of a section, in our own words."""

    model = Section
    icon = "list-ul"
    menu_label = "In briefs"
    list_display = ["__str__", "edition", "in_brief"]
    list_filter = ["edition"]
    list_per_page = 50
    search_fields = ["title", "number", "in_brief"]
    panels = [FieldPanel("title", read_only=True), FieldPanel("in_brief")]


class GuidanceSnippets(SnippetViewSetGroup):
    """One entry in the menu for what pages and trees share."""

    menu_label = "Guidance data"
    menu_icon = "folder-open-inverse"
    menu_order = 250
    items = (SourceViewSet, SectionViewSet, FigureViewSet, TensionViewSet, GlossaryTermViewSet, SearchWordsViewSet)


register_snippet(GuidanceSnippets)


@hooks.register("register_admin_urls")
def address_of_the_passage_chooser() -> list[URLPattern]:
    """Where the forms look for passages to cite."""
    return [path("citations/", citations, name="guidance_citations")]


@hooks.register("insert_editor_js")
def script_that_knows_a_forms_own_saves() -> SafeString:
    """Where Wagtail saves by itself, the form is told which version is its own."""
    return format_html('<script src="{}"></script>', static("guidance/own_saves.js"))
