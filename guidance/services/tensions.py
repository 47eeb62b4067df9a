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
    by_key = {row.key: row for row in _rows().values()}
    return _views([by_key[key] for key in wanted if key in by_key])


def tension_views_by_id(ids: Iterable[int]) -> tuple[TensionView, ...]:
    """The same by primary key, as pages hold them."""
    wanted = tuple(dict.fromkeys(ids))
    if not wanted:
        return ()
    rows = _rows()
    return _views([rows[pk] for pk in wanted if pk in rows])


def texts_of_tensions(keys: Iterable[str]) -> tuple[str, ...]:
    """Every citation of these disagreements, so that a page can look them up together with its own."""
    wanted = frozenset(keys)
    return tuple(text for row in _rows().values() if row.key in wanted for text in _texts(row)) if wanted else ()


def texts_of_tensions_by_id(ids: Iterable[int]) -> tuple[str, ...]:
    """The same by primary key."""
    wanted = frozenset(ids)
    return tuple(text for pk, row in _rows().items() if pk in wanted for text in _texts(row)) if wanted else ()


def _texts(row: Tension) -> Iterable[str]:
    return (text for side in row.sides for text in side.value["citations"])


def _rows() -> dict[int, Tension]:
    """All of them: there are a few dozen, and most pages show some."""
    from guidance.models.snippets import Tension

    memory = remembered("tensions")
    if "rows" not in memory:
        memory["rows"] = {row.pk: row for row in Tension.objects.all()}
    rows: dict[int, Tension] = memory["rows"]
    return rows


def _views(rows: Iterable[Tension]) -> tuple[TensionView, ...]:
    known: dict[int, TensionView] = remembered("tension views")
    rows = tuple(rows)
    missing = [row for row in rows if row.pk not in known]
    if missing:
        resolved = resolve_texts(text for row in missing for text in _texts(row))
        for row in missing:
            sides = (
                SideView(side.value["says"], tuple(resolved[text] for text in side.value["citations"]))
                for side in row.sides
            )
            known[row.pk] = TensionView(row.key, row.title, tuple(sides), row.we_follow)
    return tuple(known[row.pk] for row in rows)
