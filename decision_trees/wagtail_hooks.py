"""What trees add to the admin: the check while typing, trees as files, and values that sources leave to the service."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.admin.widgets.button import Button
from wagtail.models import Page
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from guidance.permissions import ADD_PAGE, permits

from . import admin_views
from .attention import Attention, trees_that_need_somebody
from .models import LocalSetting, TreeIndexPage, TreePage
from .publishing import REFUSED, was_published


class LocalSettingViewSet(SnippetViewSet):
    """A service's own limits, each with who answers for it and since when it holds."""

    model = LocalSetting
    icon = "cogs"
    menu_label = "Local settings"
    menu_order = 260
    add_to_admin_menu = True
    list_display = ["title", "slug", "state", "value", "unit", "owner", "set_on"]
    search_fields = ["title", "slug", "owner"]


register_snippet(LocalSettingViewSet)


class TreePageViewSet(PageViewSet):
    """Wagtail's own views of pages, but for the words of a refusal."""

    model = TreePage
    #: Lists of trees stay as those of every other page.
    parent_models = ()
    edit_view_class = admin_views.TreeEditView
    revisions_revert_view_class = admin_views.TreeRevertView


@hooks.register("register_admin_viewset")
def views_of_a_tree() -> TreePageViewSet:
    return TreePageViewSet()


@hooks.register("register_admin_urls")
def addresses_of_the_tree_editor() -> list[URLPattern]:
    return [
        path("decision-trees/check/<int:page_id>/", admin_views.check, name="decision_trees_check"),
        path("decision-trees/map/<int:page_id>/", admin_views.drawing, name="decision_trees_drawing"),
        path("decision-trees/mutations/<int:page_id>/", admin_views.mutations, name="decision_trees_mutations"),
        path("decision-trees/export/<int:page_id>/", admin_views.export, name="decision_trees_export"),
        path("decision-trees/import/", admin_views.import_file, name="decision_trees_import"),
    ]


@hooks.register("register_page_header_buttons")
def file_buttons_of_a_page(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    return _file_buttons(page, user)


@hooks.register("register_page_listing_more_buttons")
def file_buttons_in_a_list(page: Page, user: Any, next_url: str | None = None) -> Iterator[Button]:
    return _file_buttons(page, user)


def _file_buttons(page: Page, user: Any) -> Iterator[Button]:
    kind = page.specific_class
    if kind is TreeIndexPage and page.permissions_for_user(user).can_add_subpage():
        yield Button("Import a tree", reverse("decision_trees_import"), icon_name="upload", priority=60)
    if kind is TreePage and page.permissions_for_user(user).can_edit():
        export = reverse("decision_trees_export", args=[page.pk])
        yield Button("Export as a file", export, icon_name="download", priority=60)


class AttentionPanel(Component):
    """On the first page of the admin, for those who write trees: which of them need somebody."""

    name = "trees_that_need_somebody"
    order = 90
    template_name = "decision_trees/admin/attention.html"

    def __init__(self, trees: Iterable[Attention]) -> None:
        self.trees = trees

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return {"trees": self.trees}


@hooks.register("construct_homepage_panels")
def trees_on_the_first_page(request: HttpRequest, panels: list[Component]) -> None:
    trees = trees_that_need_somebody() if permits(request.user, ADD_PAGE) else ()
    if trees:
        panels.append(AttentionPanel(trees))


@hooks.register("before_delete_page")
def keep_what_was_published(request: HttpRequest, page: Page) -> HttpResponse | None:
    return _led_to_unpublish(request, [page])


@hooks.register("before_bulk_action")
def keep_what_was_published_among(
    request: HttpRequest, action_type: str, pages: Iterable[Any], action: Any
) -> HttpResponse | None:
    if action_type != "delete" or not issubclass(action.model, Page):
        return None
    return _led_to_unpublish(request, pages)


def _led_to_unpublish(request: HttpRequest, pages: Iterable[Page]) -> HttpResponse | None:
    """A result names a version of its tree for ever, so a tree that was published once is not deleted."""
    tree = was_published(pages)
    if tree is None:
        return None
    messages.error(
        request,
        f"“{tree.title}” was published, and results that people keep name its versions. It is not deleted. Unpublish "
        "it: then readers and the search no longer find it.",
    )
    if tree.live and tree.permissions_for_user(request.user).can_unpublish():
        return redirect("wagtailadmin_pages:unpublish", tree.pk)
    return redirect("wagtailadmin_explore", tree.get_parent().pk)


@hooks.register("register_log_actions")
def refusals_in_the_history(actions: Any) -> None:
    actions.register_action(REFUSED, "Not published", "Not published: the tree did not hold when its time came")
