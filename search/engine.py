"""Which engine answers, and with which words. The only place that reads the settings of the search."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from search.engines.base import SearchEngine, UnknownEngine, engine_named, register_engine
from search.engines.embedded import EmbeddedEngine
from search.lexicon import Lexicon, LexiconGroup

EMBEDDED = "embedded"
ELASTICSEARCH = "elasticsearch"
#: Every engine of this release, whether it is set up or not.
ENGINES = (EMBEDDED, ELASTICSEARCH)

_lock = threading.Lock()
_embedded: dict[Path, EmbeddedEngine] = {}
_elasticsearch: dict[object, SearchEngine] = {}
LexiconProvider = Callable[[], tuple[LexiconGroup, ...]]

_providers: dict[str, LexiconProvider] = {}
#: What the providers gave last, and the table made of it.
_made: tuple[tuple[tuple[LexiconGroup, ...], ...], Lexicon] = ((), Lexicon())


def register() -> None:
    """Register what this release brings. Called once, at start-up."""
    register_engine(EMBEDDED, embedded_engine)
    register_engine(ELASTICSEARCH, elasticsearch_engine)


def embedded_engine() -> EmbeddedEngine:
    """The engine on the index file that the settings name now."""
    path = Path(settings.SEARCH_INDEX_PATH)
    with _lock:
        if path not in _embedded:
            _embedded[path] = EmbeddedEngine(path)
        return _embedded[path]


def elasticsearch_engine() -> SearchEngine:
    """The engine on the cluster that the settings name now; `UnknownEngine` where they name none."""
    if not settings.ELASTICSEARCH_URL:
        raise UnknownEngine("The engine 'elasticsearch' is not set up: ELASTICSEARCH_URL names no server.")
    # Here, because the client takes a second to import, and most portals never need it.
    from search.engines.elasticsearch.connection import Address
    from search.engines.elasticsearch.engine import ElasticsearchEngine

    address = Address(
        hosts=tuple(host.strip() for host in settings.ELASTICSEARCH_URL),
        api_key=settings.ELASTICSEARCH_API_KEY,
        ca_certs=settings.ELASTICSEARCH_CA_CERTS,
        prefix=settings.ELASTICSEARCH_PREFIX,
        patience=settings.ELASTICSEARCH_TIMEOUT,
        write_patience=settings.ELASTICSEARCH_WRITE_TIMEOUT,
    )
    with _lock:
        if address not in _elasticsearch:
            _elasticsearch[address] = ElasticsearchEngine(address)
        return _elasticsearch[address]


def kept_engines() -> tuple[str, ...]:
    """The engines whose indices are kept up to date, the one that answers first. The last one needs no server."""
    return (ELASTICSEARCH, EMBEDDED) if settings.ELASTICSEARCH_URL else (EMBEDDED,)


def current_engine(name: str | None = None) -> SearchEngine:
    """The engine of that name, or the one that answers; `UnknownEngine` for one that is not there."""
    return engine_named(name or kept_engines()[0])


def local_engine() -> SearchEngine:
    """The engine that every portal has and that cannot be away."""
    return engine_named(kept_engines()[-1])


def register_lexicon(name: str, groups: LexiconProvider) -> None:
    """Add a provider of words that are searched together. A name twice is refused.

    A provider is asked at every search, so it returns the very same tuple until its words change, and costs nothing
    meanwhile.
    """
    if name in _providers:
        raise ValueError(f"A lexicon named {name!r} is registered already.")
    _providers[name] = groups


def lexicon() -> Lexicon:
    """All providers' groups as one table, made anew only when a provider gives another tuple."""
    global _made
    given = tuple(_providers[name]() for name in sorted(_providers))
    made = _made
    if len(made[0]) != len(given) or any(one is not other for one, other in zip(made[0], given, strict=True)):
        made = (given, Lexicon(tuple(group for groups in given for group in groups)))
        _made = made
    return made[1]
