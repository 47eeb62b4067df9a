"""Recorded disagreements as readers meet them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from guidance.citations import ResolvedCitation, resolve_texts
from guidance.generation import remembered


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
    known = _all_tensions()
    return tuple(known[key] for key in wanted if key in known)


def _all_tensions() -> dict[str, TensionView]:
    from guidance.models.snippets import Tension

    memory = remembered("tensions")
    if "all" not in memory:
        rows = list(Tension.objects.all())
        texts = [text for row in rows for side in row.sides for text in side.value["citations"]]
        resolved = resolve_texts(texts)
        memory["all"] = {
            row.key: TensionView(
                row.key,
                row.title,
                tuple(
                    SideView(side.value["says"], tuple(resolved[text] for text in side.value["citations"]))
                    for side in row.sides
                ),
                row.we_follow,
            )
            for row in rows
        }
    found: dict[str, TensionView] = memory["all"]
    return found
