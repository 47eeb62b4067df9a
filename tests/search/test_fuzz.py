"""Ten thousand queries that nobody would type on purpose, on each engine: every one is answered."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from search import services
from tests.search.conftest import Searching

QUERIES = 10_000
#: Asked over HTTP, with everything that a page needs.
PAGES = 150

WORDS = [
    "methadone",
    "needle",
    "exchange",
    "MET",
    "QRC 3",
    "0.35",
    "mg/L",
    "breathaliser",
    "doses",
    "plan",
    "5.2.6",
]
OPERATORS = ["AND", "OR", "NOT", "NEAR(", "title:", "*", "~2", "^3", "-", "+", "(", ")", "[", "]", "{", "}", ":", "\\"]
OPERATORS += ["||", "&&", "!", "/.*/", "_exists_:x", "' OR 1=1 --", "<script>", "{{7*7}}", "%00", "../..", "=met", "·"]
QUOTES = ['"', "'", "“", "”", "«", "`", '""', '"a', 'b"']
CONTROLS = ["\x00", "\x07", "\x1b[31m", "\r\n", "\t", "\u202e", "\u200d", "\ufeff", "\u2028", "\ud800", "\udfff"]


def hostile_queries(count: int, seed: int) -> Iterator[str]:
    """The same queries for the same seed."""
    rng = random.Random(seed)
    for _ in range(count):
        length = rng.choice((1, 2, 3, 5, 8, 13, 40)) if rng.random() < 0.97 else 800
        yield "".join(_piece(rng) + rng.choice((" ", " ", "", "-", "\u00a0")) for _ in range(length))[:5000]


def _piece(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.3:
        return rng.choice(WORDS)
    if kind < 0.5:
        return rng.choice(OPERATORS)
    if kind < 0.6:
        return rng.choice(QUOTES)
    if kind < 0.7:
        return rng.choice(CONTROLS)
    if kind < 0.75:
        return rng.choice("x9é") * rng.choice((3, 70, 5000))
    return "".join(chr(rng.randrange(0x20, 0x1FFFF)) for _ in range(rng.randrange(1, 8)))


def test_the_queries_are_of_every_kind():
    text = "".join(hostile_queries(2000, seed=1))
    categories = {unicodedata.category(character)[0] for character in text}
    assert categories >= set("LNPSZCM")
    assert max(map(len, hostile_queries(2000, seed=1))) == 5000


def test_every_query_is_answered(searching: Searching):
    queries = list(hostile_queries(QUERIES, seed=20261126))

    def answered(some: list[str]) -> int:
        return sum(found.total >= len(found.hits) for found in map(searching.ask, some))

    # A few at a time, as they come to a server.
    with ThreadPoolExecutor(4) as askers:
        parts = list(askers.map(answered, [queries[at::16] for at in range(16)]))
    assert sum(parts) == QUERIES


@pytest.mark.django_db(transaction=True)
def test_every_page_is_a_page(content, client):
    content.put("dose", "Missed doses and what to do about them.")
    services.rebuild()
    for query in hostile_queries(PAGES, seed=7):
        query = query.encode("utf-8", "replace").decode()
        # An address that is too long is refused in a page of its own.
        assert client.get("/search/", {"q": query}).status_code in {200, 414}
