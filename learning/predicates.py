"""One-line truths about a person and a learner. What they allow is said in `rules.py`."""

from __future__ import annotations

from typing import Any

import rules


@rules.predicate
def is_own_progress(user: Any, learner: Any) -> bool:
    """Whether the progress asked about is the person's own."""
    return learner is not None and user.is_authenticated and user.pk == learner.pk
