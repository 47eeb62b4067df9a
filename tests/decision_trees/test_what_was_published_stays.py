"""What was published stays as it was: versions, their numbers, and the addresses that name them."""

from __future__ import annotations

import logging
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.models import Page, Revision

from decision_trees import publishing, services
from decision_trees.models import TreeIndexPage, TreePage, TreeVersion
from decision_trees.publishing import CannotPublish, record_version
from decision_trees.services import find_tree
from guidance.generation import bump_generation
from tests.factories.trees import (
    draft_tree,
    lantern_document,
    outcome_of,
    problems_of,
    publish,
    published_tree,
    unsound_document,
    write,
)

from .conftest import Committing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter_content")]


def found(slug: str = "lantern") -> Any:
    return find_tree(slug, user=AnonymousUser())


def reworded(words: str = "Light it before supper.") -> dict[str, Any]:
    document = lantern_document()
    outcome_of(document, "light")["do_now"] = words
    return document


# --- Versions -----------------------------------------------------------------------------------------------------


def test_a_version_is_neither_changed_nor_taken_away() -> None:
    version = published_tree().versions.get()
    rows = TreeVersion.objects.filter(pk=version.pk)
    version.document["title"] = "Other"
    for change in (
        version.save,
        version.delete,
        rows.delete,
        lambda: rows.update(document={}),
        lambda: TreeVersion.objects.bulk_update([version], ["document"]),
        lambda: version.page.versions.update(number=9),
        lambda: version.page.versions.all().delete(),
    ):
        with pytest.raises(TypeError, match="never changed"), transaction.atomic():
            change()
    assert TreeVersion.objects.get(pk=version.pk).document["title"] == "Is the lantern to be lit?"


@pytest.mark.parametrize("damage", ["other words", "no tree"])
def test_a_version_that_was_changed_in_the_database_is_shown_to_nobody(
    client: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    page = published_tree()
    document = reworded("Do not light it.") if damage == "other words" else {}
    TreeVersion._base_manager.filter(page=page).update(document=document)
    bump_generation()
    # A process that has read a version keeps it as it read it: this one begins anew.
    monkeypatch.setattr(services, "_trees", {})
    with caplog.at_level(logging.ERROR):
        assert found() is None
    assert "not what was published" in caplog.text
    for part in ("", "dusk/", "result/?dusk=yes&nights=2", "outline/", "proof/", "versions/"):
        assert client.get(f"/decision-trees/lantern/{part}").status_code == 404
    assert client.get("/decision-trees/").status_code == 200


def test_a_number_is_given_once() -> None:
    page = published_tree()
    version = page.versions.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        page.versions.create(number=1, hash="0" * 64, document=version.document)


# --- The last gate ------------------------------------------------------------------------------------------------


def test_a_tree_made_live_behind_every_check_reaches_nobody(client: Client) -> None:
    page = draft_tree(unsound_document())
    Page.objects.filter(pk=page.pk).update(live=True)
    bump_generation()
    page = TreePage.objects.get(pk=page.pk)
    with pytest.raises(CannotPublish):
        record_version(page)
    with pytest.raises(CannotPublish):
        page.save_revision().publish()
    assert found() is None
    assert client.get("/decision-trees/lantern/").status_code == 404
    assert "lantern" not in client.get("/decision-trees/").content.decode()


def test_a_published_tree_that_is_changed_behind_every_check_is_walked_as_it_was_published() -> None:
    page = published_tree()
    TreePage.objects.filter(pk=page.pk).update(document=write(page, unsound_document()).document)
    Page.objects.filter(pk=page.pk).update(live=False)
    Page.objects.filter(pk=page.pk).update(live=True)
    bump_generation()
    with pytest.raises(CannotPublish):
        record_version(TreePage.objects.get(pk=page.pk))
    assert found().version == 1
    assert found().tree.question("dusk").rules[1].when.sentence() == "dusk is any of yes, not-known"


def test_wagtails_own_action_is_no_way_round_either() -> None:
    page = published_tree()
    revision = write(page, unsound_document()).save_revision()
    with pytest.raises(CannotPublish):
        PublishPageRevisionAction(revision).execute(skip_permission_checks=True)
    assert found().version == 1


def test_publishing_that_says_nothing_changed_is_checked_all_the_same() -> None:
    revision = write(published_tree(), unsound_document()).save_revision()
    for said in ({"changed": False}, {"log_action": False}, {"log_action": "wagtail.publish"}):
        with pytest.raises(CannotPublish):
            revision.publish(**said)
    assert found().version == 1


def test_an_unsound_tree_is_not_published_again_after_it_was_unpublished() -> None:
    page = published_tree()
    page.unpublish()
    with pytest.raises(CannotPublish):
        publish(write(TreePage.objects.get(pk=page.pk), unsound_document()))
    assert found() is None


def test_an_old_revision_from_before_a_source_was_taken_out_is_not_brought_back() -> None:
    page = published_tree()
    old = write(page, unsound_document()).save_revision()
    write(page, reworded()).save_revision().publish()
    with pytest.raises(CannotPublish):
        old.publish(previous_revision=page.get_latest_revision())
    assert found().version == 2


@pytest.mark.parametrize("scheduled", [False, True])
def test_a_publication_that_dies_half_way_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch, scheduled: bool
) -> None:
    page = published_tree()
    revision = write(page, reworded()).save_revision()

    def power_cut(*args: Any) -> None:
        raise SystemExit

    monkeypatch.setattr(publishing, "certify", power_cut)
    if scheduled:
        past = timezone.now() - timedelta(hours=1)
        Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=past)
    with pytest.raises(SystemExit):
        call_command("publish_scheduled", stdout=StringIO()) if scheduled else revision.publish()
    stored = TreePage.objects.get(pk=page.pk)
    assert outcome_of(stored.document, "light")["do_now"] == "Light it now."
    assert found().version == 1


# --- One tree, one place, one name --------------------------------------------------------------------------------


def test_a_tree_has_no_alias(admin: Client) -> None:
    page = published_tree()
    with pytest.raises(ValidationError, match="stands in one place"):
        page.create_alias(update_slug="lamp")
    address = reverse("wagtailadmin_pages:copy", args=[page.pk])
    assert "alias" not in admin.get(address).context["form"].fields
    form = {"new_title": "Copied", "new_slug": "lamp", "new_parent_page": page.get_parent().pk, "alias": "on"}
    admin.post(address, form)
    copied = TreePage.objects.get(slug="lamp")
    assert copied.alias_of is None
    assert not copied.live


def test_a_name_that_another_tree_had_is_not_given_to_a_second_one(client: Client, committing: Committing) -> None:
    page = published_tree()
    with committing():
        publish(write(page, {**lantern_document(), "slug": "lamp"}))
    result = "result/?dusk=yes&nights=2&v=1"
    assert client.get(f"/decision-trees/lantern/{result}").url == f"/decision-trees/lamp/{result}"

    second = draft_tree(reworded("Something else."))
    (problem,) = problems_of(second)
    assert "Is the lantern to be lit?" in problem
    assert "Choose another slug" in problem
    with pytest.raises(CannotPublish):
        publish(second)
    assert client.get(f"/decision-trees/lantern/{result}").url == f"/decision-trees/lamp/{result}"


def test_a_tree_may_take_its_own_old_name_again() -> None:
    page = published_tree()
    publish(write(page, {**lantern_document(), "slug": "lamp"}))
    page = TreePage.objects.get(pk=page.pk)
    assert publish(write(page, lantern_document())).versions.count() == 3


def test_a_tree_that_was_published_is_not_deleted_and_the_editor_is_led_to_what_withdraws_it(admin: Client) -> None:
    page = published_tree()
    response = admin.post(reverse("wagtailadmin_pages:delete", args=[page.pk]), follow=True)
    assert response.redirect_chain[-1][0] == reverse("wagtailadmin_pages:unpublish", args=[page.pk])
    assert "results that people keep name its versions" in response.content.decode()
    assert found().version == 1
    with pytest.raises(ProtectedError):
        TreePage.objects.get(pk=page.pk).delete()
    assert found().version == 1


@pytest.mark.parametrize("withdrawn", [False, True])
def test_nor_is_it_among_others_nor_with_the_list_of_trees(admin: Client, withdrawn: bool) -> None:
    page = published_tree()
    if withdrawn:
        page.unpublish()
    index = TreeIndexPage.objects.get()
    other = draft_tree(lantern_document("lamp"))
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    for chosen in (f"?id={other.pk}&id={page.pk}", f"?id={index.pk}"):
        response = admin.post(address + chosen, follow=True)
        assert "It is not deleted" in response.content.decode()
    admin.post(reverse("wagtailadmin_pages:delete", args=[index.pk]))
    assert TreePage.objects.filter(pk__in=[page.pk, other.pk]).count() == 2


def test_a_draft_that_was_never_published_is_deleted_as_ever(admin: Client) -> None:
    page = draft_tree()
    admin.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))
    assert not TreePage.objects.filter(pk=page.pk).exists()
