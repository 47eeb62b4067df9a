"""The names of what a person may do. A misspelt name is refused here, where the rules library would quietly say no."""

from __future__ import annotations

from typing import Any

import rules

VIEW_PAGE = "guidance.view_page"
ADD_PAGE = "guidance.add_page"
EDIT_PAGE = "guidance.edit_page"
PUBLISH_PAGE = "guidance.publish_page"
APPROVE_PAGE = "guidance.approve_page"
WITHDRAW_PAGE = "guidance.withdraw_page"
DELETE_PAGE = "guidance.delete_page"
LOCK_PAGE = "guidance.lock_page"
READ_STAFF_ONLY_SOURCE = "guidance.read_staff_only_source"
MANAGE_PEOPLE = "guidance.manage_people"


class UnknownPermission(LookupError):
    """Somebody asked for a permission that no rule names."""


def permits(user: Any, permission: str, obj: Any = None) -> bool:
    """Whether the rules allow it. Not `user.has_perm`: that says yes to a superuser before any rule is read."""
    if not rules.perm_exists(permission):
        raise UnknownPermission(f"No rule is named “{permission}”. The names stand in guidance/permissions.py.")
    return bool(rules.has_perm(permission, user, obj))
