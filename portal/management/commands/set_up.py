"""Everything `make run` needs before it serves: tables, assets, content, documents, index, a first administrator."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import OperationalError


class Command(BaseCommand):
    help = "Set up what is missing. What stands already is left alone, so a second run is quick."

    def handle(self, *args: Any, **options: Any) -> None:
        Path(settings.VAR_DIR).mkdir(parents=True, exist_ok=True)
        self._step("Assets", self._assets)
        self._step("Database", self._migrate)
        self._step("Content and documents", self._content)
        self._step("Search index", self._index)
        self._first_administrator()

    def _step(self, name: str, do: Callable[[], str]) -> None:
        started = time.monotonic()
        self.stdout.write(f"{name}… ", ending="")
        self.stdout.flush()
        outcome = do()
        self.stdout.write(f"{outcome} ({time.monotonic() - started:.1f} s)")

    def _assets(self) -> str:
        from portal.assets import static_files_are_collected

        call_command("prepare_assets", verbosity=0)
        if static_files_are_collected():
            return "in place"
        call_command("collectstatic", interactive=False, verbosity=0)
        return "collected"

    def _migrate(self) -> str:
        try:
            executor = MigrationExecutor(connection)
        except OperationalError as error:
            raise CommandError(f"The database cannot be reached. Check DATABASE_URL. ({error})") from error
        if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return "up to date"
        call_command("migrate", interactive=False, verbosity=0)
        return "migrated"

    def _content(self) -> str:
        from portal.starter import set_up_content

        return set_up_content(settings.CONTENT_DIR, settings.SOURCES_DIR)

    def _index(self) -> str:
        from search.services import ensure_index

        return "rebuilt" if ensure_index() else "up to date"

    def _first_administrator(self) -> None:
        people = get_user_model().objects
        if people.filter(is_superuser=True).exists():
            return
        password = secrets.token_urlsafe(12)
        people.create_superuser(username="admin", email="", password=password)
        self.stdout.write(
            "\nA first administrator was made. The password is shown this once; change it after logging in.\n"
            f"  user name  admin\n  password   {password}"
        )
