"""An editor rewords an outcome in the admin: readers and search see it when it is published, and not before."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from decision_trees.models import TreePage
from tests.factories.guidance import UserFactory
from tests.support.browser import log_in

SLUG = "breath-alcohol-before-dose"
RESULT = f"/decision-trees/{SLUG}/result/?looks=withdrawal&reading=0.42&reading.unit=mg-l&risks=none"
BEFORE = "Keep the person with you and do a risk assessment with the prescriber now, whatever the reading."
AFTER = "Stay beside the person like a lighthouse, and ring the prescriber now, whatever the reading."
OUTCOME = "Possible withdrawal - assess with the prescriber now"
PASSWORD = "correct horse battery"


@pytest.fixture
def tree(portal: str) -> TreePage:
    person = UserFactory(username="edith", roles=["Editors"])
    person.set_password(PASSWORD)
    person.save()
    return TreePage.objects.get(slug=SLUG)


@pytest.fixture
def reader(browser: Browser, portal: str) -> Iterator[Page]:
    """Somebody else, who is not logged in."""
    context = browser.new_context(base_url=portal)
    yield context.new_page()
    context.close()


def what_to_do(reader: Page) -> str:
    reader.goto(RESULT)
    return reader.locator(".portal-care__now").inner_text()


def is_found_by_the_new_word(reader: Page) -> bool:
    reader.goto("/search/?q=lighthouse+prescriber+withdrawal")
    return "lighthouse" in reader.locator("main").inner_text()


def open_outcome(page: Page, tree: TreePage) -> None:
    log_in(page, "edith", PASSWORD)
    page.goto(f"/admin/pages/{tree.pk}/edit/")
    page.get_by_role("tab", name="Outcomes").click()


def reword(page: Page, words: str) -> None:
    """Write other words into the one thing to do now of the outcome that holds the old ones."""
    page.get_by_role("tabpanel", name="Outcomes").get_by_text(OUTCOME).click()
    field = page.locator("input[name$='-do_now']:visible")
    expect(field).to_have_value(BEFORE)
    field.fill(words)


def press(page: Page, button: str) -> None:
    page.get_by_role("button", name="More actions").last.click()
    page.get_by_role("button", name=button, exact=True).click()


def test_an_editor_rewords_an_outcome_and_readers_see_it_when_it_is_published(
    tree: TreePage, page: Page, reader: Page
) -> None:
    open_outcome(page, tree)
    reword(page, AFTER)
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator(".messages")).to_contain_text("has been updated")
    assert what_to_do(reader) == BEFORE
    assert not is_found_by_the_new_word(reader)

    page.goto(f"/admin/pages/{tree.pk}/view_draft/")
    expect(page.locator("main")).to_contain_text(AFTER)
    expect(page.locator("main")).to_contain_text("No finding")

    page.goto(f"/admin/pages/{tree.pk}/edit/")
    press(page, "Publish")
    expect(page.locator(".messages")).to_contain_text("published")
    assert what_to_do(reader) == AFTER
    assert is_found_by_the_new_word(reader)
    assert tree.versions.count() == 2


def test_a_tree_that_no_longer_holds_together_is_not_published_and_the_editor_is_told(
    tree: TreePage, page: Page, reader: Page
) -> None:
    log_in(page, "edith", PASSWORD)
    page.goto(f"/admin/pages/{tree.pk}/edit/")
    page.get_by_role("tab", name="Questions").click()
    page.locator("input[name=start]").fill("weather")
    press(page, "Publish")

    expect(page.locator(".messages")).to_contain_text("weather")
    assert what_to_do(reader) == BEFORE
    assert tree.versions.count() == 1
