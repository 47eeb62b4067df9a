"""What only the Elasticsearch engine has: turns across machines, indices that change places, more than is ranked."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from search.documents import SearchDocument
from search.engines.base import SearchEngine, SearchUnavailable
from search.lexicon import Lexicon
from tests.search.conftest import Searching, corpus, document
from tests.search.many_hits import assert_counts_agree, many_voles

pytestmark = pytest.mark.elasticsearch

OWN_PROCESS = multiprocessing.get_context("spawn")


@pytest.fixture
def engine_name() -> str:
    return "elasticsearch"


def _hold_a_turn(open_engine: Callable[[], SearchEngine], ready: Any) -> None:
    with open_engine().in_turn():
        ready.set()
        time.sleep(60)


def test_the_turn_of_a_process_that_was_killed_is_free_at_once(searching, open_engine):
    ready = OWN_PROCESS.Event()
    holder = OWN_PROCESS.Process(target=_hold_a_turn, args=(open_engine, ready))
    holder.start()
    assert ready.wait(60)
    with pytest.raises(SearchUnavailable), searching.engine.in_turn(0.2):
        pass
    assert holder.pid
    os.kill(holder.pid, signal.SIGKILL)
    holder.join()
    with searching.engine.in_turn(1.0):
        searching.engine.replace([document("new", "Walruses.")])
    assert searching.keys("walruses") == ["new"]


def test_a_turn_on_another_machine_is_taken_over_when_it_shows_no_life(searching, open_engine, monkeypatch):
    from search.engines.elasticsearch import turns

    monkeypatch.setattr(turns, "LIFE", 0.5)
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(turns, "_place", lambda: "another machine")
        elsewhere.setattr(turns.Turn, "keep_alive", lambda self: None)
        lost = open_engine().in_turn()
        lost.__enter__()
    with searching.engine.in_turn(5.0), pytest.raises(SearchUnavailable, match="taken over"):
        # The one that was thought dead comes round and must write nothing.
        lost.gen.gi_frame.f_locals["turn"].confirm()  # type: ignore[attr-defined]  # the generator that holds the turn


def test_what_is_replaced_during_a_rebuild_is_in_the_new_index(searching, open_engine):
    other = Searching(open_engine(), Lexicon())
    current = {"alliance": [document("alliance", "Walruses in an alliance.")], "met": []}

    def documents() -> Iterator[SearchDocument]:
        yield from corpus()
        other.engine.replace_objects([("passage", ref, each) for ref, each in current.items()])
        assert other.keys("walruses") == ["alliance"]

    searching.engine.rebuild(documents(), again=lambda kind, ref: current[ref])
    assert searching.keys("walruses") == ["alliance"]
    assert "alliance" not in searching.keys("therapeutic")
    assert "met" not in searching.keys("team met on monday")


def test_one_rebuild_at_a_time_and_none_leaves_an_index_behind(searching, open_engine, elasticsearch_address):
    from elasticsearch import Elasticsearch

    other = open_engine()

    def documents() -> Iterator[SearchDocument]:
        yield from corpus()
        with pytest.raises(SearchUnavailable):
            other.rebuild(corpus())

    searching.engine.rebuild(documents())
    with Elasticsearch(elasticsearch_address.hosts[0]) as client:
        assert len(client.indices.get(index=f"{elasticsearch_address.prefix}.documents.*")) == 1


def test_counts_are_true_where_more_matches_than_is_ranked(open_engine, elasticsearch_address):
    from search.engines.elasticsearch.engine import ElasticsearchEngine

    few = ElasticsearchEngine(elasticsearch_address, candidates=10)
    few.rebuild(many_voles())
    assert_counts_agree(Searching(few, Lexicon()), Searching(open_engine(), Lexicon()))


@pytest.mark.parametrize("prefix", ["", "Upper", "a.b", "*", "-a", "x" * 80])
def test_a_prefix_that_cannot_name_an_index_is_refused(elasticsearch_address, prefix):
    from dataclasses import replace

    from search.engines.elasticsearch.engine import ElasticsearchEngine

    with pytest.raises(ValueError, match="index"):
        ElasticsearchEngine(replace(elasticsearch_address, prefix=prefix))


def test_a_document_of_any_length_of_name_is_kept(searching):
    key = "passage:" + "å" * 600
    searching.engine.replace([document(key, "Lynx.", ref="r" * 900, section="s" * 900, source="long")])
    assert searching.keys("lynx") == [key]
    searching.engine.replace_objects([("passage", "r" * 900, [])])
    assert searching.keys("lynx") == []
