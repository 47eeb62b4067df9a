"""Pages that obey the portal's rules.

Wagtail's editor asks a page's permission tester and never the rules library. This tester lets both speak: Wagtail says
what the page's state and the group's place in the page tree allow, the rules say what the role allows.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest
from wagtail.models import Page, PagePermissionTester, PageViewRestriction

from guidance import permissions as may
from guidance.admin_forms import GovernedPageForm
from guidance.permissions import permits
from guidance.services.citing import CitationEntry
from guidance.visibility import restrictions


class GovernedPagePermissionTester(PagePermissionTester):
    """Wagtail's own answer and the answer of the rules; both must be yes."""

    def _may(self, permission: str) -> bool:
        return permits(self.user, permission, self.page)

    def can_add_subpage(self) -> bool:
        return super().can_add_subpage() and self._may(may.ADD_PAGE)

    def can_edit(self) -> bool:
        return super().can_edit() and self._may(may.EDIT_PAGE)

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return super().can_delete(ignore_bulk=ignore_bulk) and self._may(may.DELETE_PAGE)

    def can_move(self) -> bool:
        # Wagtail asks for the right to delete; a move keeps the page, and its old address redirects.
        return super().can_delete(ignore_bulk=True) and self._may(may.EDIT_PAGE)

    def can_unpublish(self) -> bool:
        return super().can_unpublish() and self._may(may.WITHDRAW_PAGE)

    def can_publish(self) -> bool:
        return super().can_publish() and self._may(may.PUBLISH_PAGE)

    def can_publish_subpage(self) -> bool:
        return super().can_publish_subpage() and self._may(may.PUBLISH_PAGE)

    def can_reorder_children(self) -> bool:
        return super().can_reorder_children() and self._may(may.PUBLISH_PAGE)

    def can_lock(self) -> bool:
        return super().can_lock() and self._may(may.LOCK_PAGE)

    def can_unlock(self) -> bool:
        return super().can_unlock() and (self.user_has_lock() or self._may(may.LOCK_PAGE))


class GovernedPage(Page):
    """Base of every page type of the portal: governed by the rules, found in one query, and saying what it cites."""

    base_form_class = GovernedPageForm

    class Meta:
        abstract = True

    def permissions_for_user(self, user: Any) -> GovernedPagePermissionTester:
        return GovernedPagePermissionTester(user, self)

    def citation_entries(self) -> Iterable[CitationEntry]:
        """What this page cites, for "what cites this passage". Recorded when the page is published."""
        return ()

    def get_view_restrictions(self) -> Any:
        """Wagtail's own answer, asked for only where a restriction covers the page at all."""
        if self.path and not any(self.path.startswith(each.path) for each in restrictions()):
            return PageViewRestriction.objects.none()
        return super().get_view_restrictions()

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        """Find the page at an address in two queries, where Wagtail asks twice for every level above it."""
        paths = [f"{self.url_path}{'/'.join(path_components[:count])}/" for count in range(len(path_components), 0, -1)]
        found = Page.objects.filter(url_path__in=paths).order_by("-depth") if paths else Page.objects.none()
        rows = list(found.values_list("pk", "depth", "content_type_id", "title", "url_path"))
        page = _page_of(rows[0][0], rows[0][2]) if rows else None
        if page is None:
            return super().route(request, path_components)
        # For the breadcrumbs: title and place of the pages between this one and the page found, outermost first.
        page.routed_through = tuple((title, url_path) for *_, title, url_path in reversed(rows[1:]))
        return page.route(request, path_components[page.depth - self.depth :])


def _page_of(pk: int, content_type_id: int) -> Any:
    """The page as its own type, or nothing where this release does not know the type."""
    model = ContentType.objects.get_for_id(content_type_id).model_class()
    return model._default_manager.filter(pk=pk).first() if model is not None else None
