"""A learning path as data: its steps with what each opens and in which state that is.

The same for every person, so it is made once in a process until something public changes. What a person may open of it
is asked in `progress.py`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from wagtail.blocks import StreamValue

from decision_trees.engine.cases import Case, cases_from_document
from decision_trees.engine.errors import InvalidCases
from decision_trees.models import TreePage
from decision_trees.readers import cases_of_page
from guidance.generation import remembered
from guidance.models import GuidancePage

from .addresses import path_url, step_url
from .models import LearningPathPage

#: What of a guidance page a reader learns from. A new owner or review date does not make a page another one.
_READ_FIELDS = ("title", "summary", "recommendations", "body", "disagreements", "gaps")


class StepKind(Enum):
    """What a step asks for. The values are those of the blocks, the addresses and the rows of progress."""

    READ = "read"
    PRACTISE = "practise"


@dataclass(frozen=True, slots=True)
class StepOutline:
    """A step. `page` is the guidance page or tree it opens, None where that was deleted; `case` only for practice."""

    id: str
    kind: StepKind
    title: str
    url: str
    page: GuidancePage | TreePage | None
    page_hash: str = ""
    case: Case | None = None
    brief: str = ""

    @property
    def story(self) -> str:
        return self.brief or (self.case.story if self.case else "")


@dataclass(frozen=True, slots=True)
class PathOutline:
    """A learning path. `hash` changes with its steps."""

    page: LearningPathPage
    title: str
    url: str
    audience: str
    summary: str
    can_do: tuple[str, ...]
    steps: tuple[StepOutline, ...]
    hash: str

    def step(self, id: str) -> StepOutline | None:
        return next((step for step in self.steps if step.id == id), None)

    def after(self, step: StepOutline) -> StepOutline | None:
        """The step that follows, if there is one."""
        position = self.steps.index(step) + 1
        return self.steps[position] if position < len(self.steps) else None


def published_outlines() -> dict[int, PathOutline]:
    """Every published path by its page's id: three queries, none where this process knows them already."""
    memory = remembered("learning paths")
    if "outlines" not in memory:
        memory["outlines"] = outlines_of(LearningPathPage.objects.live().order_by("title"))
    found: dict[int, PathOutline] = memory["outlines"]
    return found


def outlines_of(pages: Iterable[LearningPathPage]) -> dict[int, PathOutline]:
    """The outlines of these pages as they stand in memory, by id: two queries for any number of them."""
    blocks = [(page, list(page.steps.get_prep_value())) for page in pages]
    every_block = [block for _, of_page in blocks for block in of_page]
    guidance = GuidancePage.objects.in_bulk(_chosen(every_block, StepKind.READ, "page"))
    trees = TreePage.objects.in_bulk(_chosen(every_block, StepKind.PRACTISE, "tree"))
    return {page.pk: _outline(page, of_page, guidance, trees) for page, of_page in blocks}


def _chosen(blocks: list[dict[str, Any]], kind: StepKind, field: str) -> set[int]:
    return {block["value"][field] for block in blocks if block["type"] == kind.value and block["value"].get(field)}


def _outline(
    page: LearningPathPage,
    blocks: list[dict[str, Any]],
    guidance: dict[int, GuidancePage],
    trees: dict[int, TreePage],
) -> PathOutline:
    plain = [{"kind": block["type"], **block["value"]} for block in blocks]
    return PathOutline(
        page=page,
        title=page.title,
        url=path_url(page.slug),
        audience=page.audience,
        summary=page.summary,
        can_do=tuple(block["value"] for block in page.can_do.get_prep_value()),
        steps=tuple(_step(page, step, guidance, trees) for step in plain),
        hash=_hash(plain),
    )


def _step(
    path: LearningPathPage, step: dict[str, Any], guidance: dict[int, GuidancePage], trees: dict[int, TreePage]
) -> StepOutline:
    kind = StepKind(step["kind"])
    url = step_url(path.slug, step["id"])
    if kind is StepKind.READ:
        page = guidance.get(step.get("page") or 0)
        return StepOutline(step["id"], kind, step["title"], url, page, _hash_of_page(page) if page else "")
    tree = trees.get(step.get("tree") or 0)
    case = _case(tree, step["case"]) if tree else None
    return StepOutline(step["id"], kind, step["title"], url, tree, case=case, brief=step.get("brief") or "")


def _case(tree: TreePage, case_id: str) -> Case | None:
    """The tree's case of that id, where there is one and it can be read."""
    written = [case for case in cases_of_page(tree) if case["id"] == case_id]
    try:
        return next(iter(cases_from_document({"tree": tree.slug, "cases": written})), None)
    except InvalidCases:
        return None


def _hash_of_page(page: GuidancePage) -> str:
    values = [page._meta.get_field(name).value_from_object(page) for name in _READ_FIELDS]
    plain = [value.get_prep_value() if isinstance(value, StreamValue) else value for value in values]
    return _hash(_without_block_ids(plain))


def _without_block_ids(value: Any) -> Any:
    """A stored stream without the ids of its blocks, which may be new where the words are the same."""
    if isinstance(value, dict):
        is_block = {"type", "value", "id"} <= set(value)
        return {key: _without_block_ids(item) for key, item in value.items() if not (is_block and key == "id")}
    if isinstance(value, list):
        return [_without_block_ids(item) for item in value]
    return value


def _hash(value: Any) -> str:
    canonical = json.dumps(value, sort_keys=True, default=str, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
