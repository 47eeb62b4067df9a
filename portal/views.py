"""The shell of the site: health, reporting a problem, registering, errors, and the page that shows every component."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from .components import sample_components
from .forms import LogInForm, ProblemReportForm, RegisterForm, plain_path
from .models import ProblemReport
from .services import make_learner, readiness, report_problem, warnings

#: Results, journeys and what needs an account: nothing that a search engine should keep.
KEPT_OUT = [
    "/account/",
    "/admin/",
    "/components/",
    "/report-a-problem/",
    "/search/",
    "/decision-trees/*?",
    "/learning/*?",
]


@require_safe
@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """The process answers. Asks nothing of anything else."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Whether the portal can do its work: 200, or 503 with what is missing. Warnings are for operators to see to."""
    checks = readiness()
    good = all(result == "ok" for result in checks.values())
    answer = {"status": "ok" if good else "not ready", "checks": checks, "warnings": warnings()}
    return JsonResponse(answer, status=200 if good else 503)


class LogInView(LoginView):
    """Logging in. Who is logged in and may not enter the admin is told so: to log in again would lead here again."""

    template_name = "account/login.html"
    authentication_form = LogInForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        to_the_admin = self.get_redirect_url().startswith(reverse("wagtailadmin_home"))
        if to_the_admin and request.user.is_authenticated and not request.user.has_perm("wagtailadmin.access_admin"):
            raise PermissionDenied
        return super().get(request, *args, **kwargs)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("text")
def report_a_problem(request: HttpRequest) -> HttpResponse:
    """Take a report about a page. Nothing about the person who reports is asked for or kept."""
    if request.method != "POST":
        path = plain_path(request.GET.get("page", "/"))
        return _problem_page(request, ProblemReportForm(initial={"page_path": path}), path)
    form = ProblemReportForm(request.POST)
    if not form.is_valid():
        return _problem_page(request, form, plain_path(request.POST.get("page_path", "/")), status=422)
    report_problem(**form.cleaned_data)
    return redirect("report_a_problem_thanks")


def _problem_page(request: HttpRequest, form: ProblemReportForm, path: str, status: int = 200) -> HttpResponse:
    chosen = form["kind"].value()
    context = {
        "form": form,
        "path": path,
        "kinds": [
            {"value": value, "label": label, "checked": value == chosen} for value, label in ProblemReport.Kind.choices
        ],
        "errors": [
            {"text": text, "href": f"#{name}"} for name in ("kind", "text") for text in form.errors.get(name, [])
        ],
    }
    return render(request, "portal/report_a_problem.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters()
def register(request: HttpRequest) -> HttpResponse:
    """Make a learner's account, where the operator lets people do so for themselves."""
    if not settings.LEARNERS_MAY_REGISTER:
        raise Http404("Accounts are made by the people who run this portal.")
    if request.user.is_authenticated:
        return redirect("account:home")
    form = RegisterForm(request.POST or None)
    if not form.is_valid():
        return render(request, "account/register.html", {"form": form}, status=422 if form.is_bound else 200)
    learner = make_learner(form.save())
    login(request, learner, backend="django.contrib.auth.backends.ModelBackend")
    return redirect("/learning/")


@login_required
@require_safe
@never_cache
def account(request: HttpRequest) -> HttpResponse:
    """Who is logged in, as what, and what they can do about it."""
    roles = tuple(request.user.groups.order_by("name").values_list("name", flat=True))
    return render(request, "account/home.html", {"roles": roles})


@require_safe
@never_cache
def components(request: HttpRequest) -> HttpResponse:
    """Every component with sample values, for those who change how the portal looks."""
    if not (settings.DEBUG or (request.user.is_authenticated and request.user.is_staff)):
        raise Http404("There is no page at this address.")
    return render(request, "portal/components.html", sample_components())


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines may read: nothing of a private site, and no results or journeys of a public one."""
    kept_out = ["/"] if settings.PRIVATE_SITE else KEPT_OUT
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in kept_out)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's own would leave the template without the site's name: a bad request may not be read any further."""
    return _error_page(request, "400.html", 400)


def server_error(request: HttpRequest) -> HttpResponse:
    """Complete in itself: whatever broke may have broken the database and the templates' context too."""
    return _error_page(request, "500.html", 500)


def _error_page(request: HttpRequest, template: str, status: int) -> HttpResponse:
    values: dict[str, Any] = {"portal_name": settings.WAGTAIL_SITE_NAME}
    return HttpResponse(render_to_string(template, values), status=status)
