"""What every search engine promises, and the register of engines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from search.documents import SearchDocument
from search.planner import SearchPlan, Vocabulary
from search.results import EngineResult, Explanation, Hit


class SearchUnavailable(Exception):
    """The engine cannot answer now. The message says what to do."""


class IndexMissing(SearchUnavailable):
    """There is no index yet, or one of another version. Building it helps."""


class IndexBroken(SearchUnavailable):
    """The index is there and cannot be read. Building it anew helps."""


class UnknownEngine(LookupError):
    """No engine of that name is part of this release."""


#: An object by kind and ref, with all its documents.
IndexedObject = tuple[str, str, Iterable[SearchDocument]]
#: Reads an object, by kind and ref, anew.
Again = Callable[[str, str], Iterable[SearchDocument]]
#: Is told how many documents have been written so far.
Progress = Callable[[int], None]
#: How many documents pass between two words of progress.
PROGRESS_EVERY = 500


def told(documents: Iterable[SearchDocument], progress: Progress | None) -> Iterator[SearchDocument]:
    """The same documents, with a word of progress now and then."""
    for count, document in enumerate(documents, start=1):
        yield document
        if progress and count % PROGRESS_EVERY == 0:
            progress(count)


class SearchEngine(Protocol):
    """One way to keep documents and to answer plans about them.

    `replace`, `replace_objects`, `delete` and `rebuild` are visible to every process when they return, or not at all.
    """

    name: str

    def vocabulary(self, audience: tuple[str, ...]) -> Vocabulary:
        """The words of what this audience may find."""
        ...

    def search(self, plan: SearchPlan, lifted_kinds: tuple[str, ...] = ()) -> EngineResult:
        """The page of hits that the plan's query asks for. Visibility is applied before anything is counted."""
        ...

    def fetch(self, keys: Iterable[str], plan: SearchPlan) -> tuple[Hit, ...]:
        """Documents by key, in that order, with snippets for the plan; only those that its audience may find."""
        ...

    def explain(self, plan: SearchPlan, limit: int) -> list[Explanation]:
        """Why the first hits stand where they stand."""
        ...

    def one_state(self) -> AbstractContextManager[None]:
        """Hold while reading what belongs together. An engine that can gives all of it from one state of its index."""
        ...

    def in_turn(self, patience: float = ...) -> AbstractContextManager[None]:
        """Hold while reading what is to be indexed and writing it, so that nothing older overtakes something newer.

        Raises `SearchUnavailable` where others hold it for longer than `patience` seconds.
        """
        ...

    def replace(self, documents: Iterable[SearchDocument]) -> int:
        """Put documents in, each in place of the one with its key. Returns how many."""
        ...

    def replace_objects(self, objects: Iterable[IndexedObject]) -> int:
        """Put in all documents of each object, and take out those it had before and has no more."""
        ...

    def delete(self, keys: Iterable[str]) -> int:
        """Take documents out. Unknown keys do no harm."""
        ...

    def rebuild(
        self, documents: Iterable[SearchDocument], again: Again | None = None, progress: Progress | None = None
    ) -> int:
        """Replace everything by these documents; readers see the old index until it is done.

        Takes turns by itself, so it is not called in one. An engine that lets objects be replaced meanwhile asks
        `again` for their documents before it shows the new index. Returns how many documents there are.
        """
        ...

    def check(self) -> None:
        """Raise what stands in the way of writing, if anything does: `IndexMissing`, or another `SearchUnavailable`."""
        ...

    def document_count(self) -> int:
        """How many documents the index holds."""
        ...


_engines: dict[str, Callable[[], SearchEngine]] = {}


def register_engine(name: str, make: Callable[[], SearchEngine]) -> None:
    """Make an engine available by name. Registering a name twice is refused."""
    if name in _engines:
        raise ValueError(f"A search engine named {name!r} is registered already.")
    _engines[name] = make


def engine_named(name: str) -> SearchEngine:
    """The engine of that name, or `UnknownEngine` with a line for the person who asked."""
    if name not in _engines:
        raise UnknownEngine(
            f"The engine {name!r} is not part of this release. These answer: {', '.join(sorted(_engines)) or 'none'}."
        )
    return _engines[name]()
