"""A tree as a whole, for those who read it and do not walk it: start, outline, map, all ways, versions, proof.

An outline and a map may carry answers. Then they mark the way these lead, and are as private as a question.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from . import journeys, presenters
from .engine.journey import Journey
from .engine.model import Answers
from .engine.schema import tree_schema
from .finding import (
    BadDate,
    BadVersion,
    day_in,
    find,
    follows_moves,
    may_hold_answers,
    number_in,
    standing_of,
    version_in,
)
from .history import Version, certificate_of, history_of, in_force_on, kept_with, later_cases_of, numbered
from .presenters import FailureView, VersionNotice
from .publications import unrecorded_before
from .services import PublishedTree, lacks_figures


class _NoSuchVersion(Exception):
    """No version of this tree is what the address asks for. The text says why."""

    def __init__(self, published: PublishedTree, why: str) -> None:
        self.published = published
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class _Stood:
    """A tree as it stands, or stood in the version that was asked for; then with a notice that says so.

    `day` is the day whose figures its rules are told with: the one asked for, or the last one of an older version.
    """

    published: PublishedTree
    notice: VersionNotice | None
    day: date

    @property
    def failure(self) -> FailureView | None:
        """That its rules do not hold with the figures they are told with or, in the version in force, with today's."""
        days = (timezone.localdate(), self.day) if self.published.is_current else (self.day,)
        return presenters.failure_view(self.published, *days)


def _says_which_versions(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer what asks for a day or a version that there is none for with the versions there are."""

    @wraps(view)
    def answered(request: HttpRequest, slug: str, **kwargs: str) -> HttpResponse:
        try:
            return view(request, slug, **kwargs)
        except BadDate as error:
            return _versions(request, find(request, slug), error=str(error), status=400)
        except BadVersion as error:
            return _versions(request, find(request, slug), problem=f"{error} See which there are below.", status=404)
        except _NoSuchVersion as none:
            return _versions(request, none.published, problem=str(none), status=404)

    return answered


def _as_it_stood(request: HttpRequest, slug: str) -> _Stood:
    """The tree in the version that has the number asked for, or was in force on the day asked for, or is current.

    Where both are given, the day says which of the days of that version.
    """
    day, number = day_in(request), version_in(request)
    if number is not None:
        return _version_of(request, slug, number, day)
    if day is not None:
        published = find(request, slug)
        return _version_of(request, slug, _in_force(published, day).number, day)
    return _Stood(find(request, slug), None, timezone.localdate())


def _in_force(published: PublishedTree, day: date) -> Version:
    history = history_of(published)
    found = in_force_on(history, day)
    if found is None:
        raise _NoSuchVersion(published, presenters.none_in_force(history, day))
    return found


def _version_of(request: HttpRequest, slug: str, number: int, day: date | None = None) -> _Stood:
    published = find(request, slug, number)
    history = history_of(published)
    version = numbered(history, number)
    if version is None:
        raise _NoSuchVersion(published, f"There is no version {number} of this tree. See which there are below.")
    if day is not None and not version.was_in_force_on(day):
        raise _NoSuchVersion(published, presenters.not_in_force(version, day))
    before = unrecorded_before(published.page_id)
    unrecorded = presenters.unrecorded_words(before) if day and before and day < before else ""
    notice = presenters.version_notice(published.tree, history, version, day, unrecorded)
    return _Stood(published, notice, day or version.last_day)


def _walked(stood: _Stood, request: HttpRequest) -> tuple[Answers, Journey | None]:
    """The answers in the address, and the journey where its way can be marked."""
    if not request.GET:
        return {}, None
    standing = standing_of(stood.published, request, stood.day)
    can_be_marked = standing.has_begun and not standing.journey.is_broken
    known = not lacks_figures(stood.published, standing.context)
    return standing.answers, standing.journey if can_be_marked and known else None


@require_safe
@follows_moves
@_says_which_versions
def start(request: HttpRequest, slug: str) -> HttpResponse:
    stood = _as_it_stood(request, slug)
    return render(
        request,
        "decision_trees/tree_page.html",
        {
            "published": stood.published,
            "notice": stood.notice,
            "failure": stood.failure,
            "start": presenters.start_view(stood.published),
        },
    )


@require_safe
@may_hold_answers
@follows_moves
@_says_which_versions
def outline(request: HttpRequest, slug: str) -> HttpResponse:
    return _outline(request, _as_it_stood(request, slug))


@require_safe
@follows_moves
@_says_which_versions
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    return _outline(request, _version_of(request, slug, number, day_in(request)))


def _outline(request: HttpRequest, stood: _Stood) -> HttpResponse:
    tree = stood.published.tree
    answers, journey = _walked(stood, request)
    return render(
        request,
        "decision_trees/outline.html",
        {
            "published": stood.published,
            "notice": stood.notice,
            "failure": stood.failure,
            "outline": presenters.outline_view(tree, request.user, stood.day, journey),
            "map_url": journeys.map_url(tree, answers, *_named(stood)),
            "way": _way(stood, answers, journey),
        },
    )


@require_safe
@may_hold_answers
@follows_moves
@_says_which_versions
def tree_map(request: HttpRequest, slug: str) -> HttpResponse:
    stood = _as_it_stood(request, slug)
    tree = stood.published.tree
    answers, journey = _walked(stood, request)
    named = _named(stood)
    return render(
        request,
        "decision_trees/map.html",
        {
            "published": stood.published,
            "notice": stood.notice,
            "failure": stood.failure,
            "diagram": presenters.map_view(
                tree,
                stood.day,
                link=lambda kind, id: journeys.outline_url(tree, f"{kind}-{id}", answers, *named),
                walked=journey,
            ),
            "outline_url": journeys.outline_url(tree, "", answers, *named),
            "way": _way(stood, answers, journey),
        },
    )


def _named(stood: _Stood) -> tuple[int | None, date | None]:
    """The version's number and the day, where an address must name them because they are not those of today."""
    published = stood.published
    number = None if published.is_current else published.version
    return number, None if stood.day == timezone.localdate() else published.day_to_name(stood.day)


def _way(stood: _Stood, answers: Answers, journey: Journey | None) -> presenters.WayView | None:
    """The way back into the journey whose way is marked."""
    return presenters.way_view(stood.published, journey, answers, stood.day) if journey is not None else None


@require_safe
@follows_moves
@_says_which_versions
def versions(request: HttpRequest, slug: str) -> HttpResponse:
    published = find(request, slug)
    day = day_in(request)
    if day is not None:
        return HttpResponseRedirect(journeys.outline_url(published.tree, day=day))
    first, second = (number_in(request.GET.get(key, "")) for key in ("from", "to"))
    if first is not None and second is not None:
        return HttpResponseRedirect(journeys.differences_url(published.tree, first, second))
    return _versions(request, published)


def _versions(
    request: HttpRequest, published: PublishedTree, *, problem: str = "", error: str = "", status: int = 200
) -> HttpResponse:
    """The list of versions. `problem` is said above it; `error` is about the day that was typed."""
    return render(
        request,
        "decision_trees/versions.html",
        {
            "published": published,
            "versions": presenters.version_lines(published.tree, history_of(published), later_cases_of(published)),
            "unrecorded": presenters.unrecorded_words(unrecorded_before(published.page_id)),
            "choices": (("from", "From"), ("to", "To")),
            "problem": problem,
            "error": error,
            "typed": request.GET.get("at", "")[: presenters.LONGEST_TYPED],
        },
        status=status,
    )


@require_safe
@follows_moves
@_says_which_versions
def differences(request: HttpRequest, slug: str, before: int, after: int) -> HttpResponse:
    if before > after:
        return HttpResponseRedirect(journeys.differences_url(find(request, slug).tree, after, before))
    first, second = _version_of(request, slug, before).published, _version_of(request, slug, after).published
    return render(
        request,
        "decision_trees/differences.html",
        {
            "published": find(request, slug),
            "before": first,
            "after": second,
            "view": presenters.differences_view(first, second),
        },
    )


@require_safe
@follows_moves
@_says_which_versions
def all_ways(request: HttpRequest, slug: str) -> HttpResponse:
    """Every way through the tree, for paper."""
    stood = _as_it_stood(request, slug)
    kept = kept_with(stood.published)
    proof = presenters.proof_summary(stood.published, certificate_of(kept), len(kept.latest_cases()))
    view = presenters.print_view(stood.published, stood.day, proof, request.user)
    return render(
        request,
        "decision_trees/print.html",
        {"published": stood.published, "notice": stood.notice, "failure": stood.failure, "view": view},
    )


@require_safe
@follows_moves
@_says_which_versions
def proof(request: HttpRequest, slug: str) -> HttpResponse:
    stood = _as_it_stood(request, slug)
    kept = kept_with(stood.published)
    return render(
        request,
        "decision_trees/proof.html",
        {
            "published": stood.published,
            "notice": stood.notice,
            "failure": stood.failure,
            "view": presenters.proof_view(stood.published, certificate_of(kept), kept.latest_cases()),
            "outline_url": journeys.outline_url(stood.published.tree, "", None, *_named(stood)),
        },
    )


@require_safe
@follows_moves
@_says_which_versions
def proof_tree(request: HttpRequest, slug: str) -> HttpResponse:
    """The tree as it was proved, to be checked elsewhere."""
    published = _as_it_stood(request, slug).published
    return _download(kept_with(published).document, presenters.file_name(published, "tree"))


@require_safe
@follows_moves
@_says_which_versions
def proof_certificate(request: HttpRequest, slug: str) -> HttpResponse:
    published = _as_it_stood(request, slug).published
    return _download(certificate_of(kept_with(published)), presenters.file_name(published, "certificate"))


def _download(value: dict[str, Any], filename: str) -> HttpResponse:
    response = JsonResponse(value, json_dumps_params={"indent": 1, "ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


@require_safe
def proof_checker(request: HttpRequest) -> HttpResponse:
    """The program that checks a certificate, as it stands in the repository."""
    program = (Path(__file__).parent / "certificate_checker.py").read_text(encoding="utf-8")
    response = HttpResponse(program, content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="certificate_checker.py"'
    return response


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """The JSON Schema of a tree's file."""
    return JsonResponse(tree_schema(request.build_absolute_uri(request.path)), json_dumps_params={"indent": 2})
