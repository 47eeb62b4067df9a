"""The marks beside a statement: on what it rests, and where that stands.

A page holds dozens of them, so they are written here and not as templates: an include costs ten times as much. The
components `citation.html`, `basis_tag.html` and `tag.html` say what they take.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_INFERENCE = "inference"
_BASIS_WORDS = {
    "rule": "Rule",
    "good-practice": "Good practice",
    "local-example": "One service’s example",
    _INFERENCE: "Our inference",
}


@register.simple_tag
def citation_mark(citation: Any, compact: Any = False) -> SafeString:
    """A citation as a link that opens at the passage, or at the section when the document is not loaded."""
    source, locator = _text(citation, "source"), _text(citation, "locator")
    url, year = _text(citation, "url"), _text(citation, "year")
    if compact:
        locator = locator[:1].upper() + locator[1:]
    words = [
        f'<a class="portal-citation" href="{url}">' if url else '<a class="portal-citation">',
        '<span class="portal-citation__source nhsuk-u-visually-hidden">' if compact else "",
        "" if compact else '<span class="portal-citation__source">',
        f"{source}, </span>" if source else "</span>",
        locator,
        f" ({year})" if year else "",
        '<span class="nhsuk-u-visually-hidden">, historic</span>' if _value(citation, "historic") else "",
        "</a>",
    ]
    return mark_safe("".join(words))  # every part of it is escaped above


@register.simple_tag
def basis_mark(basis: Any, year: Any = None) -> SafeString:
    """On what a statement rests, in words, with the year of the text. An inference has none."""
    kind = str(getattr(basis, "value", basis))
    words = _BASIS_WORDS.get(kind, "")
    if words and year and kind != _INFERENCE:
        words = f"{words}, {conditional_escape(str(year))}"
    # The kind is escaped, and the words are ours.
    return mark_safe(f'<span class="portal-basis__tag portal-basis__tag--{conditional_escape(kind)}">{words}</span>')


@register.simple_tag
def tag_mark(text: Any, tone: str = "") -> SafeString:
    """A word or two that says what kind a thing is, or how it stands."""
    kind = conditional_escape(tone or "quiet")
    return mark_safe(f'<strong class="portal-tag portal-tag--{kind}">{conditional_escape(str(text))}</strong>')


@register.simple_tag
def basis_line(item: Any) -> SafeString:
    """The line under a statement: its basis and its citations, or nothing where it has neither."""
    basis, citations = _value(item, "basis"), _value(item, "citations")
    if not basis and not citations:
        return mark_safe("")
    marks = [basis_mark(basis, _value(item, "year"))] if basis else []
    marks += [citation_mark(citation, compact=True) for citation in citations or ()]
    return mark_safe(f'<p class="portal-basis">{" ".join(marks)}</p>')  # made of marks, which are safe


def _value(item: Any, name: str) -> Any:
    return item.get(name) if isinstance(item, Mapping) else getattr(item, name, None)


def _text(item: Any, name: str) -> str:
    value = _value(item, name)
    return conditional_escape(str(value)) if value else ""
