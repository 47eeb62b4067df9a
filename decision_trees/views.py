"""Journeys over HTTP. Nothing is stored: the journey is recomputed from the address each time.

A posted answer is checked and answered with a redirect to the address that carries it. What was typed wrongly stays in
the page and never enters an address, so words about a person cannot end up in one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from . import journeys, presenters
from .engine.errors import InvalidAnswer
from .engine.journey import Status
from .engine.model import Question
from .engine.walk import walk
from .finding import BadDate, BadVersion, Standing, day_in, find, follows_moves, holds_answers, standing_of, version_in
from .forms import answer_from_form
from .history import history_of, in_force_on, numbered
from .services import PublishedTree, lacks_figures

_Named = TypeVar("_Named")


@csrf_exempt  # Nothing is stored or changed: the form only asks for the address of the next page.
@require_http_methods(["GET", "HEAD", "POST"])
@holds_answers
@follows_moves
def question(request: HttpRequest, slug: str, question_id: str) -> HttpResponse:
    published = find(request, slug)
    asked = published.tree.question(question_id)
    if asked is None:
        return render(request, "decision_trees/no_such_question.html", {"published": published}, status=404)
    standing = standing_of(published, request)
    if request.method == "POST":
        return _take_answer(request, published, asked, standing)
    if lacks_figures(published, standing.context):
        return _no_result(request, published, standing)
    journey = standing.journey
    on_path = {step.question.id for step in journey.steps} | ({journey.question.id} if journey.question else set())
    if asked.id not in on_path:
        return HttpResponseRedirect(_next_url(published, standing))
    return _ask(request, published, asked, standing)


def _take_answer(request: HttpRequest, published: PublishedTree, asked: Question, standing: Standing) -> HttpResponse:
    try:
        answers = {**standing.answers, asked.id: answer_from_form(asked, request.POST)}
    except InvalidAnswer as error:
        return _ask(request, published, asked, replace(standing, problems=()), error=error)
    journey = walk(published.tree, answers, standing.context)
    return HttpResponseRedirect(_next_url(published, replace(standing, answers=answers, journey=journey)))


def _next_url(published: PublishedTree, standing: Standing) -> str:
    journey = standing.journey
    if journey.status is Status.OUTCOME or journey.is_broken or journey.question is None:
        return _result_url(published, standing)
    return journeys.question_url(published.tree, journey.question.id, standing.answers)


def _result_url(published: PublishedTree, standing: Standing) -> str:
    """The address of a result.

    It carries what the service's settings answered, and the day where figures were read: both may be set anew.
    """
    answers = {**standing.answers, **standing.journey.answers}
    return journeys.result_url(published.tree, answers, published.version, published.day_to_name(standing.day))


def _ask(
    request: HttpRequest,
    published: PublishedTree,
    asked: Question,
    standing: Standing,
    *,
    error: InvalidAnswer | None = None,
) -> HttpResponse:
    own = next((problem for problem in standing.problems if problem.question == asked.id), None)
    if own and error is None:
        error = InvalidAnswer(own.code, own.message)
    others = [problem for problem in standing.problems if problem.question != asked.id]
    notice = "Part of this address is not an answer to this tree and was left out." if others else ""
    view = presenters.question_view(
        published, asked, standing.journey, standing.answers, error=error, typed=request.POST or None, notice=notice
    )
    status = 422 if request.method == "POST" else 400 if error else 200
    return render(request, "decision_trees/question.html", {"published": published, "view": view}, status=status)


def _no_result(request: HttpRequest, published: PublishedTree, standing: Standing) -> HttpResponse:
    failure = presenters.failure_view(published, standing.day)
    return render(request, "decision_trees/no_result.html", {"published": published, "failure": failure})


@require_safe
@holds_answers
@follows_moves
def result(request: HttpRequest, slug: str) -> HttpResponse:
    asked = _asked_for(request, slug)
    published = find(request, slug, asked.number)
    if "at" in request.GET and not asked.not_as_asked and not published.figures:
        return HttpResponseRedirect(_without_the_day(request, published))
    standing = standing_of(published, request, asked.day if published.figures else None)
    journey = standing.journey
    if journey.is_broken or lacks_figures(published, standing.context):
        return _no_result(request, published, standing)
    if journey.status is Status.QUESTION:
        assert journey.question is not None
        if any(problem.question == journey.question.id for problem in standing.problems):
            return _ask(request, published, journey.question, standing)
        return HttpResponseRedirect(journeys.question_url(published.tree, journey.question.id, standing.answers))
    address = request.build_absolute_uri(_result_url(published, standing))
    today = _today(request, published, standing)
    view = presenters.result_view(published, journey, standing.answers, standing.context, request.user, address, today)
    return render(
        request,
        "decision_trees/result.html",
        {"published": published, "view": view, "not_as_asked": asked.not_as_asked},
    )


def _without_the_day(request: HttpRequest, published: PublishedTree) -> str:
    """The same address with the version in the place of the day, which makes no other difference to such a tree."""
    query = request.GET.copy()
    del query["at"]
    query["v"] = str(published.version)
    return f"{request.path}?{query.urlencode()}"


@dataclass(frozen=True, slots=True)
class _Asked:
    """The version and the day that a result goes by; None for those of today.

    An old address never breaks: where it names what there is not, `not_as_asked` says so.
    """

    number: int | None
    day: date | None
    not_as_asked: tuple[str, ...]


def _asked_for(request: HttpRequest, slug: str) -> _Asked:
    current = find(request, slug)
    told: list[str] = []
    number, day = _told_of_bad(version_in, request, told), _told_of_bad(day_in, request, told)
    if number is None and day is None:
        return _Asked(None, None, _not_as_asked(told, current.version))
    if number == current.version and day in (None, timezone.localdate()):
        return _Asked(number, day, _not_as_asked(told, current.version))
    history = history_of(current)
    version = numbered(history, number) if number is not None else history[-1]
    if version is None:
        told.append(f"There is no version {number} of this tree.")
        version = history[-1]
    elif day is not None and "v" not in request.GET:
        version = in_force_on(history, day)
        if version is None:
            told.append(presenters.none_in_force(history, day))
            version, day = history[-1], None
    if day is not None and not version.was_in_force_on(day):
        told.append(presenters.not_in_force(version, day))
        day = None
    return _Asked(version.number, day or version.last_day, _not_as_asked(told, version.number, version.is_current))


def _told_of_bad(read: Callable[[HttpRequest], _Named | None], request: HttpRequest, told: list[str]) -> _Named | None:
    """What the address names. Where that cannot be read it names nothing, and is told of."""
    try:
        return read(request)
    except BadVersion as error:
        told.append(str(error))
    except BadDate:
        told.append("The address names a day that is not written like 2026-11-22, or is still to come.")
    return None


def _not_as_asked(told: Iterable[str], number: int, is_current: bool = True) -> tuple[str, ...]:
    given = f"This is the result of version {number}{', in force today' if is_current else ''}."
    return (*told, given) if told else ()


def _today(request: HttpRequest, published: PublishedTree, then: Standing) -> presenters.TodayView | None:
    """What the tree makes today of the same answers; None where it is the tree of today, with the figures of today."""
    if published.is_current and not published.figures:
        return None
    today = find(request, published.tree.slug)
    now = standing_of(today, request)
    if published.is_current and not published.figures & now.other_figures(then):
        return None
    return presenters.today_view(published, then, today, now, request.user)
