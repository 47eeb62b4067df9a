"""Which pages a person may see: the queryset twin of the rule `view_page`.

A page behind a shared password is in nobody's lists: the password is known to a session, not to a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q
from wagtail.models import Page, PageViewRestriction

from .generation import remembered


@dataclass(frozen=True, slots=True)
class Restriction:
    """A view restriction on the page with this path and on all below it."""

    path: str
    kind: str
    group_ids: frozenset[int]


def restrictions() -> tuple[Restriction, ...]:
    """Every view restriction of the site, remembered until something public changes."""
    memory = remembered("view restrictions")
    if "all" not in memory:
        groups: dict[tuple[int, str, str], set[int]] = {}
        rows = PageViewRestriction.objects.values_list("pk", "page__path", "restriction_type", "groups")
        for pk, path, kind, group_id in rows:
            groups.setdefault((pk, path, kind), set()).update({group_id} - {None})
        memory["all"] = tuple(Restriction(path, kind, frozenset(ids)) for (_, path, kind), ids in groups.items())
    found: tuple[Restriction, ...] = memory["all"]
    return found


def passes_restrictions(user: Any, path: str) -> bool:
    """Whether the person passes every restriction that covers the page at this tree path."""
    return all(_accepts(restriction, user) for restriction in restrictions() if path.startswith(restriction.path))


def visible_to(user: Any, pages: Any = None) -> Any:
    """The pages of a queryset (all of them by default) that the person may see.

    Agrees with the rule `view_page`; a test holds the two together.
    """
    queryset = Page.objects.all() if pages is None else pages
    signed_in = user.is_authenticated and user.is_active
    if settings.PRIVATE_SITE and not signed_in:
        return queryset.none()
    closed = Q()
    for restriction in restrictions():
        if not _accepts(restriction, user):
            closed |= Q(path__startswith=restriction.path)
    queryset = queryset.filter(live=True)
    return queryset.exclude(closed) if closed else queryset


def address_of(url_path: str) -> str:
    """The address of a page below the home page, which is the root of the one site there is.

    Costs no query, where Wagtail asks for the sites first.
    """
    return "/" + url_path.strip("/").split("/", 1)[-1] + "/"


def _accepts(restriction: Restriction, user: Any) -> bool:
    if restriction.kind == PageViewRestriction.LOGIN:
        return bool(user.is_authenticated and user.is_active)
    if restriction.kind == PageViewRestriction.GROUPS:
        return user.is_superuser or bool(restriction.group_ids & _group_ids(user))
    return restriction.kind == PageViewRestriction.NONE


def _group_ids(user: Any) -> frozenset[int]:
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    known: frozenset[int] | None = getattr(user, "_group_ids", None)
    if known is None:
        known = frozenset(user.groups.values_list("pk", flat=True))
        user._group_ids = known
    return known
