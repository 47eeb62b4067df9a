"""One-line truths about a person and a page, and the roles below them. What they allow is said in `rules.py`."""

from __future__ import annotations

from typing import Any

import rules
from django.conf import settings

from search.predicates import (
    CLINICAL_LEADS,
    EDITORS,
    LEARNERS,
    OPERATORS,
    ROLES,
    TRAINERS,
    is_clinical_lead,
    is_editor,
    is_learner,
    is_operator,
    is_staff_member,
    is_trainer,
    is_writer,
)

__all__ = [
    "CLINICAL_LEADS",
    "EDITORS",
    "LEARNERS",
    "OPERATORS",
    "ROLES",
    "TRAINERS",
    "is_clinical_lead",
    "is_editor",
    "is_last_editor",
    "is_learner",
    "is_let_in",
    "is_live",
    "is_operator",
    "is_reader",
    "is_staff_member",
    "is_trainer",
    "is_writer",
]


@rules.predicate
def is_reader(user: Any) -> bool:
    """Anyone the operator lets in: everybody on a public site, people with an account on a private one."""
    return (user.is_authenticated and user.is_active) or not settings.PRIVATE_SITE


@rules.predicate
def is_live(user: Any, page: Any) -> bool:
    return page is not None and page.live


@rules.predicate
def is_let_in(user: Any, page: Any) -> bool:
    """Whether the person passes every view restriction on the page and above it."""
    from .visibility import passes_restrictions

    return page is not None and passes_restrictions(user, page.path)


@rules.predicate
def is_last_editor(user: Any, page: Any) -> bool:
    """Whether the page's latest revision is this person's own work."""
    if page is None or not user.is_authenticated:
        return False
    revision = page.latest_revision
    return revision is not None and revision.user_id == user.pk
