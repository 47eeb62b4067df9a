"""One-line truths about a person and a page. What they allow is said in `rules.py`."""

from __future__ import annotations

from typing import Any

import rules
from django.conf import settings

LEARNERS = "Learners"
TRAINERS = "Trainers"
EDITORS = "Editors"
CLINICAL_LEADS = "Clinical leads"
OPERATORS = "Operators"
ROLES = (LEARNERS, TRAINERS, EDITORS, CLINICAL_LEADS, OPERATORS)

is_learner = rules.is_active & rules.is_group_member(LEARNERS)
is_trainer = rules.is_active & rules.is_group_member(TRAINERS)
is_editor = rules.is_active & rules.is_group_member(EDITORS)
is_clinical_lead = rules.is_active & rules.is_group_member(CLINICAL_LEADS)
is_operator = rules.is_active & (rules.is_group_member(OPERATORS) | rules.is_superuser)
is_staff_member = is_trainer | is_editor | is_clinical_lead | is_operator


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
