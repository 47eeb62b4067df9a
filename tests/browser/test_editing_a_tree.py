"""An editor rewords an outcome in the admin: readers and search see it when it is published, and not before."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from decision_trees.models import TreePage
from tests.factories.guidance import UserFactory
from tests.support.browser import log_in

SLUG = "illicit-opiates-on-top"
ANSWERS = "how-known=urine&restarted=no&problems=not-known&injecting=not-known&social=not-known&proposal=sanction"
RESULT = f"/decision-trees/{SLUG}/result/?{ANSWERS}"
OUTCOME = "Do not cut or stop the prescription as a sanction"
BEFORE = "Say today that medicine is not changed as a punishment, and that nothing is cut or stopped for that reason."
AFTER = "Say it today as plainly as a lighthouse: medicine is not changed as a punishment."
#: The editor's form of a tree holds thousands of fields.
PATIENCE_MS = 60_000
CLOSING_MS = 1_000
PASSWORD = "correct horse battery"


@pytest.fixture
def tree(portal: str, page: Page) -> Iterator[TreePage]:
    page.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    person = UserFactory(username="edith", roles=["Editors"])
    person.set_password(PASSWORD)
    person.save()
    yield TreePage.objects.get(slug=SLUG)
    page.on("dialog", lambda dialog: dialog.accept())
    # The editor tells the server that it closes, and the server must have heard it before its database is emptied.
    page.goto("about:blank")
    page.wait_for_timeout(CLOSING_MS)
    expect.set_options(timeout=None)


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
    reader.goto("/search/?q=lighthouse+punishment")
    return "as plainly as a lighthouse" in reader.locator("main").inner_text()


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


def foot(page: Page) -> Locator:
    """Where the buttons are. Looked for in the whole form, they are found among thousands of fields and too late."""
    return page.locator("footer")


def press(page: Page, button: str) -> None:
    foot(page).get_by_role("button", name="More actions").click()
    foot(page).get_by_role("button", name=button, exact=True).click()


def test_an_editor_rewords_an_outcome_and_readers_see_it_when_it_is_published(
    tree: TreePage, page: Page, reader: Page
) -> None:
    open_outcome(page, tree)
    reword(page, AFTER)
    foot(page).get_by_role("button", name="Save draft").click()
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
