"""Which steps of learning paths send people to a tree."""

from __future__ import annotations

from collections.abc import Iterable

from decision_trees.mentions import Mention
from decision_trees.models import TreePage

from .outlines import StepKind, published_outlines


def steps_that_practise(page: TreePage) -> Iterable[Mention]:
    """Each step of a published path that walks this tree."""
    for path in published_outlines().values():
        for step in path.steps:
            if step.kind is StepKind.PRACTISE and step.page_id == page.pk:
                yield Mention("Learning step", f"{path.title}: {step.title}", step.url, case=step.case_id)
