"""What the home page shows, asked of the apps below. A constant number of queries, whatever the content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from decision_trees.models import TreeVersion
from decision_trees.services import TreeLine, trees_by_situation
from guidance.models import GuidancePage, TopicPage
from guidance.visibility import visible_to
from learning.models import LearningPathPage

UPDATES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Line:
    """Something to open, with a line on what it holds."""

    title: str
    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Update:
    """What changed on a day, in one line."""

    title: str
    url: str
    text: str
    day: date


@dataclass(frozen=True, slots=True)
class HomeSections:
    trees: tuple[TreeLine, ...]
    topics: tuple[Line, ...]
    paths: tuple[Line, ...]
    updates: tuple[Update, ...]


def home_sections(user: Any) -> HomeSections:
    """The lists of the home page as this person may see them."""
    trees = trees_by_situation(user)
    return HomeSections(
        trees=trees,
        topics=tuple(
            Line(topic.title, _url_of(topic), topic.summary)
            for topic in visible_to(user, TopicPage.objects.order_by("order", "title"))
        ),
        paths=tuple(
            Line(path.title, _url_of(path), path.audience)
            for path in visible_to(user, LearningPathPage.objects.order_by("title"))
        ),
        updates=_newest([*_tree_updates(trees), *_guidance_updates(user)]),
    )


def _tree_updates(trees: tuple[TreeLine, ...]) -> list[Update]:
    lines = {line.page_id: line for line in trees}
    versions = (
        TreeVersion.objects.filter(page_id__in=lines)
        .order_by("-published_at")
        .values_list("page_id", "change_note", "published_at")[:UPDATES_SHOWN]
    )
    return [
        Update(lines[page_id].title, lines[page_id].url, note, timezone.localdate(published_at))
        for page_id, note, published_at in versions
    ]


def _guidance_updates(user: Any) -> list[Update]:
    recent = visible_to(user, GuidancePage.objects.order_by("-last_published_at")).only(
        "title", "url_path", "update_notes", "last_published_at"
    )
    updates = []
    for page in recent[:UPDATES_SHOWN]:
        notes = [note.value for note in page.update_notes]
        if notes:
            newest = max(notes, key=lambda note: note["date"])
            updates.append(Update(page.title, _url_of(page), newest["text"], newest["date"]))
    return updates


def _newest(updates: list[Update]) -> tuple[Update, ...]:
    return tuple(sorted(updates, key=lambda update: (update.day, update.title), reverse=True)[:UPDATES_SHOWN])


def _url_of(page: Any) -> str:
    """The address below the home page, which is the site's root: no query, where Wagtail may need one a page."""
    return "/" + page.url_path.strip("/").split("/", 1)[-1] + "/"
