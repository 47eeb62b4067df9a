"""Start-up of the search: find what can be found. Reads no database and sends nothing."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = "Search"

    def ready(self) -> None:
        from django.db.models.signals import post_delete, post_save

        from search import engine
        from search.editing import forget_best_bets

        engine.register()
        autodiscover_modules("search_kinds")
        for signal in (post_save, post_delete):
            signal.connect(
                forget_best_bets, sender="search.BestBet", dispatch_uid=f"search-forget-best-bets-{id(signal)}"
            )
