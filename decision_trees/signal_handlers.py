"""What follows a change to a tree. Each handler only calls a service."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wagtail.models import PageLogEntry

from search.services import enqueue

from .models import TreePage
from .publications import remember_anew
from .publishing import record_version
from .search_kinds import KINDS


def record_published_version(sender: type[TreePage], instance: TreePage, **kwargs: Any) -> None:
    # Wagtail says “published” of a page that it only puts on its schedule, too.
    if instance.live:
        record_version(instance)


def follow_the_log(sender: type[PageLogEntry], instance: PageLogEntry, **kwargs: Any) -> None:
    remember_anew(instance)


def index_tree(sender: type[TreePage], instance: TreePage, **kwargs: Any) -> None:
    for kind in KINDS:
        enqueue(kind.name, instance.pk)


def index_trees_among(sender: object, pages: Iterable[Any], **kwargs: Any) -> None:
    for page in pages:
        if isinstance(page, TreePage):
            index_tree(TreePage, page)
