"""What becomes of a refused publication that no form was there to show."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
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
        address = reverse("wagtailadmin_pages:edit", args=[page.pk]) if page.pk else reverse("wagtailadmin_home")
        if request.headers.get("X-Requested-With") == "XMLHttpRequest":
            # Wagtail's dialogs, such as that of an approval with a comment, go where they are told when they are done.
            return JsonResponse({"step": "success", "redirect": address})
        return redirect(address)
