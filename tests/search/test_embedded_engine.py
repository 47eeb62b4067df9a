"""What only the embedded engine has: a file, which may be broken or of another version; a sieve where it is large."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from search.engines.base import IndexBroken, IndexMissing
from search.engines.embedded import EmbeddedEngine
from search.lexicon import Lexicon, groups_from_glossary
from tests.search.conftest import GLOSSARY, Searching, corpus
from tests.search.many_hits import assert_counts_agree, many_voles


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


@pytest.mark.parametrize(
    "query",
    [
        "therapeutic alliance",
        "needle exchange",
        "NSP",
        "0.35",
        "theraputic aliance",
        "what do I do when somebody missed doses",
        "using gear",
        '"plan is looked at"',
        '"plan at looked is"',
        "rotas of building 7",
        "MET",
        "zebra crossing paint",
    ],
)
def test_a_large_index_answers_as_a_small_one(index_path, query):
    lexicon = Lexicon(groups_from_glossary(GLOSSARY))
    small = Searching(EmbeddedEngine(index_path), lexicon)
    small.engine.rebuild(corpus())
    expected = small.ask(query, limit=50)
    found = Searching(EmbeddedEngine(index_path, sieved_from=0), lexicon).ask(query, limit=50)
    assert found == expected


def test_counts_are_true_where_more_matches_than_is_ranked(index_path):
    few, whole = EmbeddedEngine(index_path, sieved_from=0, candidates=10), EmbeddedEngine(index_path)
    whole.rebuild(many_voles())
    assert_counts_agree(Searching(few, Lexicon()), Searching(whole, Lexicon()))
