"""Which trees need somebody: what held at its publication may not hold when a figure or a source has changed.

Readers are safe then, for no result is given that does not hold. Here those who write trees are told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from wagtail.models import PageLogEntry

from .checking import check_page
from .models import TreePage
from .publishing import REFUSED, linked
from .services import local_settings, pages_without_a_tree, trees_in_force
from .setting_values import refusals


@dataclass(frozen=True, slots=True)
class Attention:
    """A tree, and in words what about it needs somebody. A line may hold links."""

    page: TreePage
    lines: tuple[str, ...]


def trees_that_need_somebody() -> tuple[Attention, ...]:
    """Every tree with something to be done about it, by title."""
    refused = _refused_on_schedule()
    unshown = pages_without_a_tree()
    found = []
    for page in TreePage.objects.order_by("title"):
        lines = list(_of_published(page, page.pk in unshown)) if page.live else []
        if page.pk in refused:
            lines.append("It was not published when its time came. Its history says why.")
        if lines:
            found.append(Attention(page, tuple(lines)))
    return tuple(found)


def _of_published(page: TreePage, is_unshown: bool) -> Iterator[str]:
    if is_unshown:
        yield "Readers do not find it: what is stored is not what was published. Publish it again as a new version."
    yield from (linked(problem, page) for problem in check_page(page).problems)
    yield from _settings(page)
    yield from _owner_and_review(page, timezone.localdate())


def _settings(page: TreePage) -> Iterator[str]:
    """The service's own values that a question of the tree cannot take: people are asked as if they were not set."""
    tree = trees_in_force().get(page.pk)
    for setting in local_settings().values():
        edit = reverse("wagtailsnippets_decision_trees_localsetting:edit", args=[setting.pk])
        for refusal in refusals(setting, [tree] if tree else []):
            yield format_html('Local setting <a href="{}">{}</a>: {}', edit, setting.title, refusal)


def _owner_and_review(page: TreePage, today: date) -> Iterator[str]:
    if not page.owned_by.strip():
        yield "Nobody is named as its owner."
    if page.reviewed is None:
        yield "It does not say when it was reviewed."
    if page.next_review is not None and page.next_review < today:
        yield f"Its review was due on {date_format(page.next_review, 'j F Y')}."


def _refused_on_schedule() -> set[int]:
    """Trees that nobody has saved since their publication was refused when its time came."""
    entries = PageLogEntry.objects.filter(action=REFUSED).values_list(
        "page_id", "timestamp", "page__latest_revision_created_at"
    )
    return {page_id for page_id, when, saved in entries if saved is None or saved < when}
