"""A site for logged-in people only, where the operator wants one."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.shortcuts import resolve_url
from django.utils.cache import patch_cache_control

#: What a browser, a page or a machine asks for rather than a person; answering with a log-in page would mislead it.
_NOT_FOR_BROWSERS = ("/media/", "/feeds/", "/api/")


class PrivateSiteMiddleware:
    """With `PRIVATE_SITE`, shows anonymous people the account pages, health and static files, and nothing else.

    Whatever is answered is marked private, so that no cache on the way keeps it. Stands after the middleware that finds
    out who is asking.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.PRIVATE_SITE:
            return self.get_response(request)
        if is_open(request.path) or (request.user.is_authenticated and request.user.is_active):
            response = self.get_response(request)
        elif request.path.startswith(_NOT_FOR_BROWSERS):
            response = HttpResponseForbidden("Log in to read this.", content_type="text/plain; charset=utf-8")
        else:
            # The words of a search or the answers in a tree do not go into the address of the log-in page.
            response = redirect_to_login(request.path, resolve_url(settings.LOGIN_URL))
        if not is_open(request.path):
            # Django refuses "public" and "private" side by side, so the second takes the place of the first.
            patch_cache_control(response, private=True)
        return response


def is_open(path: str) -> bool:
    """Whether a private site shows this address to everybody."""
    return path.startswith(("/account/", "/health/", settings.STATIC_URL)) or path in (
        "/admin/login/",
        "/robots.txt",
        "/favicon.ico",
    )
