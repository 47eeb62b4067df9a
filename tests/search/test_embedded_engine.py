"""What only the embedded engine has: a file, which may be broken or of another version."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from search.engines.base import IndexBroken, IndexMissing
from search.engines.embedded import EmbeddedEngine
from search.lexicon import Lexicon
from tests.search.conftest import Searching, corpus


@pytest.fixture
def searching(index_path: Path) -> Searching:
    engine = EmbeddedEngine(index_path)
    engine.rebuild(corpus())
    return Searching(engine, Lexicon())


def test_a_broken_index_says_what_to_do_and_is_rebuilt(searching, index_path):
    for suffix in ("-wal", "-shm"):
        Path(f"{index_path}{suffix}").unlink(missing_ok=True)
    index_path.write_bytes(b"no database at all " * 400)
    engine = Searching(EmbeddedEngine(index_path), Lexicon())
    with pytest.raises(IndexBroken, match="rebuild_search"):
        engine.ask("alliance")
    engine.engine.rebuild(corpus())
    assert engine.keys("therapeutic alliance") == ["alliance"]


def test_an_index_of_another_version_is_not_misread(searching, index_path):
    with sqlite3.connect(index_path) as connection:
        connection.execute("UPDATE meta SET value = 'older' WHERE name = 'version'")
    with pytest.raises(IndexMissing):
        searching.ask("alliance")
    searching.engine.rebuild(corpus())
    assert searching.keys("therapeutic alliance") == ["alliance"]
