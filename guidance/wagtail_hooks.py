"""What guidance adds to the admin: its snippets, the search for what to cite, and what to do about a poor search."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.shortcuts import resolve_url
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.admin.widgets.button import Button
from wagtail.models import Page
from wagtail.permissions import policy_registry, register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from guidance.admin_views import (
    TitledPageView,
    citations,
    discard_draft,
    preview_glossary_term,
    preview_search_words,
    still_here,
    write_a_page,
)
from guidance.discarding import DISCARDED
from guidance.models import Figure, GlossaryTerm, SearchWords, Section, Source, Tension
from guidance.permissions import ADD_PAGE, permits
from search.permissions import KEEP_SEARCH_WORDS
from search.policies import RuledPermissionPolicy
from search.remedies import Remedy, register_remedy
from search.snippet_views import FilledInCreateView, PreviewPanel

for _words in (GlossaryTerm, SearchWords):
    # The search takes the words of both for one another.
    register_permission_policy(_words, RuledPermissionPolicy(_words, KEEP_SEARCH_WORDS))


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
    panels = [
        *GlossaryTerm.panels,
        PreviewPanel("guidance_preview_glossary_term", heading="Which searches it changes"),
    ]


class NewSearchWordsView(FilledInCreateView):
    filled_by_address = ("typed",)


class SearchWordsViewSet(SnippetViewSet):
    """What search takes for what. A change is searched with at once, by every process, without a rebuild."""

    model = SearchWords
    icon = "search"
    list_display = ["term", "searched", "typed", "weight"]
    list_per_page = 50
    search_fields = ["term", "searched", "typed"]
    add_view_class = NewSearchWordsView
    panels = [
        *SearchWords.panels,
        PreviewPanel("guidance_preview_search_words", heading="Which searches they change"),
    ]


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


def new_synonym(user: Any, words: str) -> str:
    """The form for search words that somebody types, for those who may add some."""
    if not policy_registry.get_by_type(SearchWords).user_has_permission(user, "add"):
        return ""
    return f"{reverse('wagtailsnippets_guidance_searchwords:add')}?{urlencode({'typed': words})}"


def new_page(user: Any, words: str) -> str:
    """Where a page with these words as its title is begun, for those who may add one."""
    if not permits(user, ADD_PAGE):
        return ""
    return f"{reverse('guidance_write_a_page')}?{urlencode({'title': words})}"


register_remedy(Remedy("Add a synonym", new_synonym, order=10))
register_remedy(Remedy("Write a page", new_page, order=30))


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    """Where the forms look for passages to cite, what words would change, and where a page is begun."""
    return [
        path("citations/", citations, name="guidance_citations"),
        path("search-preview/search-words/", preview_search_words, name="guidance_preview_search_words"),
        path("search-preview/search-words/<int:pk>/", preview_search_words, name="guidance_preview_search_words"),
        path("search-preview/glossary-term/", preview_glossary_term, name="guidance_preview_glossary_term"),
        path("search-preview/glossary-term/<int:pk>/", preview_glossary_term, name="guidance_preview_glossary_term"),
        path("discard-draft/<int:page_id>/", discard_draft, name="guidance_discard_draft"),
        path("still-here/", still_here, name="guidance_still_here"),
        path("write-a-page/", write_a_page, name="guidance_write_a_page"),
        path(
            "write-a-page/<int:parent_page_id>/",
            TitledPageView.as_view(),
            {"content_type_app_name": "guidance", "content_type_model_name": "guidancepage"},
            name="guidance_write_a_page",
        ),
    ]


@hooks.register("register_page_header_buttons")
def way_back_from_a_draft(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """Also where there is no draft yet: while the page is edited, Wagtail may make one at any moment."""
    if page.live and page.permissions_for_user(user).can_edit():
        address = reverse("guidance_discard_draft", args=[page.pk])
        yield Button("Discard the draft", address, icon_name="rotate", priority=62)


@hooks.register("register_log_actions")
def discarded_drafts_in_the_history(actions: Any) -> None:
    actions.register_action(DISCARDED, "Discard draft", "Draft discarded: what readers see stands in the form again")


@hooks.register("insert_editor_js")
def script_that_knows_a_forms_own_saves() -> SafeString:
    """Where Wagtail saves by itself, the form is told which version is its own."""
    return format_html('<script src="{}"></script>', static("guidance/own_saves.js"))


@hooks.register("insert_editor_js")
def script_that_loses_nothing_when_a_form_is_sent() -> SafeString:
    """A button waits for what is being saved, and nothing is sent to a server that would throw it away."""
    return format_html(
        '<link rel="stylesheet" href="{}"><script src="{}" data-alive="{}" data-log-in="{}"></script>',
        static("guidance/sending.css"),
        static("guidance/sending.js"),
        reverse("guidance_still_here"),
        f"{resolve_url(settings.WAGTAILADMIN_LOGIN_URL)}?{urlencode({'next': reverse('wagtailadmin_home')})}",
    )
