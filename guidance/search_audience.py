"""Who may know that a page exists, in the tokens of the search."""

from __future__ import annotations

from typing import Any

from wagtail.models import PageViewRestriction

from guidance.visibility import Restriction, restrictions
from search.audience import UNRESTRICTED
from search.documents import EVERYONE, SIGNED_IN


def audience_of_page(page: Any) -> tuple[str, ...]:
    """The tokens of those who may find a page, each enough by itself; none for a page that nobody may find."""
    if not page.live:
        return ()
    ways: set[frozenset[str]] = {frozenset()}
    for restriction in restrictions():
        if page.path.startswith(restriction.path):
            ways = {way | {token} for way in ways for token in _tokens(restriction)}
    return tuple(sorted(_joined(way) for way in ways))


def _tokens(restriction: Restriction) -> frozenset[str]:
    """The tokens that pass one restriction. A shared password is known to a session, so no token passes it."""
    if restriction.kind == PageViewRestriction.LOGIN:
        return frozenset({SIGNED_IN})
    if restriction.kind == PageViewRestriction.GROUPS:
        return frozenset({UNRESTRICTED, *(f"group:{pk}" for pk in restriction.group_ids)})
    return frozenset()


def _joined(way: frozenset[str]) -> str:
    """All tokens of one way in, as one token. Who has a group or no restriction at all is signed in."""
    needed = way - {SIGNED_IN} or way
    return "&".join(sorted(needed)) or EVERYONE
