"""Snippets with their words marked. A page holds dozens of short pieces, which a template would write one by one."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from search.results import Segment

register = template.Library()


@register.filter
def marked(snippet: Iterable[Segment]) -> SafeString:
    """The segments of a snippet in a row, those that were looked for in `mark` elements, with a class for meaning."""
    return mark_safe("".join(map(_written, snippet)))  # every segment is escaped


def _written(segment: Segment) -> str:
    text = escape(segment.text)
    if not segment.marked:
        return text
    return f'<mark class="portal-meant">{text}</mark>' if segment.meant else f"<mark>{text}</mark>"
