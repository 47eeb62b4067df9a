"""What every page of the site needs: its name, and the switches that templates read."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def furniture(request: HttpRequest) -> dict[str, Any]:
    return {
        "portal_name": settings.WAGTAIL_SITE_NAME,
        "learners_may_register": settings.LEARNERS_MAY_REGISTER,
    }
