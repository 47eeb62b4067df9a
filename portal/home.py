"""What the home page shows, asked of the apps below. A constant number of queries, and none while nothing changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.utils import timezone
from wagtail.models import Page

from decision_trees.models import TreeVersion
from decision_trees.services import TreeLine, trees_by_situation
from guidance.generation import remembered
from guidance.models import GuidancePage, TopicPage
from guidance.permissions import VIEW_PAGE, permits
from guidance.visibility import address_of
from learning.models import LearningPathPage

Shown = TypeVar("Shown")

UPDATES_SHOWN = 5
#: So many of the newest changes are looked at; some of them may be closed to the person who asks.
UPDATES_KNOWN = 40
#: What a line needs of a page, and what the rules look at to say who may see it.
_SEEN = ("title", "url_path", "path", "live")


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


@dataclass(frozen=True, slots=True)
class _Known:
    """What there is, whoever asks: each line with the page that says who may see it."""

    topics: tuple[tuple[Page, Line], ...]
    paths: tuple[tuple[Page, Line], ...]
    guidance_updates: tuple[tuple[Page, Update], ...]
    #: Tree page, what changed, day: newest first.
    tree_updates: tuple[tuple[int, str, date], ...]


def home_sections(user: Any) -> HomeSections:
    """The lists of the home page as this person may see them."""
    memory = remembered("home page")
    known: _Known = memory.get("known") or memory.setdefault("known", _find())
    trees = trees_by_situation(user)
    lines = {line.page_id: line for line in trees}
    updates = [
        Update(lines[page_id].title, lines[page_id].url, note, day)
        for page_id, note, day in known.tree_updates
        if page_id in lines
    ]
    updates += _seen_by(user, known.guidance_updates)
    return HomeSections(
        trees=trees,
        topics=tuple(_seen_by(user, known.topics)),
        paths=tuple(_seen_by(user, known.paths)),
        updates=tuple(sorted(updates, key=lambda update: (update.day, update.title), reverse=True)[:UPDATES_SHOWN]),
    )


def _seen_by(user: Any, known: Iterable[tuple[Page, Shown]]) -> list[Shown]:
    return [shown for page, shown in known if permits(user, VIEW_PAGE, page)]


def _find() -> _Known:
    topics = TopicPage.objects.live().order_by("order", "title").only(*_SEEN, "summary")
    paths = LearningPathPage.objects.live().order_by("title").only(*_SEEN, "audience")
    versions = TreeVersion.objects.order_by("-published_at").values_list("page_id", "change_note", "published_at")
    return _Known(
        topics=tuple((topic, Line(topic.title, address_of(topic.url_path), topic.summary)) for topic in topics),
        paths=tuple((path, Line(path.title, address_of(path.url_path), f"For: {path.audience}")) for path in paths),
        guidance_updates=_guidance_updates(),
        tree_updates=tuple(
            (page_id, note, timezone.localdate(published_at))
            for page_id, note, published_at in versions[:UPDATES_KNOWN]
        ),
    )


def _guidance_updates() -> tuple[tuple[Page, Update], ...]:
    recent = GuidancePage.objects.live().order_by("-last_published_at")
    updates = []
    for page in recent.only(*_SEEN, "update_notes")[:UPDATES_KNOWN]:
        notes = [note.value for note in page.update_notes]
        if notes:
            newest = max(notes, key=lambda note: note["date"])
            updates.append((page, Update(page.title, address_of(page.url_path), newest["text"], newest["date"])))
    return tuple(updates)
