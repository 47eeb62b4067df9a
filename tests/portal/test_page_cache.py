"""Whole pages in memory: only what is the same for everybody, and never a moment longer than it is true."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import date

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone
from wagtail.models import Page

from guidance.models.generation import ContentGeneration
from portal import addresses, page_cache
from portal.page_cache import KeptPage, PageCache, PageCacheMiddleware, may_be_kept, pages
from tests.factories.guidance import UserFactory, guidance_page

pytestmark = pytest.mark.django_db

TODAY = ("token", date(2026, 11, 22))
LATER = ("another token", date(2026, 11, 22))
LONG = "<p>Count the lanterns.</p>" * 100


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    pages.clear()
    yield
    pages.clear()


class Site:
    """A site of one page behind the middleware, counting how often the page is made."""

    def __init__(self, body: str = LONG, status: int = 200, **headers: str) -> None:
        self.made = 0
        self.body, self.status, self.headers = body, status, headers
        self.cookie = False
        self.middleware = PageCacheMiddleware(self._make)

    def _make(self, request: HttpRequest) -> HttpResponse:
        self.made += 1
        headers = {name.replace("_", "-"): value for name, value in self.headers.items()}
        response = HttpResponse(self.body, status=self.status, headers=headers)
        if self.cookie:
            response.set_cookie("csrftoken", "x")
        return response

    def get(self, path: str = "/glossary/", **headers: str) -> HttpResponse:
        return self.middleware(RequestFactory(headers=headers).get(path))


def test_a_page_is_made_once_for_everybody() -> None:
    site = Site()
    assert site.get().content == site.get().content == LONG.encode()
    assert site.made == 1


@pytest.mark.parametrize(
    "path", ["/search/?q=dose", "/decision-trees/t/looks/?looks=neither", "/admin/", "/account/login/", "/health/ready"]
)
def test_words_answers_and_what_is_personal_are_never_kept(path: str) -> None:
    site = Site()
    site.get(path)
    site.get(path)
    assert site.made == 2
    assert not pages._pages


def test_a_posted_form_is_never_kept() -> None:
    assert not may_be_kept(RequestFactory().post("/glossary/"))


def test_a_page_that_sets_a_cookie_is_not_kept() -> None:
    site = Site()
    site.cookie = True
    site.get()
    site.get()
    assert site.made == 2


@pytest.mark.parametrize(
    "site",
    [
        Site(Cache_Control="no-store"),
        Site(Cache_Control="private"),
        Site(Cache_Control="max-age=0, no-cache"),
        Site(status=404),
        Site(status=302),
        Site(Content_Type="application/json"),
    ],
    ids=["no-store", "private", "no-cache", "missing", "moved", "data"],
)
def test_what_says_it_is_not_for_keeping_is_passed_on_as_it_is(site: Site) -> None:
    first = site.get()
    site.get()
    assert site.made == 2
    assert first.status_code == site.status
    assert not first.has_header("ETag")


def test_a_private_site_keeps_nothing(settings) -> None:
    site = Site()
    site.get()
    settings.PRIVATE_SITE = True
    site.get()
    site.get()
    assert site.made == 3


def test_people_who_are_logged_in_neither_get_nor_fill_kept_pages(client: Client) -> None:
    page = guidance_page(title="Lanterns")
    client.force_login(UserFactory(roles=["Learners"]))
    assert "Log out" in client.get(page.get_url()).content.decode()
    assert not pages._pages
    stranger = Client().get(page.get_url()).content.decode()
    assert "Log out" not in stranger
    assert "Log out" in client.get(page.get_url()).content.decode()


def test_an_edit_is_seen_at_once() -> None:
    page = guidance_page(title="Lanterns at dusk")
    client = Client()
    assert "Lanterns at dusk" in client.get(page.get_url()).content.decode()
    page.title = "Lanterns at dawn"
    page.save_revision().publish()
    assert "Lanterns at dawn" in client.get(page.get_url()).content.decode()


def test_an_edit_published_by_another_process_is_seen_at_once() -> None:
    page = guidance_page(title="Lanterns at dusk")
    client = Client()
    client.get(page.get_url())
    # What another process does reaches this one through the database alone: no signal is sent here.
    Page.objects.filter(pk=page.pk).update(title="Lanterns at dawn")
    assert "Lanterns at dusk" in client.get(page.get_url()).content.decode()
    ContentGeneration.objects.update(token="of another process")
    assert "Lanterns at dawn" in client.get(page.get_url()).content.decode()


def test_a_page_that_is_withdrawn_is_gone_at_once() -> None:
    page = guidance_page()
    assert Client().get(page.get_url()).status_code == 200
    page.unpublish()
    assert Client().get(page.get_url()).status_code == 404


def test_a_kept_page_is_of_its_day(monkeypatch: pytest.MonkeyPatch) -> None:
    site = Site()
    site.get()
    monkeypatch.setattr(timezone, "localdate", lambda: date(2031, 1, 1))
    site.get()
    assert site.made == 2


def test_a_browser_that_has_the_page_is_told_so() -> None:
    site = Site()
    first = site.get()
    again = site.get(if_none_match=first["ETag"])
    assert again.status_code == 304
    assert again.content == b""
    assert again["ETag"] == first["ETag"]
    assert site.get(if_none_match='"of another page"').status_code == 200


def test_every_answer_is_to_be_asked_for_again_and_told_apart_by_cookie_and_encoding() -> None:
    site = Site()
    for response in (site.get(), site.get()):
        assert response["Cache-Control"] == "public, no-cache"
        assert {"Cookie", "Accept-Encoding"} <= set(response["Vary"].split(", "))


def test_a_kept_page_is_compressed_for_those_who_ask() -> None:
    site = Site()
    site.get()
    compressed = site.get(accept_encoding="br, gzip")
    assert compressed["Content-Encoding"] == "gzip"
    assert gzip.decompress(compressed.content) == LONG.encode()
    assert not site.get().has_header("Content-Encoding")


def test_a_short_page_is_not_worth_compressing() -> None:
    site = Site(body="<p>Dusk.</p>")
    site.get()
    response = site.get(accept_encoding="gzip")
    assert response.content == b"<p>Dusk.</p>"
    assert not response.has_header("Content-Encoding")


def test_the_policy_of_a_page_is_kept_with_it() -> None:
    site = Site(Content_Security_Policy="default-src 'self'", X_Robots_Tag="noindex", X_Made_At="noon")
    site.get()
    kept = site.get()
    assert kept["Content-Security-Policy"] == "default-src 'self'"
    assert kept["X-Robots-Tag"] == "noindex"
    assert not kept.has_header("X-Made-At")


def test_kept_pages_carry_what_the_whole_site_puts_on_them() -> None:
    first, kept = Client().get("/glossary/"), Client().get("/glossary/")
    for name in ("Content-Security-Policy", "X-Frame-Options", "Content-Type", "Referrer-Policy"):
        assert kept[name] == first[name]


def test_a_page_first_asked_for_by_its_head_is_whole_afterwards() -> None:
    assert Client().head("/glossary/").status_code == 200
    assert "</html>" in Client().get("/glossary/").content.decode()


def test_hosts_have_their_own_pages() -> None:
    site = Site()
    site.get(host="one.example")
    site.get(host="two.example")
    assert site.made == 2


# --- The memory itself --------------------------------------------------------------------------------------------


def _page(size: int) -> KeptPage:
    return KeptPage(b"x" * size, '"tag"', ())


def test_a_page_made_while_the_content_changed_is_not_kept() -> None:
    cache = PageCache()
    assert cache.get(("host", "/a/"), TODAY) is None
    # Another thread meets the new content before the first has made its page.
    assert cache.get(("host", "/b/"), LATER) is None
    cache.put(("host", "/a/"), _page(10), TODAY)
    assert cache.get(("host", "/a/"), LATER) is None
    assert cache.get(("host", "/a/"), TODAY) is None


def test_the_page_that_was_not_asked_for_longest_goes_first() -> None:
    cache = PageCache(max_bytes=3 * _page(100).size)
    cache.get(("host", "/"), TODAY)
    for name in "abc":
        cache.put(("host", name), _page(100), TODAY)
    assert cache.get(("host", "a"), TODAY)
    cache.put(("host", "d"), _page(100), TODAY)
    assert cache.get(("host", "b"), TODAY) is None
    assert all(cache.get(("host", name), TODAY) for name in "acd")


def test_a_page_larger_than_the_whole_memory_pushes_nothing_out() -> None:
    cache = PageCache(max_bytes=_page(100).size)
    cache.get(("host", "/"), TODAY)
    cache.put(("host", "small"), _page(100), TODAY)
    cache.put(("host", "huge"), _page(101), TODAY)
    assert cache.get(("host", "small"), TODAY)
    assert cache.get(("host", "huge"), TODAY) is None


def test_a_page_put_twice_is_counted_once() -> None:
    cache = PageCache(max_bytes=2 * _page(100).size)
    cache.get(("host", "/"), TODAY)
    for _ in range(5):
        cache.put(("host", "a"), _page(100), TODAY)
    cache.put(("host", "b"), _page(100), TODAY)
    assert cache.get(("host", "a"), TODAY)
    assert cache.get(("host", "b"), TODAY)


def test_a_compressed_page_takes_no_more_than_was_counted_for_it() -> None:
    page = KeptPage(bytes(range(256)) * 40, '"tag"', ())
    assert len(page.body) + len(page.compressed) <= page.size


# --- Addresses ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "/search/?q=" + "x" * addresses.LONGEST_QUERY,
        "/" + "x" * (addresses.LONGEST_PATH + 1) + "/",
        "/decision-trees/breath-alcohol-before-dose/result/?looks=" + "x" * 10_000,
    ],
    ids=["words", "path", "answer"],
)
def test_an_address_that_is_too_long_gets_a_page_that_says_so(address: str, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        response = Client().get(address)
    assert response.status_code == 414
    assert "too long" in response.content.decode()
    assert "xxx" not in response.content.decode()
    assert response["Cache-Control"] == "no-store"


def test_an_address_just_short_enough_is_read() -> None:
    assert Client().get("/glossary/?a=" + "x" * (addresses.LONGEST_QUERY - 2)).status_code == 200


def test_the_middleware_stands_before_what_finds_out_who_is_asking(settings) -> None:
    order = [name.rsplit(".", 1)[-1] for name in settings.MIDDLEWARE]
    assert order.index("AddressLengthMiddleware") < order.index("PageCacheMiddleware")
    assert order.index("SecurityMiddleware") < order.index("PageCacheMiddleware") < order.index("SessionMiddleware")
    assert page_cache.PageCacheMiddleware.__name__ in order
