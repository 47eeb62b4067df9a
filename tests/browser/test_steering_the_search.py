"""Staff see why a hit is shown; an editor looks at what words would change before they are saved."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from guidance.models import SearchWords
from tests.factories.guidance import UserFactory
from tests.support.browser import DESKTOP, PHONE, accessibility_findings, log_in, scrolls_sideways

PASSWORD = "correct horse battery"
#: After this the admin has looked at a new form, and warns of what is typed into it.
SETTLED_MS = 4_000


@pytest.fixture
def editor(page: Page) -> Page:
    person = UserFactory(username="edith", roles=["Editors"])
    person.set_password(PASSWORD)
    person.save()
    log_in(page, "edith", PASSWORD)
    return page


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_an_editor_opens_why_a_hit_is_shown(portal: str, editor: Page, viewport: dict[str, int]) -> None:
    editor.set_viewport_size(viewport)
    editor.goto("/search/?q=misssed+doses")
    hit = editor.locator(".portal-result").first
    table = hit.get_by_role("table", name="What its score is made of")
    expect(table).to_be_hidden()
    hit.get_by_text("Why this hit").click()
    expect(table).to_be_visible()
    expect(hit).to_contain_text("“misssed” was taken for “missed”")
    assert not scrolls_sideways(editor)
    assert accessibility_findings(editor, within="main") == []


def test_an_editor_previews_words_in_a_tab_of_its_own_and_keeps_the_warning(portal: str, editor: Page) -> None:
    editor.goto("/admin/snippets/guidance/searchwords/add/?typed=wibble")
    editor.wait_for_timeout(SETTLED_MS)
    editor.get_by_role("textbox", name="Term").press_sequentially("methadone")
    editor.wait_for_timeout(SETTLED_MS)
    with editor.expect_popup() as opened:
        editor.get_by_role("button", name="Preview what it changes").click()
    preview = opened.value
    expect(preview.get_by_role("heading", name="“wibble”")).to_be_visible()
    assert accessibility_findings(preview, within=".search-preview") == []
    preview.close()
    assert not SearchWords.objects.filter(typed="wibble").exists()

    asked: list[str] = []
    editor.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    editor.goto("/search/")
    assert asked == ["beforeunload"]
