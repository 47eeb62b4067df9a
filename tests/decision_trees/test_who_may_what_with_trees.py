"""Every view of trees in the admin: who is let in, and who is not."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from decision_trees.models import TreeIndexPage, TreePage
from tests.factories.guidance import UserFactory
from tests.factories.trees import draft_tree, lantern_document, published_tree, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter_content")]

WRITERS = ("Editors", "Clinical leads", "Operators")
OTHERS = ("Trainers", "Learners", "nobody")
#: Wagtail sends away with a message, or to the page to log in; ours refuse.
REFUSED = (302, 403)

VIEWS = ("decision_trees_check", "decision_trees_mutations", "decision_trees_export", "decision_trees_import")


def come_as(client: Client, role: str) -> None:
    if role != "nobody":
        client.force_login(UserFactory(roles=[role]))


def ask(client: Client, view: str, pk: int) -> Any:
    if view == "decision_trees_import":
        return client.get(reverse(view))
    address = reverse(view, args=[pk])
    if view == "decision_trees_export":
        return client.get(address)
    return client.post(address, "{}", content_type="application/json")


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("role", [*WRITERS, *OTHERS])
def test_those_who_write_trees_check_export_and_import_them_and_nobody_else(
    client: Client, settings: Any, role: str, private: bool
) -> None:
    settings.PRIVATE_SITE = private
    page = published_tree()
    come_as(client, role)
    for view in VIEWS:
        status = ask(client, view, page.pk).status_code
        assert status == 200 if role in WRITERS else status in REFUSED, view
    new = ask(client, "decision_trees_check", 0).status_code
    assert new == 200 if role in WRITERS else new in REFUSED


@pytest.mark.parametrize("role", OTHERS)
def test_what_is_sent_by_those_who_may_not_changes_nothing(client: Client, role: str) -> None:
    before = TreePage.objects.count()
    come_as(client, role)
    file = SimpleUploadedFile("tree.yaml", b"slug: a")
    assert client.post(reverse("decision_trees_import"), {"file": file}).status_code in REFUSED
    assert TreePage.objects.count() == before


@pytest.mark.parametrize("role", [*WRITERS, *OTHERS])
def test_those_who_write_trees_open_publish_and_unpublish_them_and_nobody_else(client: Client, role: str) -> None:
    page = draft_tree()
    page.save_revision()
    come_as(client, role)
    names = ("wagtailadmin_pages:edit", "wagtailadmin_pages:history", "wagtailadmin_pages:copy")
    statuses = {client.get(reverse(name, args=[page.pk])).status_code for name in names}
    add = reverse("wagtailadmin_pages:add", args=["decision_trees", "treepage", TreeIndexPage.objects.get().pk])
    statuses.add(client.get(add).status_code)
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    client.post(f"{bulk}?id={page.pk}", {"include_descendants": ""})
    published = TreePage.objects.get(pk=page.pk).live
    if role in WRITERS:
        assert statuses == {200}
        assert published
        client.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))
        assert not TreePage.objects.get(pk=page.pk).live
    else:
        assert statuses <= set(REFUSED)
        assert not published


@pytest.mark.parametrize(("role", "deletes"), [("Editors", False), ("Clinical leads", True), ("Operators", True)])
def test_a_draft_is_deleted_by_those_who_answer_for_it(client: Client, role: str, deletes: bool) -> None:
    page = draft_tree(lantern_document("lamp"))
    come_as(client, role)
    client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))
    assert TreePage.objects.filter(pk=page.pk).exists() is not deletes


@pytest.mark.parametrize("role", ["Trainers", "Learners", "nobody"])
def test_a_draft_on_top_of_a_published_tree_is_for_those_who_write(client: Client, role: str) -> None:
    page = published_tree()
    revision = write(page, {**lantern_document(), "summary": "Zanzibar."}).save_revision()
    come_as(client, role)
    for name, args in (
        ("wagtailadmin_pages:view_draft", [page.pk]),
        ("wagtailadmin_pages:preview_on_edit", [page.pk]),
        ("wagtailadmin_pages:revisions_view", [page.pk, revision.pk]),
        ("wagtailadmin_pages:revisions_compare", [page.pk, "earliest", "latest"]),
    ):
        response = client.get(reverse(name, args=args), follow=True)
        assert "Zanzibar" not in response.content.decode(), name


def test_on_a_private_site_nobody_reads_a_tree_who_is_not_logged_in(client: Client, settings: Any) -> None:
    settings.PRIVATE_SITE = True
    published_tree()
    parts = ("", "dusk/", "result/?dusk=no", "outline/", "map/", "print/", "versions/", "proof/", "schema.json")
    for part in parts:
        address = "/decision-trees/schema.json" if part == "schema.json" else f"/decision-trees/lantern/{part}"
        response = client.get(address)
        assert response.status_code == 302, part
        assert response.url.startswith("/account/login/")
    client.force_login(UserFactory(roles=["Learners"]))
    assert client.get("/decision-trees/lantern/").status_code == 200
