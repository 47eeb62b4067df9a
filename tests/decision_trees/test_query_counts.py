"""Pages of trees take few queries, and the same number with ten times the trees."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from decision_trees import history, services
from guidance.generation import bump_generation
from tests.factories.trees import lantern_document, published_tree

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter_content")]

#: Issue 3, Must show 8.
MOST_QUERIES = 12
PAGES = {
    "start": "/decision-trees/breath-alcohol-before-dose/",
    "question": "/decision-trees/breath-alcohol-before-dose/reading/?looks=neither",
    "result": "/decision-trees/breath-alcohol-before-dose/result/?looks=withdrawal&reading=not-known&risks=none&v=1",
    "result of today": (
        "/decision-trees/breath-alcohol-before-dose/result/"
        f"?looks=withdrawal&reading=not-known&risks=none&at={date.today()}&v=1"
    ),
    "outline": "/decision-trees/breath-alcohol-before-dose/outline/",
    "map": "/decision-trees/breath-alcohol-before-dose/map/",
    "map with one's way": "/decision-trees/breath-alcohol-before-dose/map/?looks=neither",
    "outline with one's way": "/decision-trees/breath-alcohol-before-dose/outline/?looks=neither",
    "print": "/decision-trees/breath-alcohol-before-dose/print/",
    "proof": "/decision-trees/breath-alcohol-before-dose/proof/",
    "versions": "/decision-trees/breath-alcohol-before-dose/versions/",
    "a version": "/decision-trees/breath-alcohol-before-dose/versions/1/",
    "differences": "/decision-trees/breath-alcohol-before-dose/versions/1/1/",
    "list": "/decision-trees/",
    "refused": "/decision-trees/breath-alcohol-before-dose/looks/?looks=green",
}


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    yield
    services._trees.clear()


def queries_for(address: str) -> int:
    """Of the first request after a change, in a process that has read no tree yet."""
    bump_generation()
    services._trees.clear()
    history._compared.clear()
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        assert Client().get(address).status_code in (200, 400)
    return len(queries)


def test_each_page_takes_few_queries_and_the_same_with_ten_times_the_trees() -> None:
    few = {name: queries_for(address) for name, address in PAGES.items()}
    assert {name: count for name, count in few.items() if count > MOST_QUERIES} == {}
    for number in range(45):
        published_tree(lantern_document(f"lantern-{number}"))
    assert {name: queries_for(address) for name, address in PAGES.items()} == few


def test_a_warm_page_asks_next_to_nothing() -> None:
    for name, address in PAGES.items():
        queries_for(address)
        with CaptureQueriesContext(connection) as queries:
            Client().get(address)
        assert len(queries) <= 3, (name, [query["sql"] for query in queries])
