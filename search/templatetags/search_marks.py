"""What a page of results holds by the dozen: hits, facets and the marked words in them.

Written here and not as templates: an include for each hit and for each facet was half of what showing a page costs.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from search.results import Segment

register = template.Library()

_DETAILS = (
    '<details class="portal-result__more nhsuk-details"><summary class="nhsuk-details__summary">'
    '<span class="nhsuk-details__summary-text">More from this section ({more})</span></summary>'
    '<ul class="nhsuk-details__text nhsuk-list">{neighbours}<li><a href="{place}">All of this section</a></li></ul>'
    "</details>"
)


@register.filter
def marked(snippet: Iterable[Segment]) -> SafeString:
    """The segments of a snippet in a row, those that were looked for in `mark` elements, with a class for meaning."""
    return mark_safe("".join(map(_written, snippet)))  # every segment is escaped


@register.simple_tag
def hit_list(items: Iterable[Any]) -> SafeString:
    """Hits (`search.views.ShownHit`) as items of a list: where each is, two lines with the words marked, what it is."""
    return mark_safe(
        "".join(f'<li class="portal-result">{_hit(item)}</li>' for item in items)
    )  # escaped piece by piece


@register.simple_tag
def facet_list(title: str, id: str, values: Iterable[Any]) -> SafeString:
    """One facet with its counts, as links.

    `id`: unique on the page. `values`: of `search.views.FacetLink`; the link of a selected one takes the choice away.
    """
    links = "".join(f"<li>{_facet_link(value)}</li>" for value in values)
    name = f"facet-{escape(id)}"
    return mark_safe(  # escaped piece by piece
        f'<section class="portal-facet" aria-labelledby="{name}"><h3 class="portal-facet__title" id="{name}">'
        f'{escape(title)}</h3><ul class="portal-facet__list">{links}</ul></section>'
    )


def _written(segment: Segment) -> str:
    text = escape(segment.text)
    if not segment.marked:
        return text
    return f'<mark class="portal-meant">{text}</mark>' if segment.meant else f"<mark>{text}</mark>"


def _hit(item: Any) -> str:
    hit = item.hit
    pieces = [f'<h3 class="portal-result__title"><a href="{escape(hit.url)}">{escape(hit.title)}</a></h3>']
    if item.path:
        pieces.append(f'<p class="portal-result__path">{escape(item.path)}</p>')
    if hit.snippet:
        pieces.append(f'<p class="portal-result__snippet">{marked(hit.snippet)}</p>')
    pieces.append(f'<p class="portal-result__meta">{_tag(item.kind)}')
    if hit.year:
        pieces.append(f" <span>{hit.year}</span>")
    if hit.historic:
        pieces.append(f" {_tag('Historic', 'historic')}")
    pieces.append("</p>")
    if hit.more:
        neighbours = "".join(
            f'<li><a href="{escape(each.url)}">{marked(each.snippet)}</a></li>' for each in hit.neighbours
        )
        pieces.append(_DETAILS.format(more=hit.more, neighbours=neighbours, place=escape(item.place_url)))
    if item.why:
        pieces.append(render_to_string("search/why_this_hit.html", {"why": item.why, "title": hit.title}))
    return "".join(pieces)


def _tag(text: str, tone: str = "quiet") -> str:
    """As `components/tag.html` has it."""
    return f'<strong class="portal-tag portal-tag--{tone}">{escape(text)}</strong>'


def _facet_link(value: Any) -> str:
    look, before = (" portal-facet__link--selected", _TAKE_AWAY) if value.selected else ("", "")
    return (
        f'<a class="portal-facet__link{look}" href="{escape(value.url)}" rel="nofollow">{before}'
        f'<span class="portal-facet__label">{escape(value.label)}</span> <span class="portal-facet__count">'
        f"{_aside(', ')}{value.count}{_RESULT if value.count == 1 else _RESULTS}</span></a>"
    )


def _aside(words: str) -> str:
    """For those who do not see how a page is laid out."""
    return f'<span class="nhsuk-u-visually-hidden">{words}</span>'


_TAKE_AWAY, _RESULT, _RESULTS = map(_aside, ("Remove: ", " result", " results"))
