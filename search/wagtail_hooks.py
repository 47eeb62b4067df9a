"""What the search adds to the admin: best bets as snippets, and the report of searches that found too little."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from search.admin_views import MAY_SEE_REPORT, report
from search.editing import changed_by
from search.models import BestBet


@admin.display(description="Recent searches it changes")
def recent_searches_changed(bet: BestBet) -> str:
    return ", ".join(changed_by(bet.lines)[:5]) or "None in the report"


class BestBetViewSet(SnippetViewSet):
    model = BestBet
    icon = "pick"
    list_display = ["__str__", "owner", "expires", recent_searches_changed]
    list_filter = ["owner", "expires"]
    search_fields = ["words", "key", "owner"]


register_snippet(BestBetViewSet)


@hooks.register("register_admin_urls")
def address_of_the_report() -> list[URLPattern]:
    return [path("search-report/", report, name="search_report")]


class _ReportItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return bool(user.has_perm(MAY_SEE_REPORT))


@hooks.register("register_reports_menu_item")
def entry_in_the_menu() -> MenuItem:
    return _ReportItem("Searches that found too little", reverse("search_report"), icon_name="search", order=900)
