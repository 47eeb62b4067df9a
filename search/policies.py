"""How Wagtail's snippet views ask the rules."""

from __future__ import annotations

from typing import Any

from wagtail.permission_policies import ModelPermissionPolicy

from search.permissions import permits


class RuledPermissionPolicy(ModelPermissionPolicy):
    """Wagtail's own answer for a kind of snippet and the answer of the rules; both must be yes.

    Wagtail says what the person's groups may do with the rows, the rules say what the role allows.
    """

    def __init__(self, model: Any, permission: str) -> None:
        super().__init__(model)
        self.permission = permission

    def user_has_permission(self, user: Any, action: str) -> bool:
        return permits(user, self.permission) and bool(super().user_has_permission(user, action))
