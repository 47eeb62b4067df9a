"""The portal in the benchmark: filled with its starter content, and made to forget what it has worked out."""

from __future__ import annotations

import functools
import gc
import json
import time
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management import call_command

if TYPE_CHECKING:
    from search.documents import SearchDocument

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


def fill(engine: str, size: int) -> dict[str, float]:
    """Build one index anew with the portal's documents and variations of its passages, so many in all.

    The database stays as it is. Returns seconds and how many documents there are.
    """
    from search.engine import current_engine

    documents = _documents(size)
    started = time.perf_counter()
    count = current_engine(engine).rebuild(documents)
    return {"documents": count, "seconds": time.perf_counter() - started}


def write_texts(size: int, path: str) -> None:
    """Title and body of what `fill` puts in, a JSON object a line: what the peer is to hold."""
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(json.dumps({"title": each.title, "body": each.body}) + "\n" for each in _documents(size))


def find(query: str) -> int:
    """What the engine that answers first makes of a query, its plan included: how many hits, the first ten at hand."""
    from search.engine import current_engine, lexicon
    from search.kinds import next_step_kinds
    from search.planner import make_plan
    from search.query import SearchQuery
    from search.trusting import Trust

    engine, asked = current_engine(), SearchQuery.of(query)
    plan = make_plan(asked, lexicon(), engine.vocabulary(asked.audience))
    result = engine.search(plan, next_step_kinds())
    return result.total if result.trust is Trust.SURE else 0


def answered_by() -> str:
    """The engine that answers a search now, by name."""
    from search import services

    return services.search("treatment").engine


def forget_found() -> None:
    """Drop what was worked out for the words of earlier queries, whichever engine it was."""
    from search.engine import current_engine

    engine: Any = current_engine()
    snapshot = engine._snapshot
    if snapshot is None:
        return
    for kept in (snapshot, *snapshot.views.values()):
        for remembered in ("answers", "holders", "held_by", "holding"):
            getattr(kept, remembered, {}).clear()


def disk(engine: str) -> float:
    """MiB of an index on disk. Of the embedded one, asked in another process than the one that filled it."""
    from search.engine import ELASTICSEARCH, current_engine

    if engine == ELASTICSEARCH:
        answering: Any = current_engine(engine)
        with answering.connection.reading() as client:
            held = client.indices.stats(index=answering._alias)["_all"]["total"]["store"]
        return float(held["size_in_bytes"]) / 2**20
    path = Path(settings.SEARCH_INDEX_PATH)
    return sum(each.stat().st_size for each in path.parent.glob(f"{path.name}*")) / 2**20


def _documents(size: int) -> Iterator[SearchDocument]:
    from bench.variations import to_size
    from search.kinds import all_kinds

    # The database is read here, so that the time a build takes is the index's own.
    return to_size(list(chain.from_iterable(kind.documents() for kind in all_kinds())), size)


@functools.cache
def _remembering_functions() -> tuple[Any, ...]:
    return tuple(
        each
        for each in gc.get_objects()
        if type(each) is functools._lru_cache_wrapper and each.__module__.split(".")[0] in OURS
    )
