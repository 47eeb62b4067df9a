"""The form of every page type of the portal in Wagtail's editor."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.models import Revision


class LinkedError(SafeString):
    """An error with links in it. Wagtail joins errors to what stands before them with `+`, which would show the links
    as plain text."""

    def __radd__(self, before: str) -> SafeString:
        return mark_safe(conditional_escape(before) + str.__str__(self))


class GovernedPageForm(WagtailAdminPageForm):
    """Refuses to save over what somebody else has saved since this form was opened.

    Wagtail refuses that for what it saves by itself, and lets a pressed button win. Here the button is refused once:
    the form comes back with everything that was typed and with the newer version named, and pressing it again then
    saves knowingly. Either version stays in the history.
    """

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        newer = self._newer_revision()
        if newer is not None:
            told = LinkedError(_in_words(newer, self.for_user))
            self.add_error(None, ValidationError(told, code="newer-version"))
        return cleaned

    def _newer_revision(self) -> Revision | None:
        """What was saved after this form was opened, if anything: the latest revision is not the one it came from."""
        latest: Revision | None = self.instance.latest_revision if self.instance.pk else None
        if latest is None:
            return None
        own = self.data.get("overwrite_revision_id")
        if own:
            return latest if own != str(latest.pk) else None
        loaded = self.data.get("loaded_revision_id")
        if not loaded:
            return None
        # A revision that its own editor saves again keeps its number and gets another time.
        same_time = self.data.get("loaded_revision_created_at", "") == latest.created_at.isoformat()
        return None if loaded == str(latest.pk) and same_time else latest


def author_and_time(revision: Revision) -> tuple[str, str]:
    """Who saved a revision, and when, in words. Commands save as nobody."""
    who = revision.user.get_full_name() or revision.user.get_username() if revision.user else "Somebody"
    return who, date_format(timezone.localtime(revision.created_at), "j F Y, H:i")


def _in_words(newer: Revision, writer: Any) -> str:
    who, when = author_and_time(newer)
    if newer.user and newer.user == writer:
        who = "In another window, you"
    compare = reverse("wagtailadmin_pages:revisions_compare", args=[newer.object_id, "earliest", newer.pk])
    return format_html(
        # Until the button is pressed again, Wagtail may not save by itself either (guidance/sending.js looks for this).
        "<span data-newer-version>{} saved this page on {}, after you opened it. Nothing was saved now, nor will be by "
        'itself: your text stands in this form, the other in the history. <a href="{}" target="_blank">See what was '
        "saved</a>. Press the button again to save yours as the newest version; the other stays in the history.</span>",
        who,
        when,
        compare,
    )
