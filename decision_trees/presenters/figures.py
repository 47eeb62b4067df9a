"""Legal and national numbers that trees read, as people call them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from decision_trees.engine.conditions import name_of
from decision_trees.engine.model import Context, Quantity
from decision_trees.engine.units import in_words
from guidance.models import Figure


@dataclass(frozen=True, slots=True)
class FigureChangeView:
    """A figure that had another value then."""

    title: str
    then: str
    now: str


def named_figures(read: Mapping[str, Quantity]) -> tuple[tuple[str, str], ...]:
    """Title and value of each figure."""
    titles = _titles(read)
    return tuple((titles[id], in_words(figure)) for id, figure in read.items())


def figure_changes(ids: Iterable[str], then: Context, now: Context) -> tuple[FigureChangeView, ...]:
    """What became of figures, by their titles."""
    titles = _titles(ids)
    return tuple(
        FigureChangeView(titles[id], _value(then.figures.get(id)), _value(now.figures.get(id))) for id in sorted(titles)
    )


def _value(figure: Quantity | None) -> str:
    return "not in force" if figure is None else in_words(figure)


def _titles(ids: Iterable[str]) -> dict[str, str]:
    ids = tuple(ids)
    known = dict(Figure.objects.filter(key__in=ids).values_list("key", "title")) if ids else {}
    return {id: known.get(id, name_of(id).capitalize()) for id in ids}
