"""Back from a draft to what readers see. Wagtail saves by itself: without this, a mere try would stay for good."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import transaction
from wagtail.models import Page

DISCARDED = "guidance.draft_discarded"


def obstacle_to_discarding(page: Page, user: AbstractBaseUser | AnonymousUser) -> str:
    """Why there is nothing to discard now, or why somebody else has to act first; nothing where neither is so."""
    lock = page.get_lock()
    if not page.live:
        return "The page has not been published yet, so there is nothing to go back to. Delete it if nobody needs it."
    if not page.has_unpublished_changes:
        return "There is no draft to discard: this is what readers see."
    if page.current_workflow_state is not None:
        return "The draft is with those who approve it. Cancel that first."
    if lock is not None and lock.for_user(user):
        return "The page is locked. Unlock it first."
    return ""


@transaction.atomic
def discard(page: Page, user: AbstractBaseUser | AnonymousUser) -> None:
    """Make what is published the latest revision again. Every earlier one stays in the history."""
    # The row of a live page holds what was published, whatever drafts there are.
    published = Page.objects.select_for_update().get(pk=page.pk).specific
    published.save_revision(user=user, log_action=DISCARDED, clean=False)
    published.has_unpublished_changes = False
    published.draft_title = published.title
    published.save(update_fields=["has_unpublished_changes", "draft_title"])
