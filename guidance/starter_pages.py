"""Starter content that becomes pages: made, filled and published the same way in every app."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.db import models
from wagtail.models import Page, Site

from guidance.starter import CannotLoad


def publish_new(page: Page, values: Mapping[str, Any], parent: Page) -> Page:
    """Put a new page below its parent and publish it, as an editor would."""
    fill(page, values)
    page.live = False
    parent.add_child(instance=page)
    page.save_revision(clean=False).publish()
    return page


def publish_again(page: Page, *, values: Mapping[str, Any]) -> Page:
    """Bring a page that nobody has touched to what its file says now, and publish that."""
    fill(page, values)
    page.full_clean()
    page.save_revision(clean=False).publish()
    return page


def fill(obj: models.Model, values: Mapping[str, Any]) -> None:
    """Set the fields; a stream field takes stored blocks, as values or as JSON, or pairs of type and value.

    What the editor's form would check in blocks is checked here too.
    """
    for name, value in values.items():
        block = getattr(obj._meta.get_field(name), "stream_block", None)
        if block is None:
            setattr(obj, name, value)
        else:
            setattr(obj, name, block.clean(block.to_python(_stored(value))))


def _stored(value: Any) -> list[Any]:
    blocks = json.loads(value) if isinstance(value, str) else value
    return [{"type": item[0], "value": item[1]} if isinstance(item, tuple) else item for item in blocks]


def site_root() -> Page:
    """The home page of the default site.

    Raises:
        CannotLoad: where there is no default site.
    """
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is None:
        raise CannotLoad("There is no default site to put pages under.")
    return site.root_page.specific
