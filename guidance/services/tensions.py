"""Recorded disagreements as readers meet them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from guidance.citations import ResolvedCitation, resolve_texts
from guidance.generation import remembered

if TYPE_CHECKING:
    from guidance.models.snippets import Tension


@dataclass(frozen=True, slots=True)
class SideView:
    says: str
    citations: tuple[ResolvedCitation, ...]


@dataclass(frozen=True, slots=True)
class TensionView:
    key: str
    title: str
    sides: tuple[SideView, ...]
    we_follow: str


def tension_views(keys: Iterable[str]) -> tuple[TensionView, ...]:
    """The disagreements with these keys, in this order; a key that nobody recorded is left out."""
    wanted = tuple(dict.fromkeys(keys))
    if not wanted:
        return ()
    known = {view.key: view for view in _views().values()}
    return tuple(known[key] for key in wanted if key in known)


def tension_views_by_id(ids: Iterable[int]) -> tuple[TensionView, ...]:
    """The same by primary key, as pages hold them."""
    wanted = tuple(dict.fromkeys(ids))
    if not wanted:
        return ()
    known = _views()
    return tuple(known[pk] for pk in wanted if pk in known)


def texts_of_tensions() -> tuple[str, ...]:
    """Every citation of every recorded disagreement."""
    return tuple(text for row in _rows() for side in row.sides for text in side.value["citations"])


def _rows() -> tuple[Tension, ...]:
    from guidance.models.snippets import Tension

    memory = remembered("tensions")
    if "rows" not in memory:
        memory["rows"] = tuple(Tension.objects.all())
    rows: tuple[Tension, ...] = memory["rows"]
    return rows


def _views() -> dict[int, TensionView]:
    """All of them by primary key: there are a few dozen, and most pages show some."""
    memory = remembered("tensions")
    if "views" not in memory:
        resolved = resolve_texts(texts_of_tensions())
        memory["views"] = {
            row.pk: TensionView(
                row.key,
                row.title,
                tuple(
                    SideView(side.value["says"], tuple(resolved[text] for text in side.value["citations"]))
                    for side in row.sides
                ),
                row.we_follow,
            )
            for row in _rows()
        }
    views: dict[int, TensionView] = memory["views"]
    return views
