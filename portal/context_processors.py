"""What every page of the site needs: its name, its navigation, and the switches that templates read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest

#: The parts of the site, in the order of need: what to do, why, on what it rests, how to learn it.
SECTIONS = (
    ("What to do next", "/decision-trees/"),
    ("Guidance", "/guidance/"),
    ("Sources", "/sources/"),
    ("Learning", "/learning/"),
)


@dataclass(frozen=True, slots=True)
class NavigationItem:
    title: str
    url: str
    current: bool


def furniture(request: HttpRequest) -> dict[str, Any]:
    """Costs no query and touches no session, so that pages of people who are not logged in stay cacheable."""
    return {
        "portal_name": settings.WAGTAIL_SITE_NAME,
        "learners_may_register": settings.LEARNERS_MAY_REGISTER,
        "navigation": tuple(
            NavigationItem(title, url, current=request.path.startswith(url)) for title, url in SECTIONS
        ),
    }
