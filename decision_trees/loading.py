"""From the files of `content/trees/` to published trees. Formats: docs/content-formats.md."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from wagtail.models import Page

from guidance.starter import CannotLoad, Outcome, StarterContent, SyncResult, sync
from guidance.starter_pages import publish_again, publish_new, site_root

from .engine.cases import cases_from_document
from .engine.documents import FACT_KEYS, read_yaml, tree_from_document
from .engine.errors import TreeError
from .models import TreeIndexPage, TreePage
from .readers import fields_from_document

INDEX_SLUG = "decision-trees"
#: The file's own note says what changed since a version that this portal never had.
FIRST_NOTE = "First version."


def load_trees(folder: Path) -> list[SyncResult]:
    """The list of trees, then each tree with its cases: whole and sound, or not at all."""
    results = [sync(_index())]
    for path in sorted((folder / "trees").glob("*.yaml")):
        if not path.name.endswith(".cases.yaml"):
            results.append(_load_tree(path))
    return results


def _load_tree(path: Path) -> SyncResult:
    try:
        document = _read(path)
        tree = tree_from_document(document)
        cases_path = path.with_suffix(".cases.yaml")
        cases = _read(cases_path) if cases_path.exists() else {"tree": tree.slug, "cases": []}
        cases_from_document(cases)
        return sync(_tree(tree.slug, document, cases))
    except (TreeError, CannotLoad) as error:
        return SyncResult("tree", path.stem, Outcome.FAILED, f"{path.name}: {error}")


def _read(path: Path) -> dict[str, Any]:
    try:
        document = read_yaml(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise CannotLoad(f"not readable as UTF-8 text at byte {error.start}.") from error
    if not isinstance(document, dict):
        raise CannotLoad("the file must hold fields with values.")
    return document


def _index() -> StarterContent:
    values = {
        "title": "What to do next",
        "slug": INDEX_SLUG,
        "introduction": "Choose the situation in front of you. Nothing you answer is stored.",
    }
    return StarterContent(
        "tree-index",
        INDEX_SLUG,
        values,
        find=TreeIndexPage.objects.first,
        create=lambda: publish_new(TreeIndexPage(), values, site_root()),
        update=partial(publish_again, values=values),
    )


def _tree(slug: str, document: Mapping[str, Any], cases: Mapping[str, Any]) -> StarterContent:
    facts = {key: document[key] for key in FACT_KEYS if key in document and key not in ("owner", "topics")}
    values = {
        **fields_from_document(dict(document)),
        **facts,
        "owned_by": document.get("owner", ""),
        "cases": cases["cases"],
    }
    return StarterContent(
        "tree",
        slug,
        {**document, "cases": cases["cases"]},
        find=TreePage.objects.filter(slug=slug).first,
        create=lambda: publish_new(TreePage(), {**values, "change_note": FIRST_NOTE}, _trees_index()),
        update=partial(publish_again, values=values),
    )


def _trees_index() -> Page:
    found = TreeIndexPage.objects.first()
    if found is None:
        raise CannotLoad("The list of trees is not there.")
    return found
