"""One tree that does not hold, and every way to publish it that a person or a command has: none of them does.

Each time the person is told why, with links that lead to the node, and readers meet what they met before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from wagtail.models import GroupApprovalTask, Revision, Workflow, WorkflowPage, WorkflowState, WorkflowTask
from wagtail.models import Page as WagtailPage

from decision_trees.loading import load_trees
from decision_trees.models import TreePage
from decision_trees.publishing import CannotPublish
from guidance.generation import bump_generation
from guidance.models import Section
from guidance.starter import Outcome
from tests.factories.guidance import UserFactory
from tests.factories.trees import (
    CITED,
    lantern_cases,
    lantern_document,
    outcome_of,
    publish,
    published_tree,
    question_of,
    write,
)
from tests.support.browser import log_in

CLOSING_MS = 1_000
PASSWORD = "correct horse battery"
RESULT = "/decision-trees/lantern/result/?dusk=yes&nights=2"
BEFORE = "Light it now."
AFTER = "Light it at once."
FINDING = "no rule applies. Add a rule or widen one."
QUESTION = "Is it dusk?"


def broken_document() -> dict[str, Any]:
    """Nobody says what follows when it is not known whether it is dusk."""
    document = lantern_document()
    question_of(document, "dusk")["next"][1]["when"] = "dusk is yes"
    outcome_of(document, "light")["do_now"] = AFTER
    return document


@pytest.fixture
def tree(portal: str, page: Page) -> Iterator[TreePage]:
    """A published tree, with a draft on top of it that does not hold."""
    for name, role in (("edith", "Editors"), ("clara", "Clinical leads")):
        person = UserFactory(username=name, roles=[role])
        person.set_password(PASSWORD)
        person.save()
    tree = published_tree()
    write(tree, broken_document()).save_revision()
    yield TreePage.objects.get(pk=tree.pk)
    page.on("dialog", lambda dialog: dialog.accept())
    # The editor tells the server that it closes, and the server must have heard it before its database is emptied.
    page.goto("about:blank")
    page.wait_for_timeout(CLOSING_MS)


@pytest.fixture
def readers_meet(browser: Browser, portal: str, tree: TreePage) -> Iterator[Callable[[], None]]:
    """Says that somebody who is not logged in meets the tree as it was published first, and nothing else."""
    context = browser.new_context(base_url=portal)
    reader = context.new_page()

    def the_first_version() -> None:
        reader.goto(RESULT)
        expect(reader.locator(".portal-care__now")).to_have_text(BEFORE)
        assert [version.number for version in tree.versions.all()] == [1]

    yield the_first_version
    context.close()


def edit_address(tree: TreePage) -> str:
    return f"/admin/pages/{tree.pk}/edit/"


def press(page: Page, button: str) -> None:
    footer = page.locator("footer")
    footer.get_by_role("button", name="More actions").click()
    footer.get_by_role("button", name=button, exact=True).click()


def expect_refusal(page: Page) -> None:
    """What the person sees: why, at which node, what to do, and a link that opens the node's form where it is done."""
    told = page.locator(".messages")
    expect(told).to_contain_text(FINDING)
    told.get_by_role("link", name=QUESTION, exact=True).first.click()
    expect(page.locator("#tree-editor #node-question-dusk [data-field=next] :focus")).to_be_visible()


def approval_by_a_second_person(tree: TreePage) -> WorkflowState:
    """The tree waits for a clinical lead; somebody sent it there before the form would have refused it."""
    task = GroupApprovalTask.objects.create(name="Second person")
    task.groups.add(Group.objects.get(name="Clinical leads"))
    workflow = Workflow.objects.create(name="Approval")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=1)
    WorkflowPage.objects.create(workflow=workflow, page=WagtailPage.objects.get(pk=tree.get_parent().pk))
    return workflow.start(TreePage.objects.get(pk=tree.pk), UserFactory(roles=["Editors"]))


# --- By a person, in the admin ------------------------------------------------------------------------------------


def test_the_form(tree: TreePage, page: Page, readers_meet: Callable[[], None]) -> None:
    log_in(page, "edith", PASSWORD)
    page.goto(edit_address(tree))
    press(page, "Publish")
    expect_refusal(page)
    readers_meet()


def test_each_link_of_a_refusal_leads_there_as_often_as_it_is_followed(tree: TreePage, page: Page) -> None:
    document = broken_document()
    question_of(document, "nights")["next"].insert(1, {"when": "nights at least 3 days", "go": "fill-first"})
    write(TreePage.objects.get(pk=tree.pk), document | {"citations": []}).save_revision()
    log_in(page, "edith", PASSWORD)
    page.goto(edit_address(tree))
    press(page, "Publish")
    told = page.locator(".messages")
    editor = page.locator("#tree-editor")
    second_rule = editor.locator("#node-question-nights").get_by_role("group", name="Rule 2", exact=True)
    for _ in range(2):
        told.get_by_role("link", name="For how many nights has it burned?").first.click()
        expect(second_rule).to_be_focused()
        editor.get_by_role("button", name=re.compile("^Outcomes")).click()
        expect(second_rule).to_be_hidden()
    told.get_by_role("link", name="Whole tree").click()
    expect(editor.get_by_role("region", name="Whole tree").locator(":focus")).to_be_visible()


def test_the_form_with_a_time_to_go_live(tree: TreePage, page: Page, readers_meet: Callable[[], None]) -> None:
    log_in(page, "edith", PASSWORD)
    page.goto(edit_address(tree))
    page.get_by_role("button", name="Toggle status").click()
    page.get_by_role("button", name="Set schedule").click()
    dialog = page.get_by_role("dialog", name="Set publishing schedule")
    later = timezone.localtime() + timedelta(days=2)
    dialog.get_by_label("Go live date/time").fill(later.strftime("%Y-%m-%d %H:%M"))
    # By the keyboard: the calendar lies above the button.
    dialog.get_by_role("button", name="Save schedule").press("Enter")
    expect(page.locator(".messages")).to_contain_text("has been updated")
    press(page, "Schedule to publish")
    expect_refusal(page)
    assert not tree.revisions.filter(approved_go_live_at__isnull=False).exists()
    readers_meet()


def test_the_list_of_pages(tree: TreePage, page: Page, readers_meet: Callable[[], None]) -> None:
    log_in(page, "edith", PASSWORD)
    page.goto(f"/admin/pages/{tree.get_parent().pk}/")
    page.get_by_role("row").filter(has_text="Is the lantern to be lit?").get_by_role("checkbox").check()
    actions = page.get_by_role("region", name="Bulk actions")
    actions.get_by_role("link", name=re.compile("^Publish")).click()
    page.get_by_role("button", name="Yes, publish").click()
    expect_refusal(page)
    readers_meet()


def test_sending_it_to_the_second_person(tree: TreePage, page: Page, readers_meet: Callable[[], None]) -> None:
    approval_by_a_second_person(tree).cancel()
    log_in(page, "edith", PASSWORD)
    page.goto(edit_address(tree))
    press(page, "Submit to Approval")
    expect_refusal(page)
    assert TreePage.objects.get(pk=tree.pk).current_workflow_state is None
    readers_meet()


def test_the_second_person_in_the_form(tree: TreePage, page: Page, readers_meet: Callable[[], None]) -> None:
    state = approval_by_a_second_person(tree)
    log_in(page, "clara", PASSWORD)
    page.goto(edit_address(tree))
    press(page, "Approve and Publish")
    expect_refusal(page)
    state.refresh_from_db()
    assert state.status == state.STATUS_IN_PROGRESS
    readers_meet()


@pytest.mark.parametrize("comment", ["", "Looks right."])
def test_the_second_person_on_the_first_page_of_the_admin(
    tree: TreePage, page: Page, readers_meet: Callable[[], None], comment: str
) -> None:
    state = approval_by_a_second_person(tree)
    log_in(page, "clara", PASSWORD)
    page.goto("/admin/")
    waiting = page.get_by_role("row").filter(has_text="Is the lantern to be lit?").first
    waiting.get_by_role("button", name="Actions").or_(waiting.get_by_role("button", name="More")).first.click()
    if comment:
        page.get_by_role("button", name="Approve with comment").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Comment").fill(comment)
        dialog.get_by_role("button", name="Approve").click()
    else:
        page.get_by_role("button", name="Approve", exact=True).click()
    expect_refusal(page)
    state.refresh_from_db()
    assert state.status == state.STATUS_IN_PROGRESS
    readers_meet()


def test_a_copy_that_is_published_at_once(tree: TreePage, page: Page, readers_meet: Callable[[], None]) -> None:
    # What is published held when it was published. Now the section that it cites has been taken out.
    Section.objects.filter(edition__source__slug=CITED.partition("@")[0], key=CITED.partition(" ")[2]).delete()
    bump_generation()
    log_in(page, "edith", PASSWORD)
    page.goto(f"/admin/pages/{tree.pk}/copy/")
    page.get_by_label("New slug").fill("copied")
    page.get_by_label("Publish copied page").check()
    page.get_by_role("button", name="Copy this page").click()
    told = page.locator(".messages")
    expect(told).to_contain_text("does not resolve")
    told.get_by_role("link", name=QUESTION, exact=True).first.click()
    assert not TreePage.objects.filter(slug="copied").exists()
    assert page.request.get("/decision-trees/copied/").status == 404
    readers_meet()


def test_a_copy_publishes_what_is_published_and_keeps_the_draft_a_draft(
    tree: TreePage, page: Page, readers_meet: Callable[[], None]
) -> None:
    log_in(page, "edith", PASSWORD)
    page.goto(f"/admin/pages/{tree.pk}/copy/")
    page.get_by_label("New slug").fill("copied")
    page.get_by_label("Publish copied page").check()
    page.get_by_role("button", name="Copy this page").click()
    expect(page.locator(".messages")).to_contain_text("copied")
    page.goto(RESULT.replace("lantern", "copied"))
    expect(page.locator(".portal-care__now")).to_have_text(BEFORE)
    readers_meet()


def test_a_file(tree: TreePage, page: Page, readers_meet: Callable[[], None], tmp_path: Path) -> None:
    file = tmp_path / "lantern.yaml"
    document = {**broken_document(), "change_note": "From a file.", "cases": lantern_cases()}
    file.write_text(yaml.safe_dump(document), encoding="utf-8")
    log_in(page, "edith", PASSWORD)
    page.goto("/admin/decision-trees/import/")
    expect(page.get_by_role("checkbox")).to_have_count(0)
    page.get_by_label("File").set_input_files(file)
    page.locator("main").get_by_role("button", name="Import as a draft").click()
    told = page.locator(".messages")
    expect(told).to_contain_text("Nothing is published")
    expect(told).to_contain_text(re.compile("findings? stops? it from being published"))
    readers_meet()
    press(page, "Publish")
    expect_refusal(page)
    readers_meet()


def test_an_older_text_from_the_history(tree: TreePage, page: Page) -> None:
    publish(write(TreePage.objects.get(pk=tree.pk), {**lantern_document(), "summary": "Whether to light it."}))
    log_in(page, "edith", PASSWORD)
    old = tree.revisions.order_by("pk")[1]
    page.goto(f"/admin/pages/{tree.pk}/revisions/{old.pk}/revert/")
    press(page, "Publish this version")
    expect_refusal(page)
    page.goto(RESULT)
    expect(page.locator(".portal-care__now")).to_have_text(BEFORE)
    assert tree.versions.count() == 2


def test_a_tree_that_was_unpublished(tree: TreePage, page: Page) -> None:
    log_in(page, "edith", PASSWORD)
    page.goto(f"/admin/pages/{tree.pk}/unpublish/")
    page.get_by_role("button", name="Yes, unpublish").click()
    expect(page.locator(".messages")).to_contain_text("unpublished")
    page.goto(edit_address(tree))
    press(page, "Publish")
    expect_refusal(page)
    assert page.request.get("/decision-trees/lantern/").status == 404


# --- By a command or a program, and what a person sees of it ------------------------------------------------------


def test_its_time_that_has_come(tree: TreePage, page: Page, readers_meet: Callable[[], None]) -> None:
    revision = tree.get_latest_revision()
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=timezone.now() - timedelta(minutes=1))
    call_command("publish_scheduled", stdout=StringIO())
    readers_meet()

    log_in(page, "edith", PASSWORD)
    page.goto("/admin/")
    expect(page.get_by_role("region", name="Trees that need somebody")).to_contain_text("when its time came")
    page.goto(f"/admin/pages/{tree.pk}/history/")
    expect(page.locator("main")).to_contain_text("Not published: the tree did not hold when its time came")
    page.goto(edit_address(tree))
    press(page, "Publish")
    expect_refusal(page)


def test_a_program(tree: TreePage, readers_meet: Callable[[], None]) -> None:
    with pytest.raises(CannotPublish, match=FINDING):
        tree.get_latest_revision().publish()
    readers_meet()


def test_the_command_that_reads_a_file(tree: TreePage, readers_meet: Callable[[], None], tmp_path: Path) -> None:
    file = tmp_path / "lantern.yaml"
    document = {**broken_document(), "change_note": "From a file.", "cases": lantern_cases()}
    file.write_text(yaml.safe_dump(document), encoding="utf-8")
    with pytest.raises(CommandError, match=FINDING):
        call_command("import_tree", str(file), publish=True, stdout=StringIO())
    readers_meet()


def test_the_starter_content(tree: TreePage, readers_meet: Callable[[], None], page: Page, tmp_path: Path) -> None:
    folder = tmp_path / "trees"
    folder.mkdir()
    slug = "missed-opioid-doses"
    for name in (f"{slug}.yaml", f"{slug}.cases.yaml"):
        text = (Path(settings.CONTENT_DIR) / "trees" / name).read_text(encoding="utf-8")
        (folder / name).write_text(re.sub("at most 2 days", "at most 1 days", text), encoding="utf-8")
    result = {each.key: each for each in load_trees(tmp_path)}[slug]
    assert result.outcome is Outcome.FAILED
    assert FINDING in result.message
    assert TreePage.objects.get(slug=slug).versions.count() == 1
    readers_meet()
