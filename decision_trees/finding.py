"""What an address below a tree names: the tree, the version of it, and the answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps

from django.core.handlers.exception import response_for_exception
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone

from . import journeys
from .engine.answers import Problem, answers_from_pairs
from .engine.journey import Journey
from .engine.model import Answer, Context
from .engine.walk import walk
from .models import TreePage
from .publications import WithdrawnTree, find_withdrawn
from .services import PublishedTree, context_on, find_tree


class _TreeMoved(Exception):
    """The tree has another address now."""

    def __init__(self, url: str) -> None:
        self.url = url


class _TreeWithdrawn(Exception):
    """The tree was published once and is not now."""

    def __init__(self, withdrawn: WithdrawnTree) -> None:
        self.withdrawn = withdrawn


class BadDate(ValueError):
    """A date that cannot be used. The text says what to enter."""


class BadVersion(ValueError):
    """What cannot be the number of a version. The text says so."""


def follows_moves(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Send every address below a renamed tree to the same place below its new name, a posted answer with it.

    Below one that was withdrawn, whoever kept an address is told so.
    """

    @wraps(view)
    def followed(request: HttpRequest, slug: str, **kwargs: str) -> HttpResponse:
        try:
            return view(request, slug, **kwargs)
        except _TreeMoved as moved:
            return HttpResponseRedirect(moved.url, preserve_request=request.method == "POST")
        except _TreeWithdrawn as gone:
            return render(request, "decision_trees/withdrawn.html", {"withdrawn": gone.withdrawn}, status=404)

    return followed


def holds_answers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answers are nobody else's business: whatever comes of a request that carries them, no cache keeps it and no
    search engine lists it."""

    @wraps(view)
    def private(request: HttpRequest, slug: str, **kwargs: str) -> HttpResponse:
        try:
            response = view(request, slug, **kwargs)
        except Http404 as error:
            response = response_for_exception(request, error)
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex"
        return response

    return private


def may_hold_answers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The same for a page that stands without answers too, and is public then."""
    private = holds_answers(view)

    @wraps(view)
    def chosen(request: HttpRequest, slug: str, **kwargs: str) -> HttpResponse:
        return (private if request.GET else view)(request, slug, **kwargs)

    return chosen


def find(request: HttpRequest, slug: str, version: int | None = None) -> PublishedTree:
    """The published tree at this address.

    Raises `Http404`, or leaves it to `follows_moves` to say where the tree has moved or that it was withdrawn.
    """
    published = find_tree(slug, user=request.user, version=version)
    if published is not None:
        return published
    # A version keeps the slug it was published with. A redirect of Wagtail's is written only after a publication, and a
    # crash between the two would lose it.
    page = TreePage.objects.filter(versions__document__slug=slug).order_by("-versions__pk").first()
    if page is not None and page.slug != slug and find_tree(page.slug, user=request.user):
        raise _TreeMoved(request.get_full_path().replace(f"/{slug}/", f"/{page.slug}/", 1))
    withdrawn = find_withdrawn(page.slug if page is not None else slug, user=request.user)
    if withdrawn is not None:
        raise _TreeWithdrawn(withdrawn)
    raise Http404("There is no decision tree at this address.")


def version_in(request: HttpRequest) -> int | None:
    """The number of the version that the address names; None where it names none.

    Raises:
        BadVersion: what stands there is not the number of a version.
    """
    given = request.GET.getlist("v")
    if not given:
        return None
    number = number_in(given[0]) if len(given) == 1 else None
    if number is None:
        raise BadVersion("The address names a version that cannot be read.")
    return number


def number_in(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def day_in(request: HttpRequest) -> date | None:
    """The day that the address asks about; None where it asks about none.

    Raises:
        BadDate: what stands there is not a day, or one to come.
    """
    given = request.GET.getlist("at")
    if not given:
        return None
    try:
        day = date.fromisoformat(given[0]) if len(given) == 1 and _DAY.fullmatch(given[0]) else None
    except ValueError:
        day = None
    if day is None:
        raise BadDate("Enter the day as year, month and day, like 2026-11-22.")
    if day > timezone.localdate():
        raise BadDate("Enter a day that is not in the future: nobody knows yet how the tree will stand.")
    return day


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the answers of an address lead. `problems` are of the address itself; `day` gave the figures."""

    answers: dict[str, Answer]
    problems: tuple[Problem, ...]
    journey: Journey
    context: Context
    day: date

    @property
    def has_begun(self) -> bool:
        return bool(self.journey.steps)

    def other_figures(self, other: Standing) -> frozenset[str]:
        """Ids of the figures that have another value, or none, in the other one."""
        mine, others = self.context.figures, other.context.figures
        return frozenset(id for id in {*mine, *others} if mine.get(id) != others.get(id))


def standing_of(published: PublishedTree, request: HttpRequest, day: date | None = None) -> Standing:
    """Walk the tree with the answers that the address carries and the figures of a day, today's where none is given."""
    answers, problems = answers_from_pairs(published.tree, journeys.pairs_of(request.GET))
    day = day or timezone.localdate()
    context = context_on(day)
    return Standing(answers, problems, walk(published.tree, answers, context), context, day)
