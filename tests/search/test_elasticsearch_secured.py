"""A server with security on: a key is needed, the certificate is checked, and any of several addresses will do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from search.engines.base import SearchUnavailable
from tests.search.conftest import corpus
from tests.support.elasticsearch import started
from tests.support.throwaway_elasticsearch import Server, free_port

if TYPE_CHECKING:
    from search.engines.elasticsearch.connection import Address

pytestmark = pytest.mark.elasticsearch

ROLE = {"portal": {"cluster": [], "indices": [{"names": ["portal.*"], "privileges": ["all"]}]}}


@pytest.fixture(scope="module")
def secured() -> Iterator[Server]:
    with started(secured=True) as running:
        yield running


@pytest.fixture
def address(secured: Server) -> Address:
    from search.engines.elasticsearch.connection import Address

    made = secured.ask("/_security/api_key", json.dumps({"name": "portal", "role_descriptors": ROLE}))
    nobody_there = f"https://127.0.0.1:{free_port()}"
    key = json.loads(made)["encoded"]
    return Address((nobody_there, secured.url), api_key=key, ca_certs=str(secured.authority), patience=20.0)


def engine_at(address: Address) -> Any:
    from search.engines.elasticsearch.engine import ElasticsearchEngine

    return ElasticsearchEngine(address)


def test_a_key_for_our_indices_alone_is_all_that_is_needed_and_one_host_may_be_away(address: Address) -> None:
    engine = engine_at(address)
    assert engine.rebuild(corpus()) == engine.document_count() == len(corpus())
    assert engine.replace_objects([("passage", "met", [])]) == 0
    assert engine.document_count() == len(corpus()) - 1
    assert engine.vocabulary(("everyone",)).knows("methadone")


def test_a_wrong_key_and_a_foreign_authority_are_refused_in_words(address: Address, tmp_path: Path) -> None:
    with pytest.raises(SearchUnavailable, match="ELASTICSEARCH_API_KEY"):
        engine_at(replace(address, api_key="bm9ib2R5Om5vdGhpbmc=")).document_count()
    with pytest.raises(SearchUnavailable, match="ELASTICSEARCH_API_KEY"):
        engine_at(replace(address, prefix="other")).rebuild(corpus())
    with pytest.raises(SearchUnavailable):
        engine_at(replace(address, ca_certs="")).document_count()
