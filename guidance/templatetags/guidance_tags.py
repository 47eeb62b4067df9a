"""What the templates of sources and the glossary cannot say by themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sized

from django import template

from guidance.models import GlossaryTerm

register = template.Library()


@register.filter
def count_for(entries: Mapping[str, Sized], key: str) -> int:
    """How many things stand under a key."""
    return len(entries.get(key, ()))


@register.filter
def lines(term: GlossaryTerm, field: str) -> tuple[str, ...]:
    """A field of a glossary term that holds one thing per line."""
    return term.lines(field)
