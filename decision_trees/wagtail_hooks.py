"""What trees add to the admin: the values that the sources leave to the service."""

from __future__ import annotations

from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from .models import LocalSetting


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
