"""An unsound tree is published by none of the ways there are; what was begun is undone, and somebody is told why."""

from __future__ import annotations

import logging
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.contrib.auth.models import AnonymousUser, Group
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import (
    GroupApprovalTask,
    Page,
    PageLogEntry,
    Revision,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from decision_trees.models import TreeIndexPage, TreePage, TreeVersion
from decision_trees.publishing import REFUSED, CannotPublish
from decision_trees.services import find_tree
from guidance.generation import bump_generation
from tests.factories.guidance import UserFactory
from tests.factories.trees import (
    draft_tree,
    lantern_cases,
    lantern_document,
    outcome_of,
    publish,
    published_tree,
    unsound_document,
    write,
)
from tests.support.tree_form import form_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter_content")]

PUBLISH = {"action-publish": "action-publish"}
FINDING = "no rule applies"


@pytest.fixture
def unsound() -> TreePage:
    """A draft that nobody may publish."""
    page = draft_tree(unsound_document())
    page.save_revision()
    return TreePage.objects.get(pk=page.pk)


def is_public(page: TreePage) -> bool:
    stored = TreePage.objects.get(pk=page.pk)
    return stored.live or stored.versions.exists() or find_tree(stored.slug, user=AnonymousUser()) is not None


def messages_of(response: Any) -> str:
    return "\n".join(str(message) for message in response.context["messages"])


# --- Every way ----------------------------------------------------------------------------------------------------


def test_the_form(admin: Client, unsound: TreePage) -> None:
    response = admin.post(reverse("wagtailadmin_pages:edit", args=[unsound.pk]), form_of(unsound) | PUBLISH)
    text = response.content.decode()
    assert FINDING in text
    assert "#node-question-dusk" in text, "the finding leads to its node"
    assert not is_public(unsound)


def test_the_form_says_that_nothing_typed_is_lost_and_loses_nothing(admin: Client, unsound: TreePage) -> None:
    unsound.summary = "Typed a moment ago."
    address = reverse("wagtailadmin_pages:edit", args=[unsound.pk])
    response = admin.post(address, form_of(unsound) | PUBLISH)
    told = messages_of(response)
    assert "What you typed stands in this form" in told
    assert FINDING in told
    assert "could not be saved" not in told
    assert "Typed a moment ago." in response.content.decode()

    assert unsound.revisions.count() == 1
    admin.post(address, form_of(unsound))
    assert TreePage.objects.get(pk=unsound.pk).get_latest_revision_as_object().summary == "Typed a moment ago."


def test_an_older_version_that_is_refused_says_the_same(admin: Client, unsound: TreePage) -> None:
    address = reverse("wagtailadmin_pages:revisions_revert", args=[unsound.pk, unsound.latest_revision_id])
    told = messages_of(admin.post(address, form_of(unsound) | PUBLISH))
    assert "What you typed stands in this form" in told
    assert "could not be saved" not in told


def test_what_cannot_even_be_a_draft_is_said_in_the_words_of_wagtail(admin: Client, unsound: TreePage) -> None:
    unsound.title = ""
    response = admin.post(reverse("wagtailadmin_pages:edit", args=[unsound.pk]), form_of(unsound) | PUBLISH)
    assert "could not be saved" in messages_of(response)


def test_the_form_with_a_time_to_go_live(admin: Client, unsound: TreePage) -> None:
    later = (timezone.now() + timedelta(days=2)).strftime("%Y-%m-%d %H:%M")
    form = form_of(unsound) | PUBLISH | {"go_live_at": later}
    response = admin.post(reverse("wagtailadmin_pages:edit", args=[unsound.pk]), form)
    assert FINDING in response.content.decode()
    assert not unsound.revisions.filter(approved_go_live_at__isnull=False).exists()


def test_a_new_page_published_at_once(admin: Client) -> None:
    index = TreeIndexPage.objects.get()
    page = TreePage(slug="lantern", change_note="First version.", live=False)
    write_unsaved(page, unsound_document())
    address = reverse("wagtailadmin_pages:add", args=["decision_trees", "treepage", index.pk])
    response = admin.post(address, form_of(page) | PUBLISH)
    assert FINDING in response.content.decode()
    assert not TreePage.objects.filter(slug="lantern").exists()


def write_unsaved(page: TreePage, document: dict[str, Any]) -> None:
    from decision_trees.readers import fields_from_document

    for name, value in {**fields_from_document(document), "cases": lantern_cases()}.items():
        setattr(page, name, value)


def test_a_bulk_action_that_publishes_nothing_else_either(admin: Client, unsound: TreePage) -> None:
    sound = unsound.get_parent().add_child(
        instance=_copy_of_lantern("lamp", "Is the lamp to be lit?"),
    )
    sound.save_revision()
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    response = admin.post(f"{address}?id={sound.pk}&id={unsound.pk}", {"include_descendants": ""}, follow=True)
    assert FINDING in messages_of(response)
    assert not is_public(unsound)
    assert not is_public(sound), "all of them or none"


def _copy_of_lantern(slug: str, title: str) -> TreePage:
    page = TreePage(live=False, change_note="First version.")
    write_unsaved(page, {**lantern_document(slug), "title": title})
    return page


def test_scheduled_publishing_leaves_it_a_draft_publishes_the_others_and_says_so(
    unsound: TreePage, caplog: pytest.LogCaptureFixture
) -> None:
    sound = unsound.get_parent().add_child(instance=_copy_of_lantern("lamp", "Is the lamp to be lit?"))
    past = timezone.now() - timedelta(hours=1)
    for page, minutes in ((unsound, 10), (sound, 5)):
        revision = page.save_revision()
        Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=past - timedelta(minutes=minutes))

    with caplog.at_level(logging.ERROR):
        call_command("publish_scheduled", stdout=StringIO())

    assert not is_public(unsound)
    assert is_public(sound)
    assert FINDING in caplog.text
    entry = PageLogEntry.objects.get(page=unsound.pk, action=REFUSED)
    assert FINDING in " ".join(entry.data["problems"])
    assert not unsound.revisions.filter(approved_go_live_at__isnull=False).exists(), "it must not appear later unseen"


def test_the_last_approval_of_a_workflow_is_undone(admin: Client, unsound: TreePage) -> None:
    approver = UserFactory(is_superuser=True, is_staff=True)
    task = GroupApprovalTask.objects.create(name="Second person")
    task.groups.add(Group.objects.get(name="Clinical leads"))
    workflow = Workflow.objects.create(name="Approval by a second person")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=1)
    WorkflowPage.objects.create(workflow=workflow, page=Page.objects.get(pk=unsound.get_parent().pk))
    state = workflow.start(unsound, UserFactory())
    admin.force_login(approver)

    address = reverse("wagtailadmin_pages:workflow_action", args=[unsound.pk, "approve", state.current_task_state.pk])
    response = admin.post(address, {"comment": ""}, follow=True)

    assert FINDING in messages_of(response)
    assert not is_public(unsound)
    state.refresh_from_db()
    assert state.status == state.STATUS_IN_PROGRESS


def test_a_copy_of_a_tree_that_no_longer_holds(admin: Client) -> None:
    page = published_tree()
    # Broken behind every guard, as by a source that was taken out.
    TreePage.objects.filter(pk=page.pk).update(document=write(page, unsound_document()).document)
    bump_generation()
    form = {
        "new_title": "Copied",
        "new_slug": "copied",
        "new_parent_page": page.get_parent().pk,
        "copy_subpages": "",
        "publish_copies": "on",
    }
    response = admin.post(reverse("wagtailadmin_pages:copy", args=[page.pk]), form, follow=True)
    assert FINDING in messages_of(response)
    assert not TreePage.objects.filter(slug="copied", live=True).exists()
    assert not TreeVersion.objects.filter(page__slug="copied").exists()


def test_an_import_that_is_to_be_published(tmp_path: Path) -> None:
    file = tmp_path / "lantern.yaml"
    document = {**unsound_document(), "change_note": "First version.", "cases": lantern_cases()}
    file.write_text(yaml.safe_dump(document), encoding="utf-8")
    with pytest.raises(CommandError, match=FINDING):
        call_command("import_tree", str(file), publish=True, stdout=StringIO())
    assert not is_public(TreePage.objects.get(slug="lantern"))


def test_a_revision(unsound: TreePage) -> None:
    with pytest.raises(CannotPublish, match=FINDING):
        unsound.get_latest_revision().publish()
    assert not is_public(unsound)


def test_a_page_that_is_saved_as_live(unsound: TreePage) -> None:
    unsound.live = True
    for save in (unsound.save, lambda: unsound.save(clean=False)):
        with pytest.raises(CannotPublish):
            save()
    assert not is_public(unsound)


def test_a_live_tree_whose_fields_are_changed_in_place() -> None:
    page = write(published_tree(), unsound_document())
    with pytest.raises(CannotPublish):
        page.save()
    assert TreePage.objects.get(pk=page.pk).versions.count() == 1


# --- What stops it ------------------------------------------------------------------------------------------------


def test_a_version_without_a_word_on_what_changed_is_refused() -> None:
    page = published_tree()
    document = lantern_document()
    outcome_of(document, "light")["do_now"] = "Light it before supper."
    page.document = write(page, document).document
    page.change_note = page.versions.get().change_note
    with pytest.raises(CannotPublish, match="still that of version 1"):
        publish(page)
    page.change_note = "Said when."
    assert publish(page).versions.count() == 2


def test_a_blank_change_note_is_refused() -> None:
    page = draft_tree()
    page.change_note = " "
    with pytest.raises(CannotPublish, match="Say what changed"):
        publish(page)


@pytest.mark.parametrize("note", [".", "Reworded.", "a b c", "1 2 3 4 5 6 7 8", "- reworded -"])
def test_a_change_note_needs_words(note: str) -> None:
    page = draft_tree()
    page.change_note = note
    with pytest.raises(CannotPublish, match="tells too little: use at least 2 words and 8 letters"):
        publish(page)


def test_a_short_note_from_before_stops_no_page_whose_tree_has_not_changed() -> None:
    page = published_tree()
    page.change_note = "."
    assert publish(page).versions.count() == 1


@pytest.mark.parametrize("note", ["First published version.", " first  published version"])
def test_the_note_of_any_version_before_is_refused(note: str) -> None:
    page = published_tree()
    for words in ("Light it before supper.", "Light it after supper."):
        document = lantern_document()
        outcome_of(document, "light")["do_now"] = words
        page = publish(write(page, document))
    page = write(page, lantern_document())
    page.change_note = note
    with pytest.raises(
        CannotPublish, match=r"note is that of version 1\. Say what changed since version 3, for readers"
    ):
        publish(page)
    page.change_note = "Back to what version 1 said."
    assert publish(page).versions.count() == 4


def test_an_old_revision_is_published_again_only_with_a_note_of_its_own() -> None:
    page = published_tree()
    old = page.latest_revision
    document = lantern_document()
    outcome_of(document, "light")["do_now"] = "Light it before supper."
    page = publish(write(page, document))
    with pytest.raises(CannotPublish, match="is that of version 1"):
        old.publish()


def test_a_lock_goes_through_on_a_tree_that_no_longer_holds() -> None:
    page = published_tree()
    TreePage.objects.filter(pk=page.pk).update(document=write(page, unsound_document()).document)
    bump_generation()
    stored = TreePage.objects.get(pk=page.pk)
    stored.locked = True
    stored.save()
    assert TreePage.objects.get(pk=page.pk).locked


# --- Two editors --------------------------------------------------------------------------------------------------


def loaded_form(page: TreePage, **changes: str) -> dict[str, Any]:
    """What a browser sends that opened the form when this was the latest revision."""
    revision = page.latest_revision
    opened = {"loaded_revision_id": str(revision.pk), "loaded_revision_created_at": revision.created_at.isoformat()}
    return form_of(page) | opened | changes


def test_the_second_of_two_editors_is_told_and_nobodys_work_is_lost(admin: Client) -> None:
    page = draft_tree()
    page.save_revision(user=UserFactory(first_name="Ada", last_name="Keeper"))
    page = TreePage.objects.get(pk=page.pk)
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    mine = loaded_form(page, summary="My words.")
    theirs = loaded_form(page, summary="Their words.")

    admin.post(address, theirs)
    response = admin.post(address, mine)

    text = response.content.decode()
    assert "after you opened it" in text
    assert "My words." in text, "what was typed stands in the form"
    assert TreePage.objects.get(pk=page.pk).get_latest_revision_as_object().summary == "Their words."

    again = mine | {
        name: str(response.context["form"].instance.latest_revision_id)
        if name == "loaded_revision_id"
        else response.context["loaded_revision_created_at"]
        for name in ("loaded_revision_id", "loaded_revision_created_at")
    }
    admin.post(address, again)
    summaries = [revision.content["summary"] for revision in page.revisions.order_by("pk")]
    assert summaries[-2:] == ["Their words.", "My words."], "both stand in the history"


def test_an_editor_who_is_alone_saves_at_once(admin: Client) -> None:
    page = draft_tree()
    page.save_revision()
    page = TreePage.objects.get(pk=page.pk)
    admin.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), loaded_form(page, summary="My words."))
    assert TreePage.objects.get(pk=page.pk).get_latest_revision_as_object().summary == "My words."
