"""What the search adds to the admin: best bets as snippets, and the report of searches that found too little."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from wagtail import hooks
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.permissions import policy_registry, register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from search.admin_views import preview_best_bet, report
from search.audience import audience_of
from search.documents import EVERYONE
from search.editing import changed_by
from search.engines.base import SearchUnavailable
from search.models import KEY, BestBet
from search.permissions import KEEP_BEST_BETS, SEE_POOR_SEARCHES, permits
from search.policies import RuledPermissionPolicy
from search.previewing import title_of
from search.remedies import Remedy, register_remedy
from search.snippet_views import FilledInCreateView, PreviewPanel

TARGET_NOT_FOUND = "Target not found"
#: Recent searches named in the list of best bets.
NAMED = 5

register_permission_policy(BestBet, RuledPermissionPolicy(BestBet, KEEP_BEST_BETS))


class TargetColumn(Column):
    """What a best bet shows to the person who looks at the list, and whether everybody may find it."""

    cell_template_name = "search/admin/target_cell.html"

    def get_cell_context_data(self, instance: BestBet, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        request = parent_context["request"]
        try:
            title = title_of(instance.key, audience_of(request.user))
            context["restricted"] = title is not None and title_of(instance.key, (EVERYONE,)) is None
        except SearchUnavailable:
            title = "The search cannot be asked now"
        context["value"] = title or TARGET_NOT_FOUND
        context["missing"] = title is None
        return context


class LastDayColumn(Column):
    """The last day of a best bet, marked once it is over."""

    cell_template_name = "search/admin/last_day_cell.html"

    def get_cell_context_data(self, instance: BestBet, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        context["ended"] = instance.expires < timezone.localdate()
        return context


def recent_searches_changed(bet: BestBet) -> str:
    if bet.expires < timezone.localdate():
        return "None, it has ended"
    return ", ".join(changed_by(bet.lines)[:NAMED]) or "None in the report"


class BestBetForm(WagtailAdminModelForm):
    """A best bet whose key names something that the person who chooses it may find."""

    def clean_key(self) -> str:
        """A key that stays as it is is not looked for: what it shows may have gone, and the bet must be ended then."""
        key: str = self.cleaned_data["key"]
        if "key" not in self.changed_data or not KEY.fullmatch(key):
            return key
        try:
            found = title_of(key, audience_of(self.for_user))
        except SearchUnavailable:
            return key
        if found is None:
            raise ValidationError(
                f"Nothing that you may find has the key “{key}”. Search for what you want to show, and copy its key "
                "from “Why this hit”."
            )
        return key


class NewBestBetView(FilledInCreateView):
    filled_by_address = ("words",)


class BestBetViewSet(SnippetViewSet):
    model = BestBet
    icon = "pick"
    add_view_class = NewBestBetView
    list_display = [
        "searches",
        TargetColumn("key", label="Shows"),
        Column("owner", label="Owner", sort_key="owner"),
        LastDayColumn("expires", label="Last day", sort_key="expires"),
        Column("changed", label="Recent searches it changes", accessor=recent_searches_changed),
    ]
    list_filter = ["owner", "expires"]
    search_fields = ["words", "key", "owner"]
    edit_handler = ObjectList(
        [
            FieldPanel("words"),
            FieldPanel("key"),
            FieldRowPanel([FieldPanel("owner"), FieldPanel("expires")]),
            FieldPanel("note"),
            PreviewPanel("search_preview_best_bet", heading="Which searches it changes"),
        ],
        base_form_class=BestBetForm,
    )


register_snippet(BestBetViewSet)


def new_best_bet(user: Any, words: str) -> str:
    """The form for a best bet for these words, for those who may add one."""
    if not policy_registry.get_by_type(BestBet).user_has_permission(user, "add"):
        return ""
    return f"{reverse('wagtailsnippets_search_bestbet:add')}?{urlencode({'words': words})}"


register_remedy(Remedy("Add a best bet", new_best_bet, order=20))


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [
        path("search-report/", report, name="search_report"),
        path("search-preview/best-bet/", preview_best_bet, name="search_preview_best_bet"),
        path("search-preview/best-bet/<int:pk>/", preview_best_bet, name="search_preview_best_bet"),
    ]


class _ReportItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return permits(request.user, SEE_POOR_SEARCHES)


@hooks.register("register_reports_menu_item")
def entry_in_the_menu() -> MenuItem:
    return _ReportItem("Searches that found too little", reverse("search_report"), icon_name="search", order=900)
