"""A draft is nobody's business but its editors', and everybody's the moment it is published."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from guidance.models import GuidancePage, TopicPage
from tests.factories.guidance import UserFactory, draft, recommendation
from tests.support.browser import log_in

ADDRESS = "/guidance/medicines-and-safety/lanterns-at-dusk/"
PASSWORD = "correct horse battery"
#: Every address from which a page could leak, whether the portal has it today or not.
LISTS = (
    "/",
    "/guidance/",
    "/guidance/medicines-and-safety/",
    "/sitemap.xml",
    "/feeds/",
    "/feed/",
    "/api/",
    "/robots.txt",
)


@pytest.fixture
def unpublished(portal: str) -> GuidancePage:
    page = GuidancePage(title="Lanterns at dusk", slug="lanterns-at-dusk", summary="Count every lantern.")
    page.recommendations = [recommendation("towards-successful-treatment-completion@2009-07 5.2.6")]
    return draft(page, TopicPage.objects.get(slug="medicines-and-safety"))


@pytest.fixture
def _editor(portal: str) -> None:
    person = UserFactory(username="edith", roles=["Editors"])
    person.set_password(PASSWORD)
    person.save()


def found_by_search(page: Page) -> bool:
    page.goto("/search/?q=lanterns+dusk")
    return "Lanterns at dusk" in page.locator("main").inner_text()


def test_a_reader_reaches_a_draft_by_no_way(unpublished: GuidancePage, page: Page) -> None:
    response = page.goto(ADDRESS)
    assert response is not None
    assert response.status == 404
    for address in (f"/admin/pages/{unpublished.pk}/edit/", f"/admin/pages/{unpublished.pk}/view_draft/"):
        page.goto(address)
        expect(page).to_have_url(re.compile("/account/login/"))

    assert not found_by_search(page)
    for address in LISTS:
        assert "anterns" not in page.request.get(address).text(), address


@pytest.mark.usefixtures("_editor")
def test_an_editor_publishes_it_and_reader_and_search_see_it_at_once(unpublished: GuidancePage, page: Page) -> None:
    # Whatever is kept in memory has its chance to go stale.
    page.goto(ADDRESS)
    page.goto("/guidance/medicines-and-safety/")
    assert not found_by_search(page)

    log_in(page, "edith", PASSWORD)
    page.goto(f"/admin/pages/{unpublished.pk}/edit/")
    page.locator("#id_summary").fill("Count every lantern, and say who holds it.")
    page.get_by_role("button", name="More actions").last.click()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.locator(".messages")).to_contain_text("published")
    page.context.clear_cookies()

    response = page.goto(ADDRESS)
    assert response is not None
    assert response.status == 200
    expect(page.locator("main")).to_contain_text("Count every lantern, and say who holds it.")
    assert found_by_search(page)
    page.goto("/guidance/medicines-and-safety/")
    expect(page.locator("main")).to_contain_text("Lanterns at dusk")
