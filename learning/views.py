"""Steps of a learning path over HTTP.

Practice keeps nothing: its answers travel in the address, as in a tree, and a posted answer is answered with a
redirect. What is kept for people who are logged in is kept by two posts of their own, each with a token: start, and
done. The second walks the answers again and believes nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.contrib.redirects.models import Redirect
from wagtail.views import serve as wagtail_serve

from decision_trees.engine.answers import Problem, answers_from_pairs
from decision_trees.engine.errors import InvalidAnswer
from decision_trees.engine.model import Answer
from decision_trees.forms import answer_from_form
from decision_trees.journeys import pairs_of
from guidance.permissions import permits

from . import presenters
from .addresses import with_answers
from .models import LearningPathPage
from .outlines import PathOutline, StepOutline
from .permissions import KEEP_PROGRESS
from .practice import Exercise, Standing
from .progress import Opening, opening_of, path_view
from .services import complete_step, find_index, find_path, open_step


class _PathMoved(Exception):
    """The path has another address now."""

    def __init__(self, url: str) -> None:
        self.url = url


def _follows_moves(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Send every address below a renamed path to the same place below its new name."""

    @wraps(view)
    def followed(request: HttpRequest, slug: str, **kwargs: str) -> HttpResponse:
        try:
            return view(request, slug, **kwargs)
        except _PathMoved as moved:
            return HttpResponseRedirect(moved.url)

    return followed


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The list of paths. What the page's own state keeps from this person is left to Wagtail to answer."""
    page = find_index(user=request.user)
    return page.serve(request) if page else wagtail_serve(request, request.path_info.lstrip("/"))


@require_safe
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """A path, in the fewest queries. One behind a log-in or at an old address is left to Wagtail to answer."""
    found = find_path(slug, user=request.user)
    if found is None:
        return wagtail_serve(request, request.path_info.lstrip("/"))
    return kept_apart(
        request, render(request, found.page.template, {"page": found.page, **presenters.present_path(found, request)})
    )


@require_POST
@_follows_moves
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Open the next step. For people who are logged in, that enrols them and is kept."""
    path = _find_path(request, slug)
    following = path_view(path, request.user, viewer=request.user).next_step
    if following is None:
        return HttpResponseRedirect(path.url)
    opening = opening_of(following.outline, request.user)
    if opening is not None and permits(request.user, KEEP_PROGRESS):
        open_step(request.user, path, following.outline, opening)
    return HttpResponseRedirect(following.outline.url)


@csrf_exempt  # A practice answer changes nothing: the form only asks for the address of the next page.
@require_http_methods(["GET", "HEAD", "POST"])
@_follows_moves
def step(request: HttpRequest, slug: str, step_id: str) -> HttpResponse:
    path, found = _find_step(request, slug, step_id)
    opening = opening_of(found, request.user)
    if opening is None:
        return kept_apart(request, _render(request, path, found, "unavailable_step"))
    if opening.exercise is None:
        if request.method == "POST":
            return HttpResponseRedirect(found.url)
        return kept_apart(request, _render(request, path, found, "read_step", guidance=opening.target.page))
    return kept_apart(request, _practise(request, path, found, opening, opening.exercise))


@require_POST
@_follows_moves
def done(request: HttpRequest, slug: str, step_id: str) -> HttpResponse:
    """Complete a step. Practice is walked again from the address, and only the right outcome counts."""
    path, found = _find_step(request, slug, step_id)
    opening = opening_of(found, request.user)
    if opening is None or not permits(request.user, KEEP_PROGRESS):
        return HttpResponseRedirect(found.url)
    if opening.exercise is not None:
        answers, _ = answers_from_pairs(opening.exercise.tree, pairs_of(request.GET))
        if not opening.exercise.standing(answers).is_right:
            return HttpResponseRedirect(with_answers(found.url, opening.exercise.tree, answers))
    complete_step(request.user, path, found, opening)
    messages.success(request, f"Done: {found.title}.")
    return HttpResponseRedirect(path.url)


def _practise(
    request: HttpRequest, path: PathOutline, found: StepOutline, opening: Opening, exercise: Exercise
) -> HttpResponse:
    answers, problems = answers_from_pairs(exercise.tree, pairs_of(request.GET))
    standing = exercise.standing(answers)
    if request.method == "POST":
        return _take_answer(request, path, found, opening, exercise, standing, answers)
    if standing.wrong_turn is not None:
        turn = presenters.wrong_turn_view(found, exercise, standing.wrong_turn)
        return _render(request, path, found, "practise_step", story=_story(found, exercise), turn=turn)
    if standing.is_right:
        right = presenters.right_view(found, opening, exercise, standing, answers, request.user)
        done_url = with_answers(f"{found.url}done/", exercise.tree, standing.journey.answers)
        return _render(
            request, path, found, "practise_step", story=_story(found, exercise), right=right, done_url=done_url
        )
    return _ask(request, path, found, opening, exercise, standing, answers, problems)


def _story(found: StepOutline, exercise: Exercise) -> str:
    return found.brief or exercise.case.story


def _take_answer(
    request: HttpRequest,
    path: PathOutline,
    found: StepOutline,
    opening: Opening,
    exercise: Exercise,
    standing: Standing,
    answers: dict[str, Answer],
) -> HttpResponse:
    question = standing.journey.question
    if question is None or standing.wrong_turn is not None:
        return HttpResponseRedirect(with_answers(found.url, exercise.tree, answers))
    try:
        answers[question.id] = answer_from_form(question, request.POST)
    except InvalidAnswer as error:
        return _ask(request, path, found, opening, exercise, standing, answers, (), error=error)
    return HttpResponseRedirect(with_answers(found.url, exercise.tree, answers))


def _ask(
    request: HttpRequest,
    path: PathOutline,
    found: StepOutline,
    opening: Opening,
    exercise: Exercise,
    standing: Standing,
    answers: dict[str, Answer],
    problems: tuple[Problem, ...],
    *,
    error: InvalidAnswer | None = None,
) -> HttpResponse:
    question = standing.journey.question
    own = next((problem for problem in problems if question and problem.question == question.id), None)
    if own is not None:
        error = InvalidAnswer(own.code, own.message)
    has_others = any(problem is not own for problem in problems)
    notice = "Part of this address is not an answer to this tree and was left out." if has_others else ""
    view = presenters.practice_question(
        path, found, opening, standing, answers, error=error, typed=request.POST or None, notice=notice
    )
    status = 422 if request.method == "POST" else 400 if error else 200
    return _render(request, path, found, "practise_step", status=status, story=_story(found, exercise), view=view)


def _render(
    request: HttpRequest, path: PathOutline, found: StepOutline, template: str, *, status: int = 200, **values: object
) -> HttpResponse:
    context = {
        "path": path,
        "step": found,
        "kind": presenters.KIND_WORDS[found.kind],
        "number": path.steps.index(found) + 1,
        "count": len(path.steps),
        "following": path.after(found),
        "breadcrumbs": presenters.step_breadcrumbs(path),
        "keeps_progress": permits(request.user, KEEP_PROGRESS),
        **values,
    }
    return render(request, f"learning/{template}.html", context, status=status)


def kept_apart(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Answers, and pages of people who are logged in, are kept by no cache; answers are listed by no search engine."""
    has_answers = bool(request.GET) or request.method == "POST"
    if has_answers or request.user.is_authenticated:
        response["Cache-Control"] = "no-store"
    if has_answers:
        response["X-Robots-Tag"] = "noindex"
    return response


def _find_step(request: HttpRequest, slug: str, step_id: str) -> tuple[PathOutline, StepOutline]:
    path = _find_path(request, slug)
    found = path.step(step_id)
    if found is None:
        raise Http404("This learning path has no such step.")
    return path, found


def _find_path(request: HttpRequest, slug: str) -> PathOutline:
    path = find_path(slug, user=request.user)
    if path is not None:
        return path
    moved = Redirect.objects.filter(old_path=f"/learning/{slug}").select_related("redirect_page").first()
    page = moved.redirect_page.specific if moved and moved.redirect_page else None
    if isinstance(page, LearningPathPage) and page.slug != slug and find_path(page.slug, user=request.user):
        raise _PathMoved(request.get_full_path().replace(f"/{slug}/", f"/{page.slug}/", 1))
    raise Http404("There is no learning path at this address.")
