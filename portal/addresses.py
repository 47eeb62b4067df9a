"""Addresses that are too long get a page that says so, before anything reads them."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

LONGEST_PATH = 2_000
LONGEST_QUERY = 6_000


class AddressLengthMiddleware:
    """No address that the portal makes is near these lengths."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if len(request.path) <= LONGEST_PATH and len(request.META.get("QUERY_STRING", "")) <= LONGEST_QUERY:
            return self.get_response(request)
        page = render_to_string("portal/address_too_long.html", {"portal_name": settings.WAGTAIL_SITE_NAME})
        return HttpResponse(page, status=414, headers={"Cache-Control": "no-store"})
