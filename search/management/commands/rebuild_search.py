"""`manage.py rebuild_search`: every index, or one, anew from all content."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search import services
from search.engine import ENGINES
from search.engines.base import SearchUnavailable, UnknownEngine


class Command(BaseCommand):
    """Build the search indices anew. Readers see the old ones until it is done."""

    help = "Build the search indices anew from all content."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--engine", choices=ENGINES, help="only the index of this engine")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.perf_counter()

        def progress(count: int) -> None:
            self.stderr.write(f"  {count} documents, {time.perf_counter() - started:.0f} s")

        try:
            count = services.rebuild(options["engine"], progress if options["verbosity"] > 1 else None)
        except UnknownEngine as error:
            raise CommandError(str(error), returncode=2) from error
        except SearchUnavailable as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{count} documents indexed in {time.perf_counter() - started:.1f} s.")
