"""Journeys over HTTP. Nothing is stored: the journey is recomputed from the address each time.

A posted answer is checked and answered with a redirect to the address that carries it. What was typed wrongly stays in
the page and never enters an address, so words about a person cannot end up in one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

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
from .finding import BadDate, Standing, day_in, find, follows_moves, holds_answers, standing_of, version_in
from .forms import answer_from_form
from .history import history_of, in_force_on, numbered
from .services import PublishedTree, lacks_figures


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
    number = _number_asked(request, slug)
    published = find(request, slug, number)
    standing = standing_of(published, request, _day_walked(request, published))
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
    no_such_version = number if number is not None and number != published.version else None
    return render(
        request,
        "decision_trees/result.html",
        {"published": published, "view": view, "no_such_version": no_such_version},
    )


def _number_asked(request: HttpRequest, slug: str) -> int | None:
    """The version that the address names, or that was in force on the day it names; None where it names neither."""
    number = version_in(request)
    if number is not None:
        return number
    day = _day_named(request)
    then = in_force_on(history_of(find(request, slug)), day) if day is not None else None
    return then.number if then is not None else None


def _day_named(request: HttpRequest) -> date | None:
    """The day that the address names. One that cannot be used names none: an old address never breaks."""
    try:
        return day_in(request)
    except BadDate:
        return None


def _day_walked(request: HttpRequest, published: PublishedTree) -> date | None:
    """The day whose figures a result goes by: the one that its address names, or the last one of an older version."""
    day = _day_named(request)
    if not published.figures or (published.is_current and day in (None, timezone.localdate())):
        return None
    version = numbered(history_of(published), published.version)
    if version is None:
        return None
    return day if day is not None and version.was_in_force_on(day) else version.last_day


def _today(request: HttpRequest, published: PublishedTree, then: Standing) -> presenters.TodayView | None:
    """What the tree makes today of the same answers; None where it is the tree of today, with the figures of today."""
    if published.is_current and not published.figures:
        return None
    today = find(request, published.tree.slug)
    now = standing_of(today, request)
    if published.is_current and not published.figures & now.other_figures(then):
        return None
    return presenters.today_view(published, then, today, now, request.user)
