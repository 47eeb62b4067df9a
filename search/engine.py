"""Which engine answers, and with which words. The only place that reads the settings of the search."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from search.engines.base import SearchEngine, engine_named, register_engine
from search.engines.embedded import EmbeddedEngine
from search.lexicon import Lexicon, LexiconGroup

DEFAULT_ENGINE = "embedded"

_lock = threading.Lock()
_embedded: dict[Path, EmbeddedEngine] = {}
LexiconProvider = Callable[[], tuple[LexiconGroup, ...]]

_providers: dict[str, LexiconProvider] = {}
#: What the providers gave last, and the table made of it.
_made: tuple[tuple[tuple[LexiconGroup, ...], ...], Lexicon] = ((), Lexicon())


def register() -> None:
    """Register what this release brings. Called once, at start-up."""
    register_engine(DEFAULT_ENGINE, embedded_engine)


def embedded_engine() -> EmbeddedEngine:
    """The engine on the index file that the settings name now."""
    path = Path(settings.SEARCH_INDEX_PATH)
    with _lock:
        if path not in _embedded:
            _embedded[path] = EmbeddedEngine(path)
        return _embedded[path]


def current_engine(name: str = DEFAULT_ENGINE) -> SearchEngine:
    """The engine of that name; `UnknownEngine` for one that this release does not bring."""
    return engine_named(name)


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
