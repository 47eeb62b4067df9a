"""A learning path as data: its steps, and what each of them opens.

The same for every person, so it is made once in a process until something public changes. What a person may open of it
is asked in `progress.py`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from wagtail.blocks import StreamValue

from decision_trees.engine.cases import Case, cases_from_document
from decision_trees.engine.errors import InvalidCases
from decision_trees.models import TreePage, TreeVersion
from decision_trees.readers import cases_of_page
from decision_trees.services import published_with_cases
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
    """A step. `page_id` is of the guidance page or the tree that it opens; `case_id` and `brief` are for practice."""

    id: str
    kind: StepKind
    title: str
    url: str
    page_id: int
    case_id: str = ""
    brief: str = ""


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


@dataclass(frozen=True, slots=True)
class Target:
    """What a step opens, as it is now. `hash` changes when there is something else to learn from it."""

    page: GuidancePage | TreePage
    hash: str
    case: Case | None = None


def published_outlines() -> dict[str, PathOutline]:
    """Every published path by its slug, in the order of titles: one query, none where this process knows them."""
    memory = remembered("learning paths")
    if "outlines" not in memory:
        pages = LearningPathPage.objects.live().order_by("title")
        memory["outlines"] = {page.slug: outline_of(page) for page in pages}
    found: dict[str, PathOutline] = memory["outlines"]
    return found


def outline_of(page: LearningPathPage) -> PathOutline:
    """The outline of a page as it stands in memory. Asks nothing of the database."""
    steps = [{"kind": block["type"], **block["value"]} for block in page.steps.get_prep_value()]
    return PathOutline(
        page=page,
        title=page.title,
        url=path_url(page.slug),
        audience=page.audience,
        summary=page.summary,
        can_do=tuple(block["value"] for block in page.can_do.get_prep_value()),
        steps=tuple(_step(page, step) for step in steps),
        hash=hash_of(steps),
    )


def _step(path: LearningPathPage, step: Mapping[str, Any]) -> StepOutline:
    kind = StepKind(step["kind"])
    page_id = step["page"] if kind is StepKind.READ else step["tree"]
    url = step_url(path.slug, step["id"])
    # The page that was chosen may have been deleted since.
    return StepOutline(
        step["id"], kind, step["title"], url, page_id or 0, step.get("case") or "", step.get("brief") or ""
    )


def targets_of(steps: Iterable[StepOutline]) -> dict[StepOutline, Target]:
    """What each of these steps opens, where it is there: at most three queries for any number of steps."""
    by_kind: dict[StepKind, list[StepOutline]] = {StepKind.READ: [], StepKind.PRACTISE: []}
    for step in steps:
        by_kind[step.kind].append(step)
    return _read_targets(by_kind[StepKind.READ]) | _practice_targets(by_kind[StepKind.PRACTISE])


def _read_targets(steps: list[StepOutline]) -> dict[StepOutline, Target]:
    known: dict[int, Target] = remembered("learning pages")
    missing = {step.page_id for step in steps} - known.keys()
    if missing:
        pages = GuidancePage.objects.in_bulk(missing)
        known.update({id: Target(page, _hash_of_page(page)) for id, page in pages.items()})
    return {step: known[step.page_id] for step in steps if step.page_id in known}


def _practice_targets(steps: list[StepOutline]) -> dict[StepOutline, Target]:
    known: dict[tuple[int, str], Target | None] = remembered("learning cases")
    missing = {(step.page_id, step.case_id) for step in steps} - known.keys()
    if missing:
        trees = published_with_cases()
        for page_id, case_id in missing:
            known[page_id, case_id] = _practice_target(*trees[page_id], case_id) if page_id in trees else None
    found = {step: known[step.page_id, step.case_id] for step in steps}
    return {step: target for step, target in found.items() if target is not None}


def _practice_target(tree: TreePage, version: TreeVersion, case_id: str) -> Target | None:
    case = _case(tree, case_id)
    return Target(tree, hash_of([version.hash, case_id]), case) if case else None


def _hash_of_page(page: GuidancePage) -> str:
    values = [page._meta.get_field(name).value_from_object(page) for name in _READ_FIELDS]
    return hash_of(
        _without_block_ids([value.get_prep_value() if isinstance(value, StreamValue) else value for value in values])
    )


def _case(tree: TreePage, case_id: str) -> Case | None:
    """The tree's case of that id, where there is one and it can be read."""
    written = [case for case in cases_of_page(tree) if case.get("id") == case_id]
    try:
        return next(iter(cases_from_document({"tree": tree.slug, "cases": written})), None)
    except InvalidCases:
        return None


def _without_block_ids(value: Any) -> Any:
    """A stored stream without the ids of its blocks, which may be new where the words are the same."""
    if isinstance(value, dict):
        is_block = {"type", "value", "id"} <= set(value)
        return {key: _without_block_ids(item) for key, item in value.items() if not (is_block and key == "id")}
    if isinstance(value, list):
        return [_without_block_ids(item) for item in value]
    return value


def hash_of(value: Any) -> str:
    """A hash of plain values, the same whatever the order of keys."""
    canonical = json.dumps(value, sort_keys=True, default=str, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
