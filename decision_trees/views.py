"""Journeys over HTTP. Nothing is stored: the journey is recomputed from the address each time.

A posted answer is checked and answered with a redirect to the address that carries it. What was typed wrongly stays in
the page and never enters an address, so words about a person cannot end up in one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.core.handlers.exception import response_for_exception
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.contrib.redirects.models import Redirect

from . import journeys, presenters
from .engine.answers import Problem, answers_from_pairs
from .engine.errors import InvalidAnswer
from .engine.journey import Journey, Status
from .engine.model import Answer, Context, Question
from .engine.schema import tree_schema
from .engine.walk import walk
from .forms import answer_from_form
from .models import TreePage
from .services import PublishedTree, context_on, find_tree, lacks_figures


class _TreeMoved(Exception):
    """The tree has another address now."""

    def __init__(self, url: str) -> None:
        self.url = url


def follows_moves(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Send every address below a renamed tree to the same place below its new name, a posted answer with it."""

    @wraps(view)
    def followed(request: HttpRequest, slug: str, **kwargs: str) -> HttpResponse:
        try:
            return view(request, slug, **kwargs)
        except _TreeMoved as moved:
            return HttpResponseRedirect(moved.url, preserve_request=request.method == "POST")

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


def _find(request: HttpRequest, slug: str, version: int | None = None) -> PublishedTree:
    published = find_tree(slug, user=request.user, version=version)
    if published is not None:
        return published
    moved = Redirect.objects.filter(old_path=f"/decision-trees/{slug}").select_related("redirect_page").first()
    page = moved.redirect_page.specific if moved and moved.redirect_page else None
    if isinstance(page, TreePage) and page.slug != slug and find_tree(page.slug, user=request.user):
        raise _TreeMoved(request.get_full_path().replace(f"/{slug}/", f"/{page.slug}/", 1))
    raise Http404("There is no decision tree at this address.")


def _journey(
    published: PublishedTree, request: HttpRequest
) -> tuple[dict[str, Answer], tuple[Problem, ...], Journey, Context]:
    answers, problems = answers_from_pairs(published.tree, journeys.pairs_of(request.GET))
    context = context_on(timezone.localdate())
    return answers, problems, walk(published.tree, answers, context), context


@require_safe
@follows_moves
def start(request: HttpRequest, slug: str) -> HttpResponse:
    published = _find(request, slug)
    return render(
        request, "decision_trees/tree_page.html", {"published": published, "start": presenters.start_view(published)}
    )


@csrf_exempt  # Nothing is stored or changed: the form only asks for the address of the next page.
@require_http_methods(["GET", "HEAD", "POST"])
@holds_answers
@follows_moves
def question(request: HttpRequest, slug: str, question_id: str) -> HttpResponse:
    published = _find(request, slug)
    asked = published.tree.question(question_id)
    if asked is None:
        return render(request, "decision_trees/no_such_question.html", {"published": published}, status=404)
    answers, problems, journey, context = _journey(published, request)
    if request.method == "POST":
        return _take_answer(request, published, asked, answers, journey, context)
    if lacks_figures(published, context):
        return _no_result(request, published)
    on_path = {step.question.id for step in journey.steps} | ({journey.question.id} if journey.question else set())
    if asked.id not in on_path:
        return HttpResponseRedirect(_next_url(published, journey, answers))
    return _ask(request, published, asked, answers, journey, problems)


def _take_answer(
    request: HttpRequest,
    published: PublishedTree,
    asked: Question,
    answers: dict[str, Answer],
    journey: Journey,
    context: Context,
) -> HttpResponse:
    try:
        answers[asked.id] = answer_from_form(asked, request.POST)
    except InvalidAnswer as error:
        return _ask(request, published, asked, answers, journey, (), error=error)
    return HttpResponseRedirect(_next_url(published, walk(published.tree, answers, context), answers))


def _next_url(published: PublishedTree, journey: Journey, answers: dict[str, Answer]) -> str:
    if journey.status is Status.OUTCOME or journey.is_broken or journey.question is None:
        return journeys.result_url(published.tree, answers, published.version)
    return journeys.question_url(published.tree, journey.question.id, answers)


def _ask(
    request: HttpRequest,
    published: PublishedTree,
    asked: Question,
    answers: dict[str, Answer],
    journey: Journey,
    problems: tuple[Problem, ...],
    *,
    error: InvalidAnswer | None = None,
) -> HttpResponse:
    own = next((problem for problem in problems if problem.question == asked.id), None)
    if own and error is None:
        error = InvalidAnswer(own.code, own.message)
    others = [problem for problem in problems if problem.question != asked.id]
    notice = "Part of this address is not an answer to this tree and was left out." if others else ""
    view = presenters.question_view(
        published, asked, journey, answers, error=error, typed=request.POST or None, notice=notice
    )
    status = 422 if request.method == "POST" else 400 if error else 200
    return render(request, "decision_trees/question.html", {"published": published, "view": view}, status=status)


def _no_result(request: HttpRequest, published: PublishedTree) -> HttpResponse:
    return render(request, "decision_trees/no_result.html", {"published": published})


@require_safe
@holds_answers
@follows_moves
def result(request: HttpRequest, slug: str) -> HttpResponse:
    published = _find(request, slug, _version(request))
    answers, problems, journey, context = _journey(published, request)
    if journey.is_broken or lacks_figures(published, context):
        return _no_result(request, published)
    if journey.status is Status.QUESTION:
        assert journey.question is not None
        if any(problem.question == journey.question.id for problem in problems):
            return _ask(request, published, journey.question, answers, journey, problems)
        return HttpResponseRedirect(journeys.question_url(published.tree, journey.question.id, answers))
    address = request.build_absolute_uri(journeys.result_url(published.tree, answers, published.version))
    view = presenters.result_view(published, journey, answers, context, request.user, address)
    return render(request, "decision_trees/result.html", {"published": published, "view": view})


def _version(request: HttpRequest) -> int | None:
    given = request.GET.get("v", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 9 else None


@require_safe
@follows_moves
def outline(request: HttpRequest, slug: str) -> HttpResponse:
    published = _find(request, slug)
    view = presenters.outline_view(published.tree, request.user)
    return render(request, "decision_trees/outline.html", {"published": published, "outline": view})


@require_safe
@follows_moves
def tree_map(request: HttpRequest, slug: str) -> HttpResponse:
    published = _find(request, slug)
    return render(
        request,
        "decision_trees/map.html",
        {"published": published, "diagram": presenters.map_view(published.tree)},
    )


@require_safe
@follows_moves
def versions(request: HttpRequest, slug: str) -> HttpResponse:
    published = _find(request, slug)
    listed = TreePage.objects.get(pk=published.page_id).versions.defer("document")
    return render(request, "decision_trees/versions.html", {"published": published, "versions": listed})


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """The JSON Schema of a tree's file."""
    return JsonResponse(tree_schema(request.build_absolute_uri(request.path)), json_dumps_params={"indent": 2})
