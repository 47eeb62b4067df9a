"""An editor rewords an outcome in the admin: readers and search see it when it is published, and not before."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from playwright.sync_api import Browser, Page, Route, expect
from wagtail.admin.views.pages.edit import EditView

from decision_trees.models import TreePage
from tests.factories.guidance import UserFactory
from tests.support.browser import PHONE, accessibility_findings, log_in
from tests.support.tree_editor import TreeEditor, wait_until_saved

SLUG = "illicit-opiates-on-top"
ANSWERS = "how-known=urine&restarted=no&problems=not-known&injecting=not-known&social=not-known&proposal=sanction"
RESULT = f"/decision-trees/{SLUG}/result/?{ANSWERS}"
FIRST = "How do we know about the use on top?"
OUTCOME = "Do not cut or stop the prescription as a sanction"
BEFORE = "Say today that medicine is not changed as a punishment, and that nothing is cut or stopped for that reason."
AFTER = "Say it today as plainly as a lighthouse: medicine is not changed as a punishment."
CLOSING_MS = 1_000
PASSWORD = "correct horse battery"


@pytest.fixture
def tree(portal: str, page: Page) -> Iterator[TreePage]:
    person = UserFactory(username="edith", roles=["Editors"])
    person.set_password(PASSWORD)
    person.save()
    yield TreePage.objects.get(slug=SLUG)
    page.on("dialog", lambda dialog: dialog.accept())
    # The editor tells the server that it closes, and the server must have heard it before its database is emptied.
    page.goto("about:blank")
    page.wait_for_timeout(CLOSING_MS)


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


def open_tree(page: Page, tree: TreePage) -> TreeEditor:
    log_in(page, "edith", PASSWORD)
    page.goto(f"/admin/pages/{tree.pk}/edit/")
    return TreeEditor(page).open()


def reword(editor: TreeEditor, words: str) -> None:
    """Write other words into the one thing to do now of the outcome that holds the old ones."""
    editor.section("Outcomes")
    field = editor.line(editor.node(OUTCOME), "The one thing to do now")
    expect(field).to_have_value(BEFORE)
    field.fill(words)


def say_what_changed(page: Page) -> None:
    page.get_by_role("tab", name="About").click()
    page.locator("#id_change_note").fill("Said more plainly.")


def press(page: Page, button: str) -> None:
    footer = page.locator("footer")
    footer.get_by_role("button", name="More actions").click()
    footer.get_by_role("button", name=button, exact=True).click()


def test_an_editor_rewords_an_outcome_and_readers_see_it_when_it_is_published(
    tree: TreePage, page: Page, reader: Page
) -> None:
    reword(open_tree(page, tree), AFTER)
    say_what_changed(page)
    wait_until_saved(page)
    page.locator("footer").get_by_role("button", name="Save draft").click()
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


def test_a_tree_that_no_longer_holds_together_is_not_published_and_the_editor_is_led_to_the_node(
    tree: TreePage, page: Page, reader: Page
) -> None:
    editor = open_tree(page, tree)
    say_what_changed(page)
    editor.open().section("Questions")
    first = editor.node(FIRST)
    first.get_by_role("button", name="Delete: Rule 1").click()
    editor.expect_finding(FIRST, "Nothing follows this question")
    wait_until_saved(page)
    press(page, "Publish")

    refusal = page.locator(".messages").get_by_role("link", name=FIRST)
    expect(refusal.first).to_be_visible()
    assert what_to_do(reader) == BEFORE
    assert tree.versions.count() == 1
    refusal.first.click()
    expect(editor.region.locator("#node-question-how-known .w-panel__content")).to_be_visible()


def test_findings_come_before_the_map_and_the_map_after_them(tree: TreePage, page: Page) -> None:
    held: list[Route] = []
    editor = open_tree(page, tree).checked()
    on_the_map = editor.region.locator(".tree-editor__map")
    expect(on_the_map).to_contain_text("Question 1")
    page.route("**/admin/decision-trees/map/**", lambda route: held.append(route))
    editor.section("Questions")
    first = editor.node(FIRST)
    editor.line(first, "Question").fill("How did the lighthouse keeper hear of it?")
    editor.node("How did the lighthouse keeper hear of it?").get_by_role("button", name="Delete: Rule 1").click()
    editor.expect_finding("Nothing follows this question")
    editor.checked()
    expect(on_the_map).not_to_contain_text("lighthouse")
    # Typing goes on: what would have been drawn is not waited for, and only the newest is shown.
    editor.line(editor.node("How did the lighthouse keeper hear of it?"), "Question").fill(
        "How did the keeper of the lamp hear of it?"
    )
    while len(held) < 2:
        page.wait_for_timeout(100)
    held[-1].continue_()
    expect(on_the_map).to_contain_text("keeper of the lamp")
    expect(on_the_map).not_to_contain_text("lighthouse")


def test_in_one_column_the_number_of_findings_stays_in_sight_and_leads_to_them(tree: TreePage, page: Page) -> None:
    editor = open_tree(page, tree)
    page.set_viewport_size(PHONE)
    brief = editor.region.get_by_role("link", name="No finding")
    expect(brief).to_be_visible()
    editor.section("Questions")
    editor.node(FIRST).get_by_role("button", name="Delete: Rule 1").click()
    brief = editor.region.get_by_role("link", name=re.compile(r"^\d+ findings?$"))
    expect(brief).to_be_in_viewport()
    brief.press("Enter")
    status = editor.region.locator("#tree-editor-findings")
    expect(status).to_be_focused()
    expect(status).to_be_in_viewport()
    assert accessibility_findings(page, within="#tree-editor") == []
    page.set_viewport_size({"width": 1366, "height": 768})
    expect(brief).to_be_hidden()


# --- Nothing typed is lost ----------------------------------------------------------------------------------------


def words_stored(tree: TreePage) -> str:
    stored = TreePage.objects.get(pk=tree.pk).get_latest_revision_as_object().document["outcomes"]
    return next(outcome["do_now"] for outcome in stored if outcome["title"] == OUTCOME)


def test_a_button_pressed_while_wagtail_saves_by_itself_is_not_taken_for_somebody_else(
    tree: TreePage, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = EditView.render_partials

    def answer_late(view: Any) -> Any:
        time.sleep(1.5)
        return answer(view)

    editor = open_tree(page, tree)
    reword(editor, AFTER)
    say_what_changed(page)
    wait_until_saved(page)
    # What is saved from here on is stored at once, and the form hears of it late.
    monkeypatch.setattr(EditView, "render_partials", answer_late)
    with page.expect_request(lambda request: request.method == "POST" and request.url.endswith("/edit/")):
        page.locator("#id_change_note").fill("Said more plainly, once more.")
    press(page, "Publish")
    expect(page.locator(".messages")).to_contain_text("published")
    assert tree.versions.get(number=2).change_note == "Said more plainly, once more."


def submit_and_let_the_lead_open(tree: TreePage, page: Page) -> TreeEditor:
    """Edith hands the tree in; Clara, a clinical lead, opens it."""
    lead = UserFactory(username="clara", roles=["Clinical leads"])
    lead.set_password(PASSWORD)
    lead.save()
    tree.get_workflow().start(tree, get_user_model().objects.get(username="edith"))
    log_in(page, "clara", PASSWORD)
    page.goto(f"/admin/pages/{tree.pk}/edit/")
    return TreeEditor(page).open()


def state_of_the_workflow(tree: TreePage) -> str:
    return str(tree.workflow_states.latest("created_at").status)


def test_an_approval_with_a_comment_waits_for_what_wagtail_saves_by_itself(
    tree: TreePage, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = EditView.render_partials

    def answer_late(view: Any) -> Any:
        time.sleep(4)
        return answer(view)

    editor = submit_and_let_the_lead_open(tree, page)
    reword(editor, AFTER)
    say_what_changed(page)
    wait_until_saved(page)
    monkeypatch.setattr(EditView, "render_partials", answer_late)
    page.locator("footer").get_by_role("button", name="More actions").click()
    with page.expect_request(lambda request: request.method == "POST" and request.url.endswith("/edit/")):
        page.locator("#id_change_note").evaluate(
            """field => {
              field.value = "Said more plainly, says the lead.";
              field.dispatchEvent(new Event("input", { bubbles: true }));
              field.dispatchEvent(new Event("change", { bubbles: true }));
            }"""
        )
    page.locator("footer").get_by_role("button", name="Approve with comment and Publish").click()
    asked = page.get_by_role("dialog").filter(has_text="Approve with comment")
    asked.get_by_label("Comment").fill("As the passage has it.")
    asked.get_by_role("button", name="Approve with comment").click()
    expect(page.locator(".messages")).to_contain_text("has been updated")
    assert state_of_the_workflow(tree) == "approved"
    assert tree.versions.get(number=2).change_note == "Said more plainly, says the lead."


def test_an_approval_that_was_not_sent_is_not_done_by_another_button(tree: TreePage, page: Page) -> None:
    submit_and_let_the_lead_open(tree, page)
    page.route("**/admin/still-here/", lambda route: route.fulfill(status=502, body=""))
    press(page, "Approve and Publish")
    told = page.get_by_role("dialog", name="The server does not answer")
    expect(told).to_be_visible()
    told.get_by_role("button", name="Back to the form").click()
    page.unroute("**/admin/still-here/")
    page.locator("footer").get_by_role("button", name="Save draft").click()
    expect(page.locator(".messages")).to_contain_text("has been updated")
    assert state_of_the_workflow(tree) == "in_progress"
    page.goto(f"/admin/pages/{tree.pk}/edit/")
    press(page, "Approve and Publish")
    expect(page.locator(".messages")).to_contain_text("has been updated")
    assert state_of_the_workflow(tree) == "approved"


def test_what_was_typed_after_the_log_in_ran_out_is_kept_until_one_has_logged_in_again(
    tree: TreePage, page: Page
) -> None:
    editor = open_tree(page, tree)
    page.context.clear_cookies(name="sessionid")
    reword(editor, AFTER)
    out = page.get_by_role("dialog", name="You are no longer logged in")
    expect(out).to_be_visible()
    expect(editor.region.locator(".tree-editor__status")).to_contain_text("You are no longer logged in")
    out.get_by_role("button", name="Back to the form").click()
    page.locator("footer").get_by_role("button", name="Save draft").click()
    expect(out).to_be_visible()
    assert words_stored(tree) == BEFORE

    with page.expect_popup() as opened:
        out.get_by_role("link", name="Log in in a new tab").click()
    again = opened.value
    again.get_by_label("Username").fill("edith")
    again.get_by_label("Password").fill(PASSWORD)
    again.get_by_role("button", name="Log in").click()
    expect(again).to_have_url(re.compile("/admin/$"))
    again.close()
    out.get_by_role("button", name="Back to the form").click()
    page.locator("footer").get_by_role("button", name="Save draft").click()
    expect(page.locator(".messages")).to_contain_text("has been updated")
    assert words_stored(tree) == AFTER


def test_nothing_is_sent_while_the_server_does_not_answer(tree: TreePage, page: Page) -> None:
    editor = open_tree(page, tree)
    page.route("**/admin/still-here/", lambda route: route.fulfill(status=502, body=""))
    reword(editor, AFTER)
    page.locator("footer").get_by_role("button", name="Save draft").click()
    told = page.get_by_role("dialog", name="The server does not answer")
    expect(told).to_be_visible()
    told.get_by_role("button", name="Back to the form").click()
    save = page.locator("footer").get_by_role("button", name="Save draft")
    expect(save).to_be_enabled()
    expect(editor.line(editor.node(OUTCOME), "The one thing to do now")).to_have_value(AFTER)

    page.unroute("**/admin/still-here/")
    save.click()
    expect(page.locator(".messages")).to_contain_text("has been updated")
    assert words_stored(tree) == AFTER


def test_what_was_saved_elsewhere_meanwhile_is_saved_over_by_a_second_press_and_by_nothing_else(
    tree: TreePage, page: Page
) -> None:
    editor = open_tree(page, tree)
    other = page.context.new_page()
    other.goto(f"/admin/pages/{tree.pk}/edit/")
    elsewhere = TreeEditor(other).open()
    reword(elsewhere, "Written in the other window.")
    wait_until_saved(other)
    other.close(run_before_unload=False)

    reword(editor, AFTER)
    page.locator("footer").get_by_role("button", name="Save draft").click()
    # Wagtail asks first, where it knows of the other window already.
    asked = page.get_by_role("dialog").filter(has_text="another window")
    refused = page.locator(".messages").filter(has_text="In another window, you saved this page")
    expect(asked.or_(refused).first).to_be_visible()
    if asked.is_visible():
        asked.get_by_role("button", name="Save draft").click()
    expect(refused).to_be_visible()
    page.wait_for_timeout(4_000)
    assert words_stored(tree) == "Written in the other window."

    page.locator("footer").get_by_role("button", name="Save draft").click()
    expect(page.locator(".messages")).to_contain_text("has been updated")
    assert words_stored(tree) == AFTER
