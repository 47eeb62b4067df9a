"""Legal and national numbers that trees read, as people call them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.formats import date_format

from decision_trees.engine.conditions import name_of
from decision_trees.engine.model import Context, Quantity
from decision_trees.engine.units import in_words
from decision_trees.services import PublishedTree, fails_on, figures_on
from guidance.models import Figure


@dataclass(frozen=True, slots=True)
class FigureChangeView:
    """A figure that had another value then."""

    title: str
    then: str
    now: str


@dataclass(frozen=True, slots=True)
class FailureView:
    """That a tree does not hold with the figures of a day: no result may be given with them, and what to do instead.

    `when` is “today”, or names the figures of another day.
    """

    when: str
    why: str


def failure_view(published: PublishedTree, *days: date) -> FailureView | None:
    """What is said of the first of these days with whose figures the tree does not hold; None where it does."""
    failing = next((day for day in days if fails_on(published, day)), None)
    if failing is None:
        return None
    is_today = failing == timezone.localdate()
    when = "today" if is_today else f"with the figures of {date_format(failing, 'j F Y')}"
    read, titles = figures_on(failing), _titles(sorted(published.figures))
    lapsed = [title for id, title in titles.items() if id not in read]
    if lapsed:
        return FailureView(when, f"A legal figure that the tree needs is not in force: {', '.join(lapsed)}.")
    named = ", ".join(f"{title} {in_words(read[id])}" for id, title in titles.items())
    return FailureView(when, f"The rules of the tree do not hold with the legal figures as they stand: {named}.")


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
