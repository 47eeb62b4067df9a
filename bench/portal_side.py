"""The portal in the benchmark: filled with its starter content, and made to forget what it has worked out."""

from __future__ import annotations

import functools
import gc
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command

#: Our packages: whatever their functions remember is forgotten.
OURS = ("portal", "learning", "decision_trees", "guidance", "search")


def set_up() -> int:
    """Everything that `make run` sets up but the assets. Returns how many passages of documents there are."""
    from guidance.models import Passage
    from guidance.services.importing import import_folder
    from portal.starter import load_everything
    from search.services import rebuild

    # With the folder of static files, which WhiteNoise misses aloud.
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    call_command("migrate", interactive=False, verbosity=0)
    load_everything(settings.CONTENT_DIR)
    if settings.SOURCES_DIR.is_dir():
        import_folder(settings.SOURCES_DIR)
    rebuild()
    return Passage.objects.count()


def addresses() -> list[str]:
    """Every public page that holds text of its own: what the peer is to hold too."""
    from django.contrib.auth.models import AnonymousUser
    from wagtail.models import Site

    from decision_trees.services import trees_by_situation
    from guidance.models import Edition, Section

    root = Site.objects.get(is_default_site=True).root_page
    pages = [page.get_url() for page in root.get_descendants(inclusive=True).live()]
    outlines = [f"{line.url}outline/" for line in trees_by_situation(AnonymousUser())]
    editions = [f"/sources/{edition.source.slug}/" for edition in Edition.objects.select_related("source")]
    sections = [
        f"/sources/{section.edition.source.slug}/{section.edition.label}/{section.slug}/"
        for section in Section.objects.select_related("edition__source")
    ]
    return [*pages, *outlines, "/sources/", *editions, *sections, "/glossary/"]


def forget() -> None:
    """Empty every cache that this process keeps, as after the first start or an edit."""
    from decision_trees import services as tree_services
    from guidance import generation
    from portal.page_cache import pages
    from search.engine import embedded_engine

    pages.clear()
    generation._memory = ("", {})
    tree_services._trees.clear()
    engine: Any = embedded_engine()
    engine._snapshot = None
    for remembering in _remembering_functions():
        remembering.cache_clear()


def forget_answers() -> None:
    """Drop what was worked out for the words of earlier searches: people seldom ask the same."""
    from search.engine import embedded_engine

    engine: Any = embedded_engine()
    if engine._snapshot is not None:
        engine._snapshot.answers.clear()


@functools.cache
def _remembering_functions() -> tuple[Any, ...]:
    return tuple(
        each
        for each in gc.get_objects()
        if type(each) is functools._lru_cache_wrapper and each.__module__.split(".")[0] in OURS
    )
