"""From the files of `content/paths/` to published learning paths. Formats: docs/content-formats.md."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from wagtail.models import Page

from decision_trees.models import TreePage
from guidance.content_files import read_mapping, required
from guidance.models import GuidancePage
from guidance.starter import CannotLoad, Outcome, StarterContent, SyncResult, sync
from guidance.starter_pages import publish_again, publish_new, site_root

from .addresses import INDEX_SLUG
from .models import LearningIndexPage, LearningPathPage
from .outlines import StepKind

#: Ids of blocks come from path and step, so that loading a file again keeps every step the step that it was.
_NAMESPACE = uuid.UUID("0b6de3b1-91a4-4f6e-8a37-5c1f2a9d7e60")


def load_paths(folder: Path) -> list[SyncResult]:
    """The list of paths, then each path. After the guidance pages and the trees that the steps open."""
    return [sync(_index()), *(_load_path(path) for path in sorted((folder / "paths").glob("*.yaml")))]


def _load_path(path: Path) -> SyncResult:
    try:
        return sync(_path(read_mapping(path), path.name))
    except CannotLoad as error:
        return SyncResult("learning-path", path.stem, Outcome.FAILED, str(error))


def _index() -> StarterContent:
    values = {
        "title": "Learning",
        "slug": INDEX_SLUG,
        "introduction": "Read, then practise on invented cases. Without an account nothing is kept.",
    }
    return StarterContent(
        "learning-index",
        INDEX_SLUG,
        values,
        find=LearningIndexPage.objects.first,
        create=lambda: publish_new(LearningIndexPage(), values, site_root()),
        update=partial(publish_again, values=values),
    )


def _path(facts: Mapping[str, Any], where: str) -> StarterContent:
    slug = required(facts, "slug", where)
    values = {
        "title": required(facts, "title", where),
        "slug": slug,
        "audience": required(facts, "audience", where),
        "summary": str(facts.get("description") or "").strip(),
        "owned_by": facts.get("owner") or "",
        "reviewed": facts.get("reviewed"),
        "next_review": facts.get("next_review"),
        "can_do": [_block(slug, text, "outcome", text) for text in facts.get("outcomes") or ()],
        "steps": [_step(slug, step, where) for step in required(facts, "steps", where)],
    }
    return StarterContent(
        "learning-path",
        slug,
        dict(facts),
        find=LearningPathPage.objects.filter(slug=slug).first,
        create=lambda: publish_new(LearningPathPage(), values, _learning_index()),
        update=partial(publish_again, values=values),
    )


def _step(slug: str, step: Mapping[str, Any], where: str) -> dict[str, Any]:
    id = required(step, "id", where)
    at = f"{where}, step {id}"
    kind = required(step, "kind", at)
    value = {"id": id, "title": required(step, "title", at)}
    if kind == StepKind.READ.value:
        return _block(slug, id, kind, value | {"page": _page_at(GuidancePage, required(step, "page", at), at)})
    if kind == StepKind.PRACTISE.value:
        tree = _page_at(TreePage, required(step, "tree", at), at)
        practice = {"tree": tree, "case": required(step, "case", at), "brief": str(step.get("brief") or "").strip()}
        return _block(slug, id, kind, value | practice)
    raise CannotLoad(f"{at}: there is no kind of step named “{kind}”.")


def _page_at(model: type[Page], slug: str, at: str) -> int:
    page = model.objects.filter(slug=slug).only("pk").first()
    if page is None:
        raise CannotLoad(f"{at}: there is no {model._meta.verbose_name} “{slug}”.")
    return int(page.pk)


def _block(slug: str, key: str, block_type: str, value: Any) -> dict[str, Any]:
    return {"type": block_type, "value": value, "id": str(uuid.uuid5(_NAMESPACE, f"{slug} {block_type} {key}"))}


def _learning_index() -> Page:
    found = LearningIndexPage.objects.first()
    if found is None:
        raise CannotLoad("The list of learning paths is not there.")
    return found
