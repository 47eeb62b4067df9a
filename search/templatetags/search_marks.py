"""Snippets with their words marked. A page holds dozens of short pieces, which a template would write one by one."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from search.results import Segment

register = template.Library()


@register.filter
def marked(snippet: Iterable[Segment]) -> SafeString:
    """The segments of a snippet in a row, those that were looked for in `mark` elements."""
    return mark_safe(  # every segment is escaped
        "".join(f"<mark>{escape(each.text)}</mark>" if each.marked else escape(each.text) for each in snippet)
    )
