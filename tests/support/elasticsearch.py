"""A real Elasticsearch for tests that ask for it, and in it a name of their own for everything of theirs."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.support.throwaway_elasticsearch import NoElasticsearch, Server, server

if TYPE_CHECKING:
    from search.engines.elasticsearch.connection import Address


@pytest.fixture(scope="session")
def elasticsearch_url() -> Iterator[str]:
    """The server in ELASTICSEARCH_TEST_URL, or one started for this session; without one the tests are skipped."""
    named = os.environ.get("ELASTICSEARCH_TEST_URL")
    if named:
        yield named
        return
    with started() as running:
        yield running.url


@pytest.fixture(scope="module")
def own_elasticsearch() -> Iterator[Server]:
    """A server of this module alone, to be killed and started at will."""
    with started() as running:
        yield running


@pytest.fixture
def elasticsearch_address(elasticsearch_url: str) -> Iterator[Address]:
    """Where an engine finds the server, with a prefix that no other test uses."""
    yield from address_at(elasticsearch_url)


def address_at(url: str) -> Iterator[Address]:
    """An address with a prefix of its own; what was made under it is deleted in the end."""
    from elasticsearch import Elasticsearch

    from search.engines.elasticsearch.connection import Address

    address = Address((url,), prefix=f"test-{uuid.uuid4().hex[:12]}", patience=20.0)
    yield address
    with Elasticsearch(url) as client:
        for name in client.indices.get(index=f"{address.prefix}.*", expand_wildcards="all"):
            client.indices.delete(index=name)


@contextmanager
def started(secured: bool = False) -> Iterator[Server]:
    """A server that runs, or a skipped test that says why it was not to be had."""
    with ExitStack() as stack:
        try:
            running = stack.enter_context(server(secured))
        except NoElasticsearch as why:
            pytest.skip(str(why))
        yield running
