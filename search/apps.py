"""Start-up of the search: find what can be found. Reads no database and sends nothing."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = "Search"

    def ready(self) -> None:
        from search import engine

        engine.register()
        autodiscover_modules("search_kinds")
