"""The marks beside a statement: on what it rests, and where that stands.

A page holds dozens of them, so they are written here and not as templates: an include costs ten times as much. The
components `citation.html`, `basis_tag.html` and `tag.html` say what they take.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from guidance.basis import basis_words, kind_of, names_year

register = template.Library()


@register.simple_tag
def citation_mark(citation: Any, compact: Any = False) -> SafeString:
    """A citation as a link that opens at the passage, or at the section when the document is not loaded."""
    return _mark(citation, _Shown(source=not compact))


@register.simple_tag
def citation_marks(citations: Any, year: Any = None) -> SafeString:
    """Citations in a row. What one shares with the one before it is heard and not seen, and so is a year that is
    said at the end of the row, or stands beside it (`year`)."""
    marks = []
    row = list(citations or ())
    for before, citation, after in zip((None, *row), row, (*row[1:], None), strict=False):
        follows = before is not None and _value(before, "source") == _value(citation, "source")
        goes_on = after is not None and _edition(after) == _edition(citation)
        shown = _Shown(
            source=False,
            on_paper=not follows,
            section=not (follows and _section(citation) and _section(before) == _section(citation)),
            year=not goes_on and str(_value(citation, "year")) != str(year),
        )
        marks.append(_mark(citation, shown))
    return mark_safe(" ".join(marks))  # made of marks, which are safe


@dataclass(frozen=True, slots=True)
class _Shown:
    """What of a citation is seen; the rest is for screen readers. `on_paper`: the source, which paper shows too."""

    source: bool
    on_paper: bool = True
    section: bool = True
    year: bool = True


def _mark(citation: Any, shown: _Shown) -> SafeString:
    source, locator = _text(citation, "source"), _text(citation, "locator")
    url, year = _text(citation, "url"), _text(citation, "year")
    section = conditional_escape(_section(citation))
    if not shown.section:
        locator = f"{_hidden(f'{section}, ')}{locator.removeprefix(f'{section}, ')}"
    elif not shown.source:
        locator = locator[:1].upper() + locator[1:]
    name = "portal-citation__source"
    classes = name if shown.source else f"{name} {_HIDDEN}" if shown.on_paper else _HIDDEN
    told_year = f" ({year})" if year else ""
    words = [
        f'<a class="portal-citation" href="{url}">' if url else '<a class="portal-citation">',
        f'<span class="{classes}">{source}, </span>' if source else "",
        locator,
        told_year if shown.year or not year else _hidden(told_year),
        _hidden(", historic") if _value(citation, "historic") else "",
        "</a>",
    ]
    return mark_safe("".join(words))  # every part of it is escaped above


_HIDDEN = "nhsuk-u-visually-hidden"


def _hidden(words: str) -> str:
    return f'<span class="{_HIDDEN}">{words}</span>'


def _section(citation: Any) -> str:
    """The place without its last part: “section 5.2.6” of “section 5.2.6, paragraph 1”."""
    return str(_value(citation, "locator") or "").rpartition(", ")[0]


def _edition(citation: Any) -> tuple[Any, Any]:
    return _value(citation, "source"), _value(citation, "year")


@register.simple_tag
def basis_mark(basis: Any, year: Any = None) -> SafeString:
    """On what a statement rests, in words, with the year of the text. An inference has none."""
    kind, words = conditional_escape(kind_of(basis)), conditional_escape(basis_words(basis, year))
    return mark_safe(f'<span class="portal-basis__tag portal-basis__tag--{kind}">{words}</span>')  # both are escaped


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
    year = _value(item, "year") if basis else None
    marks = [basis_mark(basis, year)] if basis else []
    marks.append(citation_marks(citations, year if names_year(basis) else None))
    return mark_safe(f'<p class="portal-basis">{" ".join(marks)}</p>')  # made of marks, which are safe


def _value(item: Any, name: str) -> Any:
    return item.get(name) if isinstance(item, Mapping) else getattr(item, name, None)


def _text(item: Any, name: str) -> str:
    value = _value(item, name)
    return conditional_escape(str(value)) if value else ""
