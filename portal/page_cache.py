"""Whole pages kept in memory for people who are not logged in.

Only what is the same for everybody is kept: an address without a query string, answered 200 without a cookie, and not
marked private. A kept page is good for one content generation and one day (figures and review dates are read by the
day), so an edit is seen at once by every process. Answers in a tree and searched words stand in query strings, which
are never kept.
"""

from __future__ import annotations

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from threading import Lock

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone

from guidance.generation import current_generation

MAX_BYTES = 48 * 1024 * 1024
_COMPRESSED_FROM = 512
_NOT_KEPT = ("/admin/", "/account/", "/health/", "/documents/", "/components/")
#: Headers that belong to the page. The rest (date, connection) belong to the answer.
_KEPT_HEADERS = ("Content-Type", "Content-Language", "Content-Security-Policy", "X-Frame-Options", "X-Robots-Tag")

_Key = tuple[str, str]


@dataclass(slots=True)
class KeptPage:
    body: bytes
    etag: str
    headers: tuple[tuple[str, str], ...]
    _compressed: bytes | None = None

    @property
    def size(self) -> int:
        """What it may take in memory: compressed, a page is never larger than about its plain size."""
        return 2 * len(self.body)

    @property
    def compressed(self) -> bytes:
        """Made when it is first asked for: the first answer has taken long enough. Empty where it would not pay."""
        if self._compressed is None:
            self._compressed = gzip.compress(self.body, 6, mtime=0) if len(self.body) >= _COMPRESSED_FROM else b""
        return self._compressed


class PageCache:
    """Least recently used first out, once the pages together are larger than `max_bytes`."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self.max_bytes = max_bytes
        self._pages: OrderedDict[_Key, KeptPage] = OrderedDict()
        self._size = 0
        self._state: tuple[str, date] | None = None
        self._lock = Lock()

    def get(self, key: _Key, state: tuple[str, date]) -> KeptPage | None:
        with self._lock:
            if state != self._state:
                self._empty(state)
                return None
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, key: _Key, page: KeptPage, state: tuple[str, date]) -> None:
        with self._lock:
            # The content may have changed while the page was made: then it is of the past and not kept.
            if state != self._state or page.size > self.max_bytes:
                return
            old = self._pages.pop(key, None)
            self._size += page.size - (old.size if old else 0)
            self._pages[key] = page
            while self._size > self.max_bytes:
                _, dropped = self._pages.popitem(last=False)
                self._size -= dropped.size

    def clear(self) -> None:
        with self._lock:
            self._empty(None)

    def _empty(self, state: tuple[str, date] | None) -> None:
        self._pages.clear()
        self._size, self._state = 0, state


pages = PageCache()


class PageCacheMiddleware:
    """Answers from memory where it may. Stands before everything that finds out who is asking."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not may_be_kept(request):
            return self.get_response(request)
        state = (current_generation(), timezone.localdate())
        key = (request.get_host(), request.path)
        kept = pages.get(key, state)
        if kept is None:
            response = self.get_response(request)
            kept = _kept(response)
            if kept is None:
                return response
            pages.put(key, kept, state)
            return _answer(request, kept, b"")
        accepts_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
        return _answer(request, kept, kept.compressed if accepts_gzip else b"")


def may_be_kept(request: HttpRequest) -> bool:
    """Whether the answer to this request could be the same for everybody."""
    return (
        request.method in ("GET", "HEAD")
        and not request.META.get("QUERY_STRING")
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and not settings.PRIVATE_SITE
        and not request.path.startswith((*_NOT_KEPT, settings.STATIC_URL, settings.MEDIA_URL))
    )


def _kept(response: HttpResponse) -> KeptPage | None:
    if response.status_code != 200 or response.streaming or response.cookies:
        return None
    if any(word in response.get("Cache-Control", "") for word in ("no-store", "private", "no-cache")):
        return None
    if not response.get("Content-Type", "").startswith("text/html"):
        return None
    body = bytes(response.content)
    headers = tuple((name, response[name]) for name in _KEPT_HEADERS if response.has_header(name))
    return KeptPage(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"', headers)


def _answer(request: HttpRequest, page: KeptPage, compressed: bytes) -> HttpResponse:
    response: HttpResponse
    if page.etag in request.headers.get("If-None-Match", ""):
        response = HttpResponseNotModified()
    elif compressed:
        response = HttpResponse(compressed, headers={"Content-Encoding": "gzip"})
    else:
        response = HttpResponse(page.body)
    for name, value in page.headers:
        response[name] = value
    response["ETag"] = page.etag
    # A browser may keep it, and asks each time whether it still holds: an edit is seen at once.
    response["Cache-Control"] = "public, no-cache"
    response["Vary"] = "Accept-Encoding, Cookie"
    return response
