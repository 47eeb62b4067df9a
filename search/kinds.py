"""The kinds of things that can be found. Content registers its own, in a `search_kinds.py` found at start-up."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from search.documents import SearchDocument


@dataclass(frozen=True)
class FilledStep:
    """Where a next step opens with what the words already say filled in, and a line that says so."""

    url: str
    note: str


@dataclass(frozen=True)
class Suggested:
    """How the titles of a kind are suggested while somebody types.

    Attributes:
        label: Shown beside the title ("Section"). Kinds with the same label are one: what two of them call the same
            and open at the same place is suggested once.
        by_extra: Whether the words that help to find a document (`extra`) bring its title too.
    """

    label: str
    by_extra: bool = False


@dataclass(frozen=True)
class SearchKind:
    """A kind of thing that can be found.

    Attributes:
        name: Stands in addresses (`?kind=passage`) and in `SearchDocument.kind`.
        label: Plural, for the facet ("Passages").
        documents: Everything of this kind that may be found by anybody.
        documents_for: The documents of one object; none when it is not to be found any more.
        order: Place among the kinds where nothing else decides.
        one: Singular, for a hit ("Passage").
        next_step: Whether a hit of this kind says what to do, and so is shown before the list.
        opens: For a next step that is a part of another: the key of that other, by the object (`ref`) of the hit.
            A part by itself ("One or two days missed") may be the wrong one for the person; its tree asks.
        fill: For a next step: what the words of the query already say, by the object (`ref`) of the hit.
        suggested: How its titles are suggested while somebody types; None where they are not.
    """

    name: str
    label: str
    documents: Callable[[], Iterable[SearchDocument]]
    documents_for: Callable[[str], Iterable[SearchDocument]]
    order: int = 100
    one: str = ""
    next_step: bool = False
    opens: Callable[[str], str] | None = None
    fill: Callable[[str, str], FilledStep | None] | None = None
    suggested: Suggested | None = None


_kinds: dict[str, SearchKind] = {}


def register_kind(kind: SearchKind) -> None:
    """Make a kind findable. Registering a name twice is refused."""
    if kind.name in _kinds:
        raise ValueError(f"A search kind named {kind.name!r} is registered already.")
    _kinds[kind.name] = kind


def kind_named(name: str) -> SearchKind | None:
    """The kind of that name, if there is one."""
    return _kinds.get(name)


def all_kinds() -> tuple[SearchKind, ...]:
    """Every kind, in its order."""
    return tuple(sorted(_kinds.values(), key=lambda kind: (kind.order, kind.name)))


def next_step_kinds() -> tuple[str, ...]:
    """Names of the kinds that are shown before the list."""
    return tuple(kind.name for kind in all_kinds() if kind.next_step)
