"""Who may know that a page exists, in the tokens of the search."""

from __future__ import annotations

from typing import Any

from wagtail.models import PageViewRestriction

from guidance.visibility import restrictions
from search.audience import UNRESTRICTED
from search.documents import EVERYONE, SIGNED_IN


def audience_of_page(page: Any) -> tuple[str, ...]:
    """The tokens of those who may find a page; none for a page that nobody may find.

    A person needs one of the tokens. Under two restrictions to groups only the groups named by both remain: a person who
    passes each through another group reads the page and does not find it, which errs on the careful side.
    """
    if not page.live:
        return ()
    tokens: set[str] = {EVERYONE}
    for restriction in restrictions():
        if not page.path.startswith(restriction.path):
            continue
        if restriction.kind == PageViewRestriction.LOGIN:
            tokens = {SIGNED_IN} if EVERYONE in tokens else tokens
        elif restriction.kind == PageViewRestriction.GROUPS:
            named = {UNRESTRICTED, *(f"group:{pk}" for pk in restriction.group_ids)}
            tokens = named if tokens & {EVERYONE, SIGNED_IN} else tokens & named
        elif restriction.kind == PageViewRestriction.PASSWORD:
            return ()
    return tuple(sorted(tokens))
