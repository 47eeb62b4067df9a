"""Which audience tokens a person carries."""

from __future__ import annotations

from typing import Any

from search.documents import EVERYONE, SIGNED_IN

#: Carried by people who pass every restriction.
UNRESTRICTED = "unrestricted"


def audience_of(user: Any) -> tuple[str, ...]:
    """`everyone`, and for people who are logged in `signed-in` and one token a group. At most one query."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return (EVERYONE,)
    groups = (f"group:{pk}" for pk in user.groups.order_by("pk").values_list("pk", flat=True))
    unrestricted = (UNRESTRICTED,) if user.is_superuser else ()
    return (EVERYONE, SIGNED_IN, *groups, *unrestricted)
