"""From a draft back to what readers see: nothing is lost without a word, and nothing is discarded unseen."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from wagtail.models import Page, PageLogEntry

from guidance.discarding import DISCARDED
from guidance.models import GuidancePage
from tests.factories.guidance import UserFactory, guidance_page

pytestmark = pytest.mark.django_db

READ = "Count every lantern."
DRAFT = "Count no lantern."


@pytest.fixture
def editor(client: Any) -> Any:
    client.force_login(UserFactory(roles=["Editors"]))
    return client


@pytest.fixture
def page() -> GuidancePage:
    """A page that readers see, with a draft on top of it."""
    page = guidance_page(summary=READ)
    page.save_revision().publish()
    return with_draft(page)


def with_draft(page: Page) -> GuidancePage:
    stored = GuidancePage.objects.get(pk=page.pk)
    stored.summary = DRAFT
    stored.save_revision()
    return GuidancePage.objects.get(pk=page.pk)


def ask(client: Any, page: Page, draft: Any = None) -> Any:
    address = reverse("guidance_discard_draft", args=[page.pk])
    return client.post(address, {"draft": draft}, follow=True) if draft else client.get(address, follow=True)


def in_the_form(page: Page) -> str:
    summary: str = Page.objects.get(pk=page.pk).specific.get_latest_revision_as_object().summary
    return summary


def test_what_readers_see_stands_in_the_form_again_and_the_draft_in_the_history(
    editor: Any, page: GuidancePage
) -> None:
    asked = ask(editor, page)
    assert "See what the draft changes" in asked.content.decode()
    assert in_the_form(page) == DRAFT

    draft = page.latest_revision
    told = ask(editor, page, draft.pk)
    assert "is discarded. It stays in the history." in told.content.decode()
    assert in_the_form(page) == READ
    after = GuidancePage.objects.get(pk=page.pk)
    assert (after.summary, after.live, after.has_unpublished_changes) == (READ, True, False)
    assert draft.as_object().summary == DRAFT
    assert PageLogEntry.objects.filter(page=page.pk, action=DISCARDED).count() == 1


def test_a_draft_that_was_saved_meanwhile_is_shown_before_it_goes(editor: Any, page: GuidancePage) -> None:
    seen = page.latest_revision_id
    with_draft(page)
    again = ask(editor, page, seen)
    assert "Keep it" in again.content.decode()
    assert in_the_form(page) == DRAFT


def test_without_a_draft_or_a_published_page_there_is_nothing_to_go_back_to(editor: Any, page: GuidancePage) -> None:
    ask(editor, page, page.latest_revision_id)
    assert "There is no draft to discard" in ask(editor, page).content.decode()
    never = guidance_page(live=False)
    never.save_revision()
    assert "has not been published yet" in ask(editor, never).content.decode()


def test_a_draft_that_is_locked_or_with_its_approvers_stays(editor: Any, page: GuidancePage) -> None:
    Page.objects.filter(pk=page.pk).update(locked=True, locked_by=UserFactory())
    assert "The page is locked" in ask(editor, page, page.latest_revision_id).content.decode()
    Page.objects.filter(pk=page.pk).update(locked=False, locked_by=None)
    page.get_workflow().start(page, UserFactory())
    assert "Cancel that first" in ask(editor, page, page.latest_revision_id).content.decode()
    assert in_the_form(page) == DRAFT


@pytest.mark.parametrize("role", ["Learners", "Trainers"])
def test_whoever_may_not_edit_may_not_discard(client: Any, page: GuidancePage, role: str) -> None:
    client.force_login(UserFactory(roles=[role]))
    ask(client, page, page.latest_revision_id)
    assert in_the_form(page) == DRAFT
