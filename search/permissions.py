"""The names of what a person may do with the search, and the one way to ask for any permission of the portal.

A misspelt name is refused here, where the rules library would quietly say no.
"""

from __future__ import annotations

from typing import Any

import rules

SEE_POOR_SEARCHES = "search.see_poor_searches"
KEEP_BEST_BETS = "search.keep_best_bets"
KEEP_SEARCH_WORDS = "search.keep_search_words"
SEE_WHY_THIS_HIT = "search.see_why_this_hit"


class UnknownPermission(LookupError):
    """Somebody asked for a permission that no rule names."""


def permits(user: Any, permission: str, obj: Any = None) -> bool:
    """Whether the rules allow it. Not `user.has_perm`: that says yes to a superuser before any rule is read."""
    if not rules.perm_exists(permission):
        raise UnknownPermission(f"No rule is named “{permission}”. The names stand in the permissions.py of each app.")
    return bool(rules.has_perm(permission, user, obj))
