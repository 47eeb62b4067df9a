"""What only the embedded engine has: a file, which may be broken or old, and counts of more than it ranks."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from search.engines.base import IndexBroken, IndexMissing
from search.engines.embedded import EmbeddedEngine
from search.lexicon import Lexicon, groups_from_glossary
from search.ranking import RankingProfile
from search.trusting import Trust
from tests.search.conftest import GLOSSARY, Searching, corpus, document
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


def test_how_many_documents_hold_a_term_is_right_after_every_change(searching, index_path):
    """Counted beside FTS5, which counts it too: but anew each time."""
    engine = searching.engine
    odd = document("odd", "Naïve, re-start, 1½ tablets, Straße, 5.2.6, mg/L, ½, don't, IT support and what’s due")
    engine.replace([odd, document("alliance", "The alliance counts, whoever the worker is, for the alliance.")])
    engine.replace_objects([("passage", "missed", [document("missed", "Nothing of it is left.")])])
    engine.delete(["breath", "filler-3"])
    with sqlite3.connect(index_path) as connection:
        connection.execute("CREATE VIRTUAL TABLE temp.counted USING fts5vocab(main, terms, row)")
        counted = dict(connection.execute("SELECT term, doc FROM temp.counted"))
        kept = dict(connection.execute("SELECT term, documents FROM holding WHERE documents <> 0"))
    assert kept == counted
    assert kept["allianc"] == 1
    assert "methadon" not in kept


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
def test_an_index_that_ranks_few_counts_and_begins_like_one_that_ranks_all(index_path, query):
    lexicon = Lexicon(groups_from_glossary(GLOSSARY))
    # Of what is not ranked it is not known whether it is nearly as good as the best, so it counts.
    whole = Searching(EmbeddedEngine(index_path, RankingProfile(floor_of_best=0.0)), lexicon)
    whole.engine.rebuild(corpus())
    expected = whole.ask(query, limit=50)
    found = Searching(EmbeddedEngine(index_path, candidates=5, common=8), lexicon).ask(query, limit=50)
    assert found.hits[:1] == expected.hits[:1]
    assert found.trust == expected.trust
    if expected.trust is not Trust.NONE:
        assert (found.total, found.facets) == (expected.total, expected.facets)


def test_counts_are_true_where_more_matches_than_is_ranked(index_path):
    few, whole = EmbeddedEngine(index_path, candidates=10), EmbeddedEngine(index_path)
    whole.rebuild(many_voles())
    assert_counts_agree(Searching(few, Lexicon()), Searching(whole, Lexicon()))


def test_a_filter_reaches_what_is_not_among_the_best_without_it(index_path):
    few = EmbeddedEngine(index_path, candidates=10)
    few.rebuild([*many_voles(), document("hidden", f"Voles, and much else. {'Other words. ' * 40}", kind="tree")])
    asked = Searching(few, Lexicon())
    assert "hidden" not in asked.keys("voles", limit=50)
    assert asked.keys("voles", kinds=("tree",)) == ["hidden"]
