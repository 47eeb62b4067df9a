"""An editor cites passages: looked for, chosen from cards, never typed. Keys alone are enough."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from guidance.models import GuidancePage
from tests.factories.guidance import UserFactory
from tests.support.browser import accessibility_findings, log_in

SLUG = "missed-doses-and-pharmacies"
SECTION = "towards-successful-treatment-completion@2009-07 5.2.6"
PASSWORD = "correct horse battery"
CLOSING_MS = 1_000
SEVERAL = """
citations => {
  const element = document.createElement("portal-citations");
  element.setAttribute("label", "What it rests on");
  element.value = citations;
  element.addEventListener("change", () => { window.changes = [...(window.changes ?? []), element.value]; });
  document.querySelector("main").prepend(element);
}
"""


@pytest.fixture
def editor(page: Page) -> Iterator[Page]:
    person = UserFactory(username="edith", roles=["Editors"])
    person.set_password(PASSWORD)
    person.save()
    log_in(page, "edith", PASSWORD)
    yield page
    page.on("dialog", lambda dialog: dialog.accept())
    # The editor tells the server that it closes, and the server must have heard it before its database is emptied.
    page.goto("about:blank")
    page.wait_for_timeout(CLOSING_MS)


def open_form(page: Page) -> GuidancePage:
    guidance = GuidancePage.objects.get(slug=SLUG)
    page.goto(f"/admin/pages/{guidance.pk}/edit/")
    return guidance


def citations_of_first_recommendation(page: Page) -> Locator:
    return page.locator("portal-citation:has(input[name^=recommendations-0-value-citations-])")


def chooser(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Choose a passage")


def results(page: Page) -> Locator:
    return chooser(page).get_by_role("listitem")


def look_for(page: Page, words: str) -> None:
    """Type into the field that has the focus, and wait for the answer."""
    expect(chooser(page).get_by_label("Look for")).to_be_focused()
    page.keyboard.type(words)
    expect(chooser(page).get_by_role("status")).to_contain_text(re.compile(r"\d results?\."))


def add_citation(page: Page) -> Locator:
    """A new, empty citation at the end of the first recommendation's, by the keyboard, which stands on its button.

    The form moves the keyboard there a moment after it has added the block: a key pressed before goes to the old place.
    """
    before = citations_of_first_recommendation(page).count()
    added = page.locator("[data-contentpath=citations]").first.get_by_role("button", name="Add", exact=True)
    added.last.focus()
    page.keyboard.press("Enter")
    expect(citations_of_first_recommendation(page)).to_have_count(before + 1)
    citation = citations_of_first_recommendation(page).last
    expect(citation.get_by_role("button", name="Choose a passage")).to_be_focused()
    return citation


def publish(page: Page) -> None:
    foot = page.locator("footer")
    foot.get_by_role("button", name="More actions").focus()
    page.keyboard.press("Enter")
    foot.get_by_role("button", name="Publish", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".messages")).to_contain_text("published")


def test_an_editor_cites_a_passage_by_looking_for_its_words_and_publishes(
    portal_with_documents: str, editor: Page
) -> None:
    guidance = open_form(editor)
    added = add_citation(editor)
    editor.keyboard.press("Enter")
    look_for(editor, "alcohol breath test before methadone dose")

    editor.keyboard.press("ArrowDown")
    editor.keyboard.press("ArrowDown")
    second = results(editor).nth(1)
    expect(second.get_by_role("button", name="Choose")).to_be_focused()
    label = second.locator("strong").inner_text()
    words = second.locator("p").first.inner_text().split(".")[0]
    editor.keyboard.press("Enter")

    expect(chooser(editor)).to_be_hidden()
    expect(added).to_contain_text(label)
    expect(added).to_contain_text(words)
    expect(added.get_by_role("button", name=f"Change: {label}")).to_be_focused()
    assert "#" in added.locator("input").input_value()

    publish(editor)
    citation = list(GuidancePage.objects.get(pk=guidance.pk).recommendations[0].value["citations"])[-1]
    editor.goto(guidance.url)
    expect(editor.get_by_role("link", name=label).first).to_be_attached()
    assert citation.startswith("towards-successful-treatment-completion@2009-07 ")


def test_without_the_documents_a_section_is_cited_by_its_number(portal: str, editor: Page) -> None:
    open_form(editor)
    added = add_citation(editor)
    editor.keyboard.press("Enter")
    look_for(editor, "section 5.2.6")
    expect(results(editor).first).to_contain_text("Whole section")
    editor.keyboard.press("ArrowDown")
    editor.keyboard.press("Enter")
    expect(added).to_contain_text("section 5.2.6")
    assert added.locator("input").input_value() == SECTION


def test_escape_leaves_everything_as_it_was_and_the_dialog_has_no_accessibility_finding(
    portal: str, editor: Page
) -> None:
    open_form(editor)
    first = citations_of_first_recommendation(editor).first
    before = first.locator("input").input_value()
    change = first.get_by_role("button", name="Change")
    change.focus()
    editor.keyboard.press("Enter")
    look_for(editor, "missed doses")
    for scheme in ("light", "dark"):
        editor.emulate_media(color_scheme=scheme)
        assert accessibility_findings(editor, within="dialog.portal-chooser") == []
        assert accessibility_findings(editor, within="portal-citation") == []
    editor.keyboard.press("Escape")
    expect(chooser(editor)).to_be_hidden()
    expect(change).to_be_focused()
    assert first.locator("input").input_value() == before

    # What was looked for is still there, and what is chosen already cannot be chosen again.
    editor.keyboard.press("Enter")
    expect(chooser(editor).get_by_label("Look for")).to_have_value("missed doses")
    assert results(editor).count() > 1


def test_a_text_is_given_a_citation_where_the_cursor_stands(portal: str, editor: Page) -> None:
    open_form(editor)
    text = editor.locator("portal-cited-text").first
    field = text.locator("textarea")
    field.evaluate("field => { field.focus(); field.setSelectionRange(0, 0); }")
    editor.keyboard.type("Count every dose.")
    text.get_by_role("button", name="Cite a passage here").focus()
    editor.keyboard.press("Enter")
    look_for(editor, "5.2.6")
    editor.keyboard.press("ArrowDown")
    editor.keyboard.press("Enter")
    expect(field).to_be_focused()
    assert field.input_value().startswith(f"Count every dose. [[{SECTION}]]")
    text.locator("summary").focus()
    editor.keyboard.press("Enter")
    expect(text.get_by_role("listitem").first).to_contain_text("section 5.2.6")


def test_all_cards_of_a_form_are_asked_for_together(portal: str, editor: Page) -> None:
    asked: list[Request] = []
    editor.on("request", lambda request: asked.append(request) if "/admin/citations/" in request.url else None)
    open_form(editor)
    cards = editor.locator("portal-citation .portal-cite__label")
    expect(cards.first).to_be_visible()
    shown = editor.locator("portal-citation").count()
    expect(cards).to_have_count(shown)
    assert shown > len(asked) * 10


def test_a_portal_that_does_not_answer_is_told_and_asked_again(portal: str, editor: Page) -> None:
    open_form(editor)
    add_citation(editor)
    editor.keyboard.press("Enter")
    expect(chooser(editor).get_by_label("In", exact=True).get_by_role("option")).not_to_have_count(1)
    editor.route("**/admin/citations/?q=*", lambda route: route.abort())
    editor.keyboard.type("missed doses")
    expect(chooser(editor).get_by_role("status")).to_contain_text("does not answer")
    editor.unroute("**/admin/citations/?q=*")
    chooser(editor).get_by_role("button", name="Try again").click()
    expect(results(editor).first).to_be_visible()


def test_several_citations_are_chosen_ordered_and_removed_by_keyboard(portal: str, editor: Page) -> None:
    open_form(editor)
    other = "towards-successful-treatment-completion@2009-07 5.2.5"
    editor.evaluate(SEVERAL, [other])
    several = editor.get_by_role("group", name="What it rests on")
    expect(several.get_by_role("listitem")).to_have_count(1)
    several.get_by_role("button", name="Choose a passage").focus()
    editor.keyboard.press("Enter")
    look_for(editor, "5.2.6")
    editor.keyboard.press("ArrowDown")
    editor.keyboard.press("Enter")
    expect(several.get_by_role("button", name="Choose a passage")).to_be_focused()

    several.get_by_role("button", name="Move up").last.focus()
    editor.keyboard.press("Enter")
    expect(several.get_by_role("listitem").first).to_contain_text("5.2.6")
    expect(several.get_by_role("button", name="Move down").first).to_be_focused()
    assert accessibility_findings(editor, within="portal-citations") == []

    several.get_by_role("button", name="Remove").last.focus()
    editor.keyboard.press("Enter")
    expect(several.get_by_role("listitem")).to_have_count(1)
    expect(several.get_by_role("button", name="Remove")).to_be_focused()
    assert editor.evaluate("window.changes") == [[other, SECTION], [SECTION, other], [SECTION]]
