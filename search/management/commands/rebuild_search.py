"""`manage.py rebuild_search`: the index anew from all content."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search import services
from search.engines.base import SearchUnavailable


class Command(BaseCommand):
    """Build the search index anew. Readers see the old one until it is done."""

    help = "Build the search index anew from all content."

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.perf_counter()
        try:
            count = services.rebuild()
        except SearchUnavailable as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{count} documents indexed in {time.perf_counter() - started:.1f} s.")
