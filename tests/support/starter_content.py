"""The starter content of `content/` for tests: loaded once in a process, then put back from memory.

`starter_content` gives a module the content inside a transaction that is rolled back after it. `committed_content` is
for tests that drive a server: it commits, and leaves the database as it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.db import connection, transaction

from guidance.generation import bump_generation
from portal.starter import load_everything

#: Wagtail's own index of its admin, which SQLite keeps twice, by triggers. No test reads it, so it is left alone.
ADMIN_SEARCH = "wagtailsearch_"


@dataclass(frozen=True)
class Snapshot:
    """Every row of every table of ours, as the database gives it."""

    tables: dict[str, tuple[tuple[str, ...], list[tuple[object, ...]]]]

    @classmethod
    def take(cls) -> Snapshot:
        tables = {}
        with connection.cursor() as cursor:
            for name in connection.introspection.django_table_names(only_existing=True, include_views=False):
                if name.startswith(ADMIN_SEARCH):
                    continue
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")
                columns = tuple(column[0] for column in cursor.description)
                tables[name] = columns, [tuple(row) for row in cursor.fetchall()]
        return cls(tables)

    def restore(self) -> None:
        """Put these rows in the place of those that are there, in one transaction. Foreign keys are looked at last."""
        quote = connection.ops.quote_name
        with transaction.atomic(), connection.cursor() as cursor:
            for name in self.tables:
                cursor.execute(f"DELETE FROM {quote(name)}")
            for name, (columns, rows) in self.tables.items():
                if rows:
                    names = ", ".join(map(quote, columns))
                    places = ", ".join(["%s"] * len(columns))
                    cursor.executemany(f"INSERT INTO {quote(name)} ({names}) VALUES ({places})", rows)
            # What this process remembers was remembered of other rows.
            bump_generation()


_loaded: list[Snapshot] = []


def put_starter_content() -> None:
    """The starter content in the place of whatever is in the database."""
    if _loaded:
        _loaded[0].restore()
        return
    failed = [result for result in load_everything(settings.CONTENT_DIR) if result.is_failure]
    assert not failed, "\n".join(map(str, failed))
    _loaded.append(Snapshot.take())


@contextmanager
def with_starter_content() -> Iterator[None]:
    """The starter content until the end of the block, whatever is changed and committed inside."""
    before = Snapshot.take()
    try:
        put_starter_content()
        yield
    finally:
        before.restore()


@pytest.fixture(scope="module")
def starter_content(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """The starter content for a module's tests, each of which changes it for itself alone."""
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        put_starter_content()
        # What the loading left to do after its commit would stand in the way of what a test leaves to do.
        connection.run_on_commit.clear()
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def committed_content(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """The starter content, committed, for a module whose tests drive a server."""
    with django_db_blocker.unblock(), with_starter_content():  # type: ignore[attr-defined]
        yield
