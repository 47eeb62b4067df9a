"""Everything `make run` needs before it serves: tables, assets, content, documents, index, a first administrator."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import OperationalError

from guidance.importing.errors import UnreadableSource
from guidance.starter import Outcome
from portal.starter import import_if_changed, load_if_changed
from search.engine import kept_engines
from search.engines.base import IndexBroken, IndexMissing, SearchUnavailable
from search.services import document_count, drain_outbox, is_behind, rebuild

#: What the person who sets up must hear of.
REPORTED = frozenset({Outcome.FAILED, Outcome.KEPT_LOCAL_EDIT})


class Command(BaseCommand):
    help = "Set up what is missing. What stands already is left alone, so a second run is quick."
    # They would warn of the folders that this command is about to make.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        Path(settings.VAR_DIR).mkdir(parents=True, exist_ok=True)
        self._step("Assets", self._assets)
        self._step("Database", self._migrate)
        self._step("Content", self._content)
        self._step("Documents", self._documents)
        self._step("Search index", self._index)
        self._first_administrator()

    def _step(self, name: str, do: Callable[[], str]) -> None:
        started = time.monotonic()
        self.stdout.write(f"{name}… ", ending="")
        self.stdout.flush()
        outcome = do()
        self.stdout.write(f"{outcome} ({time.monotonic() - started:.1f} s)")

    def _assets(self) -> str:
        call_command("prepare_assets", verbosity=0)
        stamp, digest = Path(settings.STATIC_ROOT) / ".collected", _static_digest()
        if stamp.exists() and stamp.read_text(encoding="utf-8") == digest:
            return "in place"
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(digest, encoding="utf-8")
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
        results = load_if_changed(settings.CONTENT_DIR)
        if results is None:
            return "up to date"
        for result in results:
            if result.outcome in REPORTED:
                self.stderr.write(f"\n  {result}", ending="")
        counts = Counter(result.outcome.value for result in results)
        return ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items()))

    def _documents(self) -> str:
        try:
            reports = import_if_changed(settings.SOURCES_DIR)
        except UnreadableSource as error:
            # The site works to the section without the documents, so it is served all the same.
            return f"not imported: {error}"
        if reports is None:
            return "up to date"
        if not reports:
            return f"none in {settings.SOURCES_DIR}; citations open at the section (README.md, SOURCES)"
        return ", ".join(f"{report.slug}: {report.passages} passages" for report in reports)

    def _index(self) -> str:
        """Rebuilt where it is missing or unreadable; else brought up to date."""
        *first, last = kept_engines()
        outcomes = [self._one_index(last, missing=lambda: not document_count())]
        # One that was not named for a while has missed what changed meanwhile.
        outcomes += [f"{name}: {self._one_index(name, missing=partial(is_behind, name))}" for name in first]
        return "; ".join(outcomes)

    def _one_index(self, engine: str, missing: Callable[[], bool]) -> str:
        try:
            changes = drain_outbox(engine)
            if not missing():
                return f"up to date, {changes} changes"
        except (IndexMissing, IndexBroken):
            pass
        except SearchUnavailable as why:
            return f"not brought up to date: {why}"
        try:
            return f"{rebuild(engine)} documents"
        except SearchUnavailable as why:
            if engine == kept_engines()[-1]:
                raise
            return f"not built: {why}"

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


def _static_digest() -> str:
    """Changes with any file that is served: ours by content, those of packages by version."""
    whole = hashlib.sha256()
    for name in ("django", "wagtail", "wagtail-nhsuk-frontend"):
        whole.update(version(name).encode())
    ours = sorted(set(settings.BASE_DIR.glob("*/static")) - {Path(settings.STATIC_ROOT)})
    for folder in (*ours, settings.VAR_DIR / "vendor"):
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                whole.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return whole.hexdigest()
