"""What every page has, what it must not do to those who only read, and the pages of the shell."""

from __future__ import annotations

import pytest
from django.conf import settings as project
from django.db import connection
from django.test import Client, RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext

from portal import page_cache, views
from portal.models import User

pytestmark = pytest.mark.django_db

PLAIN_PAGES = ["/about/", "/privacy/", "/accessibility/", "/report-a-problem/thanks/"]


@pytest.mark.parametrize("address", PLAIN_PAGES)
def test_a_page_has_the_emergency_line_search_and_report_link(client: Client, address: str) -> None:
    page = client.get(address).content.decode()
    assert "If someone is in immediate danger, call" in page
    assert 'href="tel:999"' in page
    assert 'action="/search/"' in page
    assert f'href="/report-a-problem/?page={address}"' in page
    assert 'href="#main"' in page
    assert 'id="main"' in page


@pytest.mark.parametrize("address", PLAIN_PAGES)
def test_reading_leaves_no_cookie_and_asks_no_session(client: Client, address: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    assert response.status_code == 200
    assert not response.cookies
    assert "csrfmiddlewaretoken" not in response.content.decode()
    assert not [query["sql"] for query in queries if "session" in query["sql"] or "portal_user" in query["sql"]]


def test_the_report_link_carries_no_answers(client: Client) -> None:
    page = client.get("/about/?days=3").content.decode()
    assert "days" not in page


def test_the_way_in_and_out_of_an_account_is_on_every_page(client: Client) -> None:
    assert ">Log in<" in client.get("/about/").content.decode()
    client.force_login(User.objects.create_user("sam"))
    page = client.get("/about/").content.decode()
    assert ">Log in<" not in page
    assert "Log out" in page
    assert "sam" in page


def test_the_part_of_the_site_one_is_in_is_marked(rf: RequestFactory) -> None:
    from portal.context_processors import furniture

    current = [item.title for item in furniture(rf.get("/sources/a/"))["navigation"] if item.current]
    assert current == ["Sources"]


@override_settings(WAGTAIL_SITE_NAME="Another name")
def test_the_portals_name_is_a_setting(client: Client) -> None:
    page_cache.pages.clear()
    page = client.get("/about/").content.decode()
    page_cache.pages.clear()
    assert "Another name" in page
    assert "Waypoint" not in page


def test_an_unknown_address_gets_a_page_with_ways_on(client: Client) -> None:
    response = client.get("/no/such/page/")
    assert response.status_code == 404
    page = response.content.decode()
    assert "There is no page at this address" in page
    assert project.WAGTAIL_SITE_NAME in page


@pytest.mark.parametrize("handler", ["400", "500"])
def test_the_last_resort_pages_need_no_database(rf: RequestFactory, handler: str, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        if handler == "400":
            response = views.bad_request(rf.get("/"), ValueError())
        else:
            response = views.server_error(rf.get("/"))
    assert response.status_code == int(handler)
    page = response.content.decode()
    assert project.WAGTAIL_SITE_NAME in page
    assert "call" in page


def test_a_forbidden_page_says_what_would_open_it(rf: RequestFactory) -> None:
    from django.contrib.auth.models import AnonymousUser
    from django.template.loader import render_to_string

    request = rf.get("/closed/")
    request.user = AnonymousUser()
    assert "/account/login/" in render_to_string("403.html", {}, request)


def test_robots_keep_out_of_journeys_and_of_a_private_site(client: Client, settings) -> None:
    assert "Disallow: /decision-trees/*?" in client.get("/robots.txt").content.decode()
    settings.PRIVATE_SITE = True
    assert client.get("/robots.txt").content.decode() == "User-agent: *\nDisallow: /\n"


def test_the_policy_forbids_everything_foreign(client: Client) -> None:
    policy = client.get("/about/")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
