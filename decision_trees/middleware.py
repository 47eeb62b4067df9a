"""What becomes of a refused publication that no form was there to show."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from .publishing import CannotPublish, linked

_SHOWN = 8


class RefusedPublicationMiddleware:
    """Sends an editor whose tree was not published to its form, with what stops it.

    The editor's own form says so beside the fields. Bulk actions, workflow approvals and copies have no such place:
    they end in the exception, with everything they had begun undone.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, CannotPublish):
            return None
        page, problems = exception.page, exception.problems
        listed = format_html_join("", "<li>{}</li>", ((linked(problem, page),) for problem in problems[:_SHOWN]))
        more = f" The editor shows all {len(problems)}." if len(problems) > _SHOWN else ""
        messages.error(
            request, format_html("“{}” is not published. What stops it:<ul>{}</ul>{}", page.title, listed, more)
        )
        if page.pk:
            return redirect(reverse("wagtailadmin_pages:edit", args=[page.pk]))
        return redirect(reverse("wagtailadmin_home"))
