"""Which engine answers, and with which words. The only place that reads the settings of the search."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from django.conf import settings

from search.engines.base import SearchEngine, engine_named, register_engine
from search.engines.embedded import EmbeddedEngine
from search.lexicon import Lexicon, LexiconGroup

DEFAULT_ENGINE = "embedded"

_lock = threading.Lock()
_embedded: dict[Path, EmbeddedEngine] = {}
_providers: dict[str, Callable[[], Iterable[LexiconGroup]]] = {}
_lexicons: dict[tuple[object, ...], Lexicon] = {}


def register() -> None:
    """Register what this release brings. Called once, at start-up."""
    register_engine(DEFAULT_ENGINE, embedded_engine)


def embedded_engine() -> SearchEngine:
    """The engine on the index file that the settings name now."""
    path = Path(settings.SEARCH_INDEX_PATH)
    with _lock:
        if path not in _embedded:
            _embedded[path] = EmbeddedEngine(path)
        return _embedded[path]


def current_engine(name: str = DEFAULT_ENGINE) -> SearchEngine:
    """The engine of that name; `UnknownEngine` for one that this release does not bring."""
    return engine_named(name)


def register_lexicon(name: str, groups: Callable[[], Iterable[LexiconGroup]]) -> None:
    """Add a provider of words that are searched together. A name twice is refused."""
    if name in _providers:
        raise ValueError(f"A lexicon named {name!r} is registered already.")
    _providers[name] = groups


def lexicon() -> Lexicon:
    """All providers' groups as one table, rebuilt only when a provider gives something else.

    A provider is asked at every search that this process has not answered before, so it keeps what it read until that
    changes, and costs nothing while it does not.
    """
    groups = tuple(group for name in sorted(_providers) for group in _providers[name]())
    with _lock:
        if groups not in _lexicons:
            _lexicons.clear()
            _lexicons[groups] = Lexicon(groups)
        return _lexicons[groups]
